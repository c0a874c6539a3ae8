/*
 * Commands below a command: found by name in a table.
 */

#include <stdio.h>
#include <string.h>

#include "subcommand.h"


static const riverty_cli_subcommand_t *
find(const riverty_cli_subcommand_t *table, const char *name)
{
    for (; table->name != NULL; table++) {
        if (strcmp(name, table->name) == 0) {
            return table;
        }
    }

    return NULL;
}


/* "audit takes verify, show or find" */
static void
complain(const riverty_cli_subcommand_t *table, const char *command)
{
    char names[256] = "";
    size_t len = 0;

    for (size_t i = 0; table[i].name != NULL; i++) {
        const char *before = i == 0                      ? ""
                             : table[i + 1].name == NULL ? " or "
                                                         : ", ";

        len += (size_t) snprintf(names + len, sizeof(names) - len, "%s%s",
                                 before, table[i].name);
    }

    riverty_cli_complain("%s takes %s", command, names);
}


riverty_cli_status_t
riverty_cli_subcommand(const riverty_cli_subcommand_t *table, int argc,
                       char **argv)
{
    const riverty_cli_subcommand_t *found = NULL;

    if (argc > 1) {
        found = find(table, argv[1]);
    }

    if (found == NULL) {
        complain(table, argv[0]);
        return RIVERTY_CLI_USAGE;
    }

    if (argc == 3 && strcmp(argv[2], "--help") == 0) {
        printf("usage: " RIVERTY_CLI_PROGRAM " %s %s%s%s\n", argv[0],
               found->name, found->usage[0] == '\0' ? "" : " ", found->usage);
        return RIVERTY_CLI_GOOD;
    }

    return found->run(argc - 1, argv + 1);
}
