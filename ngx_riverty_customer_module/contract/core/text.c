/*
 * UTF-8 text: validity, code points, classes, the place of an offset.
 * RFC 3629; categories and NFC by libutf8proc; bidirectional controls: UAX #9;
 * stream-safe text: UAX #15, section 13.
 */
#include "text.h"

#include <utf8proc.h>

#include "bytes.h"


#define REPLACEMENT 0xfffd

/* Marks in a row that stream-safe text may have. */
#define MARKS_MAX 30

/* More code points than any one decomposes to. */
#define DECOMPOSED_MAX 32

#define NFC_OPTIONS (UTF8PROC_STABLE | UTF8PROC_COMPOSE)

static const struct {
    uint32_t first;
    uint32_t last;
} controls[] = {
    { 0x0000, 0x001f }, /* C0 */
    { 0x007f, 0x009f }, /* DEL, C1 */
    { 0x061c, 0x061c }, /* Arabic letter mark */
    { 0x200e, 0x200f }, /* left-to-right and right-to-left mark */
    { 0x2028, 0x2029 }, /* line and paragraph separator */
    { 0x202a, 0x202e }, /* bidirectional embeddings and overrides */
    { 0x2066, 0x2069 }, /* bidirectional isolates */
    { 0xfdd0, 0xfdef }, /* noncharacters; the other ones end in fffe or ffff */
    { 0xfeff, 0xfeff }, /* byte order mark */
    { 0xe0000, 0xe007f }, /* tags */
};

/* A code point from here on is assigned to no letter, nor will be soon. */
#define UNASSIGNED_FROM 0x40000

/* Letters and symbols of which nothing is seen, or nothing but a dash. */
static const uint32_t fillers[] = {
    0x115f, 0x1160, /* Hangul choseong and jungseong filler */
    0x2212,         /* minus sign */
    0x2800,         /* Braille pattern blank */
    0x3164, 0xffa0, /* Hangul filler, and its halfwidth form */
};


static inline bool
is_continuation(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}


static inline bool
is_within(unsigned char byte, unsigned char low, unsigned char high)
{
    return byte >= low && byte <= high;
}


/* The code point of a well-formed sequence of len bytes. */
static uint32_t
decode(const unsigned char *pos, size_t len)
{
    static const unsigned char bits[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
    uint32_t code = pos[0] & bits[len];

    for (size_t i = 1; i < len; i++) {
        code = code << 6 | (pos[i] & 0x3fu);
    }

    return code;
}


uint32_t
riverty_text_next(const unsigned char **pos, const unsigned char *end)
{
    size_t len;
    uint32_t code;

    if (**pos < 0x80) {
        return *(*pos)++;
    }

    len = riverty_text_sequence(*pos, end);
    code = len == 0 ? REPLACEMENT : decode(*pos, len);

    /* It moves at least one byte, so that a loop over a text ends. */
    *pos += len == 0 ? 1 : len;
    return code;
}


/* The grammar of RFC 3629, section 4, line by line, but for its first two. */
size_t
riverty_text_sequence_long(const unsigned char *pos, const unsigned char *end)
{
    unsigned char lead = *pos;
    unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;

    if (lead > 0xf4 || end - pos < 3 || !is_within(pos[1], low, high) ||
        !is_continuation(pos[2])) {
        return 0;
    }

    if (lead < 0xf0) {
        return 3;
    }

    return end - pos >= 4 && is_continuation(pos[3]) ? 4 : 0;
}


size_t
riverty_text_encode(uint32_t code, unsigned char *out)
{
    static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

    if (code < 0x80) {
        out[0] = (unsigned char) code;
        return 1;
    }

    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (unsigned char) (0x80 | (code & 0x3f));
        code >>= 6;
    }
    out[0] = (unsigned char) (lead[len] | code);

    return len;
}


/* How many of word's bytes are continuations: 10xxxxxx. */
static inline size_t
word_continuations(uint64_t word)
{
    return riverty_word_sum(word >> 7 & ~word >> 6 & riverty_word_of(1));
}


size_t
riverty_text_length(riverty_span_t text)
{
    size_t length = text.len;
    size_t i = 0;

    for (; text.len - i >= 8; i += 8) {
        length -= word_continuations(riverty_word_load(text.data + i));
    }

    for (; i < text.len; i++) {
        length -= is_continuation(text.data[i]);
    }

    return length;
}


/* Is every byte below limit, which is 0x80 or more? */
static bool
all_below(riverty_span_t text, unsigned char limit)
{
    size_t i = 0;

    while (text.len - i >= 8 &&
           (riverty_word_load(text.data + i) & riverty_word_of(0x80)) == 0) {
        i += 8;
    }

    while (i < text.len && text.data[i] < limit) {
        i++;
    }

    return i == text.len;
}


bool
riverty_text_ascii(riverty_span_t text)
{
    return all_below(text, 0x80);
}


