/*
 * The unknown member names that a scan has met, so that it can refuse the
 * second of two.
 */
#ifndef RIVERTY_SEEN_H
#define RIVERTY_SEEN_H

#include "contract/core/riverty.h"


typedef struct {
    const unsigned char *name; /* unescaped; NULL: a free entry */
    uint32_t len;
    uint32_t object; /* number of the object that it is a member of */
} riverty_seen_entry_t;

typedef struct {
    riverty_span_t body;
    const uint64_t *seed;
    const riverty_memory_t *memory;
    riverty_seen_entry_t *entries; /* NULL until the first name needs it */
    size_t mask;
    unsigned char *unescaped; /* escaped names of body, unescaped */
    size_t unescaped_len;
} riverty_seen_t;

typedef enum {
    RIVERTY_SEEN_NEW,
    RIVERTY_SEEN_TWICE,
    RIVERTY_SEEN_NO_MEMORY
} riverty_seen_result_t;


/*
 * Starts with no name.  All is kept by reference; seed keys the hash.  memory
 * serves one allocation, at the first call of one of the functions below.
 */
void riverty_seen_init(riverty_seen_t *seen, riverty_span_t body,
                       const uint64_t seed[2], const riverty_memory_t *memory);

/*
 * Unescapes *name, the inside of a string of body, into seen's own memory.
 * Returns false where there is no memory.  Room is made for each name of body
 * once, in its order.
 */
bool riverty_seen_unescape(riverty_seen_t *seen, riverty_span_t *name);

/* Adds a name, of body or unescaped above, of an object. */
riverty_seen_result_t riverty_seen_add(riverty_seen_t *seen, uint32_t object,
                                       riverty_span_t name);

/* Gives the memory back: names that were unescaped are gone. */
void riverty_seen_end(riverty_seen_t *seen);

#endif
