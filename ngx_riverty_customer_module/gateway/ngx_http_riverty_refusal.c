/*
 * Refusals: the problem document, its headers, and a connection that is left
 * in order where the body was not read.
 */

#include "ngx_http_riverty_refusal.h"
#include "ngx_http_riverty_buffers.h"
#include "ngx_http_riverty_names.h"


#define NGX_HTTP_RIVERTY_UNPROCESSABLE  422


static void ngx_http_riverty_refusal_first(ngx_http_riverty_request_t *state,
    riverty_problem_id_t problem);
static ngx_int_t ngx_http_riverty_refusal_body(
    ngx_http_riverty_request_t *state, riverty_problem_id_t problem,
    ngx_chain_t *out);
static ngx_int_t ngx_http_riverty_refusal_headers(
    ngx_http_riverty_request_t *state, riverty_problem_id_t problem);
static ngx_int_t ngx_http_riverty_refusal_header(ngx_http_request_t *r,
    const char *name, ngx_str_t *value);


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
    ngx_int_t            rc;
    ngx_chain_t          out;
    ngx_http_request_t  *r;

    r = state->request;

    if (ngx_http_riverty_refusal_body(state, problem, &out) != NGX_OK
        || ngx_http_riverty_refusal_headers(state, problem) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.status = riverty_problems[problem].status;

    if (r->headers_out.status == NGX_HTTP_RIVERTY_UNPROCESSABLE) {

        /* nginx has no reason phrase for it: RFC 9110, 15.5.21 */

        ngx_str_set(&r->headers_out.status_line, "422 Unprocessable Content");
    }

    r->headers_out.content_length_n = out.buf->last - out.buf->pos;
    ngx_str_set(&r->headers_out.content_type, "application/problem+json");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    return ngx_http_output_filter(r, &out);
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

    size = document ? RIVERTY_PROBLEM_SIZE : 1024;

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
    u_char     *p;
    ngx_str_t   value;

    static ngx_str_t  no_store = ngx_string("no-store");
    static ngx_str_t  retry = ngx_string("10");

    if (ngx_http_riverty_refusal_header(state->request, "Cache-Control",
                                       &no_store) != NGX_OK)
    {
        return NGX_ERROR;
    }

    switch (riverty_problems[problem].status) {

    case NGX_HTTP_UNAUTHORIZED:

        /* RFC 9110, 11.6.1: a 401 must have a challenge */

        value.len = sizeof("AppToken header=\"\"") - 1
                    + state->conf->token_header.len;
        value.data = ngx_pnalloc(state->request->pool, value.len);
        if (value.data == NULL) {
            return NGX_ERROR;
        }

        p = ngx_sprintf(value.data, "AppToken header=\"%V\"",
                        &state->conf->token_header);
        value.len = p - value.data;

        return ngx_http_riverty_refusal_header(state->request,
                                              "WWW-Authenticate", &value);

    case NGX_HTTP_NOT_ALLOWED:
        return ngx_http_riverty_operation_allow(state->request->pool,
                                                state->route.path, &value)
               == NGX_OK
               ? ngx_http_riverty_refusal_header(state->request, "Allow",
                                                 &value)
               : NGX_ERROR;

    case NGX_HTTP_SERVICE_UNAVAILABLE:
        return ngx_http_riverty_refusal_header(state->request, "Retry-After",
                                              &retry);

    default:
        return NGX_OK;
    }
}


static ngx_int_t
ngx_http_riverty_refusal_header(ngx_http_request_t *r, const char *name,
    ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    h->key.data = (u_char *) name;
    h->key.len = ngx_strlen(name);
    h->value = *value;

    return NGX_OK;
}
