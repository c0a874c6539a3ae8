/*
 * The contract as a JSON Schema, made from the field table.  The schema is
 * about what the gateway accepts: it accepts blanks at both ends, any case of
 * codes and whatever else the gateway changes.  Only rules that refuse by
 * default are in it.
 */
#define _POSIX_C_SOURCE 200809L

#include "schema.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "cli/cli.h"
#include "cli/memory.h"
#include "contract/core/text.h"
#include "contract/customer/rules.h"
#include "ecma.h"
#include "ecma_class.h"
#include "schema_countries.h"
#include "schema_facts.h"
#include "schema_shapes.h"


#define DIALECT "https://json-schema.org/draft/2020-12/schema"


json_t *
riverty_cli_schema_build(riverty_cli_pattern_pt put, const void *data)
{
    char *text = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&text, &len);
    json_t *string;

    if (file == NULL) {
        riverty_cli_starve();
    }

    put(file, data);
    (void) fclose(file);
    string = json_stringn(text, len);
    free(text);

    return string;
}


static void
put_blank(FILE *file, bool negated)
{
    riverty_ecma_class_open();
    riverty_ecma_class_add_blanks();
    riverty_ecma_class_put(file, negated);
}


void
riverty_cli_schema_put_blanks(FILE *file)
{
    put_blank(file, false);
    fputc('*', file);
}


typedef struct {
    riverty_cli_pattern_pt put;
    const void *data;
    bool optional;
} whole_t;


static void
put_whole(FILE *file, const void *data)
{
    const whole_t *whole = data;

    fputc('^', file);
    riverty_cli_schema_put_blanks(file);
    fputs("(?:(?:", file);
    whole->put(file, whole->data);
    fputc(')', file);
    riverty_cli_schema_put_blanks(file);
    fprintf(file, ")%s$", whole->optional ? "?" : "");
}


json_t *
riverty_cli_schema_pattern(riverty_cli_pattern_pt put, const void *data,
                           bool optional)
{
    whole_t whole = { put, data, optional };

    return riverty_cli_schema_build(put_whole, &whole);
}


static void
put_blank_text(FILE *file, const void *data)
{
    (void) data;
    fputc('^', file);
    riverty_cli_schema_put_blanks(file);
    fputc('$', file);
}


/* Blanks and nothing else. */
static json_t *
blank(void)
{
    return json_pack("{s:o}", "pattern",
                     riverty_cli_schema_build(put_blank_text, NULL));
}


static void
put_filled(FILE *file, const void *data)
{
    (void) data;
    put_blank(file, true);
}


static json_t *
filled(void)
{
    return json_pack("{s:o}", "pattern",
                     riverty_cli_schema_build(put_filled, NULL));
}


static json_t *
reference(const char *name)
{
    return json_pack("{s:o}", "$ref", json_sprintf("#/$defs/%s", name));
}


static const char *
name_of(const riverty_field_t *field)
{
    return (const char *) riverty_field_name(field).data;
}


json_t *
riverty_cli_schema_member(const riverty_field_t *field, json_t *what)
{
    return json_pack("{s:{s:o}}", "properties", name_of(field), what);
}


json_t *
riverty_cli_schema_if(const riverty_field_t *field, riverty_cli_pattern_pt put,
                      const void *data, json_t *what)
{
    json_t *value = json_pack("{s:s, s:o}", "type", "string", "pattern",
                              riverty_cli_schema_pattern(put, data, false));
    json_t *condition = riverty_cli_schema_member(field, value);

    json_object_set_new(condition, "required",
                        json_pack("[s]", name_of(field)));

    return json_pack("{s:o, s:o}", "if", condition, "then", what);
}


static bool
is_required(const riverty_field_t *field)
{
    return field->presence == RIVERTY_PRESENCE_REQUIRED &&
           riverty_rule_rejects(RIVERTY_RULE_REQUIRED);
}


/* null counts as absent. */
static json_t *
type_of(const riverty_field_t *field)
{
    const char *type = field->type == RIVERTY_TYPE_OBJECT ? "object" : "string";

    return is_required(field) ? json_string(type)
                              : json_pack("[s, s]", type, "null");
}


