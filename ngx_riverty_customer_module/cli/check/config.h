/*
 * A file of riverty_rules, riverty_rule and riverty_field lines in nginx's
 * syntax (--config).
 */
#ifndef RIVERTY_CLI_CONFIG_H
#define RIVERTY_CLI_CONFIG_H

#include "contract/customer/contract.h"


/*
 * Applies the lines of the file at path to contract, in their order; what
 * riverty_rule says stands on top of riverty_rules, wherever that is said. Adds
 * patterns to shapes, which are those of contract.  Returns false, after a
 * complaint, where the file cannot be read or a line is wrong.
 */
bool riverty_cli_config_apply(const char *path, riverty_contract_t *contract,
                              riverty_shapes_t *shapes);

#endif
