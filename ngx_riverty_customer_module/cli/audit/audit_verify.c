/*
 * riverty-customer audit verify: is a log still as it was written?
 */

#include <errno.h>
#include <unistd.h>

#include "audit_verify.h"
#include "cli/options.h"
#include "cli/memory.h"
#include "cli/read.h"
#include "audit_chains.h"
#include "audit_chains_output.h"
#include "audit_checkpoints.h"
#include "audit_command.h"
#include "audit_filter.h"
#include "audit_order.h"

typedef struct {
    const char *keys[RIVERTY_CLI_ROOTS_MAX];
    size_t keys_count;
    const char *signers[RIVERTY_CLI_SIGNERS_MAX];
    size_t signers_count;
    char **checkpoints;
    size_t checkpoints_count;
    const char *log;
    char since[RIVERTY_CLI_BOUND_SIZE];
    bool closed;
    char *const *files;
    size_t count;
} options_t;

enum {
    OPTION_KEY = 1,
    OPTION_CLOSED,
    OPTION_CHECKPOINT,
    OPTION_CHECKPOINT_KEY,
    OPTION_CHECKPOINT_LOG,
    OPTION_SINCE
};

/* clang-format off */
static const struct option names[] = {
    { "key", required_argument, NULL, OPTION_KEY },
    { "closed", no_argument, NULL, OPTION_CLOSED },
    { "checkpoint", required_argument, NULL, OPTION_CHECKPOINT },
    { "checkpoint-key", required_argument, NULL, OPTION_CHECKPOINT_KEY },
    { "checkpoint-log", required_argument, NULL, OPTION_CHECKPOINT_LOG },
    { "since", required_argument, NULL, OPTION_SINCE },
    { NULL, 0, NULL, 0 },
};
/* clang-format on */


/* One value more of an option that may stand so many times. */
static bool
add(const char **values, size_t *count, size_t max, const char *option)
{
    if (*count == max) {
        riverty_cli_complain("%s: may stand %zu times", option, max);
        return false;
    }

    values[(*count)++] = optarg;
    return true;
}


static bool
read_option(void *data, int option)
{
    options_t *options = data;

    switch (option) {
    case OPTION_KEY:
        return add(options->keys, &options->keys_count, RIVERTY_CLI_ROOTS_MAX,
                   "--key");
    case OPTION_CLOSED:
        options->closed = true;
        return true;
    case OPTION_CHECKPOINT:
        options->checkpoints[options->checkpoints_count++] = optarg;
        return true;
    case OPTION_CHECKPOINT_KEY:
        return add(options->signers, &options->signers_count,
                   RIVERTY_CLI_SIGNERS_MAX, "--checkpoint-key");
    case OPTION_CHECKPOINT_LOG:
        options->log = optarg;
        return true;
    case OPTION_SINCE:
        return riverty_cli_filter_time(options->since, "--since", optarg);
    default:
        return false;
    }
}


static bool
read_options(int argc, char **argv, options_t *options)
{
    options->checkpoints = riverty_cli_allocate((size_t) argc * sizeof(char *));

    if (!riverty_cli_options(argc, argv, names, read_option, options)) {
        return false;
    }

    options->files = argv + optind;
    options->count = (size_t) (argc - optind);

    if (options->keys_count == 0 || options->count == 0) {
        riverty_cli_complain("audit verify: takes --key and one log or more");
        return false;
    }

    if ((options->checkpoints_count > 0) != (options->signers_count > 0)) {
        riverty_cli_complain("audit verify: --checkpoint and --checkpoint-key "
                             "go together");
        return false;
    }

    if (options->checkpoints_count == 0 &&
        (options->log != NULL || options->since[0] != '\0')) {
        riverty_cli_complain("audit verify: --checkpoint-log and --since say "
                             "what --checkpoint asks for");
        return false;
    }

    return true;
}


static bool
read_signer(const char *file, unsigned char *key)
{
    riverty_span_t pem;

    if (!riverty_cli_read(file, &pem)) {
        return false;
    }

    if (!riverty_public_key_parse(pem, key)) {
        riverty_cli_complain("--checkpoint-key: \"%s\" must hold an Ed25519 "
                             "public key in PEM; \"openssl pkey -in PRIVATE "
                             "-pubout\" prints it",
                             file);
        return false;
    }

    return true;
}


/* Reads the checkpoints, where some are named, before the logs. */
static bool
read_checkpoints(const options_t *options,
                 riverty_cli_checkpoints_t *checkpoints)
{
    riverty_cli_checkpoints_init(checkpoints);

    for (size_t i = 0; i < options->signers_count; i++) {
        if (!read_signer(options->signers[i], checkpoints->keys[i])) {
            return false;
        }
    }

    checkpoints->keys_count = options->signers_count;
    checkpoints->log = options->log;

    if (options->since[0] != '\0') {
        checkpoints->since =
            riverty_cli_seconds(riverty_span_of(options->since));
    }

    if (!riverty_cli_lines_readable(options->checkpoints,
                                    options->checkpoints_count) ||
        !riverty_cli_lines_read(options->checkpoints,
                                options->checkpoints_count,
                                riverty_cli_checkpoints_line, checkpoints)) {
        return false;
    }

    riverty_cli_checkpoints_close(checkpoints);
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

    /* the unread part may hold the end, or what a checkpoint tells of */
    if (!read) {
        chains->checkpoints = NULL;
    }

    riverty_cli_chains_close(chains, options->closed && read);
    whole = riverty_cli_chains_print(stdout, chains);

    return !read   ? RIVERTY_CLI_FAILED
           : whole ? RIVERTY_CLI_GOOD
                   : RIVERTY_CLI_BAD;
}


/* An auditor may read records without a key, and must not have this one. */
static void
explain(const char *file)
{
    if (access(file, R_OK) != 0 && errno == EACCES) {
        riverty_cli_complain("--key: who has it could write records, too: let "
                             "whoever may read it run this command, and take "
                             "the report");
    }
}


static bool
read_keys(const options_t *options, riverty_cli_chains_t *chains)
{
    for (size_t i = 0; i < options->keys_count; i++) {
        if (!riverty_cli_audit_secret("--key", options->keys[i],
                                      chains->secrets, &chains->roots[i])) {
            explain(options->keys[i]);
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
    riverty_cli_checkpoints_t checkpoints;
    riverty_cli_chains_t chains;

    if (!riverty_cli_chains_init(&chains, secrets)) {
        riverty_cli_complain("out of memory");
    } else if (read_keys(options, &chains) &&
               read_checkpoints(options, &checkpoints)) {
        if (options->checkpoints_count > 0) {
            chains.checkpoints = &checkpoints;
        }
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
