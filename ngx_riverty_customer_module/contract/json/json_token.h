/*
 * The tokens of a JSON text that take more than a comparison: strings and
 * numbers.  Both functions return the byte behind the token, or NULL where
 * they refuse it and have filled refusal.
 */
#ifndef RIVERTY_SCAN_TOKEN_H
#define RIVERTY_SCAN_TOKEN_H

#include "contract/core/riverty.h"
#include "contract/core/bytes.h"
#include "scan.h"


typedef struct {
    riverty_scan_status_t status;
    const unsigned char *at; /* the offending byte; the text's end included */
} riverty_refusal_t;

/* See riverty_member_t. */
typedef struct {
    bool escaped;
    bool ascii;
    bool plain;
} riverty_string_form_t;


/* For a return: notes the refusal. */
static inline const unsigned char *
riverty_refuse(riverty_refusal_t *refusal, riverty_scan_status_t status,
               const unsigned char *at)
{
    refusal->status = status;
    refusal->at = at;
    return NULL;
}


/*
 * The rest of a string: from pos on, which is no PLAIN byte (bytes.h) and no
 * closing quote, or end.
 */
const unsigned char *riverty_string_scan_special(const unsigned char *pos,
                                                 const unsigned char *end,
                                                 riverty_string_form_t *form,
                                                 riverty_refusal_t *refusal);

/*
 * Passes the string whose opening quote is at pos.  An escape is refused at
 * its backslash, ill-formed UTF-8 at its first byte.  Inline: most strings are
 * short and plain.
 */
static inline const unsigned char *
riverty_string_scan(const unsigned char *pos, const unsigned char *end,
                    riverty_string_form_t *form, riverty_refusal_t *refusal)
{
    pos = riverty_bytes_plain(pos + 1, end);

    *form = (riverty_string_form_t){ false, true, true };

    if (pos < end && *pos == '"') {
        return pos + 1;
    }

    return riverty_string_scan_special(pos, end, form, refusal);
}


/* Passes the number whose minus sign or first digit is at pos. */
const unsigned char *riverty_number_scan(const unsigned char *pos,
                                         const unsigned char *end,
                                         riverty_refusal_t *refusal);

#endif
