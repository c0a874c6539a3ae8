/*
 * Files, read whole.
 */
#ifndef RIVERTY_CLI_READ_H
#define RIVERTY_CLI_READ_H

#include "cli.h"


/*
 * Reads a whole file, or standard input where path is "-".  Returns false,
 * after a complaint, where it cannot be read or is longer than
 * RIVERTY_CLI_FILE_MAX.
 */
bool riverty_cli_read(const char *path, riverty_span_t *bytes);

#endif
