/*
 * Commands below a command: `keys lint`, `audit verify`.
 */
#ifndef RIVERTY_CLI_SUBCOMMAND_H
#define RIVERTY_CLI_SUBCOMMAND_H

#include "cli.h"


/* A row of the table; the last row has no name. */
typedef struct {
    const char *name;
    const char *usage; /* what follows the name; "" where nothing does */
    riverty_cli_command_pt run;
} riverty_cli_subcommand_t;


/*
 * Runs the command that argv[1] names, with argv from there on; prints its
 * usage where --help is all that follows.
 */
riverty_cli_status_t
riverty_cli_subcommand(const riverty_cli_subcommand_t *table, int argc,
                       char **argv);

#endif