bool
riverty_text_control(uint32_t code)
{
    /* Letters of Europe, and of China and Japan. */
    if ((code >= 0xa0 && code < 0x61c) || (code > 0x2069 && code < 0xfdd0)) {
        return false;
    }

    for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
        if (code >= controls[i].first && code <= controls[i].last) {
            return true;
        }
    }

    return (code & 0xfffe) == 0xfffe;
}


/* Is every byte of word one of 0x20-0x7e? */
static inline bool
word_printable(uint64_t word)
{
    uint64_t low = word - riverty_word_of(0x20);
    uint64_t del = word + riverty_word_of(1);

    return ((low | del | word) & riverty_word_of(0x80)) == 0;
}


/* The first byte from pos on that is not one of 0x20-0x7e, or end. */
static const unsigned char *
pass_printable(const unsigned char *pos, const unsigned char *end)
{
    while (end - pos >= 8 && word_printable(riverty_word_load(pos))) {
        pos += 8;
    }

    while (pos < end && is_within(*pos, 0x20, 0x7e)) {
        pos++;
    }

    return pos;
}


bool
riverty_text_has_control(riverty_span_t text)
{
    const unsigned char *pos = text.data;
    const unsigned char *end;

    if (text.len == 0) {
        return false;
    }

    end = text.data + text.len;
    while ((pos = pass_printable(pos, end)) < end) {
        if (riverty_text_control(riverty_text_next(&pos, end))) {
            return true;
        }
    }

    return false;
}


/* Does text hold a code point for which the function is true? */
static bool
has(riverty_span_t text, bool (*is)(uint32_t code))
{
    const unsigned char *pos = text.data;
    const unsigned char *end;

    if (text.len == 0) {
        return false;
    }

    end = text.data + text.len;
    while (pos < end) {
        if (is(riverty_text_next(&pos, end))) {
            return true;
        }
    }

    return false;
}


static bool
is_filler(uint32_t code)
{
    for (size_t i = 0; i < sizeof(fillers) / sizeof(fillers[0]); i++) {
        if (code == fillers[i]) {
            return true;
        }
    }

    return false;
}


/*
 * What the library has no category for may be a letter of a newer Unicode; so
 * may U+3007 be, an ideographic zero and a numeral.
 */
static bool
is_letter(uint32_t code)
{
    utf8proc_category_t category;

    if (code < 0x80) {
        return riverty_byte_is_letter((unsigned char) code);
    }

    category = utf8proc_category((utf8proc_int32_t) code);

    if (category == UTF8PROC_CATEGORY_CN) {
        return code < UNASSIGNED_FROM;
    }

    return category == UTF8PROC_CATEGORY_NL ||
           (category >= UTF8PROC_CATEGORY_LU &&
            category <= UTF8PROC_CATEGORY_LO && !is_filler(code));
}


static bool
is_alphanumeric(uint32_t code)
{
    return is_letter(code) ||
           utf8proc_category((utf8proc_int32_t) code) == UTF8PROC_CATEGORY_ND;
}


/* Of ASCII letters and digits, of the rest every symbol as well. */
static bool
is_readable(uint32_t code)
{
    utf8proc_category_t category;

    if (code < 0x80) {
        return is_letter(code) || riverty_byte_is_digit((unsigned char) code);
    }

    category = utf8proc_category((utf8proc_int32_t) code);

    if (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO) {
        return true;
    }

    if (category >= UTF8PROC_CATEGORY_SM && category <= UTF8PROC_CATEGORY_SO) {
        return !is_filler(code);
    }

    return is_letter(code) ||
           (category == UTF8PROC_CATEGORY_CO && code < UNASSIGNED_FROM);
}


bool
riverty_text_space(uint32_t code)
{
    return utf8proc_category((utf8proc_int32_t) code) == UTF8PROC_CATEGORY_ZS;
}


bool
riverty_text_dash(uint32_t code)
{
    return code == 0x2212 ||
           utf8proc_category((utf8proc_int32_t) code) == UTF8PROC_CATEGORY_PD;
}


/* U+2026 is three dots in one. */
static bool
is_no_dash(uint32_t code)
{
    return code != '.' && code != 0x2026 && !riverty_text_dash(code);
}


bool
riverty_text_has_letter(riverty_span_t text)
{
    return has(text, is_letter);
}


bool
riverty_text_has_alphanumeric(riverty_span_t text)
{
    return has(text, is_alphanumeric);
}


bool
riverty_text_readable(riverty_span_t text)
{
    return has(text, is_readable);
}


bool
riverty_text_dashes(riverty_span_t text)
{
    return text.len > 0 && !has(text, is_no_dash);
}


/* What is taken off at both ends. */
static const riverty_span_t blanks[] = {
    { (const unsigned char *) " ", 1 },
    { (const unsigned char *) "\xc2\xa0", 2 },     /* U+00A0 */
    { (const unsigned char *) "\xe2\x80\x8e", 3 }, /* U+200E */
    { (const unsigned char *) "\xe2\x80\x8f", 3 }, /* U+200F */
    { (const unsigned char *) "\xd8\x9c", 2 },     /* U+061C */
    { (const unsigned char *) "\xef\xbb\xbf", 3 }, /* U+FEFF */
};

