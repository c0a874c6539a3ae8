/*
 * riverty-customer keys new-token: a token for an app, and its digest for the
 * store.
 */

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>

#include "keys_token.h"
#include "cli/options.h"
#include "keys.h"
#include "contract/core/out.h"
#include "contract/core/sha256.h"

#define TOKEN_SIZE 32 /* 256 bits */
#define HEX_SIZE   (2 * TOKEN_SIZE)

enum { OPTION_ID = 1 };

/* clang-format off */
static const struct option names[] = {
    { "id", required_argument, NULL, OPTION_ID },
    { NULL, 0, NULL, 0 },
};
/* clang-format on */


static bool
read_option(void *data, int option)
{
    const char **id = data;

    *id = optarg;

    if (option == OPTION_ID && riverty_store_id(riverty_span_of(optarg))) {
        return true;
    }

    riverty_cli_complain("--id: must be 1 to %d letters, digits, . _ - or @",
                         RIVERTY_STORE_ID_MAX);
    return false;
}


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
    const char *id = NULL;

    if (!riverty_cli_options(argc, argv, names, read_option, &id)) {
        return RIVERTY_CLI_USAGE;
    }

    if (optind != argc) {
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

    printf("token: %.*s\n", HEX_SIZE, (const char *) token);

    if (id == NULL) {
        printf("store: \"sha256:%.*s\"\n", HEX_SIZE, (const char *) digest);
    } else {
        printf("store: { \"id\": \"%s\", \"sha256\": \"%.*s\" }\n", id,
               HEX_SIZE, (const char *) digest);
    }

    OPENSSL_cleanse(token, sizeof(token));
    return RIVERTY_CLI_GOOD;
}
