/*
 * riverty-customer keys digest: the digest that records have of a key store, or
 * the text that it is of.
 */

#include <stdio.h>

#include "keys_digest.h"
#include "cli/options.h"
#include "keys.h"
#include "contract/core/out.h"
#include "contract/store/outline.h"
#include "contract/store/store_load.h"

#define HEX_SIZE (2 * RIVERTY_DIGEST_SIZE)

typedef struct {
    const char *user; /* NULL: not given */
    bool text;
} options_t;

enum { OPTION_USER = 1, OPTION_TEXT };

/* clang-format off */
static const struct option names[] = {
    { "user", required_argument, NULL, OPTION_USER },
    { "text", no_argument, NULL, OPTION_TEXT },
    { NULL, 0, NULL, 0 },
};
/* clang-format on */


static bool
read_option(void *data, int option)
{
    options_t *options = data;

    if (option == OPTION_USER) {
        options->user = optarg;
    } else {
        options->text = true;
    }

    return true;
}


static void
print_line(void *data, riverty_span_t line)
{
    fwrite(line.data, 1, line.len, data);
}


static void
print_digest(const riverty_outline_t *outline)
{
    unsigned char text[HEX_SIZE];
    riverty_out_t out;

    riverty_out_init(&out, text, sizeof(text));
    riverty_out_hex(&out, outline->digest, RIVERTY_DIGEST_SIZE);
    printf("%.*s\n", HEX_SIZE, (const char *) text);
}


static riverty_cli_status_t
print(const char *file, uid_t user, bool text)
{
    riverty_error_t error;
    riverty_outline_t *outline = NULL;
    riverty_store_t *store = riverty_store_load(file, user, &error);

    if (store == NULL) {
        riverty_cli_complain("%s: refused: %s", file, error.text);
        return RIVERTY_CLI_BAD;
    }

    outline = riverty_outline(store);
    riverty_store_free(store);

    if (outline == NULL) {
        riverty_cli_complain("out of memory");
        return RIVERTY_CLI_FAILED;
    }

    if (text) {
        riverty_outline_lines(outline, print_line, stdout);
    } else {
        print_digest(outline);
    }

    riverty_outline_free(outline);
    return RIVERTY_CLI_GOOD;
}


riverty_cli_status_t
riverty_cli_keys_digest(int argc, char **argv)
{
    options_t options = { NULL, false };
    riverty_cli_user_t user;

    if (!riverty_cli_options(argc, argv, names, read_option, &options)) {
        return RIVERTY_CLI_USAGE;
    }

    if (argc - optind != 1) {
        riverty_cli_complain("keys digest: takes one key store");
        return RIVERTY_CLI_USAGE;
    }

    if (!riverty_cli_keys_user(options.user, &user) ||
        !riverty_cli_keys_opens(argv[optind])) {
        return RIVERTY_CLI_FAILED;
    }

    return print(argv[optind], user.id, options.text);
}
