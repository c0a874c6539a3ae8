/*
 * Countries and their postal codes; countries.c and postal_codes.c are
 * generated (tools/), sorted, and static.
 */
#ifndef RIVERTY_COUNTRIES_H
#define RIVERTY_COUNTRIES_H

#include "contract/core/riverty.h"


typedef struct {
    char alpha_2[3];
    char alpha_3[4];
} riverty_country_t;

/*
 * A country's postal codes: its pattern (PCRE2, as libaddressinput gives it)
 * and whether an address needs one.
 */
typedef struct {
    char country[3]; /* alpha-2 */
    bool required;
    const char *pattern;
    const char *prefix; /* may stand before the code, such as "CH-"; or "" */
    bool letters;       /* the pattern has letters: upper-case them */
} riverty_postal_code_t;

extern const riverty_country_t riverty_countries[];
extern const size_t riverty_countries_count;
extern const riverty_postal_code_t riverty_postal_codes[];
extern const size_t riverty_postal_codes_count;


/* The country of that alpha-2 or alpha-3 code (upper case), or NULL. */
const riverty_country_t *riverty_country_alpha_2(riverty_span_t code);
const riverty_country_t *riverty_country_alpha_3(riverty_span_t code);

/* The row of a country's postal codes, or -1 where it has none. */
int riverty_postal_code_row(riverty_span_t country);

#endif
