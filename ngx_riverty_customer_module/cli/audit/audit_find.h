/*
 * riverty-customer audit find.
 */
#ifndef RIVERTY_CLI_AUDIT_FIND_H
#define RIVERTY_CLI_AUDIT_FIND_H

#include "cli/cli.h"


riverty_cli_status_t riverty_cli_audit_find(int argc, char **argv);

#endif
