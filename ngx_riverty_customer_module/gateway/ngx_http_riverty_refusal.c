/*
 * Refusals: the problem document, its headers, and a connection that is left
 * in order where the body was not read.
 */

#include "ngx_http_riverty_refusal.h"
#include "ngx_http_riverty_answer.h"
#include "ngx_http_riverty_buffers.h"
#include "ngx_http_riverty_metrics.h"
#include "ngx_http_riverty_names.h"


static void ngx_http_riverty_refusal_first(ngx_http_riverty_request_t *state,
    riverty_problem_id_t problem);
static ngx_int_t ngx_http_riverty_refusal_body(
    ngx_http_riverty_request_t *state, riverty_problem_id_t problem,
    ngx_chain_t *out);
static ngx_int_t ngx_http_riverty_refusal_headers(
    ngx_http_riverty_request_t *state, riverty_problem_id_t problem);


ngx_int_t
ngx_http_riverty_refuse(ngx_http_riverty_request_t *state,
    riverty_problem_id_t problem)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    if (!ngx_http_riverty_enforces(state)) {
        ngx_http_riverty_refusal_first(state, problem);
        return NGX_OK;
    }

    ngx_http_riverty_refusal_note(state, problem);
    ngx_http_riverty_metrics_decided(state);

    ngx_log_error(NGX_LOG_INFO, state->request->connection->log, 0,
                  "riverty: refused: %s", riverty_problems[problem].slug);

    r = state->request;

    if (r->headers_in.expect != NULL && !r->expect_tested) {

        /* an Expect: 100-continue gets the refusal instead of the 100 */

        r->expect_tested = 1;
        r->keepalive = 0;
    }

    rc = ngx_http_discard_request_body(r);

    if (rc == NGX_OK) {
        rc = ngx_http_riverty_refusal_send(state, problem);
    }

    ngx_http_finalize_request(r, rc);

    return NGX_DONE;
}


ngx_int_t
ngx_http_riverty_refuse_document(ngx_http_riverty_request_t *state,
    riverty_problem_id_t problem)
{
    if (!state->app.watched) {
        return ngx_http_riverty_refuse(state, problem);
    }

    ngx_http_riverty_refusal_first(state, problem);

    return NGX_OK;
}


static void
ngx_http_riverty_refusal_first(ngx_http_riverty_request_t *state,
    riverty_problem_id_t problem)
{
    if (state->refusal.problem == RIVERTY_PROBLEM_COUNT) {
        state->refusal.problem = problem;
    }
}


void
ngx_http_riverty_refusal_note(ngx_http_riverty_request_t *state,
    riverty_problem_id_t problem)
{
    ngx_http_riverty_refusal_first(state, problem);

    if (state->refusal.sent == RIVERTY_PROBLEM_COUNT) {
        state->refusal.sent = problem;
    }
}


ngx_int_t
ngx_http_riverty_refusal_send(ngx_http_riverty_request_t *state,
    riverty_problem_id_t problem)
{
    ngx_chain_t          out;
    ngx_http_request_t  *r;

    r = state->request;

    if (ngx_http_riverty_refusal_body(state, problem, &out) != NGX_OK
        || ngx_http_riverty_refusal_headers(state, problem) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_riverty_answer_problem(r, problem, &out);
}


static ngx_int_t
ngx_http_riverty_refusal_body(ngx_http_riverty_request_t *state,
    riverty_problem_id_t problem, ngx_chain_t *out)
{
    size_t                     size;
    u_char                    *whole;
    ngx_buf_t                 *b;
    riverty_out_t              text;
    const riverty_document_t  *document;

    /* only a refusal of the body itself tells what is wrong in the document */

    document = problem == RIVERTY_PROBLEM_CONTRACT_BROKEN
               || problem == RIVERTY_PROBLEM_MALFORMED_JSON
               ? state->body.document : NULL;

    size = document ? RIVERTY_PROBLEM_SIZE : RIVERTY_PROBLEM_PLAIN_SIZE;

    whole = ngx_http_riverty_buffer_take(state, size);
    if (whole == NULL) {
        return NGX_ERROR;
    }

    riverty_out_init(&text, whole, size);
    riverty_problem_write(&text, problem,
                          ngx_http_riverty_span(&state->ids.event),
                          state->conf->contract, document);

    /* as long as it is sent, it takes no more memory than it must */

    size = riverty_out_length(&text);

    b = ngx_create_temp_buf(state->request->pool, size);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->last = ngx_cpymem(b->pos, whole, size);
    b->last_buf = 1;
    b->last_in_chain = 1;

    ngx_http_riverty_buffer_give(state, whole);

    out->buf = b;
    out->next = NULL;

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_refusal_headers(ngx_http_riverty_request_t *state,
    riverty_problem_id_t problem)
{
    u_char              *p;
    ngx_str_t            value;
    ngx_http_request_t  *r;

    r = state->request;

    switch (riverty_problems[problem].status) {

    case NGX_HTTP_UNAUTHORIZED:

        /* RFC 9110, 11.6.1: a 401 must have a challenge */

        value.len = sizeof("AppToken header=\"\"") - 1
                    + state->conf->token_header.len;
        value.data = ngx_pnalloc(r->pool, value.len);
        if (value.data == NULL) {
            return NGX_ERROR;
        }

        p = ngx_sprintf(value.data, "AppToken header=\"%V\"",
                        &state->conf->token_header);
        value.len = p - value.data;

        return ngx_http_riverty_answer_header(r, "WWW-Authenticate", &value);

    case NGX_HTTP_NOT_ALLOWED:
        return ngx_http_riverty_operation_allow(r->pool, state->route.path,
                                                &value)
               == NGX_OK
               ? ngx_http_riverty_answer_header(r, "Allow", &value)
               : NGX_ERROR;

    default:
        return NGX_OK;
    }
}
