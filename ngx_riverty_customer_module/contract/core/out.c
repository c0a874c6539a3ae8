/*
 * The bounded writer of JSON text.  Escapes: RFC 8259, section 7.
 */
#include "out.h"

#include "digits.h"
#include "runs.h"
#include "text.h"


/* Digits of the largest number, and the next multiple of 8. */
#define UINT_DIGITS 20
#define UINT_ROOM   24

/* clang-format off */
#define TENS(ten)                                                              \
    ten "0" ten "1" ten "2" ten "3" ten "4"                                    \
    ten "5" ten "6" ten "7" ten "8" ten "9"

const char riverty_digit_pairs[2 * 100 + 1] =
    TENS("0") TENS("1") TENS("2") TENS("3") TENS("4")
    TENS("5") TENS("6") TENS("7") TENS("8") TENS("9");
/* clang-format on */


void
riverty_out_init(riverty_out_t *out, void *buffer, size_t size)
{
    out->start = buffer;
    out->pos = buffer;
    out->end = out->start + size;
    out->full = false;
}


void
riverty_out_text(riverty_out_t *out, const char *text)
{
    riverty_out_bytes(out, text, strlen(text));
}


void
riverty_out_uint(riverty_out_t *out, uint64_t number)
{
    unsigned char digits[UINT_DIGITS + UINT_ROOM];
    unsigned char *end = digits + UINT_DIGITS;
    unsigned char *first = end;

    for (; number >= 100; number /= 100) {
        first -= 2;
        riverty_two_digits(first, (unsigned) (number % 100));
    }

    if (number >= 10) {
        first -= 2;
        riverty_two_digits(first, (unsigned) number);
    } else {
        *--first = (unsigned char) ('0' + number);
    }

    if ((size_t) (out->end - out->pos) < UINT_ROOM) {
        riverty_out_bytes(out, first, (size_t) (end - first));
        return;
    }

    /* with what is behind them, which the next text writes over */
    memset(end, 0, UINT_ROOM);
    memcpy(out->pos, first, UINT_ROOM);
    out->pos += end - first;
}


/* Copies eight bytes; returns how many of them are PLAIN before another. */
static inline size_t
copy_word(unsigned char *to, const unsigned char *from)
{
    uint64_t special = riverty_word_special(riverty_word_load(from));

    memcpy(to, from, sizeof(special));
    return special == 0 ? 8 : (size_t) __builtin_ctzll(special) / 8;
}


#ifdef RIVERTY_BLOCK

/* Copies a block; what of it is not PLAIN joins marks. */
static inline riverty_marks_t
copy_marks(unsigned char *to, const unsigned char *from, riverty_marks_t marks)
{
    memcpy(to, from, RIVERTY_BLOCK);
    return riverty_marks_of(marks, riverty_block_marks(from));
}


/* Copies one block to four, which may overlap; returns whether all is PLAIN. */
static inline bool
copy_blocks(unsigned char *to, riverty_span_t text)
{
    const unsigned char *from = text.data;
    size_t last = text.len - RIVERTY_BLOCK;
    riverty_marks_t marks = riverty_block_marks(from);

    memcpy(to, from, RIVERTY_BLOCK);
    marks = copy_marks(to + last, from + last, marks);

    if (text.len > 2 * RIVERTY_BLOCK) {
        marks = copy_marks(to + RIVERTY_BLOCK, from + RIVERTY_BLOCK, marks);
        last -= RIVERTY_BLOCK;
        marks = copy_marks(to + last, from + last, marks);
    }

    return riverty_block_before(marks) == RIVERTY_BLOCK;
}


static inline size_t
copy_block(unsigned char *to, const unsigned char *from)
{
    memcpy(to, from, RIVERTY_BLOCK);
    return riverty_block_plain(from);
}

#else

#define RIVERTY_BLOCK 8
#define copy_block    copy_word

static inline bool
copy_blocks(unsigned char *to, riverty_span_t text)
{
    (void) to;
    (void) text;
    return false;
}

#endif


static size_t
copy_bytes(unsigned char *to, riverty_span_t text)
{
    size_t i;

    if (text.len >= 4) {
        uint32_t first, last;

        memcpy(&first, text.data, 4);
        memcpy(&last, text.data + text.len - 4, 4);

        if (riverty_word_special((uint64_t) first << 32 | last) == 0) {
            memcpy(to, &first, 4);
            memcpy(to + text.len - 4, &last, 4);
            return text.len;
        }
    }

    for (i = 0;
         i < text.len && riverty_byte_is(text.data[i], RIVERTY_BYTE_PLAIN);
         i++) {
        to[i] = text.data[i];
    }

    return i;
}


