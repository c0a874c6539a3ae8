/*
 * Ed25519 (RFC 8032): the key that signs checkpoints, and the one that verifies
 * them.  OpenSSL computes; its copy of a private key lives for one signature.
 */
#ifndef RIVERTY_SIGNING_KEY_H
#define RIVERTY_SIGNING_KEY_H

#include "contract/core/error.h"
#include "contract/core/riverty.h"
#include "contract/core/secret.h"


#define RIVERTY_PUBLIC_KEY_SIZE 32
#define RIVERTY_SIGNATURE_SIZE  64

typedef struct {
    const unsigned char *seed; /* the private key; secret memory */
    unsigned char public_key[RIVERTY_PUBLIC_KEY_SIZE];
} riverty_signing_key_t;


/*
 * Reads a private key as "openssl genpkey -algorithm ed25519" writes it (PKCS#8
 * in PEM, RFC 8410, not encrypted), from a file that is guarded as
 * riverty_secret_file() asks, into secrets, which holds nothing else of it.
 * Returns false with error filled.
 */
bool riverty_signing_key_read(riverty_secrets_t *secrets, const char *path,
                              uid_t user, riverty_signing_key_t *key,
                              riverty_error_t *error);

/* Signs text; false where OpenSSL does not. */
bool riverty_signing_key_sign(const riverty_signing_key_t *key,
                              riverty_span_t text,
                              unsigned char signature[RIVERTY_SIGNATURE_SIZE]);

/*
 * Takes a public key from the PEM text that "openssl pkey -pubout" writes.
 * Returns false where it is not of that form.
 */
bool riverty_public_key_parse(riverty_span_t pem, unsigned char *public_key);

/* Is it that key's signature of text? */
bool riverty_public_key_verify(const unsigned char *public_key,
                               riverty_span_t text,
                               const unsigned char *signature);

#endif
