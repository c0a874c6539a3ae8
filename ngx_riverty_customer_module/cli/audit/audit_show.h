/*
 * riverty-customer audit show.
 */
#ifndef RIVERTY_CLI_AUDIT_SHOW_H
#define RIVERTY_CLI_AUDIT_SHOW_H

#include "cli/cli.h"


riverty_cli_status_t riverty_cli_audit_show(int argc, char **argv);

#endif
