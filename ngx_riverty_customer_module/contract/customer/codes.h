/*
 * Look-ups of countries, their postal codes and languages by their codes.
 */
#ifndef RIVERTY_CODES_H
#define RIVERTY_CODES_H

#include "contract/core/riverty.h"
#include "code_aliases.h"
#include "code_names.h"
#include "countries.h"
#include "languages.h"
#include "postal_codes.h"


/* The country of that alpha-2 or alpha-3 code (upper case), or NULL. */
const riverty_country_t *riverty_country_alpha_2(riverty_span_t code);
const riverty_country_t *riverty_country_alpha_3(riverty_span_t code);

/*
 * The alpha-2 code, or XK, that another code of a country stands for: a former
 * or another body's, three digits, a country's with one of its parts (DE-BY),
 * its name in English or its own language, in any case of letters; static.
 * NULL where it stands for none.
 */
const char *riverty_country_meant(riverty_span_t code);

/* The row of a country's postal codes, or -1 where it has none. */
int riverty_postal_code_row(riverty_span_t country);

/* The language of that ISO 639-1 code (lower case), or NULL. */
const riverty_language_t *riverty_language_alpha_2(riverty_span_t code);

/* The language of that ISO 639-2 code, either form (lower case), or NULL. */
const riverty_language_t *riverty_language_alpha_3(riverty_span_t code);

/*
 * The ISO 639-1 code that any code of a language stands for (lower case), also
 * an ISO 639-2 or a former one; static.  NULL where it stands for none.
 */
const char *riverty_language_named(riverty_span_t code);

/*
 * The same; where code is a country's, the code of the language that nearly
 * all speak there, and where it is the language's name in English or in itself.
 */
const char *riverty_language_meant(riverty_span_t code);

#endif