/*
 * Copies text, a word or more, up to its first byte that is not PLAIN; to has
 * room for all of it.  Returns how many bytes are good.  The last block, or
 * word, has some of the bytes before it again.
 */
static inline size_t
copy_words(unsigned char *to, riverty_span_t text)
{
    size_t last, plain;

    if (text.len < RIVERTY_BLOCK) {
        last = text.len - 8;
        plain = copy_word(to, text.data);
        return plain < 8 ? plain
                         : last + copy_word(to + last, text.data + last);
    }

    if (text.len <= 4 * RIVERTY_BLOCK && copy_blocks(to, text)) {
        return text.len;
    }

    last = text.len - RIVERTY_BLOCK;

    for (size_t i = 0; i < last; i += RIVERTY_BLOCK) {
        plain = copy_block(to + i, text.data + i);
        if (plain < RIVERTY_BLOCK) {
            return i + plain;
        }
    }

    return last + copy_block(to + last, text.data + last);
}


/* The same of any text. */
static inline size_t
copy_plain(unsigned char *to, riverty_span_t text)
{
    return text.len < 8 ? copy_bytes(to, text) : copy_words(to, text);
}


void
riverty_out_string_behind(riverty_out_t *out, const char *before, size_t len,
                          riverty_span_t text)
{
    unsigned char *to;
    size_t plain;

    if ((size_t) (out->end - out->pos) < RIVERTY_OUT_BEFORE + text.len + 1) {
        riverty_out_bytes(out, before, len);
        riverty_out_escaped(out, text);
        riverty_out_literal(out, "\"");
        return;
    }

    memcpy(out->pos, before, RIVERTY_OUT_BEFORE);
    to = out->pos + len;

    /* mostly all of it */
    plain = copy_plain(to, text);
    to += plain;

    if (plain == text.len) {
        *to = '"';
        out->pos = to + 1;
        return;
    }

    out->pos = to;
    riverty_out_escaped(
        out, (riverty_span_t){ text.data + plain, text.len - plain });
    riverty_out_literal(out, "\"");
}


void
riverty_out_string(riverty_out_t *out, riverty_span_t text)
{
    static const char quote[RIVERTY_OUT_BEFORE] = "\"";

    riverty_out_string_behind(out, quote, 1, text);
}


/* An ASCII byte that may not stand in a string as it is. */
static void
out_escape(riverty_out_t *out, unsigned char byte)
{
    static const char names[] = "\"\\bfnrt";
    static const char meanings[] = "\"\\\b\f\n\r\t";
    const char *meaning = memchr(meanings, byte, sizeof(meanings) - 1);

    if (meaning != NULL) {
        riverty_out_literal(out, "\\");
        riverty_out_bytes(out, &names[meaning - meanings], 1);

    } else {
        riverty_out_literal(out, "\\u00");
        riverty_out_hex(out, &byte, 1);
    }
}


/* What stands at pos, which is not a PLAIN byte; returns the byte behind it. */
static const unsigned char *
out_special(riverty_out_t *out, const unsigned char *pos,
            const unsigned char *end)
{
    size_t len;

    if (*pos < 0x80) {
        if (*pos == RIVERTY_BYTE_DEL) {
            riverty_out_literal(out, "\x7f");
        } else {
            out_escape(out, *pos);
        }
        return pos + 1;
    }

    len = riverty_text_sequence(pos, end);
    if (len == 0) {
        riverty_out_literal(out, "\xef\xbf\xbd"); /* U+FFFD */
        return pos + 1;
    }

    riverty_out_bytes(out, pos, len);
    return pos + len;
}


void
riverty_out_escaped(riverty_out_t *out, riverty_span_t text)
{
    const unsigned char *pos = text.data;
    const unsigned char *end, *plain;

    if (text.len == 0) {
        return;
    }

    end = text.data + text.len;

    /* mostly all of it */
    if (text.len >= 8 && (size_t) (out->end - out->pos) >= text.len) {
        size_t len = copy_words(out->pos, text);

        out->pos += len;
        pos += len;
    }

    while (pos < end && !out->full) {
        plain = riverty_bytes_plain(pos, end);
        riverty_out_bytes(out, pos, (size_t) (plain - pos));

        pos = plain == end ? end : out_special(out, plain, end);
    }
}


void
riverty_out_hex(riverty_out_t *out, const unsigned char *bytes, size_t len)
{
    if ((size_t) (out->end - out->pos) < 2 * len) {
        riverty_out_fill(out);
        return;
    }

    riverty_hex(out->pos, bytes, len);
    out->pos += 2 * len;
}


size_t
riverty_out_length(const riverty_out_t *out)
{
    return (size_t) (out->pos - out->start);
}
