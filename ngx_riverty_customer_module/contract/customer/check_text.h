/*
 * Checks of names.
 */
#ifndef RIVERTY_CHECK_TEXT_H
#define RIVERTY_CHECK_TEXT_H

#include "check.h"


void riverty_check_company_name(riverty_value_t *value);
void riverty_check_name(riverty_value_t *value);
void riverty_check_postal_place(riverty_value_t *value);

#endif
