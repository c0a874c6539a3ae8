/*
 * A code is taken apart into its characters and what separates them, and put
 * together in each form that may be meant, until the country has one of them.
 */
#include "postal_code.h"

#include "contract/core/bytes.h"
#include "contract/core/text.h"


/* More characters than any code has, with the country's code before it. */
#define CHARACTERS (RIVERTY_POSTAL_CODE_SIZE / 2)

#define COUNTRY_LENGTH 2
#define SUFFIX_LENGTH  5 /* a hyphen and four digits */
#define SUFFIXED_MIN   8
#define SUFFIXED_MAX   10
#define ZEROS          3 /* fewer may be a part of a code */

/* clang-format off */
const riverty_postal_separator_t riverty_postal_separators[] = {
    { 0x20, 0x20, ' ' },
    { 0x2d, 0x2d, '-' },
    { 0x2e, 0x2e, ' ' },     /* 01.310-100 */
    { 0xa0, 0xa0, ' ' },
    { 0xad, 0xad, '-' },     /* a soft hyphen */
    { 0x2000, 0x200d, ' ' }, /* spaces of every width, of none */
    { 0x2010, 0x2015, '-' }, /* hyphens and dashes */
    { 0x202f, 0x202f, ' ' },
    { 0x205f, 0x2060, ' ' },
    { 0x2212, 0x2212, '-' }, /* minus */
    { 0x3000, 0x3000, ' ' },
};
/* clang-format on */

const size_t riverty_postal_separators_count =
    sizeof(riverty_postal_separators) / sizeof(riverty_postal_separators[0]);

/* A code as it was typed. */
typedef struct {
    unsigned char characters[CHARACTERS]; /* in upper case */
    char before[CHARACTERS]; /* what separates it: ' ', '-', '\0' */
    size_t count;
} typed_t;

/* What stands between the characters of a form. */
typedef enum { AS_TYPED, HYPHENS, SPACES, NOTHING } between_t;

/* A code that is read. */
typedef struct {
    const riverty_shapes_t *shapes;
    size_t row;
    typed_t typed;
    unsigned char *room;
    riverty_span_t form; /* in room */
} reading_t;


/* A space or - where code is a separator, else '\0'. */
static char
separator(uint32_t code)
{
    for (size_t i = 0; i < riverty_postal_separators_count; i++) {
        const riverty_postal_separator_t *row = &riverty_postal_separators[i];

        if (code >= row->first && code <= row->last) {
            return row->meant;
        }
    }

    return '\0';
}


/* The ASCII letter or digit in upper case, or '\0'. */
static unsigned char
character(uint32_t code)
{
    unsigned char byte = (unsigned char) code;

    if (code >= 'a' && code <= 'z') {
        byte ^= 'a' - 'A';
    }

    return code < 0x80 &&
                   (riverty_byte_is_upper(byte) || riverty_byte_is_digit(byte))
               ? byte
               : '\0';
}


/* Of several separators in a row a hyphen counts. */
static bool
take_apart(riverty_span_t text, typed_t *typed)
{
    const unsigned char *pos = text.data;
    const unsigned char *end = text.data + text.len;
    char before = '\0';

    typed->count = 0;

    while (pos < end) {
        uint32_t code = riverty_text_next(&pos, end);
        char found = separator(code);

        if (found != '\0') {
            before = before == '-' ? '-' : found;
            continue;
        }

        if (character(code) == '\0' || typed->count == CHARACTERS) {
            return false;
        }

        typed->characters[typed->count] = character(code);
        typed->before[typed->count++] = before;
        before = '\0';
    }

    return typed->count > 0 && typed->before[0] == '\0' && before == '\0';
}


static char
between(between_t kind, char typed)
{
    switch (kind) {
    case AS_TYPED:
        return typed;
    case HYPHENS:
        return typed != '\0' ? '-' : '\0';
    case SPACES:
        return typed != '\0' ? ' ' : '\0';
    case NOTHING:
        break;
    }

    return '\0';
}


static bool
has_form(const riverty_shapes_t *shapes, size_t row, riverty_span_t text)
{
    return riverty_postal_code_match(shapes, row, text) == RIVERTY_MATCH_YES;
}


/*
 * Puts the characters together from first on, with what kind says between them
 * and with inserted before the one at place.
 */
static bool
try_form(reading_t *reading, size_t first, between_t kind, size_t place,
         char inserted)
{
    const typed_t *typed = &reading->typed;
    unsigned char *out = reading->room;

    for (size_t i = first; i < typed->count; i++) {
        char before = i == place ? inserted : between(kind, typed->before[i]);

        if (i > first && before != '\0') {
            *out++ = (unsigned char) before;
        }
        *out++ = typed->characters[i];
    }

    reading->form =
        (riverty_span_t){ reading->room, (size_t) (out - reading->room) };
    return has_form(reading->shapes, reading->row, reading->form);
}


