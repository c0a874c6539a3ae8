/*
 * What the judges of a document share while they judge it: document.c one
 * field after the other, cross.c fields that must agree, edit.c what changes.
 */
#ifndef RIVERTY_JUDGEMENT_H
#define RIVERTY_JUDGEMENT_H

#include "contract/core/riverty.h"
#include "check.h"
#include "contract.h"
#include "document.h"


typedef struct {
    const riverty_contract_t *contract;
    const riverty_memory_t *memory;
    riverty_document_t *document;

    riverty_value_t values[RIVERTY_FIELDS_MAX]; /* by field */
    uint64_t judged; /* the fields whose parent is an object */
    int64_t today;   /* days since 1970-01-01, UTC */
    bool starved;    /* there was no memory: the rest does not count */

    /* What the document is about, as far as it is certain. */
    bool unwrapped; /* has the customer's members at the top */
    bool person;
    bool company;
    riverty_span_t country; /* alpha-2; absent where none is good */
    int postal_row;         /* of postal codes, or -1 */
    bool postal_code;       /* it is one of that row */
} riverty_judgement_t;


/* Is the member absent, null or blank?  A member of a wrong type is not. */
bool riverty_judgement_empty(const riverty_judgement_t *judgement,
                             unsigned field);

/* Has the value been repaired, so that it no longer breaks the rule? */
bool riverty_judgement_mended(const riverty_judgement_t *judgement,
                              const riverty_note_t *note);

/* Does the value break a rule that rejects by default, without a repair? */
bool riverty_judgement_spoiled(const riverty_judgement_t *judgement,
                               const riverty_value_t *value);

/*
 * Judges by what `riverty_field` asks: pattern= and enum=.  It is asked of the
 * form that is forwarded, so once the value has been repaired and put into its
 * case.
 */
void riverty_judgement_configured(const riverty_judgement_t *judgement,
                                  const riverty_field_t *rules,
                                  riverty_value_t *value);

#endif
