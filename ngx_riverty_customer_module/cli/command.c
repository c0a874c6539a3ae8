/*
 * Commands from tables (command.h).
 */

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "command.h"

#define COLUMNS 80
#define INDENT  4

/* Room for the names of a table, and for "riverty-customer audit verify". */
#define NAMES_SIZE 256
#define TITLE_SIZE 64

static const char usage[] = "usage: ";

/* A command and its whole name, with those of all above it. */
typedef struct {
    const riverty_cli_command_t *row;
    char title[TITLE_SIZE];
} command_t;


static const riverty_cli_command_t *
find(const riverty_cli_command_t *table, const char *name)
{
    for (; table->name != NULL; table++) {
        if (strcmp(name, table->name) == 0) {
            return table;
        }
    }

    return NULL;
}


/* Goes on to the command of that name below; false where there is none. */
static bool
descend(command_t *command, const char *name)
{
    const riverty_cli_command_t *found = find(command->row->commands, name);
    size_t len = strlen(command->title);

    if (found == NULL) {
        return false;
    }

    (void) snprintf(command->title + len, TITLE_SIZE - len, " %s", name);
    command->row = found;
    return true;
}


/* "lint, list or new-token" */
static void
write_names(char names[NAMES_SIZE], const riverty_cli_command_t *table)
{
    size_t len = 0;

    for (size_t i = 0; table[i].name != NULL; i++) {
        const char *before = i == 0                      ? ""
                             : table[i + 1].name == NULL ? " or "
                                                         : ", ";

        len += (size_t) snprintf(names + len, NAMES_SIZE - len, "%s%s", before,
                                 table[i].name);
    }
}


/* The length of the first part of text: "[--id ID]" stays together. */
static size_t
part_of(const char *text)
{
    size_t len = 0, depth = 0;

    while (text[len] != '\0' && (text[len] != ' ' || depth > 0)) {
        depth += text[len] == '[';
        depth -= text[len] == ']' && depth > 0;
        len++;
    }

    return len;
}


/* Prints text behind what stands in the line up to column. */
static void
print_wrapped(FILE *file, size_t column, const char *text)
{
    size_t indent = sizeof(usage) - 1 + INDENT;

    while (*text != '\0') {
        size_t len = part_of(text);

        if (column + 1 + len > COLUMNS) {
            fprintf(file, "\n%*s", (int) indent - 1, "");
            column = indent - 1;
        }

        fprintf(file, " %.*s", (int) len, text);
        column += 1 + len;
        text += len + (text[len] == ' ');
    }

    fputc('\n', file);
}


static void
print_usage(FILE *file, const command_t *command)
{
    size_t column = (size_t) fprintf(file, "%s%s", usage, command->title);

    print_wrapped(file, column,
                  command->row->commands != NULL ? "COMMAND ..."
                                                 : command->row->usage);
}


/* A line for each command that runs; above is what stands before its name. */
static void
print_list(const char *above, const riverty_cli_command_t *table)
{
    char name[TITLE_SIZE];

    for (; table->name != NULL; table++) {
        (void) snprintf(name, sizeof(name), "%s%s", above, table->name);

        if (table->commands == NULL) {
            printf("  %-14s  %s\n", name, table->does);
        } else {
            strcat(name, " ");
            print_list(name, table->commands);
        }
    }
}


static void
print_help(const command_t *command)
{
    const riverty_cli_command_t *row = command->row;

    print_usage(stdout, command);

    if (row->commands != NULL) {
        putchar('\n');
        print_list("", row->commands);
        printf("\n%s.\n", row->does);
    } else {
        printf("\n%c%s.\n\n", toupper(row->does[0]), row->does + 1);
    }

    printf("example: " RIVERTY_CLI_PROGRAM " %s\n", row->example);
}


static bool
is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}


/* Is help asked for, before a -- that ends the options? */
static bool
asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (is_help(argv[i])) {
            return true;
        }
    }

    return false;
}


static riverty_cli_status_t
refuse(const command_t *command, const char *name)
{
    char names[NAMES_SIZE];

    write_names(names, command->row->commands);

    if (name == NULL) {
        riverty_cli_complain("no command; there are %s", names);
    } else {
        riverty_cli_complain("%s: no such command; there are %s", name, names);
    }

    print_usage(stderr, command);
    return RIVERTY_CLI_USAGE;
}


static riverty_cli_status_t
run(const command_t *command, int argc, char **argv)
{
    riverty_cli_status_t status;

    if (asks_for_help(argc, argv)) {
        print_help(command);
        return RIVERTY_CLI_GOOD;
    }

    status = command->row->run(argc, argv);
    if (status == RIVERTY_CLI_USAGE) {
        print_usage(stderr, command);
    }

    return status;
}


riverty_cli_status_t
riverty_cli_command(const riverty_cli_command_t *root, int argc, char **argv)
{
    command_t command = { root, RIVERTY_CLI_PROGRAM };
    bool help = argc > 1 && strcmp(argv[1], "help") == 0;
    int pos = help ? 2 : 1;

    for (; command.row->commands != NULL && pos < argc; pos++) {
        if (is_help(argv[pos])) {
            help = true;
            break;
        }

        if (!descend(&command, argv[pos])) {
            return refuse(&command, argv[pos]);
        }
    }

    if (help) {
        print_help(&command);
        return RIVERTY_CLI_GOOD;
    }

    return command.row->commands != NULL
               ? refuse(&command, NULL)
               : run(&command, argc - pos + 1, argv + pos - 1);
}
