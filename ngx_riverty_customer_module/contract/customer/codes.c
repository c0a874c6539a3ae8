/*
 * Look-ups in the generated tables, which are sorted by their two-letter codes.
 * A three-letter code is asked for only where something is wrong with a
 * document, so those look-ups walk the table.
 */
#include "codes.h"


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
