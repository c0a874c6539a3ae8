/*
 * riverty-customer audit: what its commands share.
 */
#ifndef RIVERTY_CLI_AUDIT_COMMAND_H
#define RIVERTY_CLI_AUDIT_COMMAND_H

#include "cli/cli.h"
#include "contract/core/secret.h"


/* The command; its commands follow. */
riverty_cli_status_t riverty_cli_audit_command(int argc, char **argv);


/*
 * Reads the secret of an option from a guarded file of hex digits.  Returns
 * false after a complaint.
 */
bool riverty_cli_audit_secret(const char *option, const char *file,
                              riverty_secrets_t *secrets, riverty_span_t *key);

#endif