/* The name of its definition: static. */
static const char *
shape_name(riverty_shape_id_t shape)
{
    static const char *const shape_names[] = { [RIVERTY_SHAPE_NONE] = NULL,
#define SHAPE_NAME(NAME, ...) [RIVERTY_SHAPE_##NAME] = #NAME,
                                               RIVERTY_SHAPES(SHAPE_NAME)
#undef SHAPE_NAME
    };

    return shape_names[shape];
}


static bool
has_shape(const riverty_field_t *field)
{
    return field->shape != RIVERTY_SHAPE_NONE &&
           riverty_rule_rejects(field->shape_rule);
}


static void
put_fact(FILE *file, const void *data)
{
    riverty_cli_schema_fact(file, data);
}


/* A text with nothing to read counts as empty. */
static json_t *
part_or_unreadable(const char *part)
{
    return json_pack("{s:[o, {s:o}]}", "anyOf", reference(part), "not",
                     reference(RIVERTY_SCHEMA_READABLE));
}


/* What a string of the field must be; NULL where it may be any. */
static json_t *
keywords_of(const riverty_field_t *field)
{
    bool optional = !is_required(field);
    const char *part;

    if (has_shape(field)) {
        json_t *shape = reference(shape_name(field->shape));

        return optional ? json_pack("{s:[o, o]}", "anyOf", shape, blank())
                        : shape;
    }

    switch (riverty_cli_schema_fact_kind(field)) {
    case RIVERTY_FACT_WHOLE:
        return json_pack("{s:o}", "pattern",
                         riverty_cli_schema_pattern(put_fact, field, optional));
    case RIVERTY_FACT_PART:
        part = riverty_cli_schema_part(field);
        return optional ? part_or_unreadable(part) : reference(part);
    case RIVERTY_FACT_TEXT:
        return optional ? NULL : reference(RIVERTY_SCHEMA_READABLE);
    case RIVERTY_FACT_NONE:
        break;
    }

    return optional ? NULL : filled();
}


/*
 * A value that is matched whole has its length told, also before it is
 * changed; that of a postal code is its country's (schema_countries.c).
 */
static void
set_cap(json_t *schema, const riverty_field_t *field)
{
    if (field->cap != 0 && riverty_rule_rejects(field->cap_rule) &&
        field->normalise != RIVERTY_NORMALISE_COUNTRY &&
        riverty_cli_schema_fact_kind(field) != RIVERTY_FACT_WHOLE) {
        json_object_set_new(schema, "maxLength", json_integer(field->cap));
    }
}


/* The values of a short list. */
static json_t *
examples_of(const riverty_field_t *field)
{
    return field->values != NULL ? riverty_cli_schema_values(field) : NULL;
}


/* What a program that writes documents needs to know of a string. */
static json_t *
string_member(const riverty_field_t *field)
{
    json_t *schema = json_pack("{s:s, s:o}", "description", field->expects,
                               "type", type_of(field));
    json_t *examples = examples_of(field);

    set_cap(schema, field);

    if (examples != NULL) {
        json_object_set_new(schema, "examples", examples);
    }

    return schema;
}


/* The values, or whatever the gateway turns into one of them. */
static json_t *
values_or(const riverty_field_t *field, json_t *keywords)
{
    json_t *values = riverty_cli_schema_values(field);

    return values != NULL
               ? json_pack("{s:[{s:o}, o]}", "anyOf", "enum", values, keywords)
               : keywords;
}


static json_t *
string_rules(const riverty_field_t *field)
{
    json_t *all = json_pack("[o]", reference("text"));
    json_t *keywords = keywords_of(field);

    if (keywords != NULL) {
        json_array_append_new(all, values_or(field, keywords));
    }

    return json_pack("{s:o, s:o}", "type", type_of(field), "allOf", all);
}


/* The names of an object's members of that presence. */
static json_t *
names_of(unsigned parent, riverty_presence_t presence)
{
    json_t *names = json_array();

    for (unsigned i = 1; i < RIVERTY_FIELD_COUNT; i++) {
        const riverty_field_t *field = &riverty_fields[i];

        if (field->parent == parent && field->presence == presence) {
            json_array_append_new(names, json_string(name_of(field)));
        }
    }

    return names;
}


