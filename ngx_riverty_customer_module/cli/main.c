/*
 * riverty-customer: the contract from a shell.  Here are the table of commands
 * and what all of them share; each command stands in its own file.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

#define PROGRAM "riverty-customer"

typedef struct {
    const char *name;
    const char *usage; /* what follows the name */
    const char *does;
    riverty_cli_command_pt run;
} command_t;

static const command_t commands[] = {
    { "fields", "--markdown",
      "prints the tables of fields and rules as docs/fields.md",
      riverty_cli_fields },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))


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

    fputs("\nExit status: 0 good, 1 not as it should be, 2 usage.\n", file);
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
        fprintf(stderr, PROGRAM ": no command \"%s\"\n", argv[0]);
        print_help(stderr);
        return RIVERTY_CLI_USAGE;
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
        fprintf(stderr, PROGRAM ": standard output: %s\n", strerror(errno));
        return status == RIVERTY_CLI_GOOD ? RIVERTY_CLI_BAD : (int) status;
    }

    return (int) status;
}
