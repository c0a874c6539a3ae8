/*
 * The findings: what was noted, at the levels of the contract, in the order of
 * the fields.
 */
#ifndef RIVERTY_FINDINGS_H
#define RIVERTY_FINDINGS_H

#include "contract/core/riverty.h"
#include "document.h"
#include "judgement.h"


/* Makes findings of a field's notes. */
void riverty_findings_add(riverty_judgement_t *judgement, unsigned field);

/*
 * Compares what the API's reply calls the customer, its
 * externalCustomerReference (reply.h), with the number that was sent, where
 * one was, and adds a finding of reference_mismatch in its place.  The verdict
 * stays.
 */
void riverty_document_replied(riverty_document_t *document,
                              const riverty_contract_t *contract,
                              riverty_span_t reference);

#endif
