/*
 * What filters and reports need of a record, as spans of its line: nothing is
 * copied, and nothing is made of what is not asked for.
 */
#ifndef RIVERTY_CLI_AUDIT_RECORD_H
#define RIVERTY_CLI_AUDIT_RECORD_H

#include "contract/core/riverty.h"


/* The insides of strings, as JSON has them; absent where there are none. */
typedef struct {
    riverty_span_t rule;
    riverty_span_t level;
    riverty_span_t pointer;
} riverty_cli_record_finding_t;

typedef struct {
    riverty_span_t time;
    riverty_span_t event; /* its id */
    riverty_span_t type;
    riverty_span_t action;
    riverty_span_t app;
    riverty_span_t bytes; /* of the request's body: a number */
    riverty_span_t status;
    riverty_span_t outcome;
    riverty_span_t mode;
    riverty_span_t would;
    riverty_span_t problem;
    riverty_span_t customer;
    riverty_span_t store; /* the version of the key store: a number */
    riverty_cli_record_finding_t findings[RIVERTY_FINDINGS_MAX];
    size_t findings_count;
} riverty_cli_record_t;


/* Reads a record.  Returns false where text is not a whole JSON object. */
bool riverty_cli_record_read(riverty_cli_record_t *record, riverty_span_t text);

#endif
