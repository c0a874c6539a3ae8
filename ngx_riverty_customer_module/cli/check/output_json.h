/*
 * The output of `check` for programs.
 */
#ifndef RIVERTY_CLI_OUTPUT_JSON_H
#define RIVERTY_CLI_OUTPUT_JSON_H

#include "output.h"


/* For programs: one JSON object on one line. */
void riverty_cli_output_json(FILE *file, const riverty_cli_output_t *output,
                             bool named);

#endif
