/*
 * SHA-256 in three calls.  SHA256() and EVP look their algorithm up each time
 * since OpenSSL 3, which is more than half of a digest as short as a token's;
 * these calls are deprecated, not gone (OpenSSL 3.0 to 3.6).
 */
#ifndef NGX_HTTP_RIVERTY_SHA256_H
#define NGX_HTTP_RIVERTY_SHA256_H

#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#endif

#include <openssl/sha.h>

#endif
