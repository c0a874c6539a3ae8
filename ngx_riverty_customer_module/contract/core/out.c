/*
 * The bounded writer of JSON text.  Escapes: RFC 8259, section 7.
 */
#include "out.h"

#include "bytes.h"
#include "text.h"


static const char hex_digits[] = "0123456789abcdef";


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
    unsigned char digits[20];
    size_t i = sizeof(digits);

    do {
        digits[--i] = (unsigned char) ('0' + number % 10);
        number /= 10;
    } while (number != 0);

    riverty_out_bytes(out, digits + i, sizeof(digits) - i);
}


void
riverty_out_string(riverty_out_t *out, riverty_span_t text)
{
    riverty_out_literal(out, "\"");
    riverty_out_escaped(out, text);
    riverty_out_literal(out, "\"");
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
    while (pos < end && !out->full) {
        plain = riverty_bytes_plain(pos, end);
        riverty_out_bytes(out, pos, (size_t) (plain - pos));

        pos = plain == end ? end : out_special(out, plain, end);
    }
}


void
riverty_out_hex(riverty_out_t *out, const unsigned char *bytes, size_t len)
{
    unsigned char pair[2];

    for (size_t i = 0; i < len; i++) {
        pair[0] = (unsigned char) hex_digits[bytes[i] >> 4];
        pair[1] = (unsigned char) hex_digits[bytes[i] & 0x0f];
        riverty_out_bytes(out, pair, sizeof(pair));
    }
}


size_t
riverty_out_length(const riverty_out_t *out)
{
    return (size_t) (out->pos - out->start);
}
