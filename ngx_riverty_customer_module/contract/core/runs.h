/*
 * Runs of bytes of a JSON text that mean nothing but themselves: the plain ones
 * of a string (bytes.h) and white space.  16 bytes at a time where the
 * processor has vectors, SSE2 or NEON; long runs 32 at a time where it has
 * AVX2, which is asked when the program runs.  With RIVERTY_NO_VECTORS, and on
 * other processors, plain C does the same.
 */
#ifndef RIVERTY_RUNS_H
#define RIVERTY_RUNS_H

#include "bytes.h"
#include "riverty.h"

#if defined(RIVERTY_NO_VECTORS)
#elif defined(__SSE2__)
#include <emmintrin.h>
#define RIVERTY_BLOCK_SSE2
#elif defined(__aarch64__) && defined(__ARM_NEON)
#include <arm_neon.h>
#define RIVERTY_BLOCK_NEON
#endif

#if defined(RIVERTY_BLOCK_SSE2) || defined(RIVERTY_BLOCK_NEON)
#define RIVERTY_BLOCK 16
#endif

/* Bytes that are looked at together: a bit of a word for each. */
#define RIVERTY_WINDOW 64

/* The end of a run that starts at pos: its first other byte, or end. */
typedef const unsigned char *(*riverty_run_pt)(const unsigned char *pos,
                                               const unsigned char *end);

/* One way to do it. */
typedef struct {
    const char *name;
    bool (*works)(void); /* on this processor */
    riverty_run_pt plain;
    riverty_run_pt space;
} riverty_runs_t;


/* All ways, the fastest first; the last one works everywhere; static. */
extern const riverty_runs_t riverty_runs[];
extern const size_t riverty_runs_count;

/* A run that may be long, in the fastest way that works. */
const unsigned char *riverty_run_plain(const unsigned char *pos,
                                       const unsigned char *end);
const unsigned char *riverty_run_space(const unsigned char *pos,
                                       const unsigned char *end);


#ifdef RIVERTY_BLOCK_SSE2

typedef __m128i riverty_marks_t;

/* What is marked in one of them. */
static inline riverty_marks_t
riverty_marks_of(riverty_marks_t one, riverty_marks_t other)
{
    return _mm_or_si128(one, other);
}


/* How many of the first of 16 bytes are not marked by 0xff. */
static inline size_t
riverty_block_before(__m128i marks)
{
    return (size_t) __builtin_ctz((unsigned) _mm_movemask_epi8(marks) |
                                  1u << RIVERTY_BLOCK);
}


