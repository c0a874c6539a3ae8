/*
 * Strings of a JSON text: the pass over one, and what it says unescaped.
 */
#ifndef RIVERTY_JSON_STRING_H
#define RIVERTY_JSON_STRING_H

#include "contract/core/riverty.h"
#include "scan_status.h"
#include "window.h"


/* See riverty_member_t. */
typedef struct {
    bool escaped;
    bool plain;
} riverty_string_form_t;


/*
 * Passes the rest of a string: from pos on, which is not plain (bytes.h), or
 * the text's end.  Returns the byte behind it, or NULL with fault filled: an
 * escape is refused at its backslash, ill-formed UTF-8 at its first byte.
 */
const unsigned char *riverty_string_scan_special(riverty_window_t *window,
                                                 const unsigned char *pos,
                                                 riverty_string_form_t *form,
                                                 riverty_fault_t *fault);

/*
 * Unescapes the inside of a string that has been passed (without its quotes)
 * into out, which has room for raw.len bytes; returns the length written.  What
 * is written is valid UTF-8 without NUL.
 */
size_t riverty_string_unescape(riverty_span_t raw, unsigned char *out);

#endif
