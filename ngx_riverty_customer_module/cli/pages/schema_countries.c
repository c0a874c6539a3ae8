/*
 * Postal codes in the JSON Schema: a condition for each country that has them,
 * and what is true of all of them.  A schema cannot change a value, so its
 * patterns match every form that the gateway reads (postal_code.h).
 */
#include "schema_countries.h"

#include "cli/cli.h"
#include "cli/memory.h"
#include "contract/customer/codes.h"
#include "contract/customer/postal_code.h"
#include "ecma.h"
#include "ecma_class.h"
#include "schema.h"


static bool
is_country(const riverty_postal_code_t *row)
{
    return riverty_country_alpha_2(riverty_span_of(row->country)) != NULL;
}


/* Writes the countries that have postal codes, or only who requires them. */
static void
put_countries(FILE *file, bool required)
{
    const char **words =
        riverty_cli_allocate(riverty_postal_codes_count * sizeof(*words));
    size_t count = 0;

    for (size_t i = 0; i < riverty_postal_codes_count; i++) {
        const riverty_postal_code_t *row = &riverty_postal_codes[i];

        if (is_country(row) && (row->required || !required)) {
            words[count++] = row->country;
        }
    }

    riverty_ecma_words(file, words, count);
}


static void
put_all(FILE *file, const void *data)
{
    (void) data;
    put_countries(file, false);
}


static void
put_required(FILE *file, const void *data)
{
    (void) data;
    put_countries(file, true);
}


static void
put_country(FILE *file, const void *data)
{
    const riverty_postal_code_t *row = data;
    const char *word = row->country;

    riverty_ecma_words(file, &word, 1);
}


/* The code of the country or its sign, then what the country itself writes. */
static void
put_prefixes(FILE *file, const riverty_postal_code_t *row)
{
    fputs("(?:", file);
    riverty_ecma_spaced(file, row->country);

    if (row->sign[0] != '\0') {
        fputc('|', file);
        riverty_ecma_spaced(file, row->sign);
    }

    fputs(")?", file);

    if (row->prefix[0] != '\0') {
        fputs("(?:", file);
        riverty_ecma_spaced(file, row->prefix);
        fputs(")?", file);
    }
}


/* A separator may stand in front: put_characters() says that there is none. */
static void
put_code(FILE *file, const void *data)
{
    const riverty_postal_code_t *row = data;

    fputs("^(?:", file);
    put_prefixes(file, row);
    fputs("(?:", file);
    riverty_ecma_spaced(file, row->pattern);
    fputs("))?", file);
    riverty_cli_schema_put_blanks(file);
    fputc('$', file);
}


static void
put_suffixed(FILE *file, const void *data)
{
    const riverty_postal_code_t *row = data;

    fputs("(?:", file);
    riverty_ecma_pattern(file, row->pattern, 0);
    fputs(")-[0-9]{4}", file);
}


static void
put_suffixed_digits(FILE *file, const void *data)
{
    (void) data;
    fputs("[0-9]{3,5}-[0-9]{4}", file);
}


#define ANY RIVERTY_ECMA_BETWEEN "*"


/* Zeros, perhaps before four digits. */
static void
put_zeros(FILE *file, const void *data)
{
    (void) data;
    fputs("^(?:" ANY "[A-Za-z])*" ANY "0(?:" ANY "0){2,}(?:(?:" ANY
          "[0-9]){4})?",
          file);
    riverty_cli_schema_put_blanks(file);
    fputc('$', file);
}


/* What a code is made of, a letter or a digit at both ends. */
static void
put_characters(FILE *file, const void *data)
{
    static const char ends[] = "[0-9A-Za-z]";

    (void) data;
    fprintf(file, "%s(?:", ends);
    riverty_ecma_class_open();
    (void) riverty_ecma_class_add_text(ends, false);

    for (size_t i = 0; i < riverty_postal_separators_count; i++) {
        riverty_ecma_class_add(riverty_postal_separators[i].first,
                               riverty_postal_separators[i].last);
    }

    riverty_ecma_class_put(file, false);
    fprintf(file, "*%s)?", ends);
}


/* {pattern: what put writes}. */
static json_t *
part(riverty_cli_pattern_pt put, const void *data)
{
    return json_pack("{s:o}", "pattern", riverty_cli_schema_build(put, data));
}


/* The same between blanks. */
static json_t *
pattern(riverty_cli_pattern_pt put, const void *data)
{
    return json_pack("{s:o}", "pattern",
                     riverty_cli_schema_pattern(put, data, false));
}


/* {type: string or null, key: what}; what is stolen. */
static json_t *
optional_string(const char *key, json_t *what)
{
    return json_pack("{s:[s, s], s:o}", "type", "string", "null", key, what);
}


/* What a postal code of the country is. */
static json_t *
form_of(const riverty_postal_code_t *row)
{
    json_t *forms = json_pack("[o]", part(put_code, row));

    if (riverty_postal_code_extended(row) &&
        !riverty_rule_rejects(RIVERTY_RULE_POSTAL_CODE_SUFFIX)) {
        json_array_append_new(forms,
                              json_pack("{s:[o, o]}", "allOf",
                                        pattern(put_suffixed_digits, NULL),
                                        pattern(put_suffixed, row)));
    }

    return optional_string("anyOf", forms);
}


static json_t *
if_country(riverty_cli_pattern_pt put, const void *data, json_t *what)
{
    return riverty_cli_schema_if(&riverty_fields[RIVERTY_FIELD_COUNTRY_CODE],
                                 put, data, what);
}


/* {properties: {postalCode: what}}; what is stolen. */
static json_t *
postal_code(json_t *what)
{
    return riverty_cli_schema_member(&riverty_fields[RIVERTY_FIELD_POSTAL_CODE],
                                     what);
}


/* Of any country's codes; elsewhere nothing but a length is known of them. */
static json_t *
all_codes(void)
{
    json_t *zeros = part(put_zeros, NULL);
    json_t *codes = optional_string(
        "pattern", riverty_cli_schema_pattern(put_characters, NULL, true));
    json_t *condition;

    json_object_set_new(zeros, "type", json_string("string"));
    json_object_set_new(codes, "not", zeros);
    condition = if_country(put_all, NULL, postal_code(codes));

    if (riverty_rule_rejects(RIVERTY_RULE_TOO_LONG)) {
        unsigned cap = riverty_fields[RIVERTY_FIELD_POSTAL_CODE].cap;

        json_object_set_new(
            condition, "else",
            postal_code(optional_string("maxLength", json_integer(cap))));
    }

    return condition;
}


json_t *
riverty_cli_schema_countries(void)
{
    const riverty_field_t *code = &riverty_fields[RIVERTY_FIELD_POSTAL_CODE];
    json_t *schema = json_array();

    json_array_append_new(
        schema, if_country(put_required, NULL,
                           riverty_cli_schema_filled(
                               code->parent, RIVERTY_PRESENCE_COUNTRY)));
    json_array_append_new(schema, all_codes());

    for (size_t i = 0; i < riverty_postal_codes_count; i++) {
        const riverty_postal_code_t *row = &riverty_postal_codes[i];

        if (is_country(row)) {
            json_array_append_new(
                schema,
                if_country(put_country, row, postal_code(form_of(row))));
        }
    }

    return schema;
}
