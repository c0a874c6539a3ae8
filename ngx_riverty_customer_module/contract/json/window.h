/*
 * A window that moves over a text and knows which of its 64 bytes are not
 * plain (bytes.h).  The strings in it end where the window says: no string
 * waits for the vectors of the one before.
 */
#ifndef RIVERTY_WINDOW_H
#define RIVERTY_WINDOW_H

#include "contract/core/riverty.h"
#include "contract/core/runs.h"


typedef struct {
    const unsigned char *start;
    const unsigned char *end; /* of the text */
    uint64_t marks;           /* a bit for each byte that is not plain */
} riverty_window_t;


/* Starts with the first bytes of a text, which stays the caller's. */
void riverty_window_init(riverty_window_t *window, riverty_span_t text);

/* The same as riverty_window_plain(), for all that is not in the window. */
const unsigned char *riverty_window_move(riverty_window_t *window,
                                         const unsigned char *pos);


/*
 * The first byte from pos on that is not plain, or the text's end.  pos goes
 * forward only.
 */
RIVERTY_INLINE const unsigned char *
riverty_window_plain(riverty_window_t *window, const unsigned char *pos)
{
    size_t at = (size_t) (pos - window->start);
    uint64_t marks;

    if (at < RIVERTY_WINDOW) {
        marks = window->marks >> at;
        if (marks != 0) {
            return pos + __builtin_ctzll(marks);
        }
    }

    return riverty_window_move(window, pos);
}

#endif
