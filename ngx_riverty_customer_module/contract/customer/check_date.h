/*
 * Checks of dates of birth.
 */
#ifndef RIVERTY_CHECK_DATE_H
#define RIVERTY_CHECK_DATE_H

#include "check.h"


void riverty_check_birth_date(riverty_value_t *value);

#endif
