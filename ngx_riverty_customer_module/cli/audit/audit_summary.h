/*
 * A summary of records: how many there are of each app, operation, outcome and
 * so on.
 */
#ifndef RIVERTY_CLI_AUDIT_SUMMARY_H
#define RIVERTY_CLI_AUDIT_SUMMARY_H

#include <stdio.h>

#include "audit_record.h"
#include "report_rows.h"


typedef struct {
    uint64_t requests;
    riverty_cli_rows_t rows; /* of a member and a value of it */
} riverty_cli_summary_t;


void riverty_cli_summary_init(riverty_cli_summary_t *summary);

/* Counts a record where it is the end of a request. */
void riverty_cli_summary_count(riverty_cli_summary_t *summary,
                               const riverty_cli_record_t *record);

/* Prints it as a table, or as one JSON object. */
void riverty_cli_summary_print(FILE *file, const riverty_cli_summary_t *summary,
                               bool json);

#endif
