/*
 * The second key (upstream).  nginx never tries again on 401, but it does on
 * 403. So the reply counts as a 403 for the moment of the decision, under a
 * copy of the upstream's configuration that allows it.  The balancer starts
 * anew for the second try: the server that refused the key has done nothing
 * wrong.
 *
 * This relies on nginx (1.22 to 1.31): ngx_http_upstream_test_next() looks at
 * u->headers_in.status_n, u->conf->next_upstream and u->peer.tries, frees the
 * peer, connects again and calls reinit_request.
 *
 * From 1.29.7 on a kept connection remembers u->conf and serves only requests
 * with the same one.  So while the balancer is asked, the location's own
 * configuration stands there; otherwise it would remember the copy, which is
 * freed with the request.
 */

#include "ngx_http_riverty_second_key.h"
#include "ngx_http_riverty_alerts.h"
#include "ngx_http_riverty_key_store.h"
#include "ngx_http_riverty_metrics.h"
#include "ngx_http_riverty_refusal.h"
#include "ngx_http_riverty_zone.h"


static ngx_atomic_uint_t ngx_http_riverty_key_hash(const riverty_key_t *key);
static riverty_key_t *ngx_http_riverty_key_preferred(
    ngx_http_riverty_credentials_t *known, const riverty_app_t *app,
    riverty_key_t *key, int64_t now);
static ngx_http_riverty_credentials_t *ngx_http_riverty_key_credentials(
    ngx_http_riverty_request_t *state, ngx_uint_t create);
