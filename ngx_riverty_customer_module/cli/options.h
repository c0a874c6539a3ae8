/*
 * Options of a command: the loop over getopt_long() that commands share.
 */
#ifndef RIVERTY_CLI_OPTIONS_H
#define RIVERTY_CLI_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>


/*
 * Takes an option, its value is optarg; false where it has said what is wrong.
 */
typedef bool (*riverty_cli_option_pt)(void *data, int option);


/*
 * Hands out each option of the command line that names has; optind becomes the
 * first of what else there is.  Returns false where read did, or where there is
 * no such option or it lacks its value, which has been said then.
 */
bool riverty_cli_options(int argc, char **argv, const struct option *names,
                         riverty_cli_option_pt read, void *data);

#endif
