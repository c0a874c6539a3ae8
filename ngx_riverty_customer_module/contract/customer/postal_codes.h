/*
 * Postal codes by country; postal_codes.c is generated (tools/generate-codes)
 * and sorted.
 */
#ifndef RIVERTY_POSTAL_CODES_H
#define RIVERTY_POSTAL_CODES_H

#include "contract/core/riverty.h"


/*
 * A country's postal codes: its pattern (PCRE2, as libaddressinput gives it)
 * and whether an address needs one.
 */
typedef struct {
    char country[3]; /* alpha-2 */
    bool required;
    const char *pattern;
    const char *prefix; /* the country may write it before, "CH-"; or "" */
    const char *sign;   /* others write it before, as its alpha-2 code; or "" */
} riverty_postal_code_t;

/* By country; static. */
extern const riverty_postal_code_t riverty_postal_codes[];
extern const size_t riverty_postal_codes_count;

#endif
