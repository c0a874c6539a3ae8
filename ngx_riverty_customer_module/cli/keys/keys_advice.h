/*
 * Advice on the content of a key store.
 */
#ifndef RIVERTY_CLI_KEYS_ADVICE_H
#define RIVERTY_CLI_KEYS_ADVICE_H

#include "keys.h"


/* Gives advice on the content of the store. */
void riverty_cli_keys_advise_apps(riverty_cli_lint_t *lint);

#endif
