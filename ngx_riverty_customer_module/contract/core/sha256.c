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

#define LENGTH_PLACE (RIVERTY_SHA256_BLOCK - 8) /* in the last block */


/*
 * Volatile, so that no wiping is left out.  The C library's memset() beats
 * OPENSSL_cleanse(), and what compilers make of a short one (rep stos).
 */
static void *(*volatile const fill)(void *bytes, int byte, size_t len) = memset;


static inline void
wipe(void *bytes, size_t len)
{
    (void) fill(bytes, 0, len);
}


/* A block that is not full yet: SHA256_CTX has num bytes of it. */
static inline unsigned char *
open_block(SHA256_CTX *context)
{
    return (unsigned char *) context->data;
}


static inline void
put_word(unsigned char *out, uint32_t word)
{
    out[0] = (unsigned char) (word >> 24);
    out[1] = (unsigned char) (word >> 16);
    out[2] = (unsigned char) (word >> 8);
    out[3] = (unsigned char) word;
}


void
riverty_sha256_init(riverty_sha256_t *hash)
{
    (void) SHA256_Init(&hash->context);
}


void
riverty_sha256_update(riverty_sha256_t *hash, riverty_span_t bytes)
{
    SHA256_CTX *context = &hash->context;
    uint32_t bits = context->Nl + (uint32_t) (bytes.len << 3);

    if (bytes.len >= RIVERTY_SHA256_BLOCK - context->num ||
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
    size_t used = context->num;

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


void
riverty_sha256_final(riverty_sha256_t *hash, unsigned char *digest)
{
    end_message(&hash->context);

    for (size_t i = 0; i < RIVERTY_SHA256_SIZE / 4; i++) {
        put_word(digest + 4 * i, hash->context.h[i]);
    }

    wipe(hash, sizeof(*hash));
}


void
riverty_sha256(riverty_span_t bytes, unsigned char *digest)
{
    riverty_sha256_t hash;

    riverty_sha256_init(&hash);
    riverty_sha256_update(&hash, bytes);
    riverty_sha256_final(&hash, digest);
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


static void
hash_padded(SHA_LONG *state, const unsigned char *block, unsigned char pad)
{
    unsigned char padded[RIVERTY_SHA256_BLOCK];
    riverty_sha256_t hash;

    for (size_t i = 0; i < sizeof(padded); i++) {
        padded[i] = block[i] ^ pad;
    }

    riverty_sha256_init(&hash);
    SHA256_Transform(&hash.context, padded);
    memcpy(state, hash.context.h, sizeof(hash.context.h));

    wipe(&hash, sizeof(hash));
    wipe(padded, sizeof(padded));
}


void
riverty_hmac_key_init(riverty_hmac_key_t *key, riverty_span_t secret)
{
    unsigned char block[RIVERTY_SHA256_BLOCK];

    secret_block(secret, block);
    hash_padded(key->inner, block, INNER_PAD);
    hash_padded(key->outer, block, OUTER_PAD);
    wipe(block, sizeof(block));
}


void
riverty_hmac_key_wipe(riverty_hmac_key_t *key)
{
    wipe(key, sizeof(*key));
}


/* Goes on behind a padded block; what the block was is not kept. */
static void
go_on(riverty_sha256_t *hash, const SHA_LONG *state)
{
    SHA256_CTX *context = &hash->context;

    memcpy(context->h, state, sizeof(context->h));
    context->Nl = 8 * RIVERTY_SHA256_BLOCK;
    context->Nh = 0;
    context->num = 0;
    context->md_len = RIVERTY_SHA256_SIZE;
}


void
riverty_hmac_init(const riverty_hmac_key_t *key, riverty_sha256_t *hash)
{
    go_on(hash, key->inner);
}


void
riverty_hmac_final(const riverty_hmac_key_t *key, riverty_sha256_t *hash,
                   unsigned char *mac)
{
    unsigned char inner[RIVERTY_SHA256_SIZE];

    riverty_sha256_final(hash, inner);

    go_on(hash, key->outer);
    riverty_sha256_update(hash, (riverty_span_t){ inner, sizeof(inner) });
    riverty_sha256_final(hash, mac);
    wipe(inner, sizeof(inner));
}
