/*
 * Look-ups in the generated tables, which are sorted by their two-letter codes.
 * Any other code is asked for only where something is wrong with a document, so
 * those look-ups walk the table.
 */
#include "codes.h"

#include <utf8proc.h>

#include "contract/core/text.h"


#define ALPHA_2 2


/* The two letters as a number, which sorts as they do. */
static inline unsigned
alpha_2_at(const unsigned char *letters)
{
    return (unsigned) letters[0] << 8 | letters[1];
}


/*
 * A row of any of the tables starts with its two-letter code.  bsearch() that
 * compares without a call; inline, so that the row's size is known.
 */
static inline const void *
find_alpha_2(riverty_span_t code, const void *rows, size_t count, size_t size)
{
    const unsigned char *first = rows;
    const unsigned char *middle;
    unsigned wanted, found;

    if (code.len != ALPHA_2) {
        return NULL;
    }

    wanted = alpha_2_at(code.data);

    while (count > 0) {
        middle = first + count / 2 * size;
        found = alpha_2_at(middle);

        if (found == wanted) {
            return middle;
        }

        if (found < wanted) {
            first = middle + size;
            count--;
        }
        count /= 2;
    }

    return NULL;
}


static bool
is_code(riverty_span_t code, const char *known)
{
    return code.len == strlen(known) && code.len != 0 &&
           memcmp(code.data, known, code.len) == 0;
}


const riverty_country_t *
riverty_country_alpha_2(riverty_span_t code)
{
    return find_alpha_2(code, riverty_countries, riverty_countries_count,
                        sizeof(riverty_countries[0]));
}


const riverty_country_t *
riverty_country_alpha_3(riverty_span_t code)
{
    for (size_t i = 0; i < riverty_countries_count; i++) {
        if (is_code(code, riverty_countries[i].alpha_3)) {
            return &riverty_countries[i];
        }
    }

    return NULL;
}


static const char *
find_alias(riverty_span_t code, const riverty_code_alias_t *aliases,
           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_code(code, aliases[i].code)) {
            return aliases[i].meant;
        }
    }

    return NULL;
}


/* Is text, in whatever case of letters, that name in small ones? */
static bool
is_name(riverty_span_t text, const char *name)
{
    const unsigned char *pos = text.data;
    const unsigned char *end = text.data + text.len;
    riverty_span_t known = riverty_span_of(name);
    const unsigned char *small = known.data;

    while (pos < end && small < known.data + known.len) {
        utf8proc_int32_t code = (utf8proc_int32_t) riverty_text_next(&pos, end);

        if ((uint32_t) utf8proc_tolower(code) !=
            riverty_text_next(&small, known.data + known.len)) {
            return false;
        }
    }

    return pos == end && small == known.data + known.len;
}


static const char *
find_name(riverty_span_t text, const riverty_code_name_t *names, size_t count)
{
    for (size_t i = 0; text.len > 0 && i < count; i++) {
        if (is_name(text, names[i].name)) {
            return names[i].code;
        }
    }

    return NULL;
}


static const char *
country_of_digits(riverty_span_t code)
{
    for (size_t i = 0; i < riverty_countries_count; i++) {
        if (is_code(code, riverty_countries[i].numeric)) {
            return riverty_countries[i].alpha_2;
        }
    }

    return NULL;
}


static bool
is_upper_alphanumeric(unsigned char byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
}


/* ISO 3166-2: the country, a hyphen, one to three letters or digits. */
static const char *
country_of_part(riverty_span_t code)
{
    riverty_span_t country = { code.data, ALPHA_2 };
    const riverty_country_t *row;

    if (code.len < ALPHA_2 + 2 || code.len > ALPHA_2 + 4 ||
        code.data[ALPHA_2] != '-') {
        return NULL;
    }

    for (size_t i = ALPHA_2 + 1; i < code.len; i++) {
        if (!is_upper_alphanumeric(code.data[i])) {
            return NULL;
        }
    }

    row = riverty_country_alpha_2(country);
    return row != NULL ? row->alpha_2 : NULL;
}


const char *
riverty_country_meant(riverty_span_t code)
{
    const char *meant = find_alias(code, riverty_country_aliases,
                                   riverty_country_aliases_count);

    if (meant == NULL) {
        meant = country_of_digits(code);
    }

    if (meant == NULL) {
        meant = country_of_part(code);
    }

    return meant != NULL ? meant
                         : find_name(code, riverty_country_names,
                                     riverty_country_names_count);
}


int
riverty_postal_code_row(riverty_span_t country)
{
    const riverty_postal_code_t *row;

    row =
        find_alpha_2(country, riverty_postal_codes, riverty_postal_codes_count,
                     sizeof(riverty_postal_codes[0]));

    return row != NULL ? (int) (row - riverty_postal_codes) : -1;
}


const riverty_language_t *
riverty_language_alpha_2(riverty_span_t code)
{
    return find_alpha_2(code, riverty_languages, riverty_languages_count,
                        sizeof(riverty_languages[0]));
}


const riverty_language_t *
riverty_language_alpha_3(riverty_span_t code)
{
    for (size_t i = 0; i < riverty_languages_count; i++) {
        if (is_code(code, riverty_languages[i].alpha_3) ||
            is_code(code, riverty_languages[i].bibliographic)) {
            return &riverty_languages[i];
        }
    }

    return NULL;
}


const char *
riverty_language_named(riverty_span_t code)
{
    const riverty_language_t *language = riverty_language_alpha_2(code);

    if (language == NULL) {
        language = riverty_language_alpha_3(code);
    }

    return language != NULL ? language->alpha_2
                            : find_alias(code, riverty_language_aliases,
                                         riverty_language_aliases_count);
}


const char *
riverty_language_meant(riverty_span_t code)
{
    const char *meant = riverty_language_named(code);

    if (meant == NULL) {
        meant = find_alias(code, riverty_country_languages,
                           riverty_country_languages_count);
    }

    return meant != NULL ? meant
                         : find_name(code, riverty_language_names,
                                     riverty_language_names_count);
}
