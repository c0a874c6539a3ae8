/*
 * The bytes of a JSON text (RFC 8259, sections 2, 6 and 7): the classes of each
 * byte, and eight of them at a time as a word.  Runs of them: runs.h.
 */
#ifndef RIVERTY_BYTES_H
#define RIVERTY_BYTES_H

#include "riverty.h"


#define RIVERTY_BYTE_SPACE  0x01 /* white space: tab, LF, CR, space */
#define RIVERTY_BYTE_PLAIN  0x02 /* itself in a string: 0x20-0x7e, not " \ */
#define RIVERTY_BYTE_HEX    0x04 /* 0-9 A-F a-f */
#define RIVERTY_BYTE_ESCAPE 0x08 /* an escape behind a \: " \ / b f n r t */

/* The classes of each byte; static. */
extern const uint8_t riverty_byte_classes[256];


static inline bool
riverty_byte_is(unsigned char byte, unsigned classes)
{
    return (riverty_byte_classes[byte] & classes) != 0;
}


/* Digits and letters of ASCII: no table has to be looked at. */
static inline bool
riverty_byte_is_digit(unsigned char byte)
{
    return byte >= '0' && byte <= '9';
}


static inline bool
riverty_byte_is_upper(unsigned char byte)
{
    return byte >= 'A' && byte <= 'Z';
}


static inline bool
riverty_byte_is_lower(unsigned char byte)
{
    return byte >= 'a' && byte <= 'z';
}


static inline bool
riverty_byte_is_letter(unsigned char byte)
{
    return riverty_byte_is_lower(byte | 0x20);
}


/* A letter, a digit, _ or -: what the id of a pseudonym's key is made of. */
static inline bool
riverty_byte_is_id(unsigned char byte)
{
    return riverty_byte_is_letter(byte) || riverty_byte_is_digit(byte) ||
           byte == '_' || byte == '-';
}


/* The value of a hex digit. */
static inline unsigned
riverty_byte_hex(unsigned char digit)
{
    return (digit & 0x0fu) + (digit >> 6) * 9u;
}


/*
 * DEL may stand in a string unescaped, but it is a control character.  It is
 * not PLAIN, so that a PLAIN text needs no search for control characters.
 */
#define RIVERTY_BYTE_DEL 0x7f

/* The same byte eight times. */
#define riverty_word_of(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Eight bytes, the first of them in the lowest bits. */
static inline uint64_t
riverty_word_load(const unsigned char *pos)
{
    uint64_t word;

    memcpy(&word, pos, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}


/* Less than eight bytes, zeros behind them. */
static inline uint64_t
riverty_word_short(const unsigned char *pos, size_t len)
{
    uint64_t word = 0;

    while (len-- > 0) {
        word = word << 8 | pos[len];
    }

    return word;
}


/* The sum of a word's bytes, which is below 256: the product's top byte. */
static inline size_t
riverty_word_sum(uint64_t word)
{
    return (size_t) (word * riverty_word_of(1) >> 56);
}


/*
 * The high bit of each byte that is not PLAIN.  Borrows and carries can mark
 * PLAIN bytes too, but only above one that is not: the lowest mark is right,
 * and a word without a mark has none.
 */
static inline uint64_t
riverty_word_special(uint64_t word)
{
    uint64_t low = word - riverty_word_of(0x20);
    uint64_t quote = (word ^ riverty_word_of('"')) - riverty_word_of(1);
    uint64_t slash = (word ^ riverty_word_of('\\')) - riverty_word_of(1);
    uint64_t del = word + riverty_word_of(1);

    return (low | quote | slash | del | word) & riverty_word_of(0x80);
}


/*
 * The first byte from pos on that ends the name of an HTTP header, a colon or
 * one up to a space, or end.  As above, the lowest mark is right.
 */
static inline const unsigned char *
riverty_bytes_name(const unsigned char *pos, const unsigned char *end)
{
    for (; end - pos >= 8; pos += 8) {
        uint64_t word = riverty_word_load(pos);
        uint64_t low = word - riverty_word_of(' ' + 1);
        uint64_t other = word ^ riverty_word_of(':');
        uint64_t marks = (low & ~word) |
                         ((other - riverty_word_of(1)) & ~other);

        marks &= riverty_word_of(0x80);
        if (marks != 0) {
            return pos + __builtin_ctzll(marks) / 8;
        }
    }

    while (pos < end && *pos > ' ' && *pos != ':') {
        pos++;
    }

    return pos;
}


/* The first byte from pos on that is not PLAIN, or end. */
static inline const unsigned char *
riverty_words_plain(const unsigned char *pos, const unsigned char *end)
{
    uint64_t special;

    for (; end - pos >= 8; pos += 8) {
        special = riverty_word_special(riverty_word_load(pos));
        if (special != 0) {
            return pos + __builtin_ctzll(special) / 8;
        }
    }

    while (pos < end && riverty_byte_is(*pos, RIVERTY_BYTE_PLAIN)) {
        pos++;
    }

    return pos;
}

#endif
