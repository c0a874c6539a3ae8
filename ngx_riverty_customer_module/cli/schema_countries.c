/*
 * Postal codes in the JSON Schema: a condition for each form of them, with the
 * countries that have it.
 */

#include "contract/countries.h"
#include "ecma.h"
#include "schema.h"

/* A US ZIP+4's end behind a whole code is taken (rule postal_code_suffix). */
#define SUFFIX "(?:-[0-9]{4})?"


static bool
same_form(const riverty_postal_code_t *a, const riverty_postal_code_t *b)
{
    return a->required == b->required && a->letters == b->letters &&
           strcmp(a->pattern, b->pattern) == 0 &&
           strcmp(a->prefix, b->prefix) == 0;
}


static bool
is_country(const riverty_postal_code_t *row)
{
    return riverty_country_alpha_2(riverty_span_of(row->country)) != NULL;
}


/* The countries from row on that have its form. */
static void
put_countries(FILE *file, const void *data)
{
    const riverty_postal_code_t *first = data;
    const riverty_postal_code_t *end =
        riverty_postal_codes + riverty_postal_codes_count;
    const char *separator = "";

    for (const riverty_postal_code_t *row = first; row < end; row++) {
        if (same_form(row, first) && is_country(row)) {
            fputs(separator, file);
            riverty_ecma_text(file, row->country, RIVERTY_ECMA_CASELESS);
            separator = "|";
        }
    }
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


static json_t *
address_schema(const riverty_postal_code_t *row)
{
    const char *name = (const char *) riverty_field_name(
                           &riverty_fields[RIVERTY_FIELD_POSTAL_CODE])
                           .data;
    json_t *pattern = riverty_cli_schema_pattern(put_code, row, !row->required);

    if (!row->required) {
        return json_pack("{s:{s:{s:o}}}", "properties", name, "pattern",
                         pattern);
    }

    return json_pack("{s:[s], s:{s:{s:s, s:o}}}", "required", name,
                     "properties", name, "type", "string", "pattern", pattern);
}


/* Has a country before it the same form, so that it has been told? */
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


json_t *
riverty_cli_schema_countries(void)
{
    const riverty_field_t *country =
        &riverty_fields[RIVERTY_FIELD_COUNTRY_CODE];
    json_t *schema = json_array();

    for (size_t i = 0; i < riverty_postal_codes_count; i++) {
        const riverty_postal_code_t *row = &riverty_postal_codes[i];

        if (is_country(row) && !is_told(row)) {
            json_array_append_new(
                schema, riverty_cli_schema_if(country, put_countries, row,
                                              address_schema(row)));
        }
    }

    return schema;
}
