/*
 * Reading a key store: its strings, names and files.
 */
#include "store_loader.h"

#include <openssl/crypto.h>

#include "contract/core/sha256.h"


bool
riverty_load_string(riverty_loader_t *loader, json_t *value,
                    riverty_span_t *string)
{
    unsigned char *copy;

    if (!json_is_string(value)) {
        return false;
    }

    string->len = json_string_length(value);

    copy = riverty_secrets_alloc(loader->store->secrets, string->len + 1);
    if (copy == NULL) {
        return false;
    }

    memcpy(copy, json_string_value(value), string->len);
    string->data = copy;
    return true;
}


/* content = SHA-256(content, SHA-256(data)) */
static void
digest(riverty_store_t *store, riverty_bytes_t data)
{
    unsigned char text[2 * RIVERTY_DIGEST_SIZE];

    memcpy(text, store->content, RIVERTY_DIGEST_SIZE);
    riverty_sha256((riverty_span_t){ data.data, data.len },
                   text + RIVERTY_DIGEST_SIZE);
    riverty_sha256((riverty_span_t){ text, sizeof(text) }, store->content);
    OPENSSL_cleanse(text, sizeof(text));
}


bool
riverty_load_file(riverty_loader_t *loader, riverty_secrets_t *secrets,
                  const char *path, size_t max, riverty_bytes_t *data,
                  riverty_error_t *error)
{
    riverty_store_t *store = loader->store;
    riverty_store_file_t *file;

    file = riverty_secrets_alloc(store->secrets, sizeof(*file));
    if (file == NULL) {
        return riverty_fail(error, "out of memory");
    }

    if (!riverty_secret_file(secrets, path, loader->user, max, data, &file->id,
                             error)) {
        return false;
    }

    file->path = path;
    file->next = store->files;
    store->files = file;

    digest(store, *data);
    return true;
}
