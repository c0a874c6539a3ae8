/*
 * The state of a request.  It is made in POST_READ and found from anywhere.
 */

#include "ngx_http_riverty.h"
#include "ngx_http_riverty_audit_intent.h"
#include "ngx_http_riverty_buffers.h"
#include "ngx_http_riverty_key_store.h"
#include "ngx_http_riverty_metrics.h"


static ngx_msec_t ngx_http_riverty_request_started(ngx_http_request_t *r);
static void ngx_http_riverty_request_cleanup(void *data);
static void *ngx_http_riverty_allocate(void *data, size_t size);


ngx_http_riverty_request_t *
ngx_http_riverty_request(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t          *cln;
    ngx_http_riverty_request_t  *state;

    state = ngx_http_get_module_ctx(r, ngx_riverty_customer_module);

    if (state != NULL || (!r->internal && !r->filter_finalize)) {
        return state;
    }

    /*
     * an internal redirect clears the contexts, the clean-up keeps the state
     */

    for (cln = r->pool->cleanup; cln; cln = cln->next) {
        if (cln->handler == ngx_http_riverty_request_cleanup) {
            state = cln->data;
            ngx_http_set_ctx(r, state, ngx_riverty_customer_module);
            return state;
        }
    }

    return NULL;
}


ngx_http_riverty_request_t *
ngx_http_riverty_request_create(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t            *cln;
    ngx_http_riverty_request_t    *state;
    ngx_http_riverty_main_conf_t  *rmcf;

    cln = ngx_pool_cleanup_add(r->pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    state = ngx_http_riverty_buffers_begin(r);
    if (state == NULL) {
        return NULL;
    }

    state->started = ngx_http_riverty_request_started(r);
    state->refusal.problem = RIVERTY_PROBLEM_COUNT;
    state->refusal.sent = RIVERTY_PROBLEM_COUNT;
    state->problem.answered = RIVERTY_PROBLEM_COUNT;
    ngx_http_riverty_metrics_started(state);

    cln->handler = ngx_http_riverty_request_cleanup;
    cln->data = state;

    rmcf = ngx_http_get_module_main_conf(r, ngx_riverty_customer_module);
    ngx_queue_insert_tail(&rmcf->requests, &state->queue);

    ngx_http_set_ctx(r, state, ngx_riverty_customer_module);

    return state;
}


/*
 * When the first byte of the request came, by the monotonic clock.  nginx
 * notes that moment by the wall clock only.  The time since then is taken from
 * it where it is plausible, else it counts as 0: somebody has set the wall
 * clock.
 */

static ngx_msec_t
ngx_http_riverty_request_started(ngx_http_request_t *r)
{
    ngx_time_t                *tp;
    ngx_msec_int_t             ms;
    ngx_http_core_srv_conf_t  *cscf;

    tp = ngx_timeofday();
    cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);

    ms = (ngx_msec_int_t) ((tp->sec - r->start_sec) * 1000
                           + (ngx_msec_int_t) (tp->msec - r->start_msec));

    if (ms < 0 || (ngx_msec_t) ms > cscf->client_header_timeout + 1000) {
        ms = 0;
    }

    return ngx_current_msec - ms;
}


static void
ngx_http_riverty_request_cleanup(void *data)
{
    ngx_http_riverty_request_t  *state = data;

    ngx_queue_remove(&state->queue);

    ngx_http_riverty_metrics_leave(state);
    ngx_http_riverty_audit_intent_forget(state);
    ngx_http_riverty_key_store_release(state->app.store);
    ngx_http_riverty_buffers_give(state);    /* the state as well */
}


riverty_memory_t
ngx_http_riverty_memory(ngx_pool_t *pool)
{
    return (riverty_memory_t) { ngx_http_riverty_allocate, pool, NULL };
}


static void *
ngx_http_riverty_allocate(void *data, size_t size)
{
    return ngx_palloc(data, size);
}
