/*
 * Look-ups in a loaded key store: the app of a token or a name, and its key
 * that is valid now.  A look-up costs the same however many apps there are.
 */
#include "store.h"

#include "contract/core/bytes.h"

const riverty_grant_t riverty_grants[RIVERTY_GRANT_COUNT] = {
#define GRANT_ROW(NAME, name, bit) { #name, RIVERTY_GRANT_##NAME },
    RIVERTY_GRANTS(GRANT_ROW)
#undef GRANT_ROW
};


bool
riverty_store_id(riverty_span_t text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = text.data[i];

        if (!riverty_byte_is_id(c) && c != '.' && c != '@') {
            return false;
        }
    }

    return text.len > 0 && text.len <= RIVERTY_STORE_ID_MAX;
}


bool
riverty_store_tables(riverty_store_t *store, size_t tokens)
{
    size_t most = tokens > store->apps_count ? tokens : store->apps_count;
    size_t size = 16;

    while (size < 2 * most) {
        size *= 2;
    }

    store->mask = size - 1;
    store->tokens =
        riverty_secrets_alloc(store->secrets, size * sizeof(void *));
    store->names = riverty_secrets_alloc(store->secrets, size * sizeof(void *));

    return store->tokens != NULL && store->names != NULL;
}


/*
 * A digest serves as its own hash.  The bucket of a guess tells nothing of a
 * token.
 */
static riverty_token_t **
token_bucket(const riverty_store_t *store, const unsigned char *digest)
{
    uint32_t hash;

    memcpy(&hash, digest, sizeof(hash));
    return &store->tokens[hash & store->mask];
}


/* FNV-1a.  The operator chooses the names, so nobody builds collisions. */
static riverty_app_t **
name_bucket(const riverty_store_t *store, riverty_span_t name)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < name.len; i++) {
        hash = (hash ^ name.data[i]) * UINT64_C(0x100000001b3);
    }

    return &store->names[hash & store->mask];
}


riverty_token_t *
riverty_store_by_token(const riverty_store_t *store,
                       const unsigned char *digest)
{
    riverty_token_t *token = *token_bucket(store, digest);

    while (token != NULL &&
           !riverty_sha256_equal(token->digest, digest)) {
        token = token->next;
    }

    return token;
}


riverty_app_t *
riverty_store_by_name(const riverty_store_t *store, riverty_span_t name)
{
    riverty_app_t *app = *name_bucket(store, name);

    while (app != NULL && !riverty_span_equal(app->name, name)) {
        app = app->next;
    }

    return app;
}


bool
riverty_store_add_token(riverty_store_t *store, riverty_token_t *token)
{
    riverty_token_t **bucket = token_bucket(store, token->digest);

    if (riverty_store_by_token(store, token->digest) != NULL) {
        return false;
    }

    token->next = *bucket;
    *bucket = token;
    return true;
}


bool
riverty_store_add_name(riverty_store_t *store, riverty_app_t *app)
{
    riverty_app_t **bucket = name_bucket(store, app->name);

    if (riverty_store_by_name(store, app->name) != NULL) {
        return false;
    }

    app->next = *bucket;
    *bucket = app;
    return true;
}


bool
riverty_key_valid(const riverty_key_t *key, int64_t now)
{
    return now >= key->not_before && now < key->not_after;
}


riverty_key_t *
riverty_app_key(const riverty_app_t *app, size_t from, int64_t now)
{
    for (size_t i = from; i < app->keys_count; i++) {
        if (riverty_key_valid(&app->keys[i], now)) {
            return &app->keys[i];
        }
    }

    return NULL;
}


bool
riverty_store_changed(const riverty_store_t *store,
                      const riverty_store_file_t **file, size_t count)
{
    const riverty_store_file_t *next = *file == NULL ? store->files : *file;

    for (; next != NULL && count > 0; next = next->next, count--) {
        riverty_file_id_t id;

        if (!riverty_file_id(next->path, &id) ||
            memcmp(&id, &next->id, sizeof(id)) != 0) {
            return true;
        }
    }

    *file = next;
    return false;
}


void
riverty_store_free(riverty_store_t *store)
{
    if (store != NULL) {
        riverty_secrets_free(store->secrets);
    }
}
