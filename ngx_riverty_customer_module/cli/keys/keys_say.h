/*
 * How `keys lint` prints what it finds.
 */
#ifndef RIVERTY_CLI_KEYS_SAY_H
#define RIVERTY_CLI_KEYS_SAY_H

#include "keys.h"


/* Prints something about the store, on its own line; advice is counted. */
void riverty_cli_keys_say(const riverty_cli_lint_t *lint, const char *format,
                          ...) __attribute__((format(printf, 2, 3)));
void riverty_cli_keys_advise(riverty_cli_lint_t *lint, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
