/*
 * Answers: how a problem document is sent, and the id that each answer carries.
 */

#include "ngx_http_riverty_answer.h"
#include "ngx_http_riverty_headers.h"
#include "ngx_http_riverty_ids.h"
#include "ngx_http_riverty_log_guard.h"


#define NGX_HTTP_RIVERTY_UNPROCESSABLE      422
#define NGX_HTTP_RIVERTY_TOO_MANY_REQUESTS  429


static ngx_int_t ngx_http_riverty_answer_retry(ngx_http_request_t *r,
    ngx_uint_t status);
static ngx_int_t ngx_http_riverty_answer_default(ngx_http_request_t *r,
    const char *name, ngx_str_t *value);
static ngx_http_riverty_loc_conf_t *ngx_http_riverty_answer_conf(
    ngx_http_request_t *r, ngx_http_riverty_request_t **state);


ngx_int_t
ngx_http_riverty_answer_problem(ngx_http_request_t *r,
    riverty_problem_id_t problem, ngx_chain_t *out)
{
    ngx_int_t   rc;
    ngx_uint_t  status;

    static ngx_str_t  no_store = ngx_string("no-store");

    status = riverty_problems[problem].status;

    if (ngx_http_riverty_answer_default(r, "Cache-Control", &no_store)
        != NGX_OK
        || ngx_http_riverty_answer_retry(r, status) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.status = status;

    if (status == NGX_HTTP_RIVERTY_UNPROCESSABLE) {

        /* nginx has no reason phrase for it: RFC 9110, 15.5.21 */

        ngx_str_set(&r->headers_out.status_line, "422 Unprocessable Content");
    }

    r->headers_out.content_length_n = out->buf->last - out->buf->pos;
    ngx_str_set(&r->headers_out.content_type, "application/problem+json");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    return ngx_http_output_filter(r, out);
}


/*
 * When to come again: as the API says where its reply gives way to a page of
 * error_page, else soon where there were too many, and later where something
 * is out of order.
 */

static ngx_int_t
ngx_http_riverty_answer_retry(ngx_http_request_t *r, ngx_uint_t status)
{
    ngx_str_t        *value;
    ngx_table_elt_t  *h;

    static ngx_str_t  name = ngx_string("retry-after");
    static ngx_str_t  soon = ngx_string("1");
    static ngx_str_t  later = ngx_string("10");

    if (status == NGX_HTTP_RIVERTY_TOO_MANY_REQUESTS) {
        value = &soon;

    } else if (status == NGX_HTTP_SERVICE_UNAVAILABLE) {
        value = &later;

    } else {
        return NGX_OK;
    }

    h = r->upstream != NULL && r->upstream->headers_in.status_n == status
        ? ngx_http_riverty_header_shown(&r->upstream->headers_in.headers, &name)
        : NULL;

    return ngx_http_riverty_answer_default(r, "Retry-After",
                                           h ? &h->value : value);
}


/* Adds a header where the answer has none of that name. */

static ngx_int_t
ngx_http_riverty_answer_default(ngx_http_request_t *r, const char *name,
    ngx_str_t *value)
{
    ngx_str_t  key;

    key.data = (u_char *) name;
    key.len = ngx_strlen(name);

    return ngx_http_riverty_header_shown(&r->headers_out.headers, &key)
           ? NGX_OK : ngx_http_riverty_answer_header(r, name, value);
}


ngx_int_t
ngx_http_riverty_answer_header(ngx_http_request_t *r, const char *name,
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


ngx_int_t
ngx_http_riverty_answer_id(ngx_http_request_t *r)
{
    ngx_table_elt_t              *h;
    ngx_http_riverty_request_t   *state;
    ngx_http_riverty_loc_conf_t  *conf;

    conf = ngx_http_riverty_answer_conf(r, &state);

    if (conf == NULL || conf->request_id_header.len == 0) {
        return NGX_OK;
    }

    /* what the API calls a request stays in $upstream_http_... */

    while ((h = ngx_http_riverty_header_shown(&r->headers_out.headers,
                                              &conf->request_id_header))
           != NULL)
    {
        if (conf->mode == NGX_HTTP_RIVERTY_MONITOR) {
            return NGX_OK;
        }

        h->hash = 0;
    }

    if (ngx_http_riverty_ids_event(state) != NGX_OK) {
        return NGX_ERROR;
    }

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    h->key = conf->request_id_header;
    h->value = state->ids.event;

    return NGX_OK;
}


/*
 * The configuration that protects the request, or NULL.  One that ended before
 * its location was known, or that nginx's parser refused, is its server's from
 * now on: a post_action may lead it to a location that is off.
 */

static ngx_http_riverty_loc_conf_t *
ngx_http_riverty_answer_conf(ngx_http_request_t *r,
    ngx_http_riverty_request_t **state)
{
    ngx_http_riverty_loc_conf_t  *rlcf;

    if (ngx_http_riverty_log_guard_begin(r) != NGX_OK) {
        return NULL;
    }

    *state = ngx_http_riverty_request(r);

    if (*state == NULL || (*state)->guard.open) {
        return NULL;
    }

    if ((*state)->conf == NULL) {
        rlcf = ngx_http_get_module_loc_conf(r, ngx_riverty_customer_module);
        (*state)->conf = rlcf->mode != NGX_HTTP_RIVERTY_OFF ? rlcf : NULL;
    }

    return (*state)->conf;
}
