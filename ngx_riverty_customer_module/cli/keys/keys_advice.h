/*
 * Advice on what stands in a key store.
 */
#ifndef RIVERTY_CLI_KEYS_ADVICE_H
#define RIVERTY_CLI_KEYS_ADVICE_H

#include "keys.h"


/* Advice on what stands in the store. */
void riverty_cli_keys_advise_apps(riverty_cli_lint_t *lint);

#endif
