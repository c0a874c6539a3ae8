/*
 * Checks of codes: countries (ISO 3166-1) and languages (ISO 639-1).  A
 * longer form that has one meaning gets a hint and a repair.
 */
#include "check_codes.h"

#include "codes.h"
#include "contract/core/bytes.h"


/* What a code names that is none of ISO 3166-1's and stands for Kosovo's. */
static const riverty_span_t kosovo = { (const unsigned char *) "XK", 2 };


void
riverty_check_country_code(riverty_value_t *value)
{
    const riverty_country_t *country;
    const char *meant;

    if (riverty_country_alpha_2(value->text) != NULL) {
        return;
    }

    if (riverty_span_equal(value->text, kosovo)) {
        riverty_value_repair(value, RIVERTY_RULE_COUNTRY_KOSOVO, NULL, kosovo);
        return;
    }

    country = riverty_country_alpha_3(value->text);
    if (country != NULL) {
        riverty_value_repair(value, RIVERTY_RULE_COUNTRY_THREE_LETTER,
                             country->alpha_2,
                             riverty_span_of(country->alpha_2));
        return;
    }

    meant = riverty_country_meant(value->text);
    if (meant != NULL && riverty_span_equal(riverty_span_of(meant), kosovo)) {
        riverty_value_repair(value, RIVERTY_RULE_COUNTRY_KOSOVO, meant, kosovo);
        return;
    }

    riverty_value_note(value, RIVERTY_RULE_COUNTRY_CODE, meant);
}


/* How many letters and digits text starts with, and whether all are letters. */
static size_t
subtag_length(riverty_span_t text, bool *letters)
{
    size_t len = 0;

    *letters = true;

    while (len < text.len && (riverty_byte_is_lower(text.data[len]) ||
                              riverty_byte_is_digit(text.data[len]))) {
        *letters = *letters && riverty_byte_is_lower(text.data[len]);
        len++;
    }

    return len;
}


/*
 * A subtag of RFC 5646 behind the language: a region (two letters, three
 * digits), a script or another language (four or three letters), a variant
 * (five to eight characters, or four of which the first is a digit).
 */
static bool
is_subtag(riverty_span_t text, size_t len, bool letters)
{
    switch (len) {
    case 2:
        return letters;
    case 3:
        return letters || (riverty_byte_is_digit(text.data[0]) &&
                           riverty_byte_is_digit(text.data[1]) &&
                           riverty_byte_is_digit(text.data[2]));
    case 4:
        return letters || riverty_byte_is_digit(text.data[0]);
    default:
        return len >= 5 && len <= 8;
    }
}


/* Is the rest .utf-8 or @euro, of a locale's name in POSIX, or nothing? */
static bool
is_locale_end(riverty_span_t rest)
{
    if (rest.len == 1 ||
        (rest.len > 0 && rest.data[0] != '.' && rest.data[0] != '@')) {
        return false;
    }

    for (size_t i = 1; i < rest.len; i++) {
        if (!riverty_byte_is_lower(rest.data[i]) &&
            !riverty_byte_is_digit(rest.data[i]) &&
            strchr("-_.@=", rest.data[i]) == NULL) {
            return false;
        }
    }

    return true;
}


/*
 * The length of the language in a tag such as de-de, zh_hans_cn or
 * en_us.utf-8, or 0 where text is none.  A subtag of one character starts an
 * extension, in which the others may be of any kind.
 */
static size_t
tag_language(riverty_span_t text)
{
    bool letters, extension = false;
    size_t language = subtag_length(text, &letters);
    size_t pos = language;
    size_t len;

    if (language < 2 || language > 3 || !letters || pos == text.len) {
        return 0;
    }

    while (pos < text.len && (text.data[pos] == '-' || text.data[pos] == '_')) {
        riverty_span_t rest = { text.data + pos + 1, text.len - pos - 1 };

        len = subtag_length(rest, &letters);
        if (len == 1 && !extension && rest.len > 1) {
            extension = true;

        } else if (!is_subtag(rest, len, letters) &&
                   !(extension && len >= 1 && len <= 8)) {
            return 0;
        }

        pos += 1 + len;
    }

    return is_locale_end((riverty_span_t){ text.data + pos, text.len - pos })
               ? language
               : 0;
}


void
riverty_check_language(riverty_value_t *value)
{
    riverty_span_t code = value->text;
    riverty_rule_id_t rule = RIVERTY_RULE_LANGUAGE_THREE_LETTER;
    const riverty_language_t *language;
    const char *named = NULL;
    size_t len;

    if (riverty_language_alpha_2(code) != NULL) {
        return;
    }

    language = riverty_language_alpha_3(code);
    if (language != NULL) {
        named = language->alpha_2;

    } else if ((len = tag_language(code)) > 0) {
        rule = RIVERTY_RULE_LANGUAGE_REGION;
        code.len = len;
        named = riverty_language_named(code);
    }

    if (named != NULL) {
        riverty_value_repair(value, rule, named, riverty_span_of(named));
        return;
    }

    riverty_value_note(value, RIVERTY_RULE_LANGUAGE,
                       riverty_language_meant(code));
}
