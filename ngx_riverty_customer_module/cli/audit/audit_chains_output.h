/*
 * What is printed about chains.
 */
#ifndef RIVERTY_CLI_AUDIT_CHAINS_OUTPUT_H
#define RIVERTY_CLI_AUDIT_CHAINS_OUTPUT_H

#include <stdio.h>

#include "audit_chains.h"


/*
 * Prints what is damaged, in the order of the lines, what checkpoints miss, and
 * which chains are open; then a summary in one line.  Returns whether all is
 * whole.
 */
bool riverty_cli_chains_print(FILE *file, const riverty_cli_chains_t *chains);

#endif
