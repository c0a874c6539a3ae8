/*
 * Reading a key store: an app's tokens, by their digests.
 */
#ifndef RIVERTY_STORE_TOKENS_H
#define RIVERTY_STORE_TOKENS_H

#include <jansson.h>

#include "store_loader.h"


/* Reads "tokens" of loader->app; false with loader->error filled. */
bool riverty_load_tokens(riverty_loader_t *loader, json_t *value);

#endif
