/*
 * riverty-customer audit: the audit log from a shell.  The table of its
 * commands and what they share are here.
 */
#define _GNU_SOURCE /* POSIX */

#include <unistd.h>

#include "audit_command.h"
#include "audit_find.h"
#include "audit_show.h"
#include "audit_verify.h"

/* clang-format off */
const riverty_cli_command_t riverty_cli_audit_commands[] = {
    { .name = "verify",
      .usage = "--key FILE [--key FILE] [--closed] "
          "[--checkpoint FILE --checkpoint-key FILE [--checkpoint-log NAME] "
          "[--since T]] LOG...",
      .does = "finds what was changed in a log or taken from it",
      .example = "audit verify --key /etc/riverty/audit.key audit.log.1 "
          "audit.log",
      .run = riverty_cli_audit_verify },
    { .name = "show",
      .usage = "[--app A] [--operation O] [--outcome O] [--since T] "
          "[--until T] [--status N] [--customer PSEUDONYM] [--would O] "
          "[--rule ID] [--level warn|reject] [--event ID|store] "
          "[--store N] [--summary|--follow] [--json] LOG...",
      .does = "shows the records of a log",
      .example = "audit show --app billing --status 4xx --since 7d audit.log",
      .run = riverty_cli_audit_show },
    { .name = "find",
      .usage = "--customer NUMBER|- --redaction-key FILE [--id ID] "
          "[--redaction-key FILE [--id ID]] [--json] LOG...",
      .does = "finds the records of a customer",
      .example = "audit find --customer - --redaction-key "
          "/etc/riverty/k1 audit.log",
      .run = riverty_cli_audit_find },
    { .name = NULL },
};
/* clang-format on */


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