/* The forms that may be meant, those nearest to what was typed first. */
static bool
try_forms(reading_t *reading, size_t first)
{
    size_t count = reading->typed.count;

    for (between_t kind = AS_TYPED; kind <= NOTHING; kind++) {
        if (try_form(reading, first, kind, count, '\0')) {
            return true;
        }
    }

    for (size_t place = first + 1; place < count; place++) {
        if (try_form(reading, first, NOTHING, place, '-') ||
            try_form(reading, first, NOTHING, place, ' ')) {
            return true;
        }
    }

    return false;
}


/* The same without the country's code, if it stands before. */
static bool
try_behind(reading_t *reading, const char *code, size_t len)
{
    const typed_t *typed = &reading->typed;

    return len > 0 && typed->count > len &&
           memcmp(typed->characters, code, len) == 0 && try_forms(reading, len);
}


/*
 * Zeros, perhaps behind letters and before four digits: a place that is not
 * known, or a key that was held down.  No country has such a code.
 */
static bool
is_zeros(riverty_span_t text)
{
    size_t zeros = 0;
    size_t digits = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (riverty_byte_is_digit(text.data[i])) {
            zeros += text.data[i] == '0' && zeros == digits;
            digits++;

        } else if (riverty_byte_is_upper(text.data[i]) && digits > 0) {
            return false;
        }

        if (zeros < digits && zeros < ZEROS) {
            return false;
        }
    }

    return zeros >= ZEROS &&
           (zeros == digits || (digits >= 7 && digits - zeros <= 4));
}


bool
riverty_postal_code_extended(const riverty_postal_code_t *row)
{
    for (const char *pos = row->pattern; *pos != '\0'; pos++) {
        if (riverty_byte_is_upper((unsigned char) *pos)) {
            return false;
        }
    }

    return true;
}


/* Three to five digits, - and four digits? */
static bool
has_suffix(riverty_span_t text)
{
    size_t hyphen = text.len - SUFFIX_LENGTH;

    if (text.len < SUFFIXED_MIN || text.len > SUFFIXED_MAX) {
        return false;
    }

    for (size_t i = 0; i < text.len; i++) {
        if (i == hyphen ? text.data[i] != '-'
                        : !riverty_byte_is_digit(text.data[i])) {
            return false;
        }
    }

    return true;
}


/* Are the digits a code without the hyphen (Lebanon's 3087 7185)? */
static bool
has_joined_form(const riverty_shapes_t *shapes, size_t row, riverty_span_t code)
{
    unsigned char joined[SUFFIXED_MAX];
    size_t len = code.len + SUFFIX_LENGTH - 1;

    memcpy(joined, code.data, code.len);
    memcpy(joined + code.len, code.data + code.len + 1, SUFFIX_LENGTH - 1);

    return has_form(shapes, row, (riverty_span_t){ joined, len });
}


static bool
is_suffixed(const riverty_shapes_t *shapes, size_t row, riverty_span_t text)
{
    riverty_span_t code = { text.data, text.len - SUFFIX_LENGTH };

    return has_suffix(text) &&
           riverty_postal_code_extended(&riverty_postal_codes[row]) &&
           has_form(shapes, row, code) && !has_joined_form(shapes, row, code);
}


/* Is text a code as it was typed?  Its form is the reading's. */
static bool
is_typed(reading_t *reading, riverty_span_t text)
{
    const riverty_postal_code_t *row = &riverty_postal_codes[reading->row];

    return take_apart(text, &reading->typed) &&
           (try_forms(reading, 0) ||
            try_behind(reading, row->country, COUNTRY_LENGTH) ||
            try_behind(reading, row->sign, strlen(row->sign)));
}


riverty_postal_code_status_t
riverty_postal_code_read(const riverty_shapes_t *shapes, size_t row,
                         riverty_span_t *text, unsigned char *room)
{
    riverty_postal_code_status_t status = RIVERTY_POSTAL_CODE_NONE;
    reading_t reading;

    reading.shapes = shapes;
    reading.row = row;
    reading.room = room;

    if (has_form(shapes, row, *text)) {
        status = RIVERTY_POSTAL_CODE_GOOD;

    } else if (is_suffixed(shapes, row, *text)) {
        status = RIVERTY_POSTAL_CODE_SUFFIXED;

    } else if (is_typed(&reading, *text)) {
        status = RIVERTY_POSTAL_CODE_GOOD;
        *text = reading.form;
    }

    return is_zeros(*text) ? RIVERTY_POSTAL_CODE_NONE : status;
}
