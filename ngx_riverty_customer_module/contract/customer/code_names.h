/*
 * Names of languages and countries, where a code should be; code_names.c is
 * generated (tools/generate-codes) and sorted.
 */
#ifndef RIVERTY_CODE_NAMES_H
#define RIVERTY_CODE_NAMES_H

#include "contract/core/riverty.h"


typedef struct {
    const char *name; /* in small letters, UTF-8 in NFC */
    char code[3];
} riverty_code_name_t;

/* Static. */
extern const riverty_code_name_t riverty_language_names[];
extern const size_t riverty_language_names_count;
extern const riverty_code_name_t riverty_country_names[];
extern const size_t riverty_country_names_count;

#endif
