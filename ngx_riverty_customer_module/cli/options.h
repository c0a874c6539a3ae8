/*
 * Options of a command: the loop over getopt_long() that commands share.
 */
#ifndef RIVERTY_CLI_OPTIONS_H
#define RIVERTY_CLI_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>


/* Takes an option; its value is optarg.  False where it has complained. */
typedef bool (*riverty_cli_option_pt)(void *data, int option);


/*
 * Hands each option of the command line that names has to read; optind becomes
 * the index of the first other argument.  Returns false where read returned
 * false, or where an option is unknown or lacks its value, after a complaint.
 */
bool riverty_cli_options(int argc, char **argv, const struct option *names,
                         riverty_cli_option_pt read, void *data);

#endif
