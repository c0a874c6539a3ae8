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
    bool json;
    bool strict;
} options_t;

enum { OPTION_USER = 1, OPTION_CHECK, OPTION_JSON, OPTION_STRICT };

/* clang-format off */
static const struct option names[] = {
    { "user", required_argument, NULL, OPTION_USER },
    { "check", required_argument, NULL, OPTION_CHECK },
    { "json", no_argument, NULL, OPTION_JSON },
    { "strict", no_argument, NULL, OPTION_STRICT },
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
    case OPTION_JSON:
        options->json = true;
        return true;
    case OPTION_STRICT:
        options->strict = true;
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
        riverty_cli_complain("keys lint: takes one key store");
        return false;
    }

    return true;
}


/* The words are those of nginx -t. */
static void
judge_reading(riverty_cli_lint_t *lint)
{
    const char *path = riverty_cli_keys_unreadable(lint);

    if (path != NULL) {
        riverty_cli_keys_say(
            lint, RIVERTY_CLI_SAYS_REFUSED,
            "the workers' user \"%s\" cannot read \"%s\" again; "
            "chgrp the files to its group with mode 640, or say check=0 to "
            "read them at start and on reload only",
            lint->user.name, path);
    }
}


/* A store that nginx takes, and with which nothing can be forwarded. */
static void
judge_use(riverty_cli_lint_t *lint)
{
    const riverty_store_t *store = lint->store;

    if (store->apps_count == 0) {
        riverty_cli_keys_say(lint, RIVERTY_CLI_SAYS_BAD,
                             "no app: everybody is answered 401");
        return;
    }

    for (size_t i = 0; i < store->apps_count; i++) {
        if (riverty_app_key(&store->apps[i], 0, lint->now) != NULL) {
            return;
        }
    }

    riverty_cli_keys_say(lint, RIVERTY_CLI_SAYS_BAD,
                         "no app has a key that is valid now: nothing is "
                         "forwarded, and who is known is answered 503");
}


static void
judge(riverty_cli_lint_t *lint, const options_t *options)
{
    if (!options->once) {
        judge_reading(lint);
    }

    if (!options->once && options->user != NULL && geteuid() != 0) {
        riverty_cli_keys_say(lint, RIVERTY_CLI_SAYS_NOTE,
                             "only root can see whether %s can read it",
                             options->user);
    }

    judge_use(lint);
    riverty_cli_keys_advise_files(lint);
    riverty_cli_keys_advise_directories(lint);
    riverty_cli_keys_advise_apps(lint);
}


static void
load(riverty_cli_lint_t *lint, const options_t *options)
{
    riverty_error_t error;
    riverty_store_t *store =
        riverty_store_load(lint->file, lint->user.id, &error);

    lint->store = store;

    if (store == NULL) {
        riverty_cli_keys_say(lint, RIVERTY_CLI_SAYS_REFUSED, "%s", error.text);
    } else {
        judge(lint, options);
    }

    riverty_cli_keys_conclude(lint);
    riverty_store_free(store);
}


riverty_cli_status_t
riverty_cli_keys_lint(int argc, char **argv)
{
    options_t options = { .user = NULL };
    riverty_cli_lint_t lint = { .now = (int64_t) time(NULL) };

    if (!read_options(argc, argv, &options)) {
        return RIVERTY_CLI_USAGE;
    }

    lint.file = argv[optind];
    lint.strict = options.strict;

    if (!riverty_cli_keys_user(options.user, &lint.user) ||
        !riverty_cli_keys_opens(lint.file)) {
        return RIVERTY_CLI_FAILED;
    }

    lint.said = options.json ? json_array() : NULL;
    load(&lint, &options);
    json_decref(lint.said);

    return riverty_cli_keys_good(&lint) ? RIVERTY_CLI_GOOD : RIVERTY_CLI_BAD;
}
