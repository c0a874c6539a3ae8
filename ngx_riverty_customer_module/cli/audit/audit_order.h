/*
 * The order of rotated logs.
 */
#ifndef RIVERTY_CLI_AUDIT_ORDER_H
#define RIVERTY_CLI_AUDIT_ORDER_H

#include <stddef.h>


/*
 * Sorts the files by the time of their first record, the oldest first and
 * files without any record last.  Files keep their places where two begin at
 * the same time, or where one is not a regular file, which can be read only
 * once. The list belongs to the program, the names belong to the caller.
 */
char *const *riverty_cli_order(char *const *files, size_t count);

#endif
