/*
 * Checks of text that was read in a wrong encoding.
 */
#ifndef RIVERTY_CHECK_DECODING_H
#define RIVERTY_CHECK_DECODING_H

#include "check.h"


/* Of any string, where it holds more than ASCII. */
void riverty_check_decoding(riverty_value_t *value);

#endif
