/*
 * Codes that are not in the tables of countries and languages, and what their
 * users mean; code_aliases.c is generated (tools/generate-codes) and sorted.
 */
#ifndef RIVERTY_CODE_ALIASES_H
#define RIVERTY_CODE_ALIASES_H

#include "contract/core/riverty.h"


typedef struct {
    char code[4];
    char meant[3];
} riverty_code_alias_t;

/* Languages that have another code now, by it: iw, sh, cmn; static. */
extern const riverty_code_alias_t riverty_language_aliases[];
extern const size_t riverty_language_aliases_count;

/* Countries, former ones included: UK, BU, XKX; static. */
extern const riverty_code_alias_t riverty_country_aliases[];
extern const size_t riverty_country_aliases_count;

/*
 * The one dominant language of a country whose code, in lower case, is not a
 * language's: dk, at, jp; static.
 */
extern const riverty_code_alias_t riverty_country_languages[];
extern const size_t riverty_country_languages_count;

#endif
