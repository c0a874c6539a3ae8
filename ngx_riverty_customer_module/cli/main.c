/*
 * riverty-customer: the contract from a shell.  The table of commands and what
 * all commands share are here; each command has a file of its own.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/audit/audit_command.h"
#include "cli/check/check.h"
#include "cli/keys/keys.h"
#include "cli/pages/fields.h"
#include "cli/pages/rules.h"
#include "cli.h"

#define PROGRAM RIVERTY_CLI_PROGRAM

typedef struct {
    const char *name;
    const char *usage; /* what follows the name */
    const char *does;
    riverty_cli_command_pt run;
} command_t;

/* clang-format off */
static const command_t commands[] = {
    { "check",
      "FILE|- [--operation create|update] [--number N] "
      "[--rules strict|default|lenient] [--config FILE] [--json] [--lines]",
      "judges a customer document as the gateway does",
      riverty_cli_check },
    { "fields", "--markdown|--json-schema",
      "prints the table of fields as docs/fields.md, or the contract as a "
      "JSON Schema",
      riverty_cli_fields },
    { "rules", "--markdown",
      "prints every rule, with examples, as docs/rules.md",
      riverty_cli_rules },
    { "keys",
      "lint FILE [--user NAME] [--check 0] | list FILE [--user NAME] "
      "[--redaction-key FILE [--id ID]] [--json] | new-token",
      "judges a key store as nginx -t does and gives advice; lists its keys, "
      "never a value; makes a token",
      riverty_cli_keys },
    { "audit",
      "verify --key FILE [--closed] LOG... | show [FILTER...] [--json] LOG... "
      "| find --customer NUMBER|- --redaction-key FILE [--id ID] LOG...",
      "finds what was changed in an audit log or taken from it; shows its "
      "records; finds a customer's",
      riverty_cli_audit_command },
};
/* clang-format on */

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

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


static void
print_usage(FILE *file, const command_t *command)
{
    fprintf(file, "usage: " PROGRAM " %s %s\n", command->name, command->usage);
}


static void
print_help(FILE *file)
{
    fputs("usage: " PROGRAM " COMMAND ...\n"
          "       " PROGRAM " --help | --version\n\n",
          file);

    for (size_t i = 0; i < COMMANDS; i++) {
        fprintf(file, "  %s %s\n      %s\n", commands[i].name,
                commands[i].usage, commands[i].does);
    }

    fputs("\nExit status: 0 good (warnings included), 1 not as it should be,\n"
          "2 usage, or a file that cannot be read.  More: man " PROGRAM ".\n",
          file);
}


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


static riverty_cli_status_t
run_command(int argc, char **argv)
{
    const command_t *command = find_command(argv[0]);
    riverty_cli_status_t status;

    if (command == NULL) {
        riverty_cli_complain("no command \"%s\"", argv[0]);
        print_help(stderr);
        return RIVERTY_CLI_USAGE;
    }

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        print_usage(stdout, command);
        return RIVERTY_CLI_GOOD;
    }

    status = command->run(argc, argv);
    if (status == RIVERTY_CLI_USAGE) {
        print_usage(stderr, command);
    }

    return status;
}


static riverty_cli_status_t
run(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return RIVERTY_CLI_USAGE;
    }

    if (strcmp(argv[1], "--help") == 0) {
        print_help(stdout);
        return RIVERTY_CLI_GOOD;
    }

    if (strcmp(argv[1], "--version") == 0) {
        puts(PROGRAM " " RIVERTY_CLI_VERSION);
        return RIVERTY_CLI_GOOD;
    }

    return run_command(argc - 1, argv + 1);
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
