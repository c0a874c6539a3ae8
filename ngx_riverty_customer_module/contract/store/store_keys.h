/*
 * Reading a key store: an app's keys, their values and when they are valid.
 */
#ifndef RIVERTY_STORE_KEYS_H
#define RIVERTY_STORE_KEYS_H

#include <jansson.h>

#include "store_loader.h"


/* Reads the keys of loader->app; false with loader->error filled. */
bool riverty_load_keys(riverty_loader_t *loader, json_t *value);

#endif
