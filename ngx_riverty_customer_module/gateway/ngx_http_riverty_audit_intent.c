/*
 * The record of intent (precontent).  It joins the batch of its log, and the
 * request waits until the batch is in the log: not a byte goes upstream before.
 * The batch is written at the end of the same turn of the event loop.
 */

#include "ngx_http_riverty_audit_intent.h"
#include "ngx_http_riverty_audit.h"


static void ngx_http_riverty_audit_intent_wait(
    ngx_http_riverty_request_t *state);
static void ngx_http_riverty_audit_intent_handler(
    ngx_http_riverty_audit_waiter_t *waiter);


ngx_int_t
ngx_http_riverty_audit_intent(ngx_http_riverty_request_t *state)
{
    ngx_http_riverty_audit_log_t  *log;

    log = state->conf->audit;

    if (log == NULL || !log->required) {
        return NGX_OK;
    }

    if (state->intent.made) {
        return state->intent.waiter.rc;
    }

    state->intent.made = 1;
    state->intent.waiter.rc = NGX_AGAIN;
    state->intent.waiter.handler = ngx_http_riverty_audit_intent_handler;

    if (ngx_http_riverty_audit_record(state, &state->intent.waiter) != NGX_OK) {
        state->intent.waiter.rc = NGX_ERROR;
        return NGX_ERROR;
    }

    ngx_http_riverty_audit_intent_wait(state);

    return NGX_AGAIN;
}


/*
 * The request's own write event must not wake it.  Its client's going away is
 * seen, as limit_req sees it, unless nginx still reads what is left of a body.
 */

static void
ngx_http_riverty_audit_intent_wait(ngx_http_riverty_request_t *state)
{
    ngx_http_request_t  *r;

    r = state->request;

    state->intent.waits = 1;
    state->intent.read_event_handler = r->read_event_handler;

    if (r->read_event_handler == ngx_http_block_reading) {
        r->read_event_handler = ngx_http_test_reading;
    }

    r->write_event_handler = ngx_http_request_empty_handler;
}


static void
ngx_http_riverty_audit_intent_handler(ngx_http_riverty_audit_waiter_t *waiter)
{
    ngx_connection_t            *c;
    ngx_http_request_t          *r;
    ngx_http_riverty_request_t  *state;

    state = (ngx_http_riverty_request_t *)
                ((u_char *) waiter
                 - offsetof(ngx_http_riverty_request_t, intent.waiter));

    r = state->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, c->log, 0,
                   "riverty: the record of intent is written: %d",
                   waiter->rc == NGX_OK);

    state->intent.waits = 0;

    r->read_event_handler = state->intent.read_event_handler;
    r->write_event_handler = ngx_http_core_run_phases;

    ngx_http_core_run_phases(r);
    ngx_http_run_posted_requests(c);
}


void
ngx_http_riverty_audit_intent_forget(ngx_http_riverty_request_t *state)
{
    if (state->intent.waits) {
        ngx_queue_remove(&state->intent.waiter.queue);
    }
}
