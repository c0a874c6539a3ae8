/*
 * Options of a command (options.h).
 */

#include "options.h"
#include "cli.h"


bool
riverty_cli_options(int argc, char **argv, const struct option *names,
                    riverty_cli_option_pt read, void *data)
{
    int option;

    opterr = 0;

    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        if (option == '?') {
            riverty_cli_complain("%s: unknown option, or its value is missing",
                                 argv[optind - 1]);
            return false;
        }

        if (!read(data, option)) {
            return false;
        }
    }

    return true;
}
