/*
 * Languages: ISO 639-1, and their ISO 639-2 codes; languages.c is generated
 * (tools/generate-codes) and sorted.
 */
#ifndef RIVERTY_LANGUAGES_H
#define RIVERTY_LANGUAGES_H

#include "contract/core/riverty.h"


typedef struct {
    char alpha_2[3];
    char alpha_3[4];
    char bibliographic[4]; /* ISO 639-2/B where it differs, else "" */
} riverty_language_t;

/* By alpha-2; static. */
extern const riverty_language_t riverty_languages[];
extern const size_t riverty_languages_count;

#endif