static json_t *
filled_member(const riverty_field_t *field)
{
    riverty_fact_kind_t kind = riverty_cli_schema_fact_kind(field);
    bool read = kind == RIVERTY_FACT_PART || kind == RIVERTY_FACT_TEXT;

    return json_pack("{s:s, s:[o]}", "type", "string", "allOf",
                     read ? reference(RIVERTY_SCHEMA_READABLE) : filled());
}


json_t *
riverty_cli_schema_filled(unsigned parent, riverty_presence_t presence)
{
    json_t *names = names_of(parent, presence);
    json_t *members = json_object();

    for (unsigned i = 1; i < RIVERTY_FIELD_COUNT; i++) {
        const riverty_field_t *field = &riverty_fields[i];

        if (field->parent == parent && field->presence == presence) {
            json_object_set_new(members, name_of(field), filled_member(field));
        }
    }

    return json_pack("{s:o, s:o}", "required", names, "properties", members);
}


static void
put_word(FILE *file, const void *data)
{
    const char *word = data;

    riverty_ecma_words(file, &word, 1);
}


static json_t *
if_category(const char *category, json_t *what)
{
    return riverty_cli_schema_if(
        &riverty_fields[RIVERTY_FIELD_CUSTOMER_CATEGORY], put_word, category,
        what);
}


static void
put_dashes(FILE *file, const void *data)
{
    (void) data;
    riverty_ecma_class_open();
    riverty_ecma_class_add_all(riverty_text_dash);
    riverty_ecma_class_add('.', '.');
    riverty_ecma_class_add(0x2026, 0x2026);
    riverty_ecma_class_put(file, false);
    fputc('+', file);
}


/* The person's names, where in the place of one dashes may stand. */
static json_t *
names_but_one(unsigned parent, unsigned field)
{
    json_t *names = riverty_cli_schema_filled(parent, RIVERTY_PRESENCE_PERSON);
    json_t *dashes =
        json_pack("{s:s, s:o}", "type", "string", "pattern",
                  riverty_cli_schema_pattern(put_dashes, NULL, false));

    json_object_set_new(json_object_get(names, "properties"),
                        name_of(&riverty_fields[field]), dashes);

    return names;
}


static json_t *
categories_schema(void)
{
    unsigned parent = riverty_fields[RIVERTY_FIELD_CUSTOMER_CATEGORY].parent;

    return json_pack(
        "[o, o]",
        if_category("PERSON",
                    json_pack("{s:[o, o, o]}", "anyOf",
                              riverty_cli_schema_filled(
                                  parent, RIVERTY_PRESENCE_PERSON),
                              names_but_one(parent, RIVERTY_FIELD_FIRST_NAME),
                              names_but_one(parent, RIVERTY_FIELD_LAST_NAME))),
        if_category("COMPANY", riverty_cli_schema_filled(
                                   parent, RIVERTY_PRESENCE_COMPANY)));
}


typedef json_t *(*object_pt)(unsigned object);
typedef json_t *(*string_pt)(const riverty_field_t *field);


/* The members of an object, each by what makes it. */
static json_t *
members_of(unsigned parent, object_pt object, string_pt string)
{
    json_t *members = json_object();

    for (unsigned i = 1; i < RIVERTY_FIELD_COUNT; i++) {
        const riverty_field_t *field = &riverty_fields[i];

        if (field->parent == parent) {
            json_object_set_new(
                members, name_of(field),
                field->type == RIVERTY_TYPE_OBJECT ? object(i) : string(field));
        }
    }

    return members;
}


static json_t *
object_member(unsigned object)
{
    return json_pack("{s:o, s:o, s:o}", "type",
                     type_of(&riverty_fields[object]), "required",
                     names_of(object, RIVERTY_PRESENCE_REQUIRED), "properties",
                     members_of(object, object_member, string_member));
}


