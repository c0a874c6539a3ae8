/*
 * What the checks know, as far as a JSON Schema can say it: one row for each
 * check.  A check without a row only warns, or knows what a pattern cannot
 * say.
 */
#include "schema_facts.h"

#include "cli/cli.h"
#include "cli/memory.h"
#include "contract/core/text.h"
#include "contract/customer/check_codes.h"
#include "contract/customer/check_date.h"
#include "contract/customer/check_text.h"
#include "contract/customer/codes.h"
#include "contract/customer/countries.h"
#include "contract/customer/languages.h"
#include "ecma.h"
#include "ecma_class.h"


typedef struct {
    riverty_check_pt check;
    riverty_fact_kind_t kind;
    void (*put)(FILE *file);
    json_t *(*values)(void); /* where they are a list: instead of put */
    const char *part;        /* its name, where they have one */
} fact_t;

#define LETTER       "letter"
#define ALPHANUMERIC "alphanumeric"


/* The form of a date, not whether the date exists or is in the past. */
static void
put_date(FILE *file)
{
    fputs("[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])", file);

    if (!riverty_rule_rejects(RIVERTY_RULE_BIRTH_DATE_TIME)) {
        fputs("(?:[Tt]00:00(?::00(?:\\.0+)?)?(?:[Zz]|[+-]00(?::?00)?)?)?",
              file);
    }
}


/* Do texts of that one character have what has looks for? */
static bool
has_code(bool (*has)(riverty_span_t text), uint32_t code)
{
    unsigned char text[4];

    return has((riverty_span_t){ text, riverty_text_encode(code, text) });
}


static bool
is_letter(uint32_t code)
{
    return has_code(riverty_text_has_letter, code);
}


static bool
is_alphanumeric(uint32_t code)
{
    return has_code(riverty_text_has_alphanumeric, code);
}


static bool
is_readable(uint32_t code)
{
    return has_code(riverty_text_readable, code);
}


static void
put_one_of(FILE *file, bool (*take)(uint32_t code))
{
    riverty_ecma_class_open();
    riverty_ecma_class_add_all(take);
    riverty_ecma_class_put(file, false);
}


static void
put_letter(FILE *file, const void *data)
{
    (void) data;
    put_one_of(file, is_letter);
}


static void
put_alphanumeric(FILE *file, const void *data)
{
    (void) data;
    put_one_of(file, is_alphanumeric);
}


static void
put_readable(FILE *file, const void *data)
{
    (void) data;
    put_one_of(file, is_readable);
}


const riverty_schema_part_t riverty_cli_schema_parts[] = {
    { LETTER, put_letter },
    { ALPHANUMERIC, put_alphanumeric },
    { RIVERTY_SCHEMA_READABLE, put_readable },
};

const size_t riverty_cli_schema_parts_count =
    sizeof(riverty_cli_schema_parts) / sizeof(riverty_cli_schema_parts[0]);


static json_t *
countries(void)
{
    json_t *codes = json_array();

    for (size_t i = 0; i < riverty_countries_count; i++) {
        json_array_append_new(codes, json_string(riverty_countries[i].alpha_2));
    }

    return codes;
}


static json_t *
languages(void)
{
    json_t *codes = json_array();

    for (size_t i = 0; i < riverty_languages_count; i++) {
        json_array_append_new(codes, json_string(riverty_languages[i].alpha_2));
    }

    return codes;
}


/* clang-format off */
static const fact_t facts[] = {
    { riverty_check_birth_date, RIVERTY_FACT_WHOLE, put_date, NULL, NULL },
    { riverty_check_company_name, RIVERTY_FACT_PART, NULL, NULL, ALPHANUMERIC },
    { riverty_check_country_code, RIVERTY_FACT_WHOLE, NULL, countries, NULL },
    { riverty_check_language, RIVERTY_FACT_WHOLE, NULL, languages, NULL },
    { riverty_check_name, RIVERTY_FACT_PART, NULL, NULL, LETTER },
    { riverty_check_postal_place, RIVERTY_FACT_PART, NULL, NULL, LETTER },
    { riverty_check_text, RIVERTY_FACT_TEXT, NULL, NULL, NULL },
};
/* clang-format on */

#define FACTS (sizeof(facts) / sizeof(facts[0]))


static const fact_t *
find_fact(riverty_check_pt check)
{
    for (size_t i = 0; i < FACTS; i++) {
        if (facts[i].check == check) {
            return &facts[i];
        }
    }

    return NULL;
}


/* "A,B" as an array. */
static json_t *
listed(const char *values)
{
    json_t *list = json_array();
    size_t len;

    for (; *values != '\0'; values += len + (values[len] == ',')) {
        len = strcspn(values, ",");
        json_array_append_new(list, json_stringn(values, len));
    }

    return list;
}


json_t *
riverty_cli_schema_values(const riverty_field_t *field)
{
    const fact_t *fact = find_fact(field->check);

    if (field->values != NULL) {
        return listed(field->values);
    }

    return fact != NULL && fact->values != NULL ? fact->values() : NULL;
}


static void
put_values(FILE *file, const json_t *values)
{
    size_t count = json_array_size(values);
    const char **words = riverty_cli_allocate(count * sizeof(*words));

    for (size_t i = 0; i < count; i++) {
        words[i] = json_string_value(json_array_get(values, i));
    }

    riverty_ecma_words(file, words, count);
}


riverty_fact_kind_t
riverty_cli_schema_fact_kind(const riverty_field_t *field)
{
    const fact_t *fact = find_fact(field->check);

    if (field->values != NULL) {
        return riverty_rule_rejects(field->values_rule) ? RIVERTY_FACT_WHOLE
                                                        : RIVERTY_FACT_NONE;
    }

    return fact != NULL ? fact->kind : RIVERTY_FACT_NONE;
}


const char *
riverty_cli_schema_part(const riverty_field_t *field)
{
    return find_fact(field->check)->part;
}


void
riverty_cli_schema_fact(FILE *file, const riverty_field_t *field)
{
    json_t *values = riverty_cli_schema_values(field);

    if (values != NULL) {
        put_values(file, values);
    } else {
        find_fact(field->check)->put(file);
    }

    json_decref(values);
}
