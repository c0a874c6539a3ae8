/*
 * riverty-customer audit: what its commands share.
 */
#ifndef RIVERTY_CLI_AUDIT_COMMAND_H
#define RIVERTY_CLI_AUDIT_COMMAND_H

#include "cli/cli.h"
#include "cli/command.h"
#include "contract/core/secret.h"


/* The commands below `audit`. */
extern const riverty_cli_command_t riverty_cli_audit_commands[];


/*
 * Reads the secret of an option from a guarded file of hex digits.  Returns
 * false after a complaint.
 */
bool riverty_cli_audit_secret(const char *option, const char *file,
                              riverty_secrets_t *secrets, riverty_span_t *key);

#endif