static ngx_int_t ngx_http_riverty_second_key_try(
    ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_second_key_refused(
    ngx_http_riverty_request_t *state);
static ngx_uint_t ngx_http_riverty_pausing(
    ngx_http_riverty_credentials_t *known,
    ngx_http_riverty_operation_t operation);
static void ngx_http_riverty_begin_pause(
    ngx_http_riverty_credentials_t *known,
    ngx_http_riverty_operation_t operation);
static ngx_http_upstream_conf_t *ngx_http_riverty_second_key_conf(
    ngx_http_riverty_request_t *state);
static void ngx_http_riverty_free_peer(ngx_peer_connection_t *pc, void *data,
    ngx_uint_t peer_state);
static void ngx_http_riverty_rebuild_peer(ngx_http_riverty_request_t *state,
    ngx_peer_connection_t *pc, void *data);
static ngx_int_t ngx_http_riverty_get_peer(ngx_peer_connection_t *pc,
    void *data);


const riverty_key_t *
ngx_http_riverty_second_key_first(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_key_store_t *store, const riverty_app_t *app)
{
    int64_t                          now;
    riverty_key_t                   *first, *key;
    ngx_http_riverty_credentials_t  *known;

    now = ngx_time();
    first = riverty_app_key(app, 0, now);

    known = ngx_http_riverty_zone_credentials(rmcf, app, store->version, 0);

    key = known ? ngx_http_riverty_key_preferred(known, app, first, now) : NULL;

    return key ? key : first;
}


/* The valid key of app, from this one on, that the API has taken; or NULL. */

static riverty_key_t *
ngx_http_riverty_key_preferred(ngx_http_riverty_credentials_t *known,
    const riverty_app_t *app, riverty_key_t *key, int64_t now)
{
    while (key != NULL
           && known->preferred != ngx_http_riverty_key_hash(key))
    {
        key = riverty_app_key(app, key - app->keys + 1, now);
    }

    return key;
}


void
ngx_http_riverty_second_key_choose(ngx_http_riverty_request_t *state)
{
    int64_t                          now;
    riverty_app_t                   *app;
    riverty_key_t                   *key;
    ngx_http_riverty_credentials_t  *known;

    app = state->app.app;
    now = ngx_time();

    state->keys.key = riverty_app_key(app, 0, now);

    if (state->keys.key == NULL) {
        return;
    }

    state->keys.other = riverty_app_key(app, state->keys.key - app->keys + 1,
                                        now);

    known = ngx_http_riverty_key_credentials(state, 0);

    if (known == NULL || state->keys.other == NULL) {
        return;
    }

    key = ngx_http_riverty_key_preferred(known, app, state->keys.other, now);

    if (key != NULL) {
        state->keys.other = state->keys.key;
        state->keys.key = key;
    }

    if (ngx_http_riverty_pausing(known, state->route.operation)) {
        ngx_log_debug0(NGX_LOG_DEBUG_HTTP, state->request->connection->log, 0,
                       "riverty: one key only: all were refused just now");
        state->keys.other = NULL;
    }
}


static ngx_atomic_uint_t
ngx_http_riverty_key_hash(const riverty_key_t *key)
{
    return (ngx_atomic_uint_t) ngx_crc32_long((u_char *) key->id.data,
                                              key->id.len) | 1;
}


static ngx_http_riverty_credentials_t *
ngx_http_riverty_key_credentials(ngx_http_riverty_request_t *state,
    ngx_uint_t create)
{
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_get_module_main_conf(state->request,
                                         ngx_riverty_customer_module);

    return ngx_http_riverty_zone_credentials(rmcf, state->app.app,
                                             state->app.store->version, create);
}


ngx_int_t
ngx_http_riverty_second_key_reply(ngx_http_riverty_request_t *state)
{
    ngx_http_upstream_t             *u;
    ngx_http_riverty_credentials_t  *known;

    u = state->request->upstream;

    if (state->keys.key == NULL || !ngx_http_riverty_enforces(state)) {
        return NGX_OK;
    }

    if (u->peer.free != NULL && u->peer.free != ngx_http_riverty_free_peer) {
        state->keys.free_peer = u->peer.free;
        u->peer.free = ngx_http_riverty_free_peer;
    }

    if (u->headers_in.status_n != NGX_HTTP_UNAUTHORIZED) {

        ngx_http_riverty_alerts_key_taken(state);

        if (state->keys.second_tried) {
            known = ngx_http_riverty_key_credentials(state, 1);

            ngx_log_debug0(NGX_LOG_DEBUG_HTTP,
                           state->request->connection->log, 0,
                           "riverty: the other key is taken, and preferred");

            if (known != NULL) {
                known->preferred = ngx_http_riverty_key_hash(state->keys.key);
            }
        }

        return NGX_OK;
    }

    ngx_http_riverty_metrics_key_refused(state);
    ngx_http_riverty_alerts_key_refused(state);

    return state->keys.other != NULL && !state->keys.second_tried
           ? ngx_http_riverty_second_key_try(state)
           : ngx_http_riverty_second_key_refused(state);
}


static ngx_int_t
ngx_http_riverty_second_key_try(ngx_http_riverty_request_t *state)
{
    ngx_http_upstream_t       *u;
    ngx_http_upstream_conf_t  *conf;

    u = state->request->upstream;

    if (state->keys.free_peer == NULL
        || (u->upstream == NULL && u->resolved == NULL))
    {
        return ngx_http_riverty_second_key_refused(state);
    }

    conf = ngx_http_riverty_second_key_conf(state);
    if (conf == NULL) {
        return ngx_http_riverty_second_key_refused(state);
    }

    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, state->request->connection->log, 0,
                   "riverty: the other key is tried");

    conf->next_upstream |= NGX_HTTP_UPSTREAM_FT_HTTP_403
                           |NGX_HTTP_UPSTREAM_FT_NON_IDEMPOTENT;
    conf->next_upstream &= ~NGX_HTTP_UPSTREAM_FT_OFF;
    conf->next_upstream_timeout = 0;

    u->headers_in.status_n = NGX_HTTP_FORBIDDEN;
    u->peer.tries = 2;

    state->keys.refused_try = state->request->upstream_states->nelts - 1;
    state->keys.retrying = 1;

    return NGX_OK;
}


/* The API takes none of the keys: our refusal in place of nginx's 502. */

static ngx_int_t
ngx_http_riverty_second_key_refused(ngx_http_riverty_request_t *state)
{
    ngx_http_upstream_conf_t        *conf;
    ngx_http_riverty_credentials_t  *known;

    known = ngx_http_riverty_key_credentials(state, 1);

    ngx_http_riverty_alerts_app_refused(state);

    /* requests within a pause do not make it longer */

    if (known != NULL) {
        ngx_http_riverty_begin_pause(known, state->route.operation);
    }

    conf = ngx_http_riverty_second_key_conf(state);
    if (conf == NULL) {
        return NGX_ERROR;
    }

    conf->next_upstream = 0;

    ngx_http_riverty_refusal_note(state,
                                  RIVERTY_PROBLEM_CREDENTIALS_REFUSED);

    return NGX_HTTP_UPSTREAM_INVALID_HEADER;
}


/* Were all keys refused for this operation just now? */

static ngx_uint_t
ngx_http_riverty_pausing(ngx_http_riverty_credentials_t *known,
    ngx_http_riverty_operation_t operation)
{
    ngx_atomic_t  *refused;

    refused = ngx_http_riverty_zone_refused(known, operation);

    return ngx_time() - (time_t) *refused < NGX_HTTP_RIVERTY_REFUSED_PAUSE;
}


/* Where there is none. */

