/*
 * Postal codes in the JSON Schema: a condition for each form of postal code,
 * with the countries that have it.
 */
#include "schema_countries.h"

#include "cli/cli.h"
#include "cli/memory.h"
#include "contract/customer/codes.h"
#include "ecma.h"
#include "schema.h"


/*
 * A US ZIP+4's end behind a whole code is accepted (rule postal_code_suffix).
 */
#define SUFFIX "(?:-[0-9]{4})?"


static bool
same_form(const riverty_postal_code_t *a, const riverty_postal_code_t *b)
{
    return a->letters == b->letters && strcmp(a->pattern, b->pattern) == 0 &&
           strcmp(a->prefix, b->prefix) == 0;
}


static bool
is_country(const riverty_postal_code_t *row)
{
    return riverty_country_alpha_2(riverty_span_of(row->country)) != NULL;
}


/* Writes the countries of form, or, where it is NULL, that require a code. */
static void
put_countries(FILE *file, const void *form)
{
    const char **words =
        riverty_cli_allocate(riverty_postal_codes_count * sizeof(*words));
    size_t count = 0;

    for (size_t i = 0; i < riverty_postal_codes_count; i++) {
        const riverty_postal_code_t *row = &riverty_postal_codes[i];

        if (is_country(row) &&
            (form != NULL ? same_form(row, form) : row->required)) {
            words[count++] = row->country;
        }
    }

    riverty_ecma_words(file, words, count);
}


static void
put_code(FILE *file, const void *data)
{
    const riverty_postal_code_t *row = data;
    unsigned flags = 0;

    if (row->letters || row->prefix[0] != '\0') {
        flags = RIVERTY_ECMA_CASELESS;
    }

    if (row->prefix[0] != '\0') {
        fputs("(?:", file);
        riverty_ecma_text(file, row->prefix, flags);
        fputs(")?", file);
    }

    fputs("(?:", file);
    riverty_ecma_pattern(file, row->pattern, flags);
    fputs(")", file);

    if (!riverty_rule_rejects(RIVERTY_RULE_POSTAL_CODE_SUFFIX)) {
        fputs(SUFFIX, file);
    }
}


/*
 * Has a country before it the same form, so that the form is written already?
 */
static bool
is_told(const riverty_postal_code_t *row)
{
    for (const riverty_postal_code_t *before = riverty_postal_codes;
         before < row; before++) {
        if (same_form(before, row) && is_country(before)) {
            return true;
        }
    }

    return false;
}


static json_t *
if_country(const riverty_postal_code_t *form, json_t *what)
{
    return riverty_cli_schema_if(&riverty_fields[RIVERTY_FIELD_COUNTRY_CODE],
                                 put_countries, form, what);
}


json_t *
riverty_cli_schema_countries(void)
{
    const riverty_field_t *code = &riverty_fields[RIVERTY_FIELD_POSTAL_CODE];
    json_t *schema = json_array();
    json_t *filled =
        riverty_cli_schema_filled(code->parent, RIVERTY_PRESENCE_COUNTRY);

    json_array_append_new(schema, if_country(NULL, filled));

    for (size_t i = 0; i < riverty_postal_codes_count; i++) {
        const riverty_postal_code_t *row = &riverty_postal_codes[i];

        if (is_country(row) && !is_told(row)) {
            json_t *pattern = riverty_cli_schema_pattern(put_code, row, true);

            json_array_append_new(
                schema,
                if_country(row, riverty_cli_schema_member(code, pattern)));
        }
    }

    return schema;
}
