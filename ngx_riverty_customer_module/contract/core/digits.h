/*
 * Bytes and numbers as digits, several at a time.
 */
#ifndef RIVERTY_DIGITS_H
#define RIVERTY_DIGITS_H

#include "riverty.h"

#if defined(__SSE2__) && !defined(RIVERTY_NO_VECTORS)
#include <emmintrin.h>
#define RIVERTY_HEX_SSE2
#endif


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


#ifdef RIVERTY_HEX_SSE2

/* The digits of 16 values below 16. */
static inline __m128i
riverty_hex_digits(__m128i values)
{
    __m128i letters = _mm_cmpgt_epi8(values, _mm_set1_epi8(9));

    letters = _mm_and_si128(letters, _mm_set1_epi8('a' - '9' - 1));
    return _mm_add_epi8(_mm_add_epi8(values, _mm_set1_epi8('0')), letters);
}


/* Sixteen bytes as 32 lower-case hex digits. */
static inline void
riverty_hex_sixteen(unsigned char *out, const unsigned char *bytes)
{
    __m128i low = _mm_set1_epi8(0x0f);
    __m128i all = _mm_loadu_si128((const __m128i *) (const void *) bytes);
    __m128i first =
        riverty_hex_digits(_mm_and_si128(_mm_srli_epi16(all, 4), low));
    __m128i second = riverty_hex_digits(_mm_and_si128(all, low));

    _mm_storeu_si128((__m128i *) (void *) out,
                     _mm_unpacklo_epi8(first, second));
    _mm_storeu_si128((__m128i *) (void *) (out + 16),
                     _mm_unpackhi_epi8(first, second));
}

#endif


/* len bytes as 2 * len lower-case hex digits. */
static inline void
riverty_hex(unsigned char *out, const unsigned char *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";

#ifdef RIVERTY_HEX_SSE2
    for (; len >= 16; len -= 16) {
        riverty_hex_sixteen(out, bytes);
        out += 32;
        bytes += 16;
    }
#endif

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
