/*
 * Pseudonyms: HMAC-SHA-256 (RFC 2104, FIPS 180-4; its test has the vectors of
 * RFC 4231).  The key's two padded blocks are hashed once, when it is made; a
 * pseudonym begins with a copy of that state.
 */
#include "pseudonym.h"

#include "contract/core/bytes.h"
#include "contract/core/digits.h"
#include "contract/core/secret.h"
#include "contract/core/sha256.h"


#define PSEUDONYM_BYTES (RIVERTY_PSEUDONYM_DIGITS / 2) /* of the mac */

/* All of it is secret memory. */
struct riverty_pseudonym_key_s {
    riverty_secrets_t *secrets; /* which it stands in */
    riverty_hmac_key_t mac_key;
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


/* A key without its prefix and secret, or NULL. */
static riverty_pseudonym_key_t *
key_allocate(void)
{
    riverty_secrets_t *secrets = riverty_secrets_create();
    riverty_pseudonym_key_t *key =
        secrets == NULL ? NULL : riverty_secrets_alloc(secrets, sizeof(*key));

    if (key == NULL) {
        riverty_secrets_free(secrets);
        return NULL;
    }

    key->secrets = secrets;
    return key;
}


riverty_pseudonym_key_t *
riverty_pseudonym_key_create(riverty_span_t id, riverty_span_t secret)
{
    riverty_pseudonym_key_t *key;

    if (!is_id(id) || secret.len < RIVERTY_PSEUDONYM_SECRET_MIN) {
        return NULL;
    }

    key = key_allocate();
    if (key != NULL) {
        write_prefix(key, id);
        riverty_hmac_key_init(&key->mac_key, secret);
    }

    return key;
}


void
riverty_pseudonym_key_free(riverty_pseudonym_key_t *key)
{
    if (key != NULL) {
        riverty_secrets_free(key->secrets);
    }
}


void
riverty_pseudonym_key_lock(riverty_pseudonym_key_t *key)
{
    riverty_secrets_lock(key->secrets);
}


size_t
riverty_pseudonym(const riverty_pseudonym_key_t *key, riverty_span_t domain,
                  riverty_span_t value, unsigned char *out)
{
    riverty_sha256_t hash;
    unsigned char mac[RIVERTY_SHA256_SIZE];

    riverty_hmac_init(&key->mac_key, &hash);
    riverty_sha256_update(&hash, domain);
    riverty_sha256_separate(&hash);
    riverty_sha256_update(&hash, value);
    riverty_hmac_final(&key->mac_key, &hash, mac);

    memcpy(out, key->prefix, key->prefix_len);
    riverty_hex(out + key->prefix_len, mac, PSEUDONYM_BYTES);

    return key->prefix_len + RIVERTY_PSEUDONYM_DIGITS;
}
