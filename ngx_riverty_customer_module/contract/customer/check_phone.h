/*
 * Checks of phone numbers and of masked values.
 */
#ifndef RIVERTY_CHECK_PHONE_H
#define RIVERTY_CHECK_PHONE_H

#include "contract/core/riverty.h"
#include "check.h"


void riverty_check_masked(riverty_value_t *value);
void riverty_check_mobile_phone(riverty_value_t *value);
void riverty_check_phone(riverty_value_t *value);

/*
 * The one run of two or more X in text, as a span of it; absent where there is
 * none or more than one.
 */
riverty_span_t riverty_masked_run(riverty_span_t text);

#endif
