/*
 * Countries (ISO 3166-1); countries.c is generated (tools/generate-codes) and
 * sorted.
 */
#ifndef RIVERTY_COUNTRIES_H
#define RIVERTY_COUNTRIES_H

#include "contract/core/riverty.h"


typedef struct {
    char alpha_2[3];
    char alpha_3[4];
    char numeric[4];
} riverty_country_t;

/* By alpha-2; static. */
extern const riverty_country_t riverty_countries[];
extern const size_t riverty_countries_count;

#endif
