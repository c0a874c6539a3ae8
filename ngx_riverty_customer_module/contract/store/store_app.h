/*
 * Reading a key store: an app's name and operations.
 */
#ifndef RIVERTY_STORE_APP_H
#define RIVERTY_STORE_APP_H

#include <jansson.h>

#include "store_loader.h"


/* Each reads one member of loader->app; false with loader->error filled. */
bool riverty_load_name(riverty_loader_t *loader, json_t *value);
bool riverty_load_operations(riverty_loader_t *loader, json_t *value);

#endif
