/*
 * The command line: riverty-customer COMMAND ...  A command is a row in main.c
 * and a function in a file of its own.
 */
#ifndef RIVERTY_CLI_H
#define RIVERTY_CLI_H


#define RIVERTY_CLI_VERSION "0.1.0"

/* Exit statuses. */
typedef enum {
    RIVERTY_CLI_GOOD = 0,
    RIVERTY_CLI_BAD = 1,  /* what was looked at is not as it should be */
    RIVERTY_CLI_USAGE = 2 /* the command line is wrong; main() says how */
} riverty_cli_status_t;

/*
 * Runs a command.  argv[0] is its name, argv[argc] is NULL.  What it finds
 * goes to standard output, what went wrong to standard error.
 */
typedef riverty_cli_status_t (*riverty_cli_command_pt)(int argc, char **argv);


riverty_cli_status_t riverty_cli_fields(int argc, char **argv);

#endif
