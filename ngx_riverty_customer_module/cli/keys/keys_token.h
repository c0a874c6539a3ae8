/*
 * riverty-customer keys new-token.
 */
#ifndef RIVERTY_CLI_KEYS_TOKEN_H
#define RIVERTY_CLI_KEYS_TOKEN_H

#include "cli/cli.h"


riverty_cli_status_t riverty_cli_keys_new_token(int argc, char **argv);

#endif
