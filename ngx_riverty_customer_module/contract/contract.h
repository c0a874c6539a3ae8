/*
 * A contract: the tables as one place of the configuration wants them, rule
 * levels changed and fields changed or declared.
 */
#ifndef RIVERTY_CONTRACT_H
#define RIVERTY_CONTRACT_H

#include "riverty.h"
#include "fields.h"
#include "rules.h"
#include "scan.h"
#include "shapes.h"


typedef struct {
    riverty_field_t fields[RIVERTY_FIELDS_MAX];
    size_t fields_count;
    riverty_level_t levels[RIVERTY_RULE_COUNT];
    riverty_names_t names;
    const riverty_shapes_t *shapes;
} riverty_contract_t;


/*
 * The default contract.  shapes (shapes.h) is kept by reference and must
 * outlive it; seed: see riverty_names_init().  Afterwards levels may be set
 * directly.
 */
void riverty_contract_init(riverty_contract_t *contract,
    const riverty_shapes_t *shapes, const uint64_t seed[2]);

#endif
