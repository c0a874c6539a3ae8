/*
 * Pseudonyms: what a log shows in the place of a value that must be found
 * again. "t:" key id ":" and the first 128 bits, in hex, of HMAC-SHA-256(key,
 * domain 0x00 value) (RFC 2104, FIPS 180-4).
 */
#ifndef RIVERTY_PSEUDONYM_H
#define RIVERTY_PSEUDONYM_H

#include "contract/core/riverty.h"


#define RIVERTY_PSEUDONYM_ID_MAX 16 /* of a key id: [A-Za-z0-9_-] */
#define RIVERTY_PSEUDONYM_DIGITS 32 /* hex: 128 bits */
#define RIVERTY_PSEUDONYM_MAX \
    (2 + RIVERTY_PSEUDONYM_ID_MAX + 1 + RIVERTY_PSEUDONYM_DIGITS)
#define RIVERTY_PSEUDONYM_SECRET_MIN 32 /* bytes */

/* customerNumber and externalCustomerReference share a domain. */
#define RIVERTY_DOMAIN_CUSTOMER "customerNumber"

/* One key, ready to compute with, in secret memory (secret.h). */
typedef struct riverty_pseudonym_key_s riverty_pseudonym_key_t;


/*
 * Takes a key id and its secret (at least RIVERTY_PSEUDONYM_SECRET_MIN bytes);
 * both stay the caller's, who may wipe the secret.  Returns NULL where there is
 * no memory or the id or the secret is not of that form.  Free with
 * riverty_pseudonym_key_free(), which wipes.
 */
riverty_pseudonym_key_t *riverty_pseudonym_key_create(riverty_span_t id,
                                                      riverty_span_t secret);
void riverty_pseudonym_key_free(riverty_pseudonym_key_t *key);

/* Locks its memory again, behind a fork. */
void riverty_pseudonym_key_lock(riverty_pseudonym_key_t *key);

/*
 * Writes the pseudonym of value, without quotes, at out (RIVERTY_PSEUDONYM_MAX
 * bytes); returns its length.
 */
size_t riverty_pseudonym(const riverty_pseudonym_key_t *key,
                         riverty_span_t domain, riverty_span_t value,
                         unsigned char *out);

#endif
