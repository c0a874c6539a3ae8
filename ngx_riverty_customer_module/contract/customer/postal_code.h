/*
 * Postal codes as people write them: in any case of letters, with more or less
 * between the characters than their country has there, and behind the code of
 * the country itself (D-97687).
 */
#ifndef RIVERTY_POSTAL_CODE_H
#define RIVERTY_POSTAL_CODE_H

#include "contract/core/riverty.h"
#include "postal_codes.h"
#include "shapes.h"


/* The longest form in bytes, with a separator before each character. */
#define RIVERTY_POSTAL_CODE_SIZE 48

/* What may stand between two characters of a code: from first to last. */
typedef struct {
    uint16_t first;
    uint16_t last;
    char meant; /* a space, or - */
} riverty_postal_separator_t;

/* In the order of the code points; static. */
extern const riverty_postal_separator_t riverty_postal_separators[];
extern const size_t riverty_postal_separators_count;


typedef enum {
    RIVERTY_POSTAL_CODE_NONE,
    RIVERTY_POSTAL_CODE_GOOD,
    RIVERTY_POSTAL_CODE_SUFFIXED /* - and four digits follow it */
} riverty_postal_code_status_t;


/*
 * Is text a postal code of postal_codes.h's row?  Brings a good one into a form
 * that the row's pattern has, in room of RIVERTY_POSTAL_CODE_SIZE bytes, unless
 * it has one: of the separators as few as possible change; the country's code
 * is taken off unless the country writes it there itself.  What comes out stays
 * as it is when it is read again.
 */
riverty_postal_code_status_t
riverty_postal_code_read(const riverty_shapes_t *shapes, size_t row,
                         riverty_span_t *text, unsigned char *room);

/*
 * May - and four digits follow a code of that country (rule
 * postal_code_suffix)?  Only where it is three to five digits.
 */
bool riverty_postal_code_extended(const riverty_postal_code_t *row);

#endif
