/*
 * riverty-customer keys list: who has which keys, without their values.
 *
 * A fingerprint is the pseudonym of a key (contract/audit).  Without a
 * redaction key there is none: a plain digest would tell a reader of the list
 * whether a key that he has found or guessed is in it.
 */

#include <time.h>

#include "keys_list.h"
#include "cli/options.h"
#include "keys.h"
#include "keys_list_print.h"
#include "contract/store/store_load.h"

#define DEFAULT_ID "k1"

typedef struct {
    const char *file;
    const char *user;           /* NULL: not given */
    const char *redaction_file; /* NULL: no fingerprints */
    const char *id;             /* NULL: not given */
    bool json;
} options_t;

enum { OPTION_USER = 1, OPTION_REDACTION_KEY, OPTION_ID, OPTION_JSON };

/* clang-format off */
static const struct option names[] = {
    { "user", required_argument, NULL, OPTION_USER },
    { "redaction-key", required_argument, NULL, OPTION_REDACTION_KEY },
    { "id", required_argument, NULL, OPTION_ID },
    { "json", no_argument, NULL, OPTION_JSON },
    { NULL, 0, NULL, 0 },
};
/* clang-format on */


static bool
read_option(void *data, int option)
{
    options_t *options = data;

    switch (option) {
    case OPTION_USER:
        options->user = optarg;
        return true;
    case OPTION_REDACTION_KEY:
        options->redaction_file = optarg;
        return true;
    case OPTION_ID:
        options->id = optarg;
        return true;
    case OPTION_JSON:
        options->json = true;
        return true;
    default:
        return false;
    }
}


static bool
read_options(int argc, char **argv, options_t *options)
{
    if (!riverty_cli_options(argc, argv, names, read_option, options)) {
        return false;
    }

    if (argc - optind != 1) {
        riverty_cli_complain("keys list: takes one key store");
        return false;
    }

    if (options->id != NULL && options->redaction_file == NULL) {
        riverty_cli_complain("--id: goes with --redaction-key");
        return false;
    }

    options->file = argv[optind];
    return true;
}


static riverty_pseudonym_key_t *
make_secret(const options_t *options, uid_t user, riverty_secrets_t *secrets)
{
    const char *id = options->id != NULL ? options->id : DEFAULT_ID;
    riverty_pseudonym_key_t *secret;
    riverty_bytes_t bytes;
    riverty_error_t error;

    if (!riverty_secret_hex(secrets, options->redaction_file, user, &bytes,
                            &error)) {
        riverty_cli_complain("--redaction-key: %s", error.text);
        return NULL;
    }

    secret = riverty_pseudonym_key_create(
        riverty_span_of(id), (riverty_span_t){ bytes.data, bytes.len });

    if (secret == NULL) {
        riverty_cli_complain("--id: must be 1 to %d letters, digits, _ or -",
                             RIVERTY_PSEUDONYM_ID_MAX);
    }

    return secret;
}


/* Reads the secret of fingerprints; the buffer of the file is wiped. */
static riverty_pseudonym_key_t *
read_secret(const options_t *options, uid_t user)
{
    riverty_secrets_t *secrets = riverty_secrets_create();
    riverty_pseudonym_key_t *secret;

    if (secrets == NULL) {
        riverty_cli_complain("out of memory");
        return NULL;
    }

    secret = make_secret(options, user, secrets);
    riverty_secrets_free(secrets);

    return secret;
}


static riverty_cli_status_t
print(const options_t *options, uid_t user,
      const riverty_pseudonym_key_t *secret)
{
    riverty_cli_list_t list = { .secret = secret, .now = (int64_t) time(NULL) };
    riverty_error_t error;
    riverty_store_t *store = riverty_store_load(options->file, user, &error);

    if (store == NULL) {
        riverty_cli_complain("%s: refused: %s", options->file, error.text);
        return RIVERTY_CLI_BAD;
    }

    list.store = store;

    if (options->json) {
        riverty_cli_list_json(stdout, &list);
    } else {
        riverty_cli_list_text(stdout, &list);
    }

    riverty_store_free(store);
    return RIVERTY_CLI_GOOD;
}


riverty_cli_status_t
riverty_cli_keys_list(int argc, char **argv)
{
    options_t options = { NULL, NULL, NULL, NULL, false };
    riverty_pseudonym_key_t *secret = NULL;
    riverty_cli_status_t status;
    riverty_cli_user_t user;

    if (!read_options(argc, argv, &options)) {
        return RIVERTY_CLI_USAGE;
    }

    if (!riverty_cli_keys_user(options.user, &user) ||
        !riverty_cli_keys_opens(options.file)) {
        return RIVERTY_CLI_FAILED;
    }

    if (options.redaction_file != NULL) {
        secret = read_secret(&options, user.id);
        if (secret == NULL) {
            return RIVERTY_CLI_FAILED;
        }
    }

    status = print(&options, user.id, secret);
    riverty_pseudonym_key_free(secret);

    return status;
}
