/*
 * What `keys list` tells of a key store, and the two forms of telling it.
 */
#ifndef RIVERTY_CLI_KEYS_LIST_H
#define RIVERTY_CLI_KEYS_LIST_H

#include <stdio.h>

#include "contract/audit/redact.h"
#include "contract/store/store.h"


typedef struct {
    const riverty_store_t *store;
    const riverty_pseudonym_key_t *secret; /* NULL: no fingerprints */
    int64_t now;
} riverty_cli_list_t;


/* For people: a line a key. */
void riverty_cli_list_text(FILE *file, const riverty_cli_list_t *list);

/* For programs: one JSON object. */
void riverty_cli_list_json(FILE *file, const riverty_cli_list_t *list);

#endif
