/*
 * Strings of a JSON text: the pass over one, and what it says unescaped.
 */
#ifndef RIVERTY_JSON_STRING_H
#define RIVERTY_JSON_STRING_H

#include "contract/core/bytes.h"
#include "contract/core/riverty.h"
#include "scan_status.h"


/* See riverty_member_t. */
typedef struct {
    bool escaped;
    bool plain;
} riverty_string_form_t;


/*
 * Passes the rest of a string: from pos on, which is neither a PLAIN byte
 * (bytes.h) nor a closing quote, or end.  Returns the byte behind it, or NULL
 * with fault filled.
 */
const unsigned char *riverty_string_scan_special(const unsigned char *pos,
                                                 const unsigned char *end,
                                                 riverty_string_form_t *form,
                                                 riverty_fault_t *fault);

/*
 * Passes the string whose opening quote is at pos.  An escape is refused at
 * its backslash, ill-formed UTF-8 at its first byte.  Inline: most strings are
 * short and plain.
 */
static inline const unsigned char *
riverty_string_scan(const unsigned char *pos, const unsigned char *end,
                    riverty_string_form_t *form, riverty_fault_t *fault)
{
    pos = riverty_bytes_plain(pos + 1, end);

    *form = (riverty_string_form_t){ false, true };

    if (pos < end && *pos == '"') {
        return pos + 1;
    }

    return riverty_string_scan_special(pos, end, form, fault);
}


/*
 * Unescapes the inside of a string that has been passed (without its quotes)
 * into out, which has room for raw.len bytes; returns the length written.  What
 * is written is valid UTF-8 without NUL.
 */
size_t riverty_string_unescape(riverty_span_t raw, unsigned char *out);

#endif