/* The bytes of 16 that are not plain, marked by 0xff. */
static inline __m128i
riverty_block_marks(const unsigned char *pos)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *) (const void *) pos);
    __m128i next = _mm_add_epi8(bytes, _mm_set1_epi8(1));

    /* Signed: DEL becomes the least, and what is not ASCII is below 0. */
    __m128i marks = _mm_cmplt_epi8(next, _mm_set1_epi8(0x21));

    marks = _mm_or_si128(marks, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
    marks = _mm_or_si128(marks, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    return marks;
}


/* A bit for each of 16 bytes that is not plain, the first one the lowest. */
static inline uint64_t
riverty_block_bits(const unsigned char *pos)
{
    return (unsigned) _mm_movemask_epi8(riverty_block_marks(pos));
}


/* The same of 64 bytes. */
static inline uint64_t
riverty_window_marks(const unsigned char *pos)
{
    return riverty_block_bits(pos) | riverty_block_bits(pos + 16) << 16 |
           riverty_block_bits(pos + 32) << 32 |
           riverty_block_bits(pos + 48) << 48;
}


/* How many of the first of 16 bytes are white space. */
static inline size_t
riverty_block_space(const unsigned char *pos)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *) (const void *) pos);
    __m128i marks = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(' '));

    marks = _mm_or_si128(marks, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')));
    marks = _mm_or_si128(marks, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')));
    marks = _mm_or_si128(marks, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t')));
    return riverty_block_before(_mm_cmpeq_epi8(marks, _mm_setzero_si128()));
}

#endif


#ifdef RIVERTY_BLOCK_NEON

typedef uint8x16_t riverty_marks_t;

static inline riverty_marks_t
riverty_marks_of(riverty_marks_t one, riverty_marks_t other)
{
    return vorrq_u8(one, other);
}


static inline size_t
riverty_block_before(uint8x16_t marks)
{
    uint8x8_t halves = vshrn_n_u16(vreinterpretq_u16_u8(marks), 4);
    uint64_t word = vget_lane_u64(vreinterpret_u64_u8(halves), 0);

    return word == 0 ? RIVERTY_BLOCK : (size_t) __builtin_ctzll(word) / 4;
}


static inline uint8x16_t
riverty_block_marks(const unsigned char *pos)
{
    uint8x16_t bytes = vld1q_u8(pos);
    uint8x16_t marks = vcltq_u8(bytes, vdupq_n_u8(0x20));

    marks = vorrq_u8(marks, vcgeq_u8(bytes, vdupq_n_u8(RIVERTY_BYTE_DEL)));
    marks = vorrq_u8(marks, vceqq_u8(bytes, vdupq_n_u8('"')));
    marks = vorrq_u8(marks, vceqq_u8(bytes, vdupq_n_u8('\\')));
    return marks;
}


/* A bit of its own for each of eight bytes; sums of pairs put them together. */
static inline uint64_t
riverty_window_marks(const unsigned char *pos)
{
    static const uint8_t bits[RIVERTY_BLOCK] = { 1, 2, 4, 8, 16, 32, 64, 128,
                                                 1, 2, 4, 8, 16, 32, 64, 128 };
    uint8x16_t bit = vld1q_u8(bits);
    uint8x16_t first = vandq_u8(riverty_block_marks(pos), bit);
    uint8x16_t second = vandq_u8(riverty_block_marks(pos + 16), bit);
    uint8x16_t third = vandq_u8(riverty_block_marks(pos + 32), bit);
    uint8x16_t last = vandq_u8(riverty_block_marks(pos + 48), bit);

    first = vpaddq_u8(vpaddq_u8(first, second), vpaddq_u8(third, last));
    first = vpaddq_u8(first, first);
    return vgetq_lane_u64(vreinterpretq_u64_u8(first), 0);
}


static inline size_t
riverty_block_space(const unsigned char *pos)
{
    uint8x16_t bytes = vld1q_u8(pos);
    uint8x16_t marks = vceqq_u8(bytes, vdupq_n_u8(' '));

    marks = vorrq_u8(marks, vceqq_u8(bytes, vdupq_n_u8('\n')));
    marks = vorrq_u8(marks, vceqq_u8(bytes, vdupq_n_u8('\r')));
    marks = vorrq_u8(marks, vceqq_u8(bytes, vdupq_n_u8('\t')));
    return riverty_block_before(vmvnq_u8(marks));
}

#endif


#ifdef RIVERTY_BLOCK

/* How many of the first of 16 bytes are plain. */
static inline size_t
riverty_block_plain(const unsigned char *pos)
{
    return riverty_block_before(riverty_block_marks(pos));
}

#else

static inline uint64_t
riverty_window_marks(const unsigned char *pos)
{
    uint64_t marks = 0;

    for (int i = RIVERTY_WINDOW - 1; i >= 0; i--) {
        marks = marks << 1 | !riverty_byte_is(pos[i], RIVERTY_BYTE_PLAIN);
    }

    return marks;
}

#endif


/* What a string that is not long has, in blocks. */
#define RIVERTY_BLOCKS 4


/* The first byte from pos on that is not plain, or end. */
static inline const unsigned char *
riverty_bytes_plain(const unsigned char *pos, const unsigned char *end)
{
#ifdef RIVERTY_BLOCK
    for (int i = 0; i < RIVERTY_BLOCKS && end - pos >= RIVERTY_BLOCK; i++) {
        size_t plain = riverty_block_plain(pos);

        pos += plain;
        if (plain < RIVERTY_BLOCK) {
            return pos;
        }
    }

    if (end - pos >= RIVERTY_BLOCK) {
        return riverty_run_plain(pos, end);
    }
#endif

    return riverty_words_plain(pos, end);
}


/* The bytes of RIVERTY_BYTE_SPACE, a bit each: no table has to be looked at. */
#define RIVERTY_SPACES                                                \
    (UINT64_C(1) << ' ' | UINT64_C(1) << '\t' | UINT64_C(1) << '\n' | \
     UINT64_C(1) << '\r')

RIVERTY_INLINE bool
riverty_byte_is_space(unsigned char byte)
{
    return byte <= ' ' && (RIVERTY_SPACES >> byte & 1) != 0;
}


/* The first byte from pos on that is not white space, or end. */
RIVERTY_INLINE const unsigned char *
riverty_bytes_space(const unsigned char *pos, const unsigned char *end)
{
    /* Mostly there is none, or one, or a new line and a little. */
    for (int i = 0; i < 2; i++) {
        if (pos == end || !riverty_byte_is_space(*pos)) {
            return pos;
        }
        pos++;
    }

    return pos == end || *pos > ' ' ? pos : riverty_run_space(pos, end);
}

#endif
