/*
 * What a finding says to people.
 */
#ifndef RIVERTY_FINDING_DETAIL_H
#define RIVERTY_FINDING_DETAIL_H

#include "contract/core/out.h"
#include "contract.h"
#include "document.h"


/*
 * Writes what a finding says, as it is or as the inside of a JSON string: the
 * rule's detail and what is expected or was meant, never a value.
 */
void riverty_finding_detail(riverty_out_t *out,
                            const riverty_contract_t *contract,
                            const riverty_finding_t *finding);
void riverty_finding_detail_escaped(riverty_out_t *out,
                                    const riverty_contract_t *contract,
                                    const riverty_finding_t *finding);

#endif
