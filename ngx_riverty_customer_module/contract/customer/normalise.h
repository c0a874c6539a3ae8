/*
 * The normalisers put a good value into the form that the API has.  They know
 * no rule and leave alone what they cannot improve.
 */
#ifndef RIVERTY_NORMALISE_H
#define RIVERTY_NORMALISE_H

#include "contract/core/riverty.h"
#include "fields.h"


/*
 * Applies one normaliser to text (valid UTF-8).  Where nothing changes text
 * stays as it is; else the new text, of the same length, is allocated from
 * memory.  ASCII letters only: UPPER and LOWER on codes, DOMAIN on what
 * follows the last @; COUNTRY changes nothing here (cross.c).  Returns false
 * where there is no memory.
 */
bool riverty_normalise(riverty_normalise_t normaliser, riverty_span_t *text,
                       const riverty_memory_t *memory);

#endif