static void
ngx_http_riverty_begin_pause(ngx_http_riverty_credentials_t *known,
    ngx_http_riverty_operation_t operation)
{
    ngx_atomic_t       *refused;
    ngx_atomic_uint_t   before;

    refused = ngx_http_riverty_zone_refused(known, operation);
    before = *refused;

    if (ngx_time() - (time_t) before >= NGX_HTTP_RIVERTY_REFUSED_PAUSE) {
        (void) ngx_atomic_cmp_set(refused, before,
                                  (ngx_atomic_uint_t) ngx_time());
    }
}


/*
 * Puts a copy of the upstream's configuration in its place until this try
 * ends; NULL where there is no memory.
 */

static ngx_http_upstream_conf_t *
ngx_http_riverty_second_key_conf(ngx_http_riverty_request_t *state)
{
    ngx_http_upstream_t       *u;
    ngx_http_upstream_conf_t  *copy;

    u = state->request->upstream;

    copy = ngx_palloc(state->request->pool, sizeof(ngx_http_upstream_conf_t));
    if (copy == NULL) {
        return NULL;
    }

    *copy = *u->conf;

    state->keys.upstream_conf = u->conf;
    state->keys.retry_conf = copy;
    u->conf = copy;

    return copy;
}


/*
 * The upstream frees its connection.  A refused key does not count as a fault
 * of the server (no max_fails).
 */

static void
ngx_http_riverty_free_peer(ngx_peer_connection_t *pc, void *data,
    ngx_uint_t peer_state)
{
    ngx_http_upstream_conf_t    *conf;
    ngx_http_riverty_request_t  *state;

    /* whose this is: the connection's data is the request while it is used */

    state = ngx_http_riverty_request(pc->connection->data);
    conf = state->request->upstream->conf;

    if (state->keys.retrying
        || state->refusal.sent != RIVERTY_PROBLEM_COUNT)
    {
        peer_state = NGX_PEER_NEXT;
    }

    if (conf == state->keys.retry_conf) {
        state->request->upstream->conf = state->keys.upstream_conf;
    }

    pc->free = state->keys.free_peer;
    pc->free(pc, data, peer_state);

    state->request->upstream->conf = conf;

    if (state->keys.retrying) {
        ngx_http_riverty_rebuild_peer(state, pc, data);
    }
}


static void
ngx_http_riverty_rebuild_peer(ngx_http_riverty_request_t *state,
    ngx_peer_connection_t *pc, void *data)
{
    ngx_uint_t                         n;
    ngx_http_upstream_t               *u;
    ngx_http_upstream_rr_peer_data_t  *rrp;

    u = state->request->upstream;

    if (u->upstream != NULL) {
        pc->data = NULL;

        if (u->upstream->peer.init(state->request, u->upstream) != NGX_OK) {
            pc->tries = 0;
            return;
        }

        state->keys.get_peer = pc->get;
        state->keys.peer_data = pc->data;
        pc->get = ngx_http_riverty_get_peer;
        pc->data = state;

        return;
    }

    /* found by a resolver: its round robin can only be begun again */

    rrp = data;
    n = rrp->peers->number;

    ngx_memzero(rrp->tried, ngx_align(n, 8 * sizeof(uintptr_t)) / 8);
    pc->tries = n;
}


/*
 * Lets the balancer choose, from here on by itself.  The copy of the
 * configuration comes back then, since it decides also where no connection can
 * be made.
 */

static ngx_int_t
ngx_http_riverty_get_peer(ngx_peer_connection_t *pc, void *data)
{
    ngx_http_riverty_request_t  *state = data;

    ngx_int_t             rc;
    ngx_http_upstream_t  *u;

    u = state->request->upstream;

    pc->get = state->keys.get_peer;
    pc->data = state->keys.peer_data;

    u->conf = state->keys.upstream_conf;

    rc = pc->get(pc, pc->data);

    u->conf = state->keys.retry_conf;

    return rc;
}


ngx_int_t
ngx_http_riverty_second_key_reinit(ngx_http_riverty_request_t *state)
{
    if (!state->keys.retrying) {
        return NGX_OK;
    }

    state->keys.retrying = 0;
    state->keys.second_tried = 1;
    state->keys.key = state->keys.other;

    state->request->upstream->conf = state->keys.upstream_conf;

    return NGX_DECLINED;
}


void
ngx_http_riverty_second_key_tell(ngx_http_riverty_request_t *state)
{
    ngx_http_upstream_state_t  *us;

    if (state->keys.retrying || state->keys.second_tried) {
        us = state->request->upstream_states->elts;
        us[state->keys.refused_try].status = NGX_HTTP_UNAUTHORIZED;
    }
}
