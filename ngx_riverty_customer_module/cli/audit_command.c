/*
 * riverty-customer audit: the audit log from a shell.  Here are the table of
 * its commands and what they share.
 */
#define _GNU_SOURCE /* POSIX */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit_command.h"

typedef struct {
    const char *name;
    const char *usage; /* what follows the name */
    riverty_cli_command_pt run;
} command_t;

/* clang-format off */
static const command_t commands[] = {
    { "verify", "--key FILE [--key FILE] [--closed] LOG...", riverty_cli_audit_verify },
    { "show",
      "[--app A] [--operation O] [--outcome O] [--since T] [--until T]\n"
      "           [--status N] [--customer TOKEN] [--json] LOG...",
      riverty_cli_audit_show },
    { "find",
      "--customer NUMBER|- --redaction-key FILE [--id ID]\n"
      "           [--redaction-key FILE [--id ID]] [--json] LOG...",
      riverty_cli_audit_find },
};
/* clang-format on */

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))


static const command_t *
find_command(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(name, commands[i].name) == 0) {
            return &commands[i];
        }
    }

    return NULL;
}


riverty_cli_status_t
riverty_cli_audit_command(int argc, char **argv)
{
    const command_t *command = argc > 1 ? find_command(argv[1]) : NULL;

    if (command == NULL) {
        riverty_cli_complain("audit takes verify, show or find");
        return RIVERTY_CLI_USAGE;
    }

    if (argc == 3 && strcmp(argv[2], "--help") == 0) {
        printf("usage: " RIVERTY_CLI_PROGRAM " audit %s %s\n", command->name,
               command->usage);
        return RIVERTY_CLI_GOOD;
    }

    return command->run(argc - 1, argv + 1);
}


bool
riverty_cli_audit_secret(const char *option, const char *file,
                         riverty_secrets_t *secrets, riverty_span_t *key)
{
    riverty_bytes_t bytes;
    riverty_error_t error;

    if (secrets == NULL) {
        riverty_cli_complain("out of memory");
        return false;
    }

    if (!riverty_secret_hex(secrets, file, geteuid(), &bytes, &error)) {
        riverty_cli_complain("%s: %s", option, error.text);
        return false;
    }

    *key = (riverty_span_t){ bytes.data, bytes.len };
    return true;
}
