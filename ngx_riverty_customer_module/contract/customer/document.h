/*
 * A customer document and the judgement on it: findings, all at once, and the
 * edits that put it into the API's form.
 */
#ifndef RIVERTY_DOCUMENT_H
#define RIVERTY_DOCUMENT_H

#include "contract/core/riverty.h"
#include "contract/json/scan.h"
#include "check.h"
#include "contract.h"


typedef enum { RIVERTY_CREATE, RIVERTY_UPDATE } riverty_operation_t;

typedef enum {
    RIVERTY_ACCEPTED,  /* may be forwarded, with the edits applied */
    RIVERTY_MALFORMED, /* the scanner refused it: document->status says why */
    RIVERTY_REJECTED,  /* breaks the contract: see the findings */
    RIVERTY_NO_MEMORY
} riverty_verdict_t;

typedef struct {
    riverty_span_t body;
    riverty_operation_t operation;
    riverty_span_t customer_number; /* of the path, unescaped; update only */
    int64_t now;                    /* seconds since 1970-01-01, UTC */
} riverty_input_t;

typedef struct {
    uint8_t rule;  /* riverty_rule_id_t */
    uint8_t level; /* RIVERTY_LEVEL_WARN or _REJECT */
    uint8_t field; /* what it is about */
    char hint[RIVERTY_HINT_SIZE];
    uint32_t count; /* how many, where the rule says COUNT */
    uint32_t start; /* offsets of what is meant: the value, or for what is */
    uint32_t end;   /* missing the place of the nearest parent there is */
} riverty_finding_t;

/* The inside of a string, between its quotes, and what replaces it. */
typedef struct {
    uint8_t field;
    uint32_t start;
    uint32_t end;
    riverty_span_t text; /* escaped as JSON wants it */
} riverty_edit_t;

typedef struct {
    riverty_input_t input;
    riverty_verdict_t verdict;
    riverty_scan_status_t status;
    riverty_scan_t scan;

    /*
     * The string of each field as it is forwarded, unescaped; absent where the
     * member is absent, null or no string; empty where it is blank.
     */
    riverty_span_t values[RIVERTY_FIELDS_MAX];

    /*
     * Fields whose value breaks a rule that rejects by default, whatever its
     * level is here.  Logs never show such a value.
     */
    uint64_t invalid;

    riverty_finding_t findings[RIVERTY_FINDINGS_MAX];
    size_t findings_count; /* kept */
    size_t findings_total; /* all; the rest was only counted */

    riverty_edit_t *edits; /* in the order of the bytes; may be NULL */
    size_t edits_count;
} riverty_document_t;


/*
 * Judges input under contract.  document is the caller's and is filled whole;
 * it refers to input's bytes and to memory, which must outlive it.  Findings
 * come in the order of the field table, REJECT and WARN together; where they
 * are too many to keep, warnings make room for what rejects.  Any bytes end in
 * a verdict, in time linear in their number.
 */
riverty_verdict_t riverty_document_check(riverty_document_t *document,
                                         const riverty_contract_t *contract,
                                         const riverty_input_t *input,
                                         const riverty_memory_t *memory);

#endif
