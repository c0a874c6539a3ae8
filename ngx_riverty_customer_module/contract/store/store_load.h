/*
 * Reading a key store from its files.
 */
#ifndef RIVERTY_STORE_LOAD_H
#define RIVERTY_STORE_LOAD_H

#include "contract/core/error.h"
#include "contract/core/riverty.h"
#include "store.h"


/*
 * Loads a store; its files may belong to user (riverty_secret_file()).  Returns
 * it, or NULL with error filled, which names the app and the key id, never a
 * value.  Free with riverty_store_free().  Not for two threads at
 * once: jansson's allocators are replaced for the time of the load.
 */
riverty_store_t *riverty_store_load(const char *path, uid_t user,
                                    riverty_error_t *error);

#endif
