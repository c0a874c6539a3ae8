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

#include <openssl/crypto.h>


#define INNER_PAD 0x36
#define OUTER_PAD 0x5c


void
riverty_sha256_init(riverty_sha256_t *hash)
{
    (void) SHA256_Init(&hash->context);
}


void
riverty_sha256_update(riverty_sha256_t *hash, riverty_span_t bytes)
{
    (void) SHA256_Update(&hash->context, bytes.data, bytes.len);
}


void
riverty_sha256_separate(riverty_sha256_t *hash)
{
    (void) SHA256_Update(&hash->context, "", 1);
}


void
riverty_sha256_final(riverty_sha256_t *hash, unsigned char *digest)
{
    (void) SHA256_Final(digest, &hash->context);
    OPENSSL_cleanse(hash, sizeof(*hash));
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
start_padded(riverty_sha256_t *hash, const unsigned char *block,
             unsigned char pad)
{
    unsigned char padded[RIVERTY_SHA256_BLOCK];

    for (size_t i = 0; i < sizeof(padded); i++) {
        padded[i] = block[i] ^ pad;
    }

    riverty_sha256_init(hash);
    riverty_sha256_update(hash, (riverty_span_t){ padded, sizeof(padded) });
    OPENSSL_cleanse(padded, sizeof(padded));
}


void
riverty_hmac_key_init(riverty_hmac_key_t *key, riverty_span_t secret)
{
    unsigned char block[RIVERTY_SHA256_BLOCK];

    secret_block(secret, block);
    start_padded(&key->inner, block, INNER_PAD);
    start_padded(&key->outer, block, OUTER_PAD);
    OPENSSL_cleanse(block, sizeof(block));
}


void
riverty_hmac_key_wipe(riverty_hmac_key_t *key)
{
    OPENSSL_cleanse(key, sizeof(*key));
}


void
riverty_hmac_final(const riverty_hmac_key_t *key, riverty_sha256_t *hash,
                   unsigned char *mac)
{
    unsigned char inner[RIVERTY_SHA256_SIZE];

    riverty_sha256_final(hash, inner);

    *hash = key->outer;
    riverty_sha256_update(hash, (riverty_span_t){ inner, sizeof(inner) });
    riverty_sha256_final(hash, mac);
    OPENSSL_cleanse(inner, sizeof(inner));
}
