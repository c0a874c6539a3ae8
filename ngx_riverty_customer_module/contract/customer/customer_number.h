/*
 * The customer number, which a path and a document both may name.
 */
#ifndef RIVERTY_CUSTOMER_NUMBER_H
#define RIVERTY_CUSTOMER_NUMBER_H

#include "contract/core/riverty.h"
#include "contract.h"
#include "document.h"


/*
 * Does it, unescaped, have the length and the shape that the contract wants, or
 * the pattern that is configured in its place?
 */
bool riverty_customer_number_valid(const riverty_contract_t *contract,
                                   riverty_span_t customer_number);

/*
 * The customer number of a judged document, unescaped; absent where it has
 * none, or none of that shape.
 */
riverty_span_t
riverty_document_customer_number(const riverty_document_t *document);

#endif
