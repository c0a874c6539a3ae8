/*
 * The contract as a JSON Schema, made from the field table.  The schema is
 * about what the gateway accepts: it accepts blanks at both ends, any case of
 * codes and whatever else the gateway changes.  Only rules that refuse by
 * default are in it.
 */
#define _POSIX_C_SOURCE 200809L

#include "schema.h"

#include <stdlib.h>

#include "cli/cli.h"
#include "cli/memory.h"
#include "contract/core/text.h"
#include "contract/customer/rules.h"
#include "ecma.h"
#include "schema_countries.h"
#include "schema_facts.h"


#define DIALECT "https://json-schema.org/draft/2020-12/schema"
#define ID      "urn:riverty-customer:schema:customer"

/* What is taken off at both ends (riverty_text_trim()). */
#define BLANKS " \\u00a0\\u061c\\u200e\\u200f\\ufeff"
#define BLANK  "[" BLANKS "]"
#define FILLED "[^" BLANKS "]"

/* What stands for a name that there is not (riverty_text_dashes()). */
#define DASHES "[\\p{Pd}.\\u2212\\u2026]+"

#define CODES 0x110000


/* Builds a string with put. */
static json_t *
build(riverty_cli_pattern_pt put, const void *data)
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


typedef struct {
    riverty_cli_pattern_pt put;
    const void *data;
    bool optional;
} whole_t;


/*
 * The two conditions do not change what matches: they keep an engine from
 * trying every way to cut a row of blanks in two.
 */
static void
put_whole(FILE *file, const void *data)
{
    const whole_t *whole = data;

    fputs("^" BLANK "*(?:(?!" BLANK ")(?:", file);
    whole->put(file, whole->data);
    fprintf(file, ")(?<!" BLANK ")" BLANK "*)%s$", whole->optional ? "?" : "");
}


