/*
 * How `keys lint` tells what it finds: one line each, behind the store's name,
 * or one JSON object of all.
 */

#include <stdarg.h>
#include <stdio.h>

#include "keys_say.h"
#include "cli/memory.h"
#include "cli/print_json.h"

/* What stands before the text, and what --json calls it. */
static const struct {
    const char *before;
    const char *name;
} kinds[] = {
    [RIVERTY_CLI_SAYS_NOTE] = { "", "note" },
    [RIVERTY_CLI_SAYS_ADVICE] = { "advice: ", "advice" },
    [RIVERTY_CLI_SAYS_BAD] = { "bad: ", "bad" },
    [RIVERTY_CLI_SAYS_REFUSED] = { "refused: ", "refused" },
};


static void
keep(riverty_cli_lint_t *lint, riverty_cli_says_t kind, const char *format,
     va_list args)
{
    json_t *text = json_vsprintf(format, args);

    /* the name of a file need not be UTF-8 */
    if (text == NULL) {
        text = json_string("what it says has a name that is not UTF-8");
    }

    if (json_array_append_new(lint->said,
                              json_pack("{s:s, s:o}", "level", kinds[kind].name,
                                        "text", text)) != 0) {
        riverty_cli_starve();
    }
}


static void
say(riverty_cli_lint_t *lint, riverty_cli_says_t kind, const char *format,
    va_list args)
{
    lint->counts[kind]++;

    if (lint->said != NULL) {
        keep(lint, kind, format, args);
        return;
    }

    printf("%s: %s", lint->file, kinds[kind].before);
    vprintf(format, args);
    putchar('\n');
}


void
riverty_cli_keys_say(riverty_cli_lint_t *lint, riverty_cli_says_t kind,
                     const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(lint, kind, format, args);
    va_end(args);
}


void
riverty_cli_keys_advise(riverty_cli_lint_t *lint, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(lint, RIVERTY_CLI_SAYS_ADVICE, format, args);
    va_end(args);
}


bool
riverty_cli_keys_good(const riverty_cli_lint_t *lint)
{
    return lint->counts[RIVERTY_CLI_SAYS_REFUSED] == 0 &&
           lint->counts[RIVERTY_CLI_SAYS_BAD] == 0 &&
           !(lint->strict && lint->counts[RIVERTY_CLI_SAYS_ADVICE] > 0);
}


static const char *
verdict_of(const riverty_cli_lint_t *lint)
{
    return lint->counts[RIVERTY_CLI_SAYS_REFUSED] > 0 ? "refused"
           : riverty_cli_keys_good(lint)              ? "good"
                                                      : "bad";
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


/* A store that was refused was not read, so nothing of it is counted. */
static void
print_object(const riverty_cli_lint_t *lint)
{
    json_t *object = json_pack("{s:s, s:O}", "verdict", verdict_of(lint),
                               "findings", lint->said);
    size_t keys, tokens;

    if (lint->store != NULL) {
        count(lint->store, &keys, &tokens);
        (void) json_object_set_new(
            object, "apps", json_integer((json_int_t) lint->store->apps_count));
        (void) json_object_set_new(object, "keys",
                                   json_integer((json_int_t) keys));
        (void) json_object_set_new(object, "tokens",
                                   json_integer((json_int_t) tokens));
    }

    riverty_cli_print_json(stdout, object);
    json_decref(object);
}


void
riverty_cli_keys_conclude(const riverty_cli_lint_t *lint)
{
    bool advised = lint->counts[RIVERTY_CLI_SAYS_ADVICE] > 0;
    size_t keys, tokens;

    if (lint->said != NULL) {
        print_object(lint);

    } else if (lint->store != NULL) {
        count(lint->store, &keys, &tokens);
        printf("%s: %s%s; apps: %zu, keys: %zu, tokens: %zu\n", lint->file,
               verdict_of(lint),
               advised && riverty_cli_keys_good(lint) ? ", but see the advice"
                                                      : "",
               lint->store->apps_count, keys, tokens);
    }
}
