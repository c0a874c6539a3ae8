/*
 * What `keys lint` finds: told as it comes, or kept for --json.
 */
#ifndef RIVERTY_CLI_KEYS_SAY_H
#define RIVERTY_CLI_KEYS_SAY_H

#include "keys.h"


/* Says something about the store; it is counted by its kind. */
void riverty_cli_keys_say(riverty_cli_lint_t *lint, riverty_cli_says_t kind,
                          const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same of the kind RIVERTY_CLI_SAYS_ADVICE. */
void riverty_cli_keys_advise(riverty_cli_lint_t *lint, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Says what the store is, in a last line or in the object of --json. */
void riverty_cli_keys_conclude(const riverty_cli_lint_t *lint);

/* Is there nothing against the store? */
bool riverty_cli_keys_good(const riverty_cli_lint_t *lint);

#endif
