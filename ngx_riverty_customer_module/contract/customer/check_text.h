/*
 * Checks of names and other text that people write.
 */
#ifndef RIVERTY_CHECK_TEXT_H
#define RIVERTY_CHECK_TEXT_H

#include "check.h"


void riverty_check_company_name(riverty_value_t *value);
void riverty_check_name(riverty_value_t *value);
void riverty_check_postal_place(riverty_value_t *value);
void riverty_check_street_number(riverty_value_t *value);
void riverty_check_text(riverty_value_t *value);

#endif
