/*
 * What `keys list` tells about a key store, and the two forms of telling it.
 */
#ifndef RIVERTY_CLI_KEYS_LIST_H
#define RIVERTY_CLI_KEYS_LIST_H

#include <stdio.h>

#include "cli/cli.h"
#include "contract/audit/redact.h"
#include "contract/store/store.h"


typedef struct {
    const riverty_store_t *store;
    const riverty_pseudonym_key_t *secret; /* NULL: no fingerprints */
    int64_t now;
} riverty_cli_list_t;


/* The command. */
riverty_cli_status_t riverty_cli_keys_list(int argc, char **argv);

#endif
