/*
 * The unknown member names that a scan has met, so that it can refuse the
 * second of two.  The first few of an object are compared one by one; where it
 * has more, a table takes them.
 */
#ifndef RIVERTY_SEEN_H
#define RIVERTY_SEEN_H

#include "contract/core/riverty.h"
#include "names.h"


/* Names of an object that are compared one by one. */
#define RIVERTY_SEEN_FEW 16

typedef struct {
    const unsigned char *name; /* unescaped; NULL: a free entry */
    uint32_t len;
    uint32_t object; /* number of the object that it is a member of */
} riverty_seen_entry_t;

typedef struct {
    riverty_span_t body;
    const uint64_t *seed;
    const riverty_memory_t *memory;
    riverty_name_t few[RIVERTY_DEPTH_MAX * RIVERTY_SEEN_FEW + 1]; /* those of
                                   the objects that are open, and a new one */
    size_t few_count;
    riverty_seen_entry_t *entries; /* NULL until the first name needs it */
    size_t mask;
    unsigned char *unescaped; /* escaped names of body, unescaped */
    size_t unescaped_len;
} riverty_seen_t;

/* An object that is open. */
typedef struct {
    uint32_t number; /* from 1 */
    bool many;       /* the table has its names */
    size_t few;      /* where its names start, while it has few */
    uint64_t heads;  /* a bit of each of these: one whose bit is not set is new,
                        and need not be compared */
} riverty_seen_object_t;

typedef enum {
    RIVERTY_SEEN_NEW,
    RIVERTY_SEEN_TWICE,
    RIVERTY_SEEN_NO_MEMORY
} riverty_seen_result_t;


/*
 * Starts with no name.  All is kept by reference; seed keys the table's hash.
 * memory serves one allocation, at the first call of riverty_seen_unescape() or
 * of riverty_seen_add() that needs the table.
 */
void riverty_seen_init(riverty_seen_t *seen, riverty_span_t body,
                       const uint64_t seed[2], const riverty_memory_t *memory);

/*
 * Unescapes *text, the inside of a string of body, into seen's own memory.
 * Returns false where there is no memory.  Room is made for each name of body
 * once, in its order.
 */
bool riverty_seen_unescape(riverty_seen_t *seen, riverty_span_t *text);

/* The table's part of riverty_seen_add(). */
riverty_seen_result_t riverty_seen_add_many(riverty_seen_t *seen,
                                            riverty_seen_object_t *object,
                                            const riverty_name_t *name);


/* Has the object, which has few names, that one? */
bool riverty_seen_among_few(const riverty_seen_t *seen,
                            const riverty_seen_object_t *object,
                            const riverty_name_t *name);


/* An object is opened, at most RIVERTY_DEPTH_MAX of them, and closed again. */
static inline riverty_seen_object_t
riverty_seen_open(const riverty_seen_t *seen, uint32_t number)
{
    return (riverty_seen_object_t){ number, false, seen->few_count, 0 };
}

static inline void
riverty_seen_close(riverty_seen_t *seen, const riverty_seen_object_t *object)
{
    seen->few_count = object->few;
}


/* Adds a name, of body or unescaped above, of the innermost open object. */
RIVERTY_INLINE riverty_seen_result_t
riverty_seen_add(riverty_seen_t *seen, riverty_seen_object_t *object,
                 riverty_name_t name)
{
    uint64_t bit = (uint64_t) 1 << (name.head * RIVERTY_SPREAD >> 58);
    riverty_name_t *added = &seen->few[seen->few_count];

    *added = name;

    if (object->many) {
        return riverty_seen_add_many(seen, object, added);
    }

    if ((object->heads & bit) != 0 &&
        riverty_seen_among_few(seen, object, added)) {
        return RIVERTY_SEEN_TWICE;
    }

    object->heads |= bit;

    if (seen->few_count - object->few == RIVERTY_SEEN_FEW) {
        return riverty_seen_add_many(seen, object, added);
    }

    seen->few_count++;
    return RIVERTY_SEEN_NEW;
}

/* Gives the memory back: names that were unescaped are gone. */
void riverty_seen_end(riverty_seen_t *seen);

#endif
