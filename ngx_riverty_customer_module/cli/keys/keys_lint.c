/*
 * riverty-customer keys lint: what nginx would refuse in a key store, and what
 * a careful colleague would advise.
 */
#define _GNU_SOURCE /* POSIX */

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "keys_lint.h"
#include "cli/options.h"
#include "keys.h"
#include "keys_say.h"
#include "keys_advice.h"
#include "keys_directories.h"
#include "keys_files.h"
#include "contract/store/store_load.h"

typedef struct {
    const char *user; /* NULL: not given */
    bool once;        /* check=0: only the master reads */
} options_t;

enum { OPTION_USER = 1, OPTION_CHECK };

/* clang-format off */
static const struct option names[] = {
    { "user", required_argument, NULL, OPTION_USER },
    { "check", required_argument, NULL, OPTION_CHECK },
    { NULL, 0, NULL, 0 },
};
/* clang-format on */


static bool
read_check(const char *word, options_t *options)
{
    if (strcmp(word, "0") != 0) {
        riverty_cli_complain("--check: must be 0, as in riverty_key_store ... "
                             "check=0; all other times are alike here");
        return false;
    }

    options->once = true;
    return true;
}


static bool
read_option(void *data, int option)
{
    options_t *options = data;

    switch (option) {
    case OPTION_USER:
        options->user = optarg;
        return true;
    case OPTION_CHECK:
        return read_check(optarg, options);
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
        riverty_cli_complain("keys lint: takes one key store");
        return false;
    }

    return true;
}


/* The words are those of nginx -t. */
static bool
can_be_read_again(const riverty_cli_lint_t *lint)
{
    const char *path = riverty_cli_keys_unreadable(lint);

    if (path != NULL) {
        riverty_cli_keys_say(
            lint,
            "refused: the workers' user \"%s\" cannot read \"%s\" again; "
            "chgrp the files to its group with mode 640, or say check=0 to "
            "read them at start and on reload only",
            lint->user.name, path);
    }

    return path == NULL;
}


static void
count(const riverty_store_t *store, size_t *keys, size_t *tokens)
{
    *keys = 0;
    *tokens = 0;

    for (size_t i = 0; i < store->apps_count; i++) {
        *keys += store->apps[i].keys_count;
        *tokens += store->apps[i].tokens_count;
    }
}


static riverty_cli_status_t
judge(riverty_cli_lint_t *lint, const options_t *options)
{
    bool good = options->once || can_be_read_again(lint);
    size_t keys, tokens;

    if (!options->once && options->user != NULL && geteuid() != 0) {
        riverty_cli_keys_say(lint, "only root can see whether %s can read it",
                             options->user);
    }

    riverty_cli_keys_advise_files(lint);
    riverty_cli_keys_advise_directories(lint);
    riverty_cli_keys_advise_apps(lint);

    count(lint->store, &keys, &tokens);
    riverty_cli_keys_say(lint, "%s; apps: %zu, keys: %zu, tokens: %zu",
                         !good              ? "refused"
                         : lint->advice > 0 ? "good, but see the advice"
                                            : "good",
                         lint->store->apps_count, keys, tokens);

    return good ? RIVERTY_CLI_GOOD : RIVERTY_CLI_BAD;
}


riverty_cli_status_t
riverty_cli_keys_lint(int argc, char **argv)
{
    options_t options = { NULL, false };
    riverty_cli_lint_t lint = { .now = (int64_t) time(NULL) };
    riverty_cli_status_t status;
    riverty_error_t error;
    riverty_store_t *store;

    if (!read_options(argc, argv, &options)) {
        return RIVERTY_CLI_USAGE;
    }

    lint.file = argv[optind];

    if (!riverty_cli_keys_user(options.user, &lint.user) ||
        !riverty_cli_keys_opens(lint.file)) {
        return RIVERTY_CLI_FAILED;
    }

    store = riverty_store_load(lint.file, lint.user.id, &error);
    if (store == NULL) {
        riverty_cli_keys_say(&lint, "refused: %s", error.text);
        return RIVERTY_CLI_BAD;
    }

    lint.store = store;
    status = judge(&lint, &options);
    riverty_store_free(store);

    return status;
}
