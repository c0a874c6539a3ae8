/*
 * Commands and those below them (`keys lint`), in tables: what runs them, and
 * what prints the help of each.
 */
#ifndef RIVERTY_CLI_COMMAND_H
#define RIVERTY_CLI_COMMAND_H

#include "cli.h"


typedef struct riverty_cli_command_s riverty_cli_command_t;

/* A row has run or commands; the last row of a table has no name. */
struct riverty_cli_command_s {
    const char *name;
    const char *usage;   /* what follows the name; "" where nothing does */
    const char *does;    /* a sentence without its end */
    const char *example; /* what stands behind the program's name */
    riverty_cli_command_pt run;
    const riverty_cli_command_t *commands;
};


/*
 * Runs the command that argv, from the program's name on, names below root,
 * which is the program itself.  Prints a help where the word is help, or where
 * -h or --help stands among the command's own words.
 */
riverty_cli_status_t riverty_cli_command(const riverty_cli_command_t *root,
                                         int argc, char **argv);

#endif
