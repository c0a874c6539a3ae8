/*
 * What is printed about checkpoints.
 */
#ifndef RIVERTY_CLI_AUDIT_CHECKPOINTS_OUTPUT_H
#define RIVERTY_CLI_AUDIT_CHECKPOINTS_OUTPUT_H

#include <stdio.h>

#include "audit_chains.h"


typedef struct {
    size_t missing;   /* chains that should be in the logs and are not */
    size_t unasked;   /* chains of before the logs begin */
    uint64_t damaged; /* notes */
} riverty_cli_checkpoints_counts_t;


/* Prints which chains are missing, and what is wrong with notes. */
riverty_cli_checkpoints_counts_t
riverty_cli_checkpoints_print(FILE *file, const riverty_cli_chains_t *chains);

/* Prints what is no damage, but good to know. */
void riverty_cli_checkpoints_print_notes(
    FILE *file, const riverty_cli_chains_t *chains,
    const riverty_cli_checkpoints_counts_t *counts);

/* Prints their part of the last line, behind that of the chains. */
void riverty_cli_checkpoints_print_sum(
    FILE *file, const riverty_cli_checkpoints_t *checkpoints,
    const riverty_cli_checkpoints_counts_t *counts);

/* Prints FILE:LINE: what: of one line, or of the first of several. */
void riverty_cli_kind_print(FILE *file, const riverty_cli_kind_t *kind,
                            const char *what, const char *line);

/* Prints an id as hex digits. */
void riverty_cli_id_print(FILE *file, const unsigned char *id);

#endif
