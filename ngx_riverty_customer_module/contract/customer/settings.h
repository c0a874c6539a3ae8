/*
 * Settings in words, as the configuration of nginx and the command line's
 * --config have them:
 *
 *   riverty_rules strict|default|lenient
 *   riverty_rule ID off|warn|reject
 *   riverty_field POINTER [required|optional] [max=N] [pattern=REGEX]
 *                 [enum=A,B] [redact=MODE]
 */
#ifndef RIVERTY_SETTINGS_H
#define RIVERTY_SETTINGS_H

#include "contract/core/error.h"
#include "contract/core/riverty.h"
#include "contract.h"


/*
 * Reads the words behind riverty_rules.  Returns false where they are not one
 * profile; error says what to write instead.
 */
bool riverty_setting_profile(const riverty_span_t *words, size_t count,
                             riverty_profile_t *profile,
                             riverty_error_t *error);

/*
 * Reads the words behind riverty_rule.  Returns false where there is no such
 * rule or level; error says what to write instead.
 */
bool riverty_setting_rule(const riverty_span_t *words, size_t count,
                          riverty_rule_id_t *rule, riverty_level_t *level,
                          riverty_error_t *error);

/*
 * Reads the words behind riverty_field and its pointer into options.  A pattern
 * is compiled and added to shapes; values are kept by reference.  Returns
 * false where a word is not an option; error says what to write instead.
 */
bool riverty_setting_field(const riverty_span_t *words, size_t count,
                           riverty_shapes_t *shapes,
                           riverty_field_options_t *options,
                           riverty_error_t *error);

#endif
