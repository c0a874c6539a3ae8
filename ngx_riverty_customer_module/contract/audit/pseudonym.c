/*
 * Pseudonyms: HMAC-SHA-256 (RFC 2104, FIPS 180-4; its test has the vectors of
 * RFC 4231).  The key's two padded blocks are hashed once, when it is made.  A
 * pseudonym copies those states, which spares two of four blocks and every
 * look-up in OpenSSL (measured: 0.2 us each).
 */
#include "pseudonym.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "contract/core/bytes.h"


#define BLOCK_SIZE      64
#define DIGEST_SIZE     32
#define PSEUDONYM_BYTES 16 /* of the digest: 128 bits */

#define INNER_PAD 0x36
#define OUTER_PAD 0x5c

struct riverty_pseudonym_key_s {
    EVP_MD_CTX *inner;   /* has hashed the secret XOR INNER_PAD */
    EVP_MD_CTX *outer;   /* has hashed the secret XOR OUTER_PAD */
    EVP_MD_CTX *scratch; /* of one pseudonym */
    unsigned char prefix[RIVERTY_PSEUDONYM_MAX]; /* "t:" id ":" */
    size_t prefix_len;
};


static bool
is_id(riverty_span_t id)
{
    if (id.len == 0 || id.len > RIVERTY_PSEUDONYM_ID_MAX) {
        return false;
    }

    for (size_t i = 0; i < id.len; i++) {
        if (!riverty_byte_is_id(id.data[i])) {
            return false;
        }
    }

    return true;
}


/* A secret longer than a block counts by its digest (RFC 2104, 2). */
static bool
secret_block(riverty_span_t secret, unsigned char block[BLOCK_SIZE])
{
    memset(block, 0, BLOCK_SIZE);

    if (secret.len > BLOCK_SIZE) {
        return EVP_Digest(secret.data, secret.len, block, NULL, EVP_sha256(),
                          NULL) == 1;
    }

    memcpy(block, secret.data, secret.len);
    return true;
}


static EVP_MD_CTX *
padded_state(const unsigned char block[BLOCK_SIZE], unsigned char pad)
{
    EVP_MD_CTX *state = EVP_MD_CTX_new();
    unsigned char padded[BLOCK_SIZE];
    bool good;

    for (size_t i = 0; i < BLOCK_SIZE; i++) {
        padded[i] = block[i] ^ pad;
    }

    good = state != NULL && EVP_DigestInit_ex(state, EVP_sha256(), NULL) == 1 &&
           EVP_DigestUpdate(state, padded, BLOCK_SIZE) == 1;
    OPENSSL_cleanse(padded, sizeof(padded));

    if (!good) {
        EVP_MD_CTX_free(state);
        return NULL;
    }

    return state;
}


static void
write_prefix(riverty_pseudonym_key_t *key, riverty_span_t id)
{
    unsigned char *pos = key->prefix;

    *pos++ = 't';
    *pos++ = ':';
    memcpy(pos, id.data, id.len);
    pos += id.len;
    *pos++ = ':';
    key->prefix_len = (size_t) (pos - key->prefix);
}


static bool
key_init(riverty_pseudonym_key_t *key, riverty_span_t secret)
{
    unsigned char block[BLOCK_SIZE];

    if (secret_block(secret, block)) {
        key->inner = padded_state(block, INNER_PAD);
        key->outer = padded_state(block, OUTER_PAD);
        key->scratch = EVP_MD_CTX_new();
    }

    OPENSSL_cleanse(block, sizeof(block));

    return key->inner != NULL && key->outer != NULL && key->scratch != NULL;
}


riverty_pseudonym_key_t *
riverty_pseudonym_key_create(riverty_span_t id, riverty_span_t secret)
{
    riverty_pseudonym_key_t *key;

    if (!is_id(id) || secret.len < RIVERTY_PSEUDONYM_SECRET_MIN) {
        return NULL;
    }

    key = OPENSSL_zalloc(sizeof(*key));
    if (key == NULL) {
        return NULL;
    }

    write_prefix(key, id);

    if (!key_init(key, secret)) {
        riverty_pseudonym_key_free(key);
        return NULL;
    }

    return key;
}


/* EVP_MD_CTX_free() wipes a SHA-256 state before it lets go of it. */
void
riverty_pseudonym_key_free(riverty_pseudonym_key_t *key)
{
    if (key == NULL) {
        return;
    }

    EVP_MD_CTX_free(key->inner);
    EVP_MD_CTX_free(key->outer);
    EVP_MD_CTX_free(key->scratch);
    OPENSSL_clear_free(key, sizeof(*key));
}


static bool
hash_twice(const riverty_pseudonym_key_t *key, riverty_span_t domain,
           riverty_span_t value, unsigned char digest[DIGEST_SIZE])
{
    EVP_MD_CTX *state = key->scratch;

    return EVP_MD_CTX_copy_ex(state, key->inner) == 1 &&
           EVP_DigestUpdate(state, domain.data, domain.len) == 1 &&
           EVP_DigestUpdate(state, "", 1) == 1 &&
           EVP_DigestUpdate(state, value.data, value.len) == 1 &&
           EVP_DigestFinal_ex(state, digest, NULL) == 1 &&
           EVP_MD_CTX_copy_ex(state, key->outer) == 1 &&
           EVP_DigestUpdate(state, digest, DIGEST_SIZE) == 1 &&
           EVP_DigestFinal_ex(state, digest, NULL) == 1;
}


static bool
pseudonym_digest(const riverty_pseudonym_key_t *key, riverty_span_t domain,
                 riverty_span_t value, unsigned char digest[DIGEST_SIZE])
{
    if (hash_twice(key, domain, value, digest)) {
        return true;
    }

    /*
     * A copy that failed leaves a state with a digest and no memory behind it,
     * and OpenSSL 3.5 would write the next copy there.
     */
    (void) EVP_MD_CTX_reset(key->scratch);
    return false;
}


size_t
riverty_pseudonym(const riverty_pseudonym_key_t *key, riverty_span_t domain,
                  riverty_span_t value, unsigned char *out)
{
    static const char hex[] = "0123456789abcdef";
    unsigned char digest[DIGEST_SIZE];
    unsigned char *pos = out;

    if (!pseudonym_digest(key, domain, value, digest)) {
        return 0;
    }

    memcpy(pos, key->prefix, key->prefix_len);
    pos += key->prefix_len;

    for (size_t i = 0; i < PSEUDONYM_BYTES; i++) {
        *pos++ = (unsigned char) hex[digest[i] >> 4];
        *pos++ = (unsigned char) hex[digest[i] & 0x0f];
    }

    return (size_t) (pos - out);
}
