/*
 * riverty-customer keys digest.
 */
#ifndef RIVERTY_CLI_KEYS_DIGEST_H
#define RIVERTY_CLI_KEYS_DIGEST_H

#include "cli/cli.h"


/* Runs the command. */
riverty_cli_status_t riverty_cli_keys_digest(int argc, char **argv);

#endif