/* The members on which others of the same object depend; one of an object. */
static const struct {
    riverty_field_id_t field;
    json_t *(*conditions)(void);
} conditions[] = {
    { RIVERTY_FIELD_COUNTRY_CODE, riverty_cli_schema_countries },
    { RIVERTY_FIELD_CUSTOMER_CATEGORY, categories_schema },
};


static json_t *
object_rules(unsigned object)
{
    json_t *rules =
        json_pack("{s:o, s:o}", "type", type_of(&riverty_fields[object]),
                  "properties", members_of(object, object_rules, string_rules));

    for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++) {
        if (riverty_fields[conditions[i].field].parent == object) {
            json_object_set_new(rules, "allOf", conditions[i].conditions());
        }
    }

    return rules;
}


static void
put_text(FILE *file, const void *data)
{
    (void) data;
    riverty_ecma_class_open();
    riverty_ecma_class_add_all(riverty_text_control);
    riverty_ecma_class_turn();
    riverty_ecma_class_put_text(file, 0);
}


static void
put_line_end(FILE *file, const void *data)
{
    (void) data;
    riverty_ecma_class_open();
    riverty_ecma_class_add('\n', '\n');
    riverty_ecma_class_add('\r', '\r');
    riverty_ecma_class_add(0x85, 0x85);
    riverty_ecma_class_add(0x2028, 0x2029);
    riverty_ecma_class_put(file, false);
}


static json_t *
string_of(json_t *pattern)
{
    return json_pack("{s:[s, s], s:o}", "type", "string", "null", "pattern",
                     pattern);
}


/*
 * For some engines $ also matches before the end of a last line (Python's,
 * Java's).
 */
static json_t *
text_schema(void)
{
    json_t *text = string_of(riverty_cli_schema_pattern(put_text, NULL, true));
    json_t *line = riverty_cli_schema_build(put_line_end, NULL);

    json_object_set_new(
        text, "not",
        json_pack("{s:s, s:o}", "type", "string", "pattern", line));
    json_object_set_new(text, "$comment",
                        json_string("no control, line separator, bidirectional "
                                    "control, tag or noncharacter"));

    return text;
}


/* The shapes of fields. */
static void
add_shapes(json_t *all)
{
    for (unsigned i = 1; i < RIVERTY_FIELD_COUNT; i++) {
        const riverty_field_t *field = &riverty_fields[i];
        bool spaced = field->normalise == RIVERTY_NORMALISE_PHONE;
        json_t *schema;

        if (!has_shape(field) ||
            json_object_get(all, shape_name(field->shape)) != NULL) {
            continue;
        }

        schema = riverty_cli_schema_shape(field->shape, spaced);
        json_object_set_new(schema, "type",
                            json_pack("[s, s]", "string", "null"));
        json_object_set_new(all, shape_name(field->shape), schema);
    }
}


/* What is referred to. */
static json_t *
definitions(void)
{
    json_t *all =
        json_pack("{s:o, s:o, s:o}", "CustomerDocument",
                  object_member(RIVERTY_FIELD_DOCUMENT), "rules",
                  object_rules(RIVERTY_FIELD_DOCUMENT), "text", text_schema());

    for (size_t i = 0; i < riverty_cli_schema_parts_count; i++) {
        const riverty_schema_part_t *part = &riverty_cli_schema_parts[i];

        json_object_set_new(
            all, part->name,
            string_of(riverty_cli_schema_build(part->put, NULL)));
    }

    add_shapes(all);
    return all;
}


json_t *
riverty_cli_schema(void)
{
    json_t *comment = json_sprintf(
        "Generated by riverty-customer fields --json-schema with Unicode %s; "
        "do not edit. CustomerDocument says what there is, for programs that "
        "write documents; rules says what the values must be.",
        utf8proc_unicode_version());

    return json_pack(
        "{s:s, s:s, s:s, s:o, s:s, s:[o, o], s:o}", "$schema", DIALECT, "title",
        "Customer document", "description",
        "The body of a create or an update, as the gateway takes it; "
        "docs/rules.md says which rules are in it.",
        "$comment", comment, "type", "object", "allOf",
        reference("CustomerDocument"), reference("rules"), "$defs",
        definitions());
}
