/*
 * Languages: ISO 639-1, and from ISO 639-2 codes to them.  languages.c is
 * generated (tools/), sorted, and static.
 */
#ifndef RIVERTY_LANGUAGES_H
#define RIVERTY_LANGUAGES_H

#include "contract/core/riverty.h"


typedef struct {
    char alpha_2[3];
    char alpha_3[4];
    char bibliographic[4]; /* ISO 639-2/B where it differs, else "" */
} riverty_language_t;

extern const riverty_language_t riverty_languages[];
extern const size_t riverty_languages_count;


/* The language of that ISO 639-1 code (lower case), or NULL. */
const riverty_language_t *riverty_language_alpha_2(riverty_span_t code);

/* The language of that ISO 639-2 code, either form (lower case), or NULL. */
const riverty_language_t *riverty_language_alpha_3(riverty_span_t code);

#endif
