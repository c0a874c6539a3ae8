/*
 * What `check` tells about a document, and the two forms of telling it.
 */
#ifndef RIVERTY_CLI_OUTPUT_H
#define RIVERTY_CLI_OUTPUT_H

#include <jansson.h>
#include <stdio.h>

#include "contract/customer/contract.h"
#include "contract/customer/document.h"


/* Why a document is refused, or would be elsewhere. */
typedef struct {
    const char *rule;
    riverty_level_t level;
    const char *pointer; /* "": the document itself */
    char *field;         /* dotted */
    char *detail;        /* a sentence, which stands behind the pointer */
    size_t start;        /* the part that is meant, in bytes */
    size_t end;
    size_t line; /* of start, as the column from 1 */
    size_t column;
} riverty_cli_finding_t;

/* A value that is forwarded in another form. */
typedef struct {
    const char *pointer;
    riverty_span_t old_raw; /* the insides of two strings, as JSON has them */
    riverty_span_t new_raw;
    riverty_span_t old_text; /* the same unescaped */
    riverty_span_t new_text;
} riverty_cli_change_t;

typedef struct {
    const char *name;    /* the name of the file, for people */
    const char *verdict; /* "accepted", "rejected", "malformed", "oversized" */
    const char *subject; /* of findings about the document itself */
    bool accepted;
    bool judged;                                          /* it is JSON */
    riverty_span_t body;                                  /* as it was read */
    riverty_cli_finding_t findings[RIVERTY_FINDINGS_MAX]; /* by their place */
    size_t findings_count;
    size_t findings_total;
    riverty_cli_change_t changes[RIVERTY_FIELDS_MAX]; /* by their place */
    size_t changes_count;
    riverty_span_t document; /* as it is forwarded; absent: malformed */
    json_t *audit;           /* what a record has of it under "riverty" */
} riverty_cli_output_t;


/*
 * Gathers all about a judged document, which must outlive output.  The caller
 * owns output->audit.
 */
void riverty_cli_output_fill(riverty_cli_output_t *output, const char *name,
                             const riverty_contract_t *contract,
                             const riverty_document_t *document);

/* The same of a body longer than max_body, which nothing judges. */
void riverty_cli_output_too_large(riverty_cli_output_t *output,
                                  const char *name, riverty_span_t body,
                                  size_t max_body);

#endif
