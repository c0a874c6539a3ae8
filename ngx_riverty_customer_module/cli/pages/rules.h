/*
 * riverty-customer rules.
 */
#ifndef RIVERTY_CLI_RULES_H
#define RIVERTY_CLI_RULES_H

#include "cli/cli.h"


riverty_cli_status_t riverty_cli_rules(int argc, char **argv);

#endif
