/*
 * What an audit record tells about a document.
 */
#ifndef RIVERTY_CLI_RECORDED_H
#define RIVERTY_CLI_RECORDED_H

#include <jansson.h>

#include "contract/customer/contract.h"
#include "contract/customer/document.h"


/*
 * The members of the record's "riverty" that come from the document: customer,
 * findings, changes, document.  Pseudonyms are computed under a made-up key,
 * whose id is "example".  The caller owns the object.
 */
json_t *riverty_cli_recorded(const riverty_contract_t *contract,
                             const riverty_document_t *document);

#endif
