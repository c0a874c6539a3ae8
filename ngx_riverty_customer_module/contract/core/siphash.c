/*
 * SipHash-1-3: one round for each word, three at the end (Aumasson and
 * Bernstein, "SipHash: a fast short-input PRF", 2012).
 */
#include "siphash.h"

#include "bytes.h"


typedef struct {
    uint64_t v0;
    uint64_t v1;
    uint64_t v2;
    uint64_t v3;
} sip_t;


static inline uint64_t
rotate(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}


static inline void
sip_round(sip_t *sip)
{
    sip->v0 += sip->v1;
    sip->v1 = rotate(sip->v1, 13) ^ sip->v0;
    sip->v0 = rotate(sip->v0, 32);
    sip->v2 += sip->v3;
    sip->v3 = rotate(sip->v3, 16) ^ sip->v2;
    sip->v0 += sip->v3;
    sip->v3 = rotate(sip->v3, 21) ^ sip->v0;
    sip->v2 += sip->v1;
    sip->v1 = rotate(sip->v1, 17) ^ sip->v2;
    sip->v2 = rotate(sip->v2, 32);
}


static inline void
sip_word(sip_t *sip, uint64_t word)
{
    sip->v3 ^= word;
    sip_round(sip);
    sip->v0 ^= word;
}


uint64_t
riverty_siphash(const uint64_t key[2], uint64_t word, riverty_span_t text)
{
    const unsigned char *pos = text.data;
    uint64_t last;
    size_t left;
    sip_t sip = {
        key[0] ^ UINT64_C(0x736f6d6570736575),
        key[1] ^ UINT64_C(0x646f72616e646f6d),
        key[0] ^ UINT64_C(0x6c7967656e657261),
        key[1] ^ UINT64_C(0x7465646279746573),
    };

    sip_word(&sip, word);

    for (left = text.len; left >= 8; left -= 8) {
        sip_word(&sip, riverty_word_load(pos));
        pos += 8;
    }

    /* What is left, and the length in the top byte. */
    last = riverty_word_short(pos, left) | (uint64_t) (text.len + 8) << 56;
    sip_word(&sip, last);

    sip.v2 ^= 0xff;
    sip_round(&sip);
    sip_round(&sip);
    sip_round(&sip);

    return sip.v0 ^ sip.v1 ^ sip.v2 ^ sip.v3;
}
