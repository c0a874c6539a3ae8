/*
 * The normalisers put a good value into the form that the API has.  They know
 * no rule and leave alone what they cannot improve.
 */
#ifndef RIVERTY_NORMALISE_H
#define RIVERTY_NORMALISE_H

#include "contract/core/riverty.h"
#include "fields.h"


/*
 * Applies one normaliser to text (valid UTF-8, not empty).  Where nothing
 * changes text stays as it is; else the new text, which is no longer and not
 * empty, is allocated from memory.  ASCII letters only: UPPER and LOWER on
 * codes, DOMAIN on what follows the last @.  PHONE makes ASCII of spaces and
 * dashes of every kind, one space of several, none at the ends, and takes out
 * what is not seen behind a digit or what stands between digits.  COUNTRY
 * changes nothing here (cross.c).  Returns false where there is no memory.
 */
bool riverty_normalise(riverty_normalise_t normaliser, riverty_span_t *text,
                       const riverty_memory_t *memory);

#endif
