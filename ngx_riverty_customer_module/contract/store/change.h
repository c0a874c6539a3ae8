/*
 * What has changed from one content of a key store to the next.
 */
#ifndef RIVERTY_CHANGE_H
#define RIVERTY_CHANGE_H

#include "outline.h"


/* Entries of a list, and the bytes that all of them take as JSON. */
#define RIVERTY_CHANGE_ENTRIES 100
#define RIVERTY_CHANGE_SIZE    4000

/* A list of what has changed, as a JSON array. */
typedef struct {
    unsigned char text[RIVERTY_CHANGE_SIZE];
    size_t len;
    size_t shown; /* entries that are in the text */
    size_t total; /* and how many there would be */
} riverty_change_list_t;

/*
 * Entries of what was added are "app:NAME=OPERATIONS", "key:APP/ID", with its
 * "=VALIDITY" where that has an end, and "token:APP/ID"; of what was removed
 * the same without the rest; of what has changed
 * "app:NAME:operations=OPERATIONS", "app:NAME:order" (of its keys),
 * "key:APP/ID:validity=VALIDITY", "key:APP/ID:value" and "token:APP/ID:value".
 */
typedef struct {
    riverty_change_list_t added;
    riverty_change_list_t removed;
    riverty_change_list_t changed;
} riverty_change_t;


/* What has changed since before; NULL: there was nothing. */
void riverty_change(riverty_change_t *change, const riverty_outline_t *before,
                    const riverty_outline_t *after);

#endif
