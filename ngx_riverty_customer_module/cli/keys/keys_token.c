/*
 * riverty-customer keys new-token: a token for an app, and its digest for the
 * store.
 */

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>

#include "keys_token.h"
#include "keys.h"
#include "contract/core/out.h"
#include "contract/core/sha256.h"

#define TOKEN_SIZE 32 /* 256 bits */
#define HEX_SIZE   (2 * TOKEN_SIZE)


static void
hex(unsigned char text[HEX_SIZE], const unsigned char bytes[TOKEN_SIZE])
{
    riverty_out_t out;

    riverty_out_init(&out, text, HEX_SIZE);
    riverty_out_hex(&out, bytes, TOKEN_SIZE);
}


riverty_cli_status_t
riverty_cli_keys_new_token(int argc, char **argv)
{
    unsigned char bytes[TOKEN_SIZE], token[HEX_SIZE], digest[HEX_SIZE];

    (void) argv;

    if (argc != 1) {
        riverty_cli_complain("keys new-token: takes no arguments");
        return RIVERTY_CLI_USAGE;
    }

    if (RAND_bytes(bytes, sizeof(bytes)) != 1) {
        riverty_cli_complain("OpenSSL gives no random bytes");
        return RIVERTY_CLI_FAILED;
    }

    hex(token, bytes);
    riverty_sha256((riverty_span_t){ token, sizeof(token) }, bytes);
    hex(digest, bytes);

    printf("token: %.*s\nstore: \"sha256:%.*s\"\n", HEX_SIZE,
           (const char *) token, HEX_SIZE, (const char *) digest);

    OPENSSL_cleanse(token, sizeof(token));
    return RIVERTY_CLI_GOOD;
}
