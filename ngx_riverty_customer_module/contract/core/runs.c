/*
 * Long runs, in each way that there is.
 */
#include "runs.h"

#include <stdatomic.h>

#if defined(RIVERTY_BLOCK_SSE2) && defined(__GNUC__)
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2")))
#endif


static bool
always(void)
{
    return true;
}


static const unsigned char *
bytes_space(const unsigned char *pos, const unsigned char *end)
{
    while (pos < end && riverty_byte_is(*pos, RIVERTY_BYTE_SPACE)) {
        pos++;
    }

    return pos;
}


#ifdef RIVERTY_BLOCK

static const unsigned char *
blocks_plain(const unsigned char *pos, const unsigned char *end)
{
    size_t plain = RIVERTY_BLOCK;

    while (end - pos >= RIVERTY_BLOCK && plain == RIVERTY_BLOCK) {
        plain = riverty_block_plain(pos);
        pos += plain;
    }

    return plain == RIVERTY_BLOCK ? riverty_words_plain(pos, end) : pos;
}


static const unsigned char *
blocks_space(const unsigned char *pos, const unsigned char *end)
{
    size_t space = RIVERTY_BLOCK;

    while (end - pos >= RIVERTY_BLOCK && space == RIVERTY_BLOCK) {
        space = riverty_block_space(pos);
        pos += space;
    }

    return space == RIVERTY_BLOCK ? bytes_space(pos, end) : pos;
}

#endif


#ifdef AVX2

#define WIDE 32

static bool
has_avx2(void)
{
    return __builtin_cpu_supports("avx2") != 0;
}


AVX2 static const unsigned char *
avx2_plain(const unsigned char *pos, const unsigned char *end)
{
    const __m256i one = _mm256_set1_epi8(1);
    const __m256i limit = _mm256_set1_epi8(0x21);
    const __m256i quote = _mm256_set1_epi8('"');
    const __m256i slash = _mm256_set1_epi8('\\');
    __m256i bytes, marks;
    unsigned mask;

    for (; end - pos >= WIDE; pos += WIDE) {
        bytes = _mm256_loadu_si256((const __m256i *) (const void *) pos);
        marks = _mm256_cmpgt_epi8(limit, _mm256_add_epi8(bytes, one));
        marks = _mm256_or_si256(marks, _mm256_cmpeq_epi8(bytes, quote));
        marks = _mm256_or_si256(marks, _mm256_cmpeq_epi8(bytes, slash));

        mask = (unsigned) _mm256_movemask_epi8(marks);
        if (mask != 0) {
            return pos + __builtin_ctz(mask);
        }
    }

    return blocks_plain(pos, end);
}


AVX2 static const unsigned char *
avx2_space(const unsigned char *pos, const unsigned char *end)
{
    const __m256i space = _mm256_set1_epi8(' ');
    const __m256i line = _mm256_set1_epi8('\n');
    const __m256i carriage = _mm256_set1_epi8('\r');
    const __m256i tab = _mm256_set1_epi8('\t');
    __m256i bytes, marks;
    unsigned mask;

    for (; end - pos >= WIDE; pos += WIDE) {
        bytes = _mm256_loadu_si256((const __m256i *) (const void *) pos);
        marks = _mm256_cmpeq_epi8(bytes, space);
        marks = _mm256_or_si256(marks, _mm256_cmpeq_epi8(bytes, line));
        marks = _mm256_or_si256(marks, _mm256_cmpeq_epi8(bytes, carriage));
        marks = _mm256_or_si256(marks, _mm256_cmpeq_epi8(bytes, tab));

        mask = ~(unsigned) _mm256_movemask_epi8(marks);
        if (mask != 0) {
            return pos + __builtin_ctz(mask);
        }
    }

    return blocks_space(pos, end);
}

#endif


const riverty_runs_t riverty_runs[] = {
#ifdef AVX2
    { "AVX2", has_avx2, avx2_plain, avx2_space },
#endif
#ifdef RIVERTY_BLOCK_SSE2
    { "SSE2", always, blocks_plain, blocks_space },
#endif
#ifdef RIVERTY_BLOCK_NEON
    { "NEON", always, blocks_plain, blocks_space },
#endif
    { "plain C", always, riverty_words_plain, bytes_space },
};

const size_t riverty_runs_count =
    sizeof(riverty_runs) / sizeof(riverty_runs[0]);


/*
 * The first way that works.  It is found at the first call: a module that is
 * loaded then needs no constructor, and no ifunc of the loader's.
 */
static const riverty_runs_t *
chosen(void)
{
    static _Atomic(const riverty_runs_t *) choice;
    const riverty_runs_t *runs =
        atomic_load_explicit(&choice, memory_order_relaxed);

    if (runs == NULL) {
        runs = riverty_runs;
        while (!runs->works()) {
            runs++;
        }
        atomic_store_explicit(&choice, runs, memory_order_relaxed);
    }

    return runs;
}


const unsigned char *
riverty_run_plain(const unsigned char *pos, const unsigned char *end)
{
    return chosen()->plain(pos, end);
}


const unsigned char *
riverty_run_space(const unsigned char *pos, const unsigned char *end)
{
    return chosen()->space(pos, end);
}
