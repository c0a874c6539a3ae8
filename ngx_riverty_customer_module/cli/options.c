/*
 * Options of a command (options.h).
 */

#include <string.h>

#include "options.h"
#include "cli.h"


/* Of a letter, optopt is all that is left: -xy is read as -x and -y. */
static void
complain(int option, const char *word)
{
    if (option == ':') {
        riverty_cli_complain("%s: its value is missing", word);
    } else if (word[0] == '-' && word[1] == '-' && optopt != 0) {
        riverty_cli_complain("%.*s: takes no value", (int) strcspn(word, "="),
                             word);
    } else if (optopt != 0) {
        riverty_cli_complain("-%c: unknown option", optopt);
    } else {
        riverty_cli_complain("%s: unknown option", word);
    }
}


bool
riverty_cli_options(int argc, char **argv, const struct option *names,
                    riverty_cli_option_pt read, void *data)
{
    int option;

    opterr = 0;

    while ((option = getopt_long(argc, argv, ":", names, NULL)) != -1) {
        if (option == '?' || option == ':') {
            complain(option, argv[optind - 1]);
            return false;
        }

        if (!read(data, option)) {
            return false;
        }
    }

    return true;
}
