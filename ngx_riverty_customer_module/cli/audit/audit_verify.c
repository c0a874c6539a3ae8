/*
 * riverty-customer audit verify: is a log still as it was written?
 */

#include "audit_verify.h"
#include "cli/options.h"
#include "audit_chains.h"
#include "audit_chains_output.h"
#include "audit_command.h"
#include "audit_order.h"

typedef struct {
    const char *keys[RIVERTY_CLI_ROOTS_MAX];
    size_t keys_count;
    bool closed;
    char *const *files;
    size_t count;
} options_t;

enum { OPTION_KEY = 1, OPTION_CLOSED };

/* clang-format off */
static const struct option names[] = {
    { "key", required_argument, NULL, OPTION_KEY },
    { "closed", no_argument, NULL, OPTION_CLOSED },
    { NULL, 0, NULL, 0 },
};
/* clang-format on */


static bool
add_key(options_t *options)
{
    if (options->keys_count == RIVERTY_CLI_ROOTS_MAX) {
        riverty_cli_complain("--key: may stand %d times",
                             RIVERTY_CLI_ROOTS_MAX);
        return false;
    }

    options->keys[options->keys_count++] = optarg;
    return true;
}


static bool
read_option(void *data, int option)
{
    options_t *options = data;

    switch (option) {
    case OPTION_KEY:
        return add_key(options);
    case OPTION_CLOSED:
        options->closed = true;
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

    options->files = argv + optind;
    options->count = (size_t) (argc - optind);

    if (options->keys_count == 0 || options->count == 0) {
        riverty_cli_complain("audit verify: takes --key and one log or more");
        return false;
    }

    return true;
}


static riverty_cli_status_t
verify(const options_t *options, riverty_cli_chains_t *chains)
{
    bool whole, read = riverty_cli_lines_read(options->files, options->count,
                                              riverty_cli_chains_line, chains);

    if (chains->failed != NULL) {
        riverty_cli_complain("%s", chains->failed);
        return RIVERTY_CLI_FAILED;
    }

    /* the unread part may hold the end */
    riverty_cli_chains_close(chains, options->closed && read);
    whole = riverty_cli_chains_print(stdout, chains);

    return !read   ? RIVERTY_CLI_FAILED
           : whole ? RIVERTY_CLI_GOOD
                   : RIVERTY_CLI_BAD;
}


static bool
read_keys(const options_t *options, riverty_cli_chains_t *chains)
{
    for (size_t i = 0; i < options->keys_count; i++) {
        if (!riverty_cli_audit_secret("--key", options->keys[i],
                                      chains->secrets, &chains->roots[i])) {
            return false;
        }
    }

    chains->roots_count = options->keys_count;
    return true;
}


static riverty_cli_status_t
verify_with(const options_t *options, riverty_secrets_t *secrets)
{
    riverty_cli_status_t status = RIVERTY_CLI_FAILED;
    riverty_cli_chains_t chains;

    if (!riverty_cli_chains_init(&chains, secrets)) {
        riverty_cli_complain("out of memory");
    } else if (read_keys(options, &chains)) {
        status = verify(options, &chains);
    }

    riverty_cli_chains_free(&chains);
    return status;
}


riverty_cli_status_t
riverty_cli_audit_verify(int argc, char **argv)
{
    options_t options = { .keys_count = 0 };
    riverty_secrets_t *secrets;
    riverty_cli_status_t status;

    if (!read_options(argc, argv, &options)) {
        return RIVERTY_CLI_USAGE;
    }

    if (!riverty_cli_lines_readable(options.files, options.count)) {
        return RIVERTY_CLI_FAILED;
    }

    options.files = riverty_cli_order(options.files, options.count);

    secrets = riverty_secrets_create();
    status = verify_with(&options, secrets);
    riverty_secrets_free(secrets);

    return status;
}
