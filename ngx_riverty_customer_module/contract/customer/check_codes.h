/*
 * Checks of codes: countries and languages.
 */
#ifndef RIVERTY_CHECK_CODES_H
#define RIVERTY_CHECK_CODES_H

#include "check.h"


void riverty_check_country_code(riverty_value_t *value);
void riverty_check_language(riverty_value_t *value);

#endif
