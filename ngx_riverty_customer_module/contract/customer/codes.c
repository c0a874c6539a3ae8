/*
 * Look-ups in the generated tables, which are sorted by their two-letter codes
 * or by their names.  Any other code is asked for only where something is wrong
 * with a document: those look-ups walk the table, a word's comparison a row.
 */
#include "codes.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "contract/core/bytes.h"
#include "contract/core/text.h"


#define ALPHA_2 2
#define ALPHA_3 3

/* A code of at most three characters and zeros, as all tables have it. */
#define PADDED 4

/* More than any name has, in bytes. */
#define NAME_SIZE 128


/* The two letters as a number, which sorts as they do. */
static inline unsigned
alpha_2_at(const unsigned char *letters)
{
    return (unsigned) letters[0] << 8 | letters[1];
}


/*
 * A row of any of the tables starts with its two-letter code, and each table
 * has one.  bsearch() without a call, and without a branch that depends on the
 * code; inline, so that the row's size is known.
 */
static inline const void *
find_alpha_2(riverty_span_t code, const void *rows, size_t count, size_t size)
{
    const unsigned char *row = rows; /* the last one up to code, or the first */
    unsigned wanted;

    if (code.len != ALPHA_2) {
        return NULL;
    }

    wanted = alpha_2_at(code.data);

    while (count > 1) {
        const unsigned char *middle = row + count / 2 * size;

        row = alpha_2_at(middle) <= wanted ? middle : row;
        count -= count / 2;
    }

    return alpha_2_at(row) == wanted ? row : NULL;
}


/* Pads code as the tables do; false where its length is none of theirs. */
static inline bool
pad_code(riverty_span_t code, size_t shortest, char *padded)
{
    if (code.len < shortest || code.len >= PADDED) {
        return false;
    }

    memset(padded, 0, PADDED);
    memcpy(padded, code.data, code.len);
    return true;
}


static inline bool
is_code(const char *padded, const char *known)
{
    return memcmp(padded, known, PADDED) == 0;
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
    char padded[PADDED];

    if (!pad_code(code, ALPHA_3, padded)) {
        return NULL;
    }

    for (size_t i = 0; i < riverty_countries_count; i++) {
        if (is_code(padded, riverty_countries[i].alpha_3)) {
            return &riverty_countries[i];
        }
    }

    return NULL;
}


static const char *
find_alias(riverty_span_t code, const riverty_code_alias_t *aliases,
           size_t count)
{
    char padded[PADDED];

    if (!pad_code(code, ALPHA_2, padded)) {
        return NULL;
    }

    for (size_t i = 0; i < count; i++) {
        if (is_code(padded, aliases[i].code)) {
            return aliases[i].meant;
        }
    }

    return NULL;
}


/* Text in small letters and a NUL behind it, at out; false where it is long. */
static bool
write_small(riverty_span_t text, char *out, size_t size)
{
    const unsigned char *pos = text.data;
    const unsigned char *end = text.data + text.len;
    unsigned char letter[4];
    size_t used = 0;
    size_t len;

    while (pos < end) {
        utf8proc_int32_t code = (utf8proc_int32_t) riverty_text_next(&pos, end);

        len = riverty_text_encode((uint32_t) utf8proc_tolower(code), letter);
        if (len >= size - used) {
            return false;
        }
        memcpy(out + used, letter, len);
        used += len;
    }

    out[used] = '\0';
    return true;
}


static int
compare_name(const void *name, const void *row)
{
    return strcmp(name, ((const riverty_code_name_t *) row)->name);
}


static const char *
find_name(riverty_span_t text, const riverty_code_name_t *names, size_t count)
{
    const riverty_code_name_t *row;
    char small[NAME_SIZE];

    if (!write_small(text, small, sizeof(small))) {
        return NULL;
    }

    row = bsearch(small, names, count, sizeof(names[0]), compare_name);
    return row != NULL ? row->code : NULL;
}


static const char *
country_of_digits(riverty_span_t code)
{
    char padded[PADDED];

    if (!pad_code(code, ALPHA_3, padded)) {
        return NULL;
    }

    for (size_t i = 0; i < riverty_countries_count; i++) {
        if (is_code(padded, riverty_countries[i].numeric)) {
            return riverty_countries[i].alpha_2;
        }
    }

    return NULL;
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
        if (!riverty_byte_is_upper(code.data[i]) &&
            !riverty_byte_is_digit(code.data[i])) {
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
    char padded[PADDED];

    if (!pad_code(code, ALPHA_3, padded)) {
        return NULL;
    }

    for (size_t i = 0; i < riverty_languages_count; i++) {
        if (is_code(padded, riverty_languages[i].alpha_3) ||
            is_code(padded, riverty_languages[i].bibliographic)) {
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
