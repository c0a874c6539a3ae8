/*
 * What nginx's configuration says of a contract (--config): a whole nginx.conf,
 * or a file with riverty_rules, riverty_rule, riverty_field and
 * riverty_max_body lines alone.
 */
#ifndef RIVERTY_CLI_CONFIG_H
#define RIVERTY_CLI_CONFIG_H

#include "contract/customer/contract.h"


/*
 * Applies to contract what holds in a protected location of the file at path;
 * location is its name or its place (FILE:LINE), NULL where all protected ones
 * have the same.  In each block riverty_rule stands on top of riverty_rules,
 * wherever that is said, and both on top of outer blocks.  Adds patterns to
 * shapes, which are those of contract; max_body becomes the longest body that
 * is taken there, in bytes.  Returns false, after a complaint, where
 * a file cannot be read, a line is wrong, or it is not clear which location is
 * meant.
 */
bool riverty_cli_config_apply(const char *path, const char *location,
                              riverty_contract_t *contract,
                              riverty_shapes_t *shapes, size_t *max_body);

#endif
