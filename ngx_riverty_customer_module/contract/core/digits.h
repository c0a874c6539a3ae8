/*
 * Bytes and numbers as digits, several at a time.
 */
#ifndef RIVERTY_DIGITS_H
#define RIVERTY_DIGITS_H

#include "riverty.h"


/* Four bytes as eight lower-case hex digits. */
static inline void
riverty_hex_four(unsigned char *out, const unsigned char *bytes)
{
    uint64_t digits, letters;
    uint32_t word;

    memcpy(&word, bytes, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap32(word);
#endif

    /* each byte gets two, then each digit's value one, the high one first */
    digits = word;
    digits = (digits | digits << 16) & UINT64_C(0x0000ffff0000ffff);
    digits = (digits | digits << 8) & UINT64_C(0x00ff00ff00ff00ff);
    digits = (digits >> 4 | digits << 8) & UINT64_C(0x0f0f0f0f0f0f0f0f);

    letters = (digits + UINT64_C(0x0606060606060606)) >> 4 &
              UINT64_C(0x0101010101010101);
    digits += UINT64_C(0x3030303030303030) + letters * ('a' - '9' - 1);

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    digits = __builtin_bswap64(digits);
#endif
    memcpy(out, &digits, sizeof(digits));
}


/* len bytes as 2 * len lower-case hex digits. */
static inline void
riverty_hex(unsigned char *out, const unsigned char *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";

    for (; len >= 4; len -= 4) {
        riverty_hex_four(out, bytes);
        out += 8;
        bytes += 4;
    }

    for (; len > 0; len--) {
        *out++ = (unsigned char) digits[*bytes >> 4];
        *out++ = (unsigned char) digits[*bytes++ & 0x0f];
    }
}


/* The numbers below 100, each as two digits; static. */
extern const char riverty_digit_pairs[2 * 100 + 1];

/* A number below 100 as two digits. */
static inline void
riverty_two_digits(unsigned char *out, unsigned number)
{
    memcpy(out, riverty_digit_pairs + 2 * number, 2);
}

#endif
