/*
 * riverty-customer keys lint.
 */
#ifndef RIVERTY_CLI_KEYS_LINT_H
#define RIVERTY_CLI_KEYS_LINT_H

#include "cli/cli.h"


riverty_cli_status_t riverty_cli_keys_lint(int argc, char **argv);

#endif
