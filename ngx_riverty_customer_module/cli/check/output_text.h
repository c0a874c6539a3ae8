/*
 * The output of `check` for people.
 */
#ifndef RIVERTY_CLI_OUTPUT_TEXT_H
#define RIVERTY_CLI_OUTPUT_TEXT_H

#include "output.h"


/* Prints as compilers do. */
void riverty_cli_output_text(FILE *file, const riverty_cli_output_t *output);

/* Prints its last line alone: the verdict, and how many findings there are. */
void riverty_cli_output_verdict(FILE *file, const riverty_cli_output_t *output);

#endif
