/*
 * What the checks know, as far as a JSON Schema can say it: a row a check.  A
 * check that is no row here only warns, or knows what no pattern can say.
 */

#include "contract/check.h"
#include "contract/countries.h"
#include "contract/languages.h"
#include "ecma.h"
#include "schema.h"

typedef struct {
    riverty_check_pt check;
    void (*put)(FILE *file);
    json_t *(*values)(void); /* where they are a list: instead of put */
    bool bounds;             /* says how long a value may be */
} fact_t;


/* The form of a date; not that it exists, nor when it was. */
static void
put_date(FILE *file)
{
    fputs("[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])", file);

    if (!riverty_rule_rejects(RIVERTY_RULE_BIRTH_DATE_TIME)) {
        fputs("(?:T00:00:00(?:\\.0+)?Z?)?", file);
    }
}


static void
put_letter(FILE *file)
{
    fputs(".*\\p{L}.*", file);
}


static void
put_alphanumeric(FILE *file)
{
    fputs(".*[\\p{L}\\p{Nd}].*", file);
}


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


static const fact_t facts[] = {
    { riverty_check_birth_date, put_date, NULL, true },
    { riverty_check_company_name, put_alphanumeric, NULL, false },
    { riverty_check_country_code, NULL, countries, true },
    { riverty_check_language, NULL, languages, true },
    { riverty_check_name, put_letter, NULL, false },
    { riverty_check_postal_place, put_letter, NULL, false },
};

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

    if (field->values[0] != '\0') {
        return listed(field->values);
    }

    return fact != NULL && fact->values != NULL ? fact->values() : NULL;
}


static void
put_values(FILE *file, json_t *values)
{
    size_t i;
    json_t *value;

    json_array_foreach(values, i, value) {
        fputs(i > 0 ? "|" : "", file);
        riverty_ecma_text(file, json_string_value(value),
                          RIVERTY_ECMA_CASELESS);
    }
}


bool
riverty_cli_schema_has_fact(const riverty_field_t *field)
{
    return field->values[0] != '\0' || find_fact(field->check) != NULL;
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


bool
riverty_cli_schema_bounds(const riverty_field_t *field)
{
    const fact_t *fact = find_fact(field->check);

    return fact != NULL && fact->bounds;
}
