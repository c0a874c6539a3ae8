/*
 * nginx's cache (configuration, content, log).  By itself it would give one
 * app's reply to another app, so what tells requests apart becomes a part of
 * its key here.  It would also ask the API in subrequests, which nobody has
 * judged; that is refused.
 */

#include "ngx_http_riverty_cache.h"
#include "ngx_http_riverty_headers.h"
#include "ngx_http_riverty_names.h"
#include "contract/core/sha256.h"


#if (NGX_HTTP_CACHE)
static ngx_int_t ngx_http_riverty_cache_refuse(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, const char *what);
static ngx_int_t ngx_http_riverty_cache_key(ngx_http_request_t *r);
static void ngx_http_riverty_cache_client_keys(
    ngx_http_riverty_request_t *state, riverty_sha256_t *hash);
#endif


ngx_int_t
ngx_http_riverty_cache_check(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, ngx_http_upstream_conf_t *ucf)
{
#if (NGX_HTTP_CACHE)
    if (ucf->cache <= 0) {
        return NGX_OK;
    }

    if (ucf->cache_background_update) {
        return ngx_http_riverty_cache_refuse(cf, conf,
                   "\"proxy_cache_background_update\" asks the API in "
                   "subrequests, which have no key and leave no record; say "
                   "\"off\"");
    }

    if (ucf->cache_methods & NGX_HTTP_POST) {
        return ngx_http_riverty_cache_refuse(cf, conf,
                   "\"proxy_cache_methods\" with POST would answer a create "
                   "from the cache; say GET and HEAD only");
    }
#endif

    return NGX_OK;
}


#if (NGX_HTTP_CACHE)

static ngx_int_t
ngx_http_riverty_cache_refuse(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, const char *what)
{
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "\"riverty_customer\": %s, in %V:%ui", what, &conf->file,
                  conf->line);

    return NGX_ERROR;
}

#endif


void
ngx_http_riverty_cache_wrap(ngx_http_riverty_request_t *state)
{
#if (NGX_HTTP_CACHE)
    ngx_http_upstream_t  *u;

    u = state->request->upstream;

    state->cache.create_key = u->create_key;
    u->create_key = ngx_http_riverty_cache_key;
#endif
}


#if (NGX_HTTP_CACHE)

/*
 * Adds a digest behind nginx's own parts of the key.  It always has the same
 * length, so two requests cannot share a key by shifting where one part ends,
 * and it has no clear text.
 */

static ngx_int_t
ngx_http_riverty_cache_key(ngx_http_request_t *r)
{
    u_char                       digest[RIVERTY_SHA256_SIZE];
    ngx_str_t                   *key;
    riverty_sha256_t             hash;
    ngx_http_riverty_request_t  *state;

    state = ngx_http_riverty_request(r);

    if (state->cache.create_key(r) != NGX_OK) {
        return NGX_ERROR;
    }

    key = ngx_array_push(&r->cache->keys);
    if (key == NULL) {
        return NGX_ERROR;
    }

    key->len = 2 * RIVERTY_SHA256_SIZE;
    key->data = ngx_pnalloc(r->pool, key->len);
    if (key->data == NULL) {
        return NGX_ERROR;
    }

    riverty_sha256_init(&hash);

    if (state->app.app != NULL) {
        riverty_sha256_update(&hash, state->app.app->name);
    }

    if (!ngx_http_riverty_enforces(state)) {
        ngx_http_riverty_cache_client_keys(state, &hash);
    }

    riverty_sha256_separate(&hash);
    riverty_sha256_update(&hash,
                          ngx_http_riverty_span(&state->guard.client_uri));
    riverty_sha256_final(&hash, digest);

    (void) ngx_hex_dump(key->data, digest, RIVERTY_SHA256_SIZE);

    return NGX_OK;
}


/*
 * In monitor mode a client's own key goes through and decides whose reply it
 * is.
 */

static void
ngx_http_riverty_cache_client_keys(ngx_http_riverty_request_t *state,
    riverty_sha256_t *hash)
{
    ngx_str_t        *name;
    ngx_uint_t        i, count;
    ngx_table_elt_t  *h;

    riverty_sha256_separate(hash);
    riverty_sha256_update(hash, (riverty_span_t)
                                { state->app.token_digest,
                                  sizeof(state->app.token_digest) });

    for (i = 0; i <= NGX_HTTP_RIVERTY_KEY_HEADERS; i++) {

        name = i < NGX_HTTP_RIVERTY_KEY_HEADERS
               ? &ngx_http_riverty_key_headers[i]
               : &state->conf->key_header_lower;

        h = ngx_http_riverty_header_find(state->request, name, &count);

        riverty_sha256_separate(hash);

        if (h != NULL) {
            riverty_sha256_update(hash, ngx_http_riverty_span(&h->value));
        }
    }
}

#endif


ngx_str_t *
ngx_http_riverty_cache_status(ngx_http_request_t *r)
{
#if (NGX_HTTP_CACHE)
    if (r->cached && r->upstream != NULL && r->upstream->cache_status) {
        return &ngx_http_cache_status[r->upstream->cache_status - 1];
    }
#endif

    return NULL;
}


ngx_uint_t
ngx_http_riverty_cache_alone(ngx_http_request_t *r)
{
    return r->cached
           && (r->upstream_states == NULL || r->upstream_states->nelts == 0);
}
