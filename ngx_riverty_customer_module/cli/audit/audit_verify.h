/*
 * riverty-customer audit verify.
 */
#ifndef RIVERTY_CLI_AUDIT_VERIFY_H
#define RIVERTY_CLI_AUDIT_VERIFY_H

#include "cli/cli.h"


riverty_cli_status_t riverty_cli_audit_verify(int argc, char **argv);

#endif