json_t *
riverty_cli_schema_pattern(riverty_cli_pattern_pt put, const void *data,
                           bool optional)
{
    whole_t whole = { put, data, optional };

    return build(put_whole, &whole);
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
    json_t *value = json_pack("{s:o}", "pattern",
                              riverty_cli_schema_pattern(put, data, false));

    return json_pack("{s:o, s:o}", "if",
                     riverty_cli_schema_member(field, value), "then", what);
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


static bool
has_shape(const riverty_field_t *field)
{
    return field->shape != RIVERTY_SHAPE_NONE &&
           riverty_rule_rejects(field->shape_rule);
}


static void
put_shape(FILE *file, const void *data)
{
    const riverty_field_t *field = data;
    bool spaced = field->normalise == RIVERTY_NORMALISE_PHONE;
    unsigned flags = spaced ? RIVERTY_ECMA_SPACED : 0;

    flags |= riverty_shape_masked(field->shape) ? RIVERTY_ECMA_MASKED : 0;

    fputs(spaced ? "\\p{Zs}*(?:" : "", file);
    riverty_ecma_pattern(file, riverty_shape_pattern(field->shape), flags);
    fputs(spaced ? ")[" RIVERTY_ECMA_SPACES "]*" : "", file);
}


static void
put_fact(FILE *file, const void *data)
{
    riverty_cli_schema_fact(file, data);
}


static void
put_fact_or_unreadable(FILE *file, const void *data)
{
    fputs("^" RIVERTY_SCHEMA_UNREADABLE "*$|", file);
    riverty_cli_schema_fact(file, data);
}


static json_t *
pattern_of(const riverty_field_t *field)
{
    bool optional = !is_required(field);

    if (has_shape(field)) {
        return riverty_cli_schema_pattern(put_shape, field, optional);
    }

    switch (riverty_cli_schema_fact_kind(field)) {
    case RIVERTY_FACT_WHOLE:
        return riverty_cli_schema_pattern(put_fact, field, optional);
    case RIVERTY_FACT_PART:
        return build(optional ? put_fact_or_unreadable : put_fact, field);
    case RIVERTY_FACT_TEXT:
        return optional ? NULL : json_string(RIVERTY_SCHEMA_READABLE);
    case RIVERTY_FACT_NONE:
        break;
    }

    return optional ? NULL : json_string(FILLED);
}


/* The values, or whatever the gateway turns into one of them. */
static void
set_values(json_t *schema, const riverty_field_t *field, json_t *values)
{
    if (field->values != NULL && !riverty_rule_rejects(field->values_rule)) {
        json_object_set_new(schema, "examples", values);
        return;
    }

    json_object_set_new(schema, "anyOf",
                        json_pack("[{s:o}, {s:o}]", "enum", values, "pattern",
                                  pattern_of(field)));
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


static json_t *
string_schema(const riverty_field_t *field)
{
    json_t *schema = json_pack("{s:s, s:o, s:s}", "description", field->expects,
                               "type", type_of(field), "$ref", "#/$defs/text");
    json_t *values = riverty_cli_schema_values(field);
    json_t *pattern;

    set_cap(schema, field);

    if (values != NULL) {
        set_values(schema, field, values);

    } else if ((pattern = pattern_of(field)) != NULL) {
        json_object_set_new(schema, "pattern", pattern);
    }

    return schema;
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


/* A text with nothing to read counts as empty. */
static const char *
filled_pattern(const riverty_field_t *field)
{
    switch (riverty_cli_schema_fact_kind(field)) {
    case RIVERTY_FACT_PART:
    case RIVERTY_FACT_TEXT:
        return RIVERTY_SCHEMA_READABLE;
    default:
        return FILLED;
    }
}


static json_t *
filled_member(const riverty_field_t *field)
{
    return json_pack("{s:s, s:s}", "type", "string", "pattern",
                     filled_pattern(field));
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
    fputs(DASHES, file);
}


/* The person's names, where in the place of one dashes may stand. */
static json_t *
names_but_one(unsigned parent, unsigned field)
{
    json_t *filled = riverty_cli_schema_filled(parent, RIVERTY_PRESENCE_PERSON);

    json_object_set_new(json_object_get(json_object_get(filled, "properties"),
                                        name_of(&riverty_fields[field])),
                        "pattern",
                        riverty_cli_schema_pattern(put_dashes, NULL, false));

    return filled;
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


static json_t *object_schema(unsigned object);


static json_t *
members_of(unsigned object)
{
    json_t *members = json_object();

    for (unsigned i = 1; i < RIVERTY_FIELD_COUNT; i++) {
        const riverty_field_t *field = &riverty_fields[i];

        if (field->parent == object) {
            json_object_set_new(members, name_of(field),
                                field->type == RIVERTY_TYPE_OBJECT
                                    ? object_schema(i)
                                    : string_schema(field));
        }
    }

    return members;
}


/* The members on which others of the same object depend; one of an object. */
static const struct {
    riverty_field_id_t field;
    json_t *(*conditions)(void);
} conditions[] = {
    { RIVERTY_FIELD_COUNTRY_CODE, riverty_cli_schema_countries },
    { RIVERTY_FIELD_CUSTOMER_CATEGORY, categories_schema },
};


static void
set_conditions(json_t *schema, unsigned object)
{
    for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++) {
        const riverty_field_t *field = &riverty_fields[conditions[i].field];

        if (field->parent == object) {
            json_object_set_new(schema, "dependentSchemas",
                                json_pack("{s:{s:o}}", name_of(field), "allOf",
                                          conditions[i].conditions()));
        }
    }
}


static json_t *
object_schema(unsigned object)
{
    json_t *schema = json_pack(
        "{s:o, s:o, s:o, s:b}", "type", type_of(&riverty_fields[object]),
        "required", names_of(object, RIVERTY_PRESENCE_REQUIRED), "properties",
        members_of(object), "additionalProperties", true);

    set_conditions(schema, object);
    return schema;
}


/* A character that no string may hold, as a part of a class. */
static void
put_control(FILE *file, uint32_t first, uint32_t last)
{
    const char *form = last > 0xffff ? "\\u{%x}" : "\\u%04x";

    fprintf(file, form, first);

    if (last > first) {
        fputc('-', file);
        fprintf(file, form, last);
    }
}


static void
put_text(FILE *file, const void *data)
{
    (void) data;
    fputs("[^", file);

    for (uint32_t code = 0; code < CODES; code++) {
        uint32_t first = code;

        while (code < CODES && riverty_text_control(code)) {
            code++;
        }

        if (code > first) {
            put_control(file, first, code - 1);
        }
    }

    fputs("]*", file);
}


json_t *
riverty_cli_schema(void)
{
    json_t *schema = json_pack(
        "{s:s, s:s, s:s, s:s, s:s}", "$schema", DIALECT, "$id", ID, "title",
        "Customer", "description",
        "The body of a create or an update, as the gateway takes it; "
        "docs/rules.md says which rules are in it.",
        "$comment",
        "Generated by riverty-customer fields --json-schema; do not edit.");
    json_t *object = object_schema(RIVERTY_FIELD_DOCUMENT);

    json_object_update(schema, object);
    json_decref(object);

    json_object_set_new(
        schema, "$defs",
        json_pack("{s:{s:s, s:o}}", "text", "$comment",
                  "no control, line separator, bidirectional control, tag or "
                  "noncharacter",
                  "pattern", riverty_cli_schema_pattern(put_text, NULL, true)));

    return schema;
}
