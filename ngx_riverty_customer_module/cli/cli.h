/*
 * The command line: riverty-customer COMMAND ...  A command is a row in main.c
 * and a function in a file of its own.
 */
#ifndef RIVERTY_CLI_H
#define RIVERTY_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "contract/core/riverty.h"


#define RIVERTY_CLI_PROGRAM "riverty-customer"

/* The longest file that is read. */
#define RIVERTY_CLI_FILE_MAX (16 * 1024 * 1024)

typedef enum {
    RIVERTY_CLI_GOOD,
    RIVERTY_CLI_BAD,   /* what it has looked at is not as it should be */
    RIVERTY_CLI_USAGE, /* the command line is wrong; its usage follows */
    RIVERTY_CLI_FAILED /* it could not do its work, and has said why */
} riverty_cli_status_t;

/*
 * Runs a command.  argv[0] is its name, argv[argc] is NULL.  Results go to
 * standard output, complaints to standard error.
 */
typedef riverty_cli_status_t (*riverty_cli_command_pt)(int argc, char **argv);


/* Writes a complaint to standard error, behind the program's name. */
void riverty_cli_complain(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif
