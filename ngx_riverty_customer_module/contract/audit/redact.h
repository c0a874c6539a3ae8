/*
 * What a log may show of a value (docs/audit.md, redacted forms).
 */
#ifndef RIVERTY_REDACT_H
#define RIVERTY_REDACT_H

#include "contract/core/out.h"
#include "contract/core/riverty.h"
#include "contract/customer/document.h"
#include "pseudonym.h"


/*
 * Writes `"pointer":form` of one field of a judged document, or nothing where
 * the field may not be shown, has no value or is the customer number (which
 * has a member of its own).  key may be NULL: then there are no pseudonyms.
 * Returns whether something was written.
 */
bool riverty_redact_field(riverty_out_t *out,
                          const riverty_contract_t *contract,
                          const riverty_document_t *document, unsigned field,
                          const riverty_pseudonym_key_t *key);

/*
 * Writes the object {pointer: form, ...} of a whole document, sorted as the
 * field table is; {} where nothing may be shown.  Where there are unknown
 * members, "unknown" has their number.
 */
void riverty_redact_document(riverty_out_t *out,
                             const riverty_contract_t *contract,
                             const riverty_document_t *document,
                             const riverty_pseudonym_key_t *key);

#endif
