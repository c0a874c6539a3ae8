/*
 * Ed25519 keys and signatures (signing_key.h).
 *
 * PEM is read here and not by OpenSSL: its decoder leaves copies of what it has
 * read in memory that nobody wipes, and asks for a passphrase on the terminal.
 * The DER of RFC 8410 is a fixed head and 32 bytes.
 */
#define _GNU_SOURCE /* memmem() */

#include "signing_key.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#define PEM_MAX 4096

#define PRIVATE_SIZE 48 /* bytes of DER; no padding in base64 */
#define PUBLIC_SIZE  44
#define DER_ROOM     48

#define MAKE "\"openssl genpkey -algorithm ed25519\" makes it"

/* A kind of key: its PEM label and how its DER begins. */
typedef struct {
    riverty_span_t begin;
    riverty_span_t end;
    size_t size;
    unsigned char head[16];
    size_t head_size;
} form_t;

#define BEGIN(label) "-----BEGIN " label "-----\n"
#define END(label)   "\n-----END " label "-----"
#define SPAN(text)                                     \
    {                                                  \
        (const unsigned char *) text, sizeof(text) - 1 \
    }

/* clang-format off */
static const form_t private_form = {
    .begin = SPAN(BEGIN("PRIVATE KEY")),
    .end = SPAN(END("PRIVATE KEY")),
    .size = PRIVATE_SIZE,
    .head = { 0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
              0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20 },
    .head_size = 16,
};

static const form_t public_form = {
    .begin = SPAN(BEGIN("PUBLIC KEY")),
    .end = SPAN(END("PUBLIC KEY")),
    .size = PUBLIC_SIZE,
    .head = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65,
              0x70, 0x03, 0x21, 0x00 },
    .head_size = 12,
};
/* clang-format on */


static bool
has(riverty_span_t text, riverty_span_t what)
{
    return memmem(text.data, text.len, what.data, what.len) != NULL;
}


static bool
stands_at(riverty_span_t text, size_t place, riverty_span_t what)
{
    return text.len >= place && text.len - place >= what.len &&
           memcmp(text.data + place, what.data, what.len) == 0;
}


/* Decodes the one line of base64 between the labels. */
static bool
decode(const form_t *form, riverty_span_t pem, unsigned char der[DER_ROOM])
{
    const size_t digits = (form->size + 2) / 3 * 4;
    const unsigned char *begin =
        memmem(pem.data, pem.len, form->begin.data, form->begin.len);
    size_t place;

    if (begin == NULL) {
        return false;
    }

    place = (size_t) (begin - pem.data) + form->begin.len;

    return stands_at(pem, place + digits, form->end) &&
           EVP_DecodeBlock(der, pem.data + place, (int) digits) >=
               (int) form->size &&
           memcmp(der, form->head, form->head_size) == 0;
}


static bool
explain(const char *path, riverty_span_t pem, riverty_error_t *error)
{
    if (has(pem, riverty_span("-----BEGIN ENCRYPTED "))) {
        return riverty_fail(error,
                            "\"%s\" is encrypted, and nobody is there to type "
                            "its passphrase; a key without one and a file for "
                            "root alone are what is asked for",
                            path);
    }

    if (has(pem, public_form.begin)) {
        return riverty_fail(
            error, "\"%s\" holds a public key; the private one signs", path);
    }

    return riverty_fail(
        error, "\"%s\" must hold an Ed25519 private key in PEM; " MAKE, path);
}


static EVP_PKEY *
private_key(const riverty_signing_key_t *key)
{
    return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key->seed,
                                        RIVERTY_PUBLIC_KEY_SIZE);
}


static bool
derive_public(riverty_signing_key_t *key)
{
    size_t size = sizeof(key->public_key);
    EVP_PKEY *pkey = private_key(key);
    bool done = pkey != NULL &&
                EVP_PKEY_get_raw_public_key(pkey, key->public_key, &size) == 1;

    EVP_PKEY_free(pkey);
    ERR_clear_error();
    return done;
}


bool
riverty_signing_key_read(riverty_secrets_t *secrets, const char *path,
                         uid_t user, riverty_signing_key_t *key,
                         riverty_error_t *error)
{
    riverty_bytes_t file;
    riverty_span_t pem;
    unsigned char *der = riverty_secrets_alloc(secrets, DER_ROOM);
    bool good;

    if (der == NULL) {
        return riverty_fail(error, "out of memory");
    }

    if (!riverty_secret_file(secrets, path, user, PEM_MAX, &file, NULL,
                             error)) {
        return false;
    }

    pem = (riverty_span_t){ file.data, file.len };
    good = decode(&private_form, pem, der);
    key->seed = der + private_form.head_size;

    if (!good) {
        (void) explain(path, pem, error);
    } else if (!derive_public(key)) {
        good = riverty_fail(error, "OpenSSL has no Ed25519");
    }

    OPENSSL_cleanse(file.data, file.len);
    return good;
}


bool
riverty_signing_key_sign(const riverty_signing_key_t *key, riverty_span_t text,
                         unsigned char signature[RIVERTY_SIGNATURE_SIZE])
{
    size_t size = RIVERTY_SIGNATURE_SIZE;
    EVP_PKEY *pkey = private_key(key);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool done =
        pkey != NULL && context != NULL &&
        EVP_DigestSignInit(context, NULL, NULL, NULL, pkey) == 1 &&
        EVP_DigestSign(context, signature, &size, text.data, text.len) == 1;

    EVP_MD_CTX_free(context);
    EVP_PKEY_free(pkey);
    ERR_clear_error();
    return done;
}


bool
riverty_public_key_parse(riverty_span_t pem, unsigned char *public_key)
{
    unsigned char der[DER_ROOM];

    if (!decode(&public_form, pem, der)) {
        return false;
    }

    memcpy(public_key, der + public_form.head_size, RIVERTY_PUBLIC_KEY_SIZE);
    return true;
}


bool
riverty_public_key_verify(const unsigned char *public_key, riverty_span_t text,
                          const unsigned char *signature)
{
    EVP_PKEY *pkey = EVP_PKEY_new_raw_public_key(
        EVP_PKEY_ED25519, NULL, public_key, RIVERTY_PUBLIC_KEY_SIZE);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = pkey != NULL && context != NULL &&
                EVP_DigestVerifyInit(context, NULL, NULL, NULL, pkey) == 1 &&
                EVP_DigestVerify(context, signature, RIVERTY_SIGNATURE_SIZE,
                                 text.data, text.len) == 1;

    EVP_MD_CTX_free(context);
    EVP_PKEY_free(pkey);
    ERR_clear_error();
    return good;
}
