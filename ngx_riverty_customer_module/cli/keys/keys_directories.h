/*
 * Who can replace the files of a key store.
 */
#ifndef RIVERTY_CLI_KEYS_DIRECTORIES_H
#define RIVERTY_CLI_KEYS_DIRECTORIES_H

#include "keys.h"


void riverty_cli_keys_advise_directories(riverty_cli_lint_t *lint);

#endif
