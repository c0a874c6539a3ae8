/*
 * Look-ups of countries, their postal codes and languages by their codes.
 */
#ifndef RIVERTY_CODES_H
#define RIVERTY_CODES_H

#include "contract/core/riverty.h"
#include "countries.h"
#include "languages.h"
#include "postal_codes.h"


/* The country of that alpha-2 or alpha-3 code (upper case), or NULL. */
const riverty_country_t *riverty_country_alpha_2(riverty_span_t code);
const riverty_country_t *riverty_country_alpha_3(riverty_span_t code);

/* The row of a country's postal codes, or -1 where it has none. */
int riverty_postal_code_row(riverty_span_t country);

/* The language of that ISO 639-1 code (lower case), or NULL. */
const riverty_language_t *riverty_language_alpha_2(riverty_span_t code);

/* The language of that ISO 639-2 code, either form (lower case), or NULL. */
const riverty_language_t *riverty_language_alpha_3(riverty_span_t code);

#endif
