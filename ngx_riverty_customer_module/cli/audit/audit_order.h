/*
 * The order of rotated logs.
 */
#ifndef RIVERTY_CLI_AUDIT_ORDER_H
#define RIVERTY_CLI_AUDIT_ORDER_H

#include <stddef.h>


/*
 * The files with the one first whose first record is the oldest, and those
 * without any record last; where two begin at the same time, and where one is
 * no regular file, which could be read only once, they stay as they are named.
 * The list is the program's, the names are the caller's.
 */
char *const *riverty_cli_order(char *const *files, size_t count);

#endif
