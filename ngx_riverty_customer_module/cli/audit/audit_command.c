/*
 * riverty-customer audit: the audit log from a shell.  The table of its
 * commands and what they share are here.
 */
#define _GNU_SOURCE /* POSIX */

#include <unistd.h>

#include "audit_command.h"
#include "cli/subcommand.h"
#include "audit_find.h"
#include "audit_show.h"
#include "audit_verify.h"

/* clang-format off */
static const riverty_cli_subcommand_t commands[] = {
    { "verify", "--key FILE [--key FILE] [--closed] LOG...",
      riverty_cli_audit_verify },
    { "show",
      "[--app A] [--operation O] [--outcome O] [--since T] [--until T]\n"
      "           [--status N] [--customer PSEUDONYM] [--json] LOG...",
      riverty_cli_audit_show },
    { "find",
      "--customer NUMBER|- --redaction-key FILE [--id ID]\n"
      "           [--redaction-key FILE [--id ID]] [--json] LOG...",
      riverty_cli_audit_find },
    { NULL, NULL, NULL },
};
/* clang-format on */


riverty_cli_status_t
riverty_cli_audit_command(int argc, char **argv)
{
    return riverty_cli_subcommand(commands, argc, argv);
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
