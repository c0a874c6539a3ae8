/*
 * Checks of e-mail addresses.
 */
#ifndef RIVERTY_CHECK_EMAIL_H
#define RIVERTY_CHECK_EMAIL_H

#include "check.h"


void riverty_check_email(riverty_value_t *value);

#endif
