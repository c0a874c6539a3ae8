/*
 * The gate (precontent) asks who calls, for what, with which body and with
 * whose key, in this order (docs/directives.md, answers).  A request that
 * passes goes to the seal.
 */

#include "ngx_http_riverty_gate.h"
#include "ngx_http_riverty_refusal.h"
#include "ngx_http_riverty_app.h"
#include "ngx_http_riverty_audit_intent.h"
#include "ngx_http_riverty_body.h"
#include "ngx_http_riverty_headers.h"
#include "ngx_http_riverty_path_parse.h"
#include "ngx_http_riverty_route.h"
#include "ngx_http_riverty_seal.h"
#include "ngx_http_riverty_second_key.h"
#include "ngx_http_riverty_trace.h"


typedef struct {
    const char                    *name;         /* for the debug log */
    ngx_int_t                    (*ask)(ngx_http_riverty_request_t *state);
} ngx_http_riverty_question_t;


static ngx_int_t ngx_http_riverty_gate_subrequest(ngx_http_request_t *r,
    ngx_http_riverty_loc_conf_t *rlcf);
static ngx_int_t ngx_http_riverty_gate_ask(ngx_http_riverty_request_t *state,
    const ngx_http_riverty_question_t *questions);
static ngx_int_t ngx_http_riverty_gate_app(ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_gate_referer(
    ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_gate_path(ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_gate_grant(ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_gate_override(
    ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_gate_media(ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_gate_length(
    ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_gate_size(ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_gate_memory(
    ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_gate_document(
    ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_gate_key(ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_gate_trace(ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_gate_audit(ngx_http_riverty_request_t *state);
static ngx_uint_t ngx_http_riverty_gate_writes(
    ngx_http_riverty_request_t *state);
static ngx_uint_t ngx_http_riverty_gate_long(
    ngx_http_riverty_request_t *state);


/* A question returns NGX_OK, or what a phase handler returns to end here. */

static const ngx_http_riverty_question_t  ngx_http_riverty_before_body[] = {
    { "app", ngx_http_riverty_gate_app },
    { "path", ngx_http_riverty_gate_path },
    { "grant", ngx_http_riverty_gate_grant },
    { "override", ngx_http_riverty_gate_override },
    { "media", ngx_http_riverty_gate_media },
    { "length", ngx_http_riverty_gate_length },
    { NULL, NULL }
};

static const ngx_http_riverty_question_t  ngx_http_riverty_after_body[] = {
    { "size", ngx_http_riverty_gate_size },
    { "memory", ngx_http_riverty_gate_memory },
    { "document", ngx_http_riverty_gate_document },
    { "key", ngx_http_riverty_gate_key },
    { NULL, NULL }
};

static const ngx_http_riverty_question_t  ngx_http_riverty_before_seal[] = {
    { "trace", ngx_http_riverty_gate_trace },
    { "audit", ngx_http_riverty_gate_audit },
    { NULL, NULL }
};


ngx_int_t
ngx_http_riverty_precontent_handler(ngx_http_request_t *r)
{
    ngx_int_t                     rc;
    ngx_http_riverty_request_t   *state;
    ngx_http_riverty_loc_conf_t  *rlcf;

    rlcf = ngx_http_get_module_loc_conf(r, ngx_riverty_customer_module);

    /* a content handler led here: nothing it does is held back any more */

    ngx_http_riverty_seal_release(r);

    if (rlcf->mode == NGX_HTTP_RIVERTY_OFF) {
        return NGX_DECLINED;
    }

    if (r != r->main) {
        return ngx_http_riverty_gate_subrequest(r, rlcf);
    }

    state = ngx_http_riverty_request(r);

    if (state == NULL || state->conf == NULL) {

        /* cannot happen: POST_READ and REWRITE came before */

        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    state->gate.phase_handler = r->phase_handler;

    /* the client did not ask for an error page: it is served, not forwarded */

    if (state->gate.judged || r->error_page) {

        ngx_log_debug2(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                       "riverty gate: asked before:%ui, error page:%ui",
                       (ngx_uint_t) state->gate.judged,
                       (ngx_uint_t) r->error_page);

        ngx_http_riverty_seal(state);
        return NGX_DECLINED;
    }

    if (!state->app.identified) {
        rc = ngx_http_riverty_gate_ask(state, ngx_http_riverty_before_body);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    switch (state->body.progress) {

    case NGX_HTTP_RIVERTY_BODY_UNREAD:
        rc = ngx_http_riverty_body_read(state);

        if (rc != NGX_OK) {
            return rc;
        }

        break;

    case NGX_HTTP_RIVERTY_BODY_READING:
        return NGX_DONE;

    case NGX_HTTP_RIVERTY_BODY_READ:
        break;
    }

    if (!state->gate.asked) {
        rc = ngx_http_riverty_gate_ask(state, ngx_http_riverty_after_body);

        if (rc != NGX_OK) {
            return rc;
        }

        state->gate.asked = 1;
    }

    rc = ngx_http_riverty_gate_ask(state, ngx_http_riverty_before_seal);

    if (rc != NGX_OK) {
        return rc;
    }

    state->gate.judged = 1;

    ngx_http_riverty_seal(state);

    return NGX_DECLINED;
}


/*
 * A client did not send a subrequest: nothing has judged it, and its headers
 * belong to another request.  A static file's answer to it goes nowhere.
 */

static ngx_int_t
ngx_http_riverty_gate_subrequest(ngx_http_request_t *r,
    ngx_http_riverty_loc_conf_t *rlcf)
{
    if (r->content_handler == NULL) {
        return NGX_DECLINED;
    }

    if (rlcf->mode == NGX_HTTP_RIVERTY_ON) {
        return ngx_http_riverty_seal_subrequest(r, NGX_LOG_ERR);
    }

    /* monitor: the request goes on, but without its token */

    (void) ngx_http_riverty_seal_subrequest(r, NGX_LOG_WARN);

    return ngx_http_riverty_headers_remove(r, rlcf->headers,
                                           ngx_http_riverty_header_bit(TOKEN))
           == NGX_OK
           ? NGX_DECLINED : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


static ngx_int_t
ngx_http_riverty_gate_ask(ngx_http_riverty_request_t *state,
    const ngx_http_riverty_question_t *questions)
{
    ngx_int_t  rc;

    for ( /* void */ ; questions->ask; questions++) {

        /* logged first: a question that refuses may end the request */

        ngx_log_debug1(NGX_LOG_DEBUG_HTTP, state->request->connection->log, 0,
                       "riverty gate: %s?", questions->name);

        rc = questions->ask(state);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_gate_app(ngx_http_riverty_request_t *state)
{
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_get_module_main_conf(state->request,
                                         ngx_riverty_customer_module);

    ngx_http_riverty_app_identify(state);

    if (rmcf->key_store_stale) {
        return ngx_http_riverty_refuse(state, RIVERTY_PROBLEM_KEY_UNAVAILABLE);
    }

    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, state->request->connection->log, 0,
                   "riverty gate: app by %s, tokens:%ui, known:%ui",
                   state->conf->app ? "riverty_app" : "token",
                   state->app.tokens, (ngx_uint_t) (state->app.app != NULL));

    if (ngx_http_riverty_app_take_password(state) != NGX_OK
        || ngx_http_riverty_gate_referer(state) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (state->app.app == NULL) {
        return ngx_http_riverty_refuse(state, RIVERTY_PROBLEM_UNKNOWN_APP);
    }

    return ngx_http_riverty_app_ask_mode(state) == NGX_OK
           ? NGX_OK : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


/* An address of this house may name a customer; valid_referers has seen it. */

static ngx_int_t
ngx_http_riverty_gate_referer(ngx_http_riverty_request_t *state)
{
    if (!ngx_http_riverty_enforces(state)
        || state->request->headers_in.referer == NULL)
    {
        return NGX_OK;
    }

    return ngx_http_riverty_headers_remove(state->request, state->conf->headers,
                                         ngx_http_riverty_header_bit(REFERER));
}


static ngx_int_t
ngx_http_riverty_gate_path(ngx_http_riverty_request_t *state)
{
    if (state->route.path == NGX_HTTP_RIVERTY_PATH_MISSPELLED) {
        return ngx_http_riverty_refuse(state, RIVERTY_PROBLEM_PATH_NOT_FOUND);
    }

    if (state->route.operation == NGX_HTTP_RIVERTY_UNKNOWN) {
        return ngx_http_riverty_refuse(state,
                                       RIVERTY_PROBLEM_METHOD_NOT_ALLOWED);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_gate_grant(ngx_http_riverty_request_t *state)
{
    if (state->app.app != NULL
        && !(state->app.app->grants & (ngx_uint_t) state->route.operation))
    {
        return ngx_http_riverty_refuse(state,
                                       RIVERTY_PROBLEM_OPERATION_NOT_GRANTED);
    }

    return NGX_OK;
}


/* What came and what is left of it after a rewrite. */

static ngx_int_t
ngx_http_riverty_gate_override(ngx_http_riverty_request_t *state)
{
    ngx_int_t            rc;
    ngx_str_t            path, came;
    ngx_http_request_t  *r;

    r = state->request;
    came = state->guard.client_uri;
    path = ngx_http_riverty_uri_path(&came);

    came.data += path.len;
    came.len -= path.len;

    if (came.len) {
        came.data++;
        came.len--;
    }

    rc = ngx_http_riverty_route_names_method(r->pool, &came);

    if (rc == NGX_DECLINED) {
        rc = ngx_http_riverty_route_names_method(r->pool, &r->args);
    }

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "riverty: the query names a method: %d", rc == NGX_OK);

    if (rc == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return rc == NGX_DECLINED ? NGX_OK
           : ngx_http_riverty_refuse(state, RIVERTY_PROBLEM_METHOD_OVERRIDE);
}


/* Does the operation have a customer document? */

static ngx_uint_t
ngx_http_riverty_gate_writes(ngx_http_riverty_request_t *state)
{
    return state->route.operation == NGX_HTTP_RIVERTY_CREATE
           || state->route.operation == NGX_HTTP_RIVERTY_UPDATE;
}


static ngx_int_t
ngx_http_riverty_gate_media(ngx_http_riverty_request_t *state)
{
    ngx_http_riverty_headers_seen_t  seen;

    if (!ngx_http_riverty_gate_writes(state)) {
        return NGX_OK;
    }

    ngx_http_riverty_headers_look(state->request, state->conf->headers,
                               ngx_http_riverty_header_bit(CONTENT_TYPE)
                               | ngx_http_riverty_header_bit(CONTENT_ENCODING),
                               &seen);

    if (ngx_http_riverty_body_media_type(&seen) != NGX_OK) {
        return ngx_http_riverty_refuse_document(state,
                                      RIVERTY_PROBLEM_UNSUPPORTED_MEDIA_TYPE);
    }

    if (ngx_http_riverty_body_coding(&seen) != NGX_OK) {
        return ngx_http_riverty_refuse_document(state,
                                           RIVERTY_PROBLEM_UNSUPPORTED_CODING);
    }

    return NGX_OK;
}


/* What the client announces as the length, before a byte is read. */

static ngx_int_t
ngx_http_riverty_gate_length(ngx_http_riverty_request_t *state)
{
    off_t  length;

    length = state->request->headers_in.content_length_n;

    if (state->route.operation == NGX_HTTP_RIVERTY_READ && length > 0) {
        return ngx_http_riverty_refuse(state, RIVERTY_PROBLEM_UNEXPECTED_BODY);
    }

    if (length <= (off_t) state->conf->max_body) {
        return NGX_OK;
    }

    return length <= (off_t) state->conf->watch_body
           ? ngx_http_riverty_refuse_document(state, RIVERTY_PROBLEM_TOO_LARGE)
           : ngx_http_riverty_refuse(state, RIVERTY_PROBLEM_TOO_LARGE);
}


static ngx_int_t
ngx_http_riverty_gate_size(ngx_http_riverty_request_t *state)
{
    if (state->route.operation == NGX_HTTP_RIVERTY_READ
        && (state->body.len || state->body.too_large))
    {
        return ngx_http_riverty_refuse(state, RIVERTY_PROBLEM_UNEXPECTED_BODY);
    }

    if (state->body.too_large) {
        return ngx_http_riverty_refuse(state, RIVERTY_PROBLEM_TOO_LARGE);
    }

    return ngx_http_riverty_gate_long(state)
           ? ngx_http_riverty_refuse_document(state, RIVERTY_PROBLEM_TOO_LARGE)
           : NGX_OK;
}


/* A watched app's body that is held whole, but longer than one is judged. */

static ngx_uint_t
ngx_http_riverty_gate_long(ngx_http_riverty_request_t *state)
{
    return state->body.len > state->conf->max_body;
}


/* Another module had the body read before our filter could see it. */

static ngx_int_t
ngx_http_riverty_gate_memory(ngx_http_riverty_request_t *state)
{
    if (!state->body.elsewhere) {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_ERR, state->request->connection->log, 0,
                  "riverty: another module has read the body, and it is not "
                  "in memory: it cannot be judged; look at "
                  "\"client_body_early_read\", \"ngx.req.set_body_file\" and "
                  "what else reads or replaces a body");

    return ngx_http_riverty_refuse(state, RIVERTY_PROBLEM_GATEWAY_FAULT);
}


static ngx_int_t
ngx_http_riverty_gate_document(ngx_http_riverty_request_t *state)
{
    ngx_int_t  rc;

    rc = NGX_OK;

    if (state->body.too_large || state->body.elsewhere) {
        return NGX_OK;
    }

    if (ngx_http_riverty_gate_writes(state)
        && !ngx_http_riverty_gate_long(state))
    {
        if (ngx_http_riverty_body_judge(state) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        if (state->body.document->verdict == RIVERTY_MALFORMED) {
            rc = ngx_http_riverty_refuse_document(state,
                                              RIVERTY_PROBLEM_MALFORMED_JSON);

        } else if (state->body.document->verdict == RIVERTY_REJECTED) {
            rc = ngx_http_riverty_refuse_document(state,
                                              RIVERTY_PROBLEM_CONTRACT_BROKEN);
        }
    }

    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_http_riverty_body_replace(state) == NGX_OK
           ? NGX_OK : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


static ngx_int_t
ngx_http_riverty_gate_key(ngx_http_riverty_request_t *state)
{
    if (state->app.app == NULL) {
        return NGX_OK;
    }

    /* monitor: a client that brings a key keeps it */

    if (!ngx_http_riverty_enforces(state) && state->route.client_key) {

        ngx_log_debug0(NGX_LOG_DEBUG_HTTP, state->request->connection->log, 0,
                       "riverty gate: the client brings a key of its own");
        return NGX_OK;
    }

    ngx_http_riverty_second_key_choose(state);

    if (state->keys.key == NULL) {
        ngx_log_error(NGX_LOG_ERR, state->request->connection->log, 0,
                      "riverty: app \"%*s\" has no key that is valid now",
                      state->app.app->name.len, state->app.app->name.data);

        return ngx_http_riverty_refuse(state, RIVERTY_PROBLEM_KEY_UNAVAILABLE);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_gate_trace(ngx_http_riverty_request_t *state)
{
    return ngx_http_riverty_trace_forward(state) == NGX_OK
           ? NGX_OK : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


static ngx_int_t
ngx_http_riverty_gate_audit(ngx_http_riverty_request_t *state)
{
    ngx_int_t  rc;

    rc = ngx_http_riverty_audit_intent(state);

    return rc == NGX_ERROR
           ? ngx_http_riverty_refuse(state, RIVERTY_PROBLEM_AUDIT_UNAVAILABLE)
           : rc;
}
