/*
 * JSON for people to read.
 */
#ifndef RIVERTY_CLI_PRINT_JSON_H
#define RIVERTY_CLI_PRINT_JSON_H

#include <jansson.h>
#include <stdio.h>


/*
 * Writes json and a line feed.  What fits on a line of 80 columns stands on
 * one line; else each member has its own line.  ASCII only; a string may be
 * longer than a line.
 */
void riverty_cli_print_json(FILE *file, json_t *json);

#endif
