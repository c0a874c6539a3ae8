/*
 * riverty-customer check.
 */
#ifndef RIVERTY_CLI_CHECK_H
#define RIVERTY_CLI_CHECK_H

#include "cli/cli.h"


riverty_cli_status_t riverty_cli_check(int argc, char **argv);

#endif
