/*
 * SHA-256 over libcrypto's low-level functions.  They are deprecated since
 * OpenSSL 3.0 in favour of EVP, which finds its algorithm by name for each
 * digest, and allocates for each copied state; EVP runs the same code for the
 * blocks (docs/performance.md, hashing).  Neither function can fail.
 */
#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#endif

#include "sha256.h"

#define INNER_PAD 0x36
#define OUTER_PAD 0x5c

/* FIPS 180-4, 5.3.3. */
static const SHA256_CTX initial = {
    .h = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
           0x9b05688c, 0x1f83d9ab, 0x5be0cd19 },
    .md_len = RIVERTY_SHA256_SIZE,
};

#define LENGTH_PLACE (RIVERTY_SHA256_BLOCK - 8) /* in the last block */


/*
 * Volatile, so that no wiping is left out.  The C library's memset() beats
 * OPENSSL_cleanse(), and what compilers make of a short one (rep stos).
 */
static void *(*volatile const fill)(void *bytes, int byte, size_t len) = memset;


void
riverty_wipe(void *bytes, size_t len)
{
    (void) fill(bytes, 0, len);
}


/* A block that is not full yet: SHA256_CTX has num bytes of it. */
static inline unsigned char *
open_block(SHA256_CTX *context)
{
    return (unsigned char *) context->data;
}


/* Its highest byte first. */
static inline void
put_word(unsigned char *out, uint32_t word)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    memcpy(out, &word, sizeof(word));
}


void
riverty_sha256_init(riverty_sha256_t *hash)
{
    hash->context = initial;
}


void
riverty_sha256_update(riverty_sha256_t *hash, riverty_span_t bytes)
{
    SHA256_CTX *context = &hash->context;
    uint32_t bits = context->Nl + (uint32_t) (bytes.len << 3);

    if (bytes.len >= RIVERTY_SHA256_BLOCK ||
        context->num + bytes.len >= RIVERTY_SHA256_BLOCK ||
        bits < context->Nl) {
        (void) SHA256_Update(context, bytes.data, bytes.len);
        return;
    }

    if (bytes.len > 0) {
        memcpy(open_block(context) + context->num, bytes.data, bytes.len);
        context->num += (unsigned) bytes.len;
        context->Nl = bits;
    }
}


void
riverty_sha256_separate(riverty_sha256_t *hash)
{
    riverty_sha256_update(hash, (riverty_span_t){ (const void *) "", 1 });
}


/* The end of a message: a bit, zeros and its length in bits (FIPS 180-4, 5). */
static void
end_message(SHA256_CTX *context)
{
    unsigned char *block = open_block(context);
    size_t used = context->num % RIVERTY_SHA256_BLOCK; /* as it is */

    block[used++] = 0x80;

    if (used > LENGTH_PLACE) {
        memset(block + used, 0, RIVERTY_SHA256_BLOCK - used);
        SHA256_Transform(context, block);
        used = 0;
    }

    memset(block + used, 0, LENGTH_PLACE - used);
    put_word(block + LENGTH_PLACE, context->Nh);
    put_word(block + LENGTH_PLACE + 4, context->Nl);
    SHA256_Transform(context, block);
}


static void
put_digest(unsigned char *digest, const SHA256_CTX *context)
{
    for (size_t i = 0; i < RIVERTY_SHA256_SIZE / 4; i++) {
        put_word(digest + 4 * i, context->h[i]);
    }
}


void
riverty_sha256_final(riverty_sha256_t *hash, unsigned char *digest)
{
    end_message(&hash->context);
    put_digest(digest, &hash->context);
    riverty_wipe(hash, sizeof(*hash));
}


void
riverty_sha256(riverty_span_t bytes, unsigned char *digest)
{
    riverty_sha256_t hash;

    riverty_sha256_init(&hash);
    riverty_sha256_update(&hash, bytes);
    riverty_sha256_final(&hash, digest);
}


bool
riverty_sha256_equal(const unsigned char *digest, const unsigned char *other)
{
    uint64_t words[RIVERTY_SHA256_SIZE / 8];
    uint64_t others[RIVERTY_SHA256_SIZE / 8];
    uint64_t bits = 0;

    memcpy(words, digest, sizeof(words));
    memcpy(others, other, sizeof(others));

    for (size_t i = 0; i < RIVERTY_SHA256_SIZE / 8; i++) {
        bits |= words[i] ^ others[i];
        __asm__("" : "+r"(bits)); /* no compiler may stop here */
    }

    return bits == 0;
}


/* A secret longer than a block counts by its digest (RFC 2104, 2). */
static void
secret_block(riverty_span_t secret, unsigned char *block)
{
    memset(block, 0, RIVERTY_SHA256_BLOCK);

    if (secret.len > RIVERTY_SHA256_BLOCK) {
        riverty_sha256(secret, block);
    } else if (secret.len > 0) {
        memcpy(block, secret.data, secret.len);
    }
}


/* What SHA-256 makes of block and a pad, which work is for. */
static void
hash_padded(SHA_LONG *state, const unsigned char *block, unsigned char pad,
            riverty_sha256_t *work)
{
    unsigned char *padded = open_block(&work->context);

    for (size_t i = 0; i < RIVERTY_SHA256_BLOCK; i++) {
        padded[i] = block[i] ^ pad;
    }

    memcpy(work->context.h, initial.h, sizeof(initial.h));
    SHA256_Transform(&work->context, padded);
    memcpy(state, work->context.h, sizeof(initial.h));
}


void
riverty_hmac_key_init(riverty_hmac_key_t *key, riverty_span_t secret)
{
    unsigned char block[RIVERTY_SHA256_BLOCK];
    riverty_sha256_t work;

    secret_block(secret, block);
    hash_padded(key->inner, block, INNER_PAD, &work);
    hash_padded(key->outer, block, OUTER_PAD, &work);

    riverty_wipe(&work, sizeof(work));
    riverty_wipe(block, sizeof(block));
}


void
riverty_hmac_key_wipe(riverty_hmac_key_t *key)
{
    riverty_wipe(key, sizeof(*key));
}


void
riverty_hmac_init(const riverty_hmac_key_t *key, riverty_sha256_t *hash)
{
    SHA256_CTX *context = &hash->context;

    memcpy(context->h, key->inner, sizeof(context->h));
    context->Nl = 8 * RIVERTY_SHA256_BLOCK; /* behind the padded key */
    context->Nh = 0;
    context->num = 0;
    context->md_len = RIVERTY_SHA256_SIZE;
}


void
riverty_hmac_final(const riverty_hmac_key_t *key, riverty_sha256_t *hash,
                   unsigned char *mac)
{
    /* behind the padded key and a digest: the end of 0x300 bits */
    static const unsigned char
        end[RIVERTY_SHA256_BLOCK - RIVERTY_SHA256_SIZE] = { 0x80, [30] = 0x03 };
    SHA256_CTX *context = &hash->context;
    unsigned char *block = open_block(context);

    end_message(context);
    put_digest(block, context);
    memcpy(block + RIVERTY_SHA256_SIZE, end, sizeof(end));

    memcpy(context->h, key->outer, sizeof(context->h));
    SHA256_Transform(context, block);
    put_digest(mac, context);
    riverty_wipe(hash, sizeof(*hash));
}
