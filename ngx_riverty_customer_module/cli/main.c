/*
 * riverty-customer: the contract from a shell.  The table of commands and what
 * all commands share are here; each command has a file of its own.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/audit/audit_command.h"
#include "cli/audit/report.h"
#include "cli/check/check.h"
#include "cli/keys/keys.h"
#include "cli/pages/fields.h"
#include "cli/pages/rules.h"
#include "contract/core/version.h"
#include "cli.h"
#include "command.h"

#define PROGRAM RIVERTY_CLI_PROGRAM

/* clang-format off */
static const riverty_cli_command_t commands[] = {
    { .name = "check",
      .usage = "FILE|DIR|-... [--operation create|update] [--number N] "
          "[--rules strict|default|lenient] [--config FILE "
          "[--location NAME]] [--json] [--lines] [--quiet]",
      .does = "judges customer documents as the gateway does",
      .example = "check customer.json",
      .run = riverty_cli_check },
    { .name = "fields",
      .usage = "--markdown|--json-schema",
      .does = "prints the table of fields, or the contract as JSON Schema",
      .example = "fields --json-schema > customer.schema.json",
      .run = riverty_cli_fields },
    { .name = "rules",
      .usage = "ID | --markdown",
      .does = "explains a rule, or prints the page of all",
      .example = "rules country_three_letter",
      .run = riverty_cli_rules },
    { .name = "keys",
      .does = "The key store: what is wrong with it, what is in it",
      .example = "help keys lint",
      .commands = riverty_cli_keys_commands },
    { .name = "audit",
      .does = "The audit log: whether it is whole, and what it tells",
      .example = "help audit show",
      .commands = riverty_cli_audit_commands },
    { .name = "report",
      .usage = "[--by app|rule|field] [--since T] [--until T] [--json] "
          "AUDIT...",
      .does = "tells what apps send and what \"on\" refuses, or would",
      .example = "report --since 7d /var/log/nginx/audit.log",
      .run = riverty_cli_report },
    { .name = NULL },
};

static const riverty_cli_command_t root = {
    .name = PROGRAM,
    .does = "-V or --version prints the version, help COMMAND the help of "
        "one command.\nExit status: 0 good (warnings included), 1 not as it "
        "should be,\n2 usage, or a file that cannot be read.  More: man "
        PROGRAM,
    .example = "help check",
    .commands = commands,
};
/* clang-format on */

static const int exit_statuses[] = {
    [RIVERTY_CLI_GOOD] = 0,
    [RIVERTY_CLI_BAD] = 1,
    [RIVERTY_CLI_USAGE] = 2,
    [RIVERTY_CLI_FAILED] = 2,
};


void
riverty_cli_complain(const char *format, ...)
{
    va_list args;

    fputs(PROGRAM ": ", stderr);

    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);

    fputc('\n', stderr);
}


static riverty_cli_status_t
run(int argc, char **argv)
{
    if (argc > 1 &&
        (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)) {
        puts(PROGRAM " " RIVERTY_VERSION);
        return RIVERTY_CLI_GOOD;
    }

    return riverty_cli_command(&root, argc, argv);
}


/* A full disk or a closed pipe must not look like success. */
int
main(int argc, char **argv)
{
    riverty_cli_status_t status = run(argc, argv);

    if (fflush(stdout) != 0 || ferror(stdout)) {
        riverty_cli_complain("standard output: %s", strerror(errno));
        return status == RIVERTY_CLI_GOOD ? 1 : exit_statuses[status];
    }

    return exit_statuses[status];
}
