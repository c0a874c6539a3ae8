/*
 * The key store, loaded: who is behind a token or a name, and which key is
 * valid now.  A look-up costs the same however many apps there are.
 */

#include "ngx_http_riverty_key_store.h"

#include <openssl/crypto.h>


static ngx_http_riverty_token_t **ngx_http_riverty_token_bucket(
    ngx_http_riverty_key_store_t *store, const u_char *digest);
static ngx_http_riverty_app_t **ngx_http_riverty_name_bucket(
    ngx_http_riverty_key_store_t *store, ngx_str_t *name);


ngx_int_t
ngx_http_riverty_key_store_tables(ngx_http_riverty_key_store_t *store,
    ngx_uint_t tokens)
{
    ngx_uint_t  size;

    for (size = 16; size < 2 * ngx_max(tokens, store->apps_n); size *= 2) {
        /* void */
    }

    store->mask = size - 1;

    store->tokens = ngx_http_riverty_secrets_alloc(store->secrets,
                                                   size * sizeof(void *));
    store->names = ngx_http_riverty_secrets_alloc(store->secrets,
                                                  size * sizeof(void *));

    return store->tokens && store->names ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_http_riverty_key_store_add_token(ngx_http_riverty_key_store_t *store,
    ngx_http_riverty_token_t *token)
{
    ngx_http_riverty_token_t  **bucket;

    if (ngx_http_riverty_key_store_by_token(store, token->digest) != NULL) {
        return NGX_DECLINED;
    }

    bucket = ngx_http_riverty_token_bucket(store, token->digest);

    token->next = *bucket;
    *bucket = token;

    return NGX_OK;
}


ngx_int_t
ngx_http_riverty_key_store_add_name(ngx_http_riverty_key_store_t *store,
    ngx_http_riverty_app_t *app)
{
    ngx_http_riverty_app_t  **bucket;

    if (ngx_http_riverty_key_store_by_name(store, &app->name) != NULL) {
        return NGX_DECLINED;
    }

    bucket = ngx_http_riverty_name_bucket(store, &app->name);

    app->next = *bucket;
    *bucket = app;

    return NGX_OK;
}


ngx_http_riverty_app_t *
ngx_http_riverty_key_store_by_token(ngx_http_riverty_key_store_t *store,
    const u_char *digest)
{
    ngx_http_riverty_token_t  *token;

    token = *ngx_http_riverty_token_bucket(store, digest);

    for ( /* void */ ; token; token = token->next) {
        if (CRYPTO_memcmp(token->digest, digest, NGX_HTTP_RIVERTY_DIGEST_LEN)
            == 0)
        {
            return token->app;
        }
    }

    return NULL;
}


/* A digest is its own hash; which bucket a guess falls into tells no bit of
 * the token behind it. */

static ngx_http_riverty_token_t **
ngx_http_riverty_token_bucket(ngx_http_riverty_key_store_t *store,
    const u_char *digest)
{
    uint32_t  hash;

    ngx_memcpy(&hash, digest, sizeof(uint32_t));

    return &store->tokens[hash & store->mask];
}


ngx_http_riverty_app_t *
ngx_http_riverty_key_store_by_name(ngx_http_riverty_key_store_t *store,
    ngx_str_t *name)
{
    ngx_http_riverty_app_t  *app;

    app = *ngx_http_riverty_name_bucket(store, name);

    for ( /* void */ ; app; app = app->next) {
        if (app->name.len == name->len
            && ngx_memcmp(app->name.data, name->data, name->len) == 0)
        {
            return app;
        }
    }

    return NULL;
}


static ngx_http_riverty_app_t **
ngx_http_riverty_name_bucket(ngx_http_riverty_key_store_t *store,
    ngx_str_t *name)
{
    return &store->names[ngx_hash_key(name->data, name->len) & store->mask];
}


ngx_http_riverty_key_t *
ngx_http_riverty_key_store_key(ngx_http_riverty_app_t *app, time_t now)
{
    ngx_uint_t               i;
    ngx_http_riverty_key_t  *key;

    for (i = 0; i < app->keys_n; i++) {
        key = &app->keys[i];

        if ((key->not_before == 0 || now >= key->not_before)
            && (key->not_after == 0 || now < key->not_after))
        {
            return key;
        }
    }

    return NULL;
}


void
ngx_http_riverty_key_store_free(ngx_http_riverty_key_store_t *store)
{
    if (store != NULL) {
        ngx_http_riverty_secrets_free(store->secrets);
    }
}