#define BLANKS (sizeof(blanks) / sizeof(blanks[0]))


/* Is that one of blanks[]? */
static bool
is_blank(const unsigned char *data, size_t len)
{
    for (size_t i = 0; i < BLANKS; i++) {
        if (len == blanks[i].len && data[0] == blanks[i].data[0] &&
            memcmp(data, blanks[i].data, len) == 0) {
            return true;
        }
    }

    return false;
}


/* The bytes of a blank that text, which is not empty, starts with. */
static size_t
blank_before(riverty_span_t text)
{
    size_t len = riverty_text_sequence(text.data, text.data + text.len);

    return is_blank(text.data, len) ? len : 0;
}


/* The bytes of a blank that text, which is not empty, ends with. */
static size_t
blank_behind(riverty_span_t text)
{
    size_t len = 1;

    while (len < text.len && is_continuation(text.data[text.len - len])) {
        len++;
    }

    return is_blank(text.data + text.len - len, len) ? len : 0;
}


riverty_span_t
riverty_text_trim_spaces(riverty_span_t text)
{
    size_t blank;

    /* A graphic character of ASCII is no blank, and no part of one. */
    while (text.len > 0 && !riverty_text_graphic(text.data[0]) &&
           (blank = blank_before(text)) > 0) {
        text.data += blank;
        text.len -= blank;
    }

    while (text.len > 0 && !riverty_text_graphic(text.data[text.len - 1]) &&
           (blank = blank_behind(text)) > 0) {
        text.len -= blank;
    }

    return text;
}


/* Does it have a combining class, by which canonical ordering sorts? */
static inline bool
is_mark(utf8proc_int32_t code)
{
    return utf8proc_get_property(code)->combining_class != 0;
}


/*
 * The code points that text decomposes to, or 0 where more than MARKS_MAX of
 * them in a row are marks: libutf8proc takes quadratic time to order those.
 */
static size_t
decomposed_length(riverty_span_t text)
{
    const unsigned char *pos = text.data;
    const unsigned char *end = text.data + text.len;
    utf8proc_int32_t codes[DECOMPOSED_MAX];
    utf8proc_ssize_t count, i;
    size_t length = 0;
    size_t marks = 0;

    while (pos < end) {
        count = utf8proc_decompose_char(
            (utf8proc_int32_t) riverty_text_next(&pos, end), codes,
            DECOMPOSED_MAX, NFC_OPTIONS, NULL);
        if (count < 0 || count > DECOMPOSED_MAX) {
            return 0;
        }

        for (i = 0; i < count; i++) {
            marks = is_mark(codes[i]) ? marks + 1 : 0;
            if (marks > MARKS_MAX) {
                return 0;
            }
        }

        length += (size_t) count;
    }

    return length;
}


/*
 * Decomposes text, with room for length code points at codes and a byte more,
 * and composes it there.  Returns the bytes, or 0 where libutf8proc cannot.
 */
static size_t
compose(riverty_span_t text, utf8proc_int32_t *codes, size_t length)
{
    utf8proc_ssize_t count;

    count = utf8proc_decompose(text.data, (utf8proc_ssize_t) text.len, codes,
                               (utf8proc_ssize_t) length, NFC_OPTIONS);
    if (count < 0 || (size_t) count > length) {
        return 0;
    }

    count = utf8proc_reencode(codes, count, NFC_OPTIONS);
    return count < 0 ? 0 : (size_t) count;
}


bool
riverty_text_nfc(riverty_span_t *text, const riverty_memory_t *memory)
{
    utf8proc_int32_t *codes;
    riverty_span_t composed;
    size_t length;

    /* All below U+0300, whose first byte is 0xcc, is in NFC. */
    if (all_below(*text, 0xcc)) {
        return true;
    }

    length = decomposed_length(*text);
    if (length == 0) {
        return true;
    }

    codes = memory->allocate(memory->data, length * sizeof(*codes) + 1);
    if (codes == NULL) {
        return false;
    }

    composed.len = compose(*text, codes, length);
    composed.data = (unsigned char *) codes;

    if (composed.len > 0 && !riverty_span_equal(composed, *text)) {
        *text = composed;
    }

    return true;
}


void
riverty_text_position(riverty_span_t text, size_t offset, size_t *line,
                      size_t *column)
{
    const unsigned char *pos = text.data;
    const unsigned char *end, *feed;

    *line = 1;
    *column = 1;

    if (text.len == 0) {
        return; /* no text has no address */
    }

    end = pos + (offset < text.len ? offset : text.len);
    while ((feed = memchr(pos, '\n', (size_t) (end - pos))) != NULL) {
        *line += 1;
        pos = feed + 1;
    }

    *column +=
        riverty_text_length((riverty_span_t){ pos, (size_t) (end - pos) });
}
