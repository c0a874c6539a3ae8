/*
 * What the parts of the key store's loader share: store_load.c reads the file
 * and its apps, store_app.c an app's members, store_keys.c its keys,
 * store_tokens.c its tokens.
 */
#ifndef RIVERTY_STORE_LOADER_H
#define RIVERTY_STORE_LOADER_H

#include <jansson.h>

#include "store.h"


typedef struct {
    riverty_store_t *store;
    riverty_span_t directory; /* of the store, with its slash */
    uid_t user;
    riverty_app_t *app; /* at hand */
    size_t number;      /* of it, from 1 */
    riverty_error_t *error;
} riverty_loader_t;

/* A span for "%.*s". */
#define riverty_shown(span) (int) (span).len, (const char *) (span).data


/*
 * Copies a string, a NUL behind it, into the store's own memory; false where
 * value is not a string (NULL included) or there is no memory.
 */
bool riverty_load_string(riverty_loader_t *loader, json_t *value,
                         riverty_span_t *string);

/*
 * Reads a secret file into secrets, counts it into the store's content and
 * notes it among the store's files; path is kept by reference.
 */
bool riverty_load_file(riverty_loader_t *loader, riverty_secrets_t *secrets,
                       const char *path, size_t max, riverty_bytes_t *data,
                       riverty_error_t *error);

#endif
