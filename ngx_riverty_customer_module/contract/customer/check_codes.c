/*
 * Checks of codes: countries (ISO 3166-1) and languages (ISO 639-1).  A
 * longer form that has one meaning gets a hint and a repair.
 */
#include "check_codes.h"

#include "codes.h"


/* Codes that ISO 3166-1 does not have, and what their users mean. */
typedef struct {
    char code[3];
    char meant[3];
} alias_t;

static const alias_t country_aliases[] = {
    { "UK", "GB" }, /* exceptionally reserved */
    { "EL", "GR" }, /* the European Union's own */
};

#define COUNTRY_ALIASES (sizeof(country_aliases) / sizeof(country_aliases[0]))


/* The code that such a code stands for, or NULL. */
static const char *
country_meant(riverty_span_t code)
{
    for (size_t i = 0; i < COUNTRY_ALIASES; i++) {
        if (riverty_span_equal(code,
                               riverty_span_of(country_aliases[i].code))) {
            return country_aliases[i].meant;
        }
    }

    return NULL;
}


void
riverty_check_country_code(riverty_value_t *value)
{
    const riverty_country_t *country;

    if (riverty_country_alpha_2(value->text) != NULL) {
        return;
    }

    if (riverty_span_equal(value->text, riverty_span("XK"))) {
        riverty_value_repair(value, RIVERTY_RULE_COUNTRY_KOSOVO, NULL,
                             value->text);
        return;
    }

    country = riverty_country_alpha_3(value->text);
    if (country != NULL) {
        riverty_value_repair(value, RIVERTY_RULE_COUNTRY_THREE_LETTER,
                             country->alpha_2,
                             riverty_span_of(country->alpha_2));
        return;
    }

    riverty_value_note(value, RIVERTY_RULE_COUNTRY_CODE,
                       country_meant(value->text));
}


static bool
is_letter(unsigned char byte)
{
    return byte >= 'a' && byte <= 'z';
}


static bool
is_digit(unsigned char byte)
{
    return byte >= '0' && byte <= '9';
}


/* A region of a language tag (RFC 5646): two letters or three digits. */
static bool
is_region(const unsigned char *data, size_t len)
{
    if (len == 2) {
        return is_letter(data[0]) && is_letter(data[1]);
    }

    return len == 3 && is_digit(data[0]) && is_digit(data[1]) &&
           is_digit(data[2]);
}


/* The language of a tag de-de or de_de, or NULL. */
static const riverty_language_t *
language_of_tag(riverty_span_t tag)
{
    if (tag.len < 5 || (tag.data[2] != '-' && tag.data[2] != '_') ||
        !is_region(tag.data + 3, tag.len - 3)) {
        return NULL;
    }

    return riverty_language_alpha_2((riverty_span_t){ tag.data, 2 });
}


void
riverty_check_language(riverty_value_t *value)
{
    riverty_rule_id_t rule = RIVERTY_RULE_LANGUAGE_THREE_LETTER;
    const riverty_language_t *language;

    if (riverty_language_alpha_2(value->text) != NULL) {
        return;
    }

    language = riverty_language_alpha_3(value->text);
    if (language == NULL) {
        rule = RIVERTY_RULE_LANGUAGE_REGION;
        language = language_of_tag(value->text);
    }

    if (language == NULL) {
        riverty_value_note(value, RIVERTY_RULE_LANGUAGE, NULL);
        return;
    }

    riverty_value_repair(value, rule, language->alpha_2,
                         riverty_span_of(language->alpha_2));
}
