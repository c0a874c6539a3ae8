/*
 * SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104).  The two blocks of a key
 * are hashed once, when the key is made.  Nothing here takes memory and nothing
 * can fail.
 */
#ifndef RIVERTY_SHA256_H
#define RIVERTY_SHA256_H

#include <openssl/sha.h>

#include "riverty.h"


#define RIVERTY_SHA256_SIZE  32
#define RIVERTY_SHA256_BLOCK 64

typedef struct {
    SHA256_CTX context;
} riverty_sha256_t;

/*
 * What SHA-256 makes of the secret and each of the pads.  Whoever has it can
 * compute macs: to be kept and wiped as the secret is.
 */
typedef struct {
    SHA_LONG inner[RIVERTY_SHA256_SIZE / 4];
    SHA_LONG outer[RIVERTY_SHA256_SIZE / 4];
} riverty_hmac_key_t;


/* Fills bytes with zeros, even where nobody reads them any more. */
void riverty_wipe(void *bytes, size_t len);

/* Starts, continues and ends a digest, which has RIVERTY_SHA256_SIZE bytes. */
void riverty_sha256_init(riverty_sha256_t *hash);
void riverty_sha256_update(riverty_sha256_t *hash, riverty_span_t bytes);

/* Hashes a NUL: two values with it between them are not those of others. */
void riverty_sha256_separate(riverty_sha256_t *hash);

/* Also wipes the state.  digest may be what was hashed. */
void riverty_sha256_final(riverty_sha256_t *hash, unsigned char *digest);

/* The digest of bytes, of which it may be the first ones. */
void riverty_sha256(riverty_span_t bytes, unsigned char *digest);

/* Are two digests the same?  The time that it takes tells nothing of them. */
bool riverty_sha256_equal(const unsigned char *digest,
                          const unsigned char *other);

/* Makes the key of a secret, which stays the caller's and may be wiped. */
void riverty_hmac_key_init(riverty_hmac_key_t *key, riverty_span_t secret);
void riverty_hmac_key_wipe(riverty_hmac_key_t *key);

/*
 * Starts and ends a mac, which has RIVERTY_SHA256_SIZE bytes; in between hash
 * is updated with the message.  The end wipes hash.
 */
void riverty_hmac_init(const riverty_hmac_key_t *key, riverty_sha256_t *hash);
void riverty_hmac_final(const riverty_hmac_key_t *key, riverty_sha256_t *hash,
                        unsigned char *mac);

#endif
