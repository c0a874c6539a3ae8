/*
 * What SHA-256 costs by each of the ways there are to it; t/bench/run-hash
 * makes the table of docs/performance.md of it.
 *
 *   hash
 *       times them; prints "WAY WORK NANOSECONDS" lines
 *   hash --count
 *       for callgrind with --collect-atstart=no: one run of each, dumped as
 *       "WAY WORK"
 *
 * The work is the gateway's: the digest of a token, a pseudonym and the mac of
 * a chained record's line, each under a key that was made before.
 */
#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#endif
#define _POSIX_C_SOURCE 200809L /* clock_gettime() */

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <valgrind/callgrind.h>

#if defined(__has_include)
#if __has_include(<nettle/sha2.h>)
#include <nettle/sha2.h>
#define HAVE_NETTLE
#endif
#endif

#include "contract/core/sha256.h"

#define TOKEN_SIZE 64
#define VALUE_SIZE 26 /* "customerNumber", NUL, "c1631704458" */
#define LINE_SIZE  1650

/* Runs in a row, and how many such rows; the fastest one counts. */
#define ROW  1000
#define ROWS 200

/* Each way has a state that has hashed a block, and copies it for a mac. */
typedef struct {
    const char *name;
    void (*digest)(const unsigned char *bytes, size_t len);
    void (*mac)(const unsigned char *bytes, size_t len);
} way_t;

static const unsigned char block[RIVERTY_SHA256_BLOCK];
static unsigned char text[LINE_SIZE], out[RIVERTY_SHA256_SIZE];

static riverty_hmac_key_t our_key;
static SHA256_CTX plain_keyed;
static EVP_MD *fetched;
static EVP_MD_CTX *evp_keyed, *evp_state;
#ifdef HAVE_NETTLE
static struct sha256_ctx nettle_keyed;
#endif


static void
our_digest(const unsigned char *bytes, size_t len)
{
    riverty_sha256((riverty_span_t){ bytes, len }, out);
}


static void
our_mac(const unsigned char *bytes, size_t len)
{
    riverty_sha256_t hash;

    riverty_hmac_init(&our_key, &hash);
    riverty_sha256_update(&hash, (riverty_span_t){ bytes, len });
    riverty_hmac_final(&our_key, &hash, out);
}


static void
plain_digest(const unsigned char *bytes, size_t len)
{
    SHA256_CTX state;

    SHA256_Init(&state);
    SHA256_Update(&state, bytes, len);
    SHA256_Final(out, &state);
}


static void
plain_mac(const unsigned char *bytes, size_t len)
{
    SHA256_CTX state = plain_keyed;

    SHA256_Update(&state, bytes, len);
    SHA256_Final(out, &state);
    state = plain_keyed;
    SHA256_Update(&state, out, sizeof(out));
    SHA256_Final(out, &state);
}


static void
evp_digest(const unsigned char *bytes, size_t len)
{
    EVP_DigestInit_ex2(evp_state, fetched, NULL);
    EVP_DigestUpdate(evp_state, bytes, len);
    EVP_DigestFinal_ex(evp_state, out, NULL);
}


static void
evp_mac(const unsigned char *bytes, size_t len)
{
    EVP_MD_CTX_copy_ex(evp_state, evp_keyed);
    EVP_DigestUpdate(evp_state, bytes, len);
    EVP_DigestFinal_ex(evp_state, out, NULL);
    EVP_MD_CTX_copy_ex(evp_state, evp_keyed);
    EVP_DigestUpdate(evp_state, out, sizeof(out));
    EVP_DigestFinal_ex(evp_state, out, NULL);
}


static void
one_shot_digest(const unsigned char *bytes, size_t len)
{
    SHA256(bytes, len, out);
}


#ifdef HAVE_NETTLE

static void
nettle_digest(const unsigned char *bytes, size_t len)
{
    struct sha256_ctx state;

    sha256_init(&state);
    sha256_update(&state, len, bytes);
    sha256_digest(&state, sizeof(out), out);
}


static void
nettle_mac(const unsigned char *bytes, size_t len)
{
    struct sha256_ctx state = nettle_keyed;

    sha256_update(&state, len, bytes);
    sha256_digest(&state, sizeof(out), out);
    state = nettle_keyed;
    sha256_update(&state, sizeof(out), out);
    sha256_digest(&state, sizeof(out), out);
}

#endif


static const way_t ways[] = {
    { "ours", our_digest, our_mac },
    { "SHA256_*()", plain_digest, plain_mac },
#ifdef HAVE_NETTLE
    { "nettle", nettle_digest, nettle_mac },
#endif
    { "EVP, fetched", evp_digest, evp_mac },
    { "SHA256()", one_shot_digest, NULL },
};


static void
prepare(void)
{
    riverty_hmac_key_init(&our_key, (riverty_span_t){ block, sizeof(block) });

    SHA256_Init(&plain_keyed);
    SHA256_Update(&plain_keyed, block, sizeof(block));

    fetched = EVP_MD_fetch(NULL, "SHA256", NULL);
    evp_keyed = EVP_MD_CTX_new();
    evp_state = EVP_MD_CTX_new();
    EVP_DigestInit_ex2(evp_keyed, fetched, NULL);
    EVP_DigestUpdate(evp_keyed, block, sizeof(block));

#ifdef HAVE_NETTLE
    sha256_init(&nettle_keyed);
    sha256_update(&nettle_keyed, sizeof(block), block);
#endif
}


static double
nanoseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double) now.tv_sec * 1e9 + (double) now.tv_nsec;
}


static double
time_of(void (*run)(const unsigned char *bytes, size_t len), size_t len)
{
    double least = 1e18;

    for (int row = 0; row < ROWS; row++) {
        double before = nanoseconds(), took;

        for (int i = 0; i < ROW; i++) {
            run(text, len);
        }

        took = (nanoseconds() - before) / ROW;
        least = took < least ? took : least;
    }

    return least;
}


static void
measure(const char *way, const char *work,
        void (*run)(const unsigned char *bytes, size_t len), size_t len,
        int counts)
{
    char name[64];

    if (!counts) {
        printf("%s|%s|%.0f\n", way, work, time_of(run, len));
        return;
    }

    snprintf(name, sizeof(name), "%s|%s", way, work);
    run(text, len); /* what is resolved and fetched once */
    CALLGRIND_TOGGLE_COLLECT;
    run(text, len);
    CALLGRIND_TOGGLE_COLLECT;
    CALLGRIND_DUMP_STATS_AT(name);
}


int
main(int argc, char **argv)
{
    (void) argv;
    prepare();

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        const way_t *way = &ways[i];

        measure(way->name, "token", way->digest, TOKEN_SIZE, argc > 1);
        if (way->mac != NULL) {
            measure(way->name, "pseudonym", way->mac, VALUE_SIZE, argc > 1);
            measure(way->name, "line", way->mac, LINE_SIZE, argc > 1);
        }
    }

    return 0;
}
