/*
 * JSON for people to read.
 */
#ifndef RIVERTY_CLI_PRINT_JSON_H
#define RIVERTY_CLI_PRINT_JSON_H

#include <jansson.h>
#include <stdio.h>


/*
 * Writes json and a line feed: what fits on a line of 80 columns stands on it,
 * all else a member a line.  ASCII only; strings may be longer than a line.
 */
void riverty_cli_print_json(FILE *file, json_t *json);

#endif
