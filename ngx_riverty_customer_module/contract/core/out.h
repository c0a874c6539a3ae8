/*
 * A bounded writer of JSON text.  It drops what does not fit and notes that it
 * did, so that the caller checks once, at the end.
 */
#ifndef RIVERTY_OUT_H
#define RIVERTY_OUT_H

#include "riverty.h"


/* The most that one byte becomes in a JSON string: \u001f. */
#define RIVERTY_OUT_ESCAPE 6

typedef struct {
    unsigned char *start;
    unsigned char *pos;
    unsigned char *end; /* of the room; pos once something did not fit */
    bool full;          /* something did not fit; nothing more is written */
} riverty_out_t;


/* Starts writing into size bytes at buffer, which stay the caller's. */
void riverty_out_init(riverty_out_t *out, void *buffer, size_t size);

/* Something did not fit: nothing does any more, be it shorter. */
static inline void
riverty_out_fill(riverty_out_t *out)
{
    out->full = true;
    out->end = out->pos;
}


/* Writes bytes unchanged.  Inline, since the length is a constant mostly. */
static inline void
riverty_out_bytes(riverty_out_t *out, const void *bytes, size_t len)
{
    if ((size_t) (out->end - out->pos) < len) {
        riverty_out_fill(out);

    } else if (len > 0) {
        memcpy(out->pos, bytes, len);
        out->pos += len;
    }
}


/*
 * The same for a text of some 4 to 64 bytes whose length is not a constant: two
 * or four copies that may overlap cost less than a call.
 */
static inline void
riverty_out_span(riverty_out_t *out, riverty_span_t text)
{
    const unsigned char *from = text.data;
    unsigned char *to = out->pos;
    size_t len = text.len;

    if (len < 4 || len > 64 || (size_t) (out->end - to) < len) {
        riverty_out_bytes(out, from, len);
        return;
    }

    if (len < 8) {
        memcpy(to, from, 4);
        memcpy(to + len - 4, from + len - 4, 4);
    } else if (len < 16) {
        memcpy(to, from, 8);
        memcpy(to + len - 8, from + len - 8, 8);
    } else {
        memcpy(to, from, 16);
        if (len > 32) {
            memcpy(to + 16, from + 16, 16);
            memcpy(to + len - 32, from + len - 32, 16);
        }
        memcpy(to + len - 16, from + len - 16, 16);
    }

    out->pos = to + len;
}

#define riverty_out_literal(out, literal) \
    riverty_out_bytes(out, literal, sizeof(literal) - 1)
void riverty_out_text(riverty_out_t *out, const char *text);

/* Writes a decimal number. */
void riverty_out_uint(riverty_out_t *out, uint64_t number);

/* As many bytes are read of what stands before a string, whatever its length.
 */
#define RIVERTY_OUT_BEFORE 32

/*
 * Writes before, len bytes that end in a quote and RIVERTY_OUT_BEFORE that may
 * be read, then text and a quote, as riverty_out_string() does.
 */
void riverty_out_string_behind(riverty_out_t *out, const char *before,
                               size_t len, riverty_span_t text);

/*
 * Writes a JSON string with its quotes.  text may be any bytes: what is not
 * well-formed UTF-8 becomes U+FFFD.
 */
void riverty_out_string(riverty_out_t *out, riverty_span_t text);

/* Writes the inside of a JSON string: escaped, without quotes. */
void riverty_out_escaped(riverty_out_t *out, riverty_span_t text);

/* Writes len bytes as 2 * len lower-case hex digits. */
void riverty_out_hex(riverty_out_t *out, const unsigned char *bytes,
                     size_t len);

/* Returns how many bytes have been written. */
size_t riverty_out_length(const riverty_out_t *out);

#endif
