/*
 * The reply of the API (header and body filter).  A header that holds the
 * subscription key is not passed on, whatever its name.  The answer to a create
 * or an update is copied as it passes, unchanged and not held back, and once it
 * is whole it is read for what the API calls the customer.
 */

#include "ngx_http_riverty_reply.h"


#define NGX_HTTP_RIVERTY_REPLY_FIRST  1024


static ngx_int_t ngx_http_riverty_reply_header(ngx_http_request_t *r);
static void ngx_http_riverty_reply_hide_key(ngx_http_riverty_request_t *state);
static void ngx_http_riverty_reply_listen(ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_reply_body(ngx_http_request_t *r,
    ngx_chain_t *in);
static ngx_int_t ngx_http_riverty_reply_copy(ngx_http_riverty_request_t *state,
    ngx_buf_t *b);
static void ngx_http_riverty_reply_read(ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_reply_init(ngx_conf_t *cf);


static ngx_http_module_t  ngx_riverty_filter_module_ctx = {
    NULL,                                  /* preconfiguration */
    ngx_http_riverty_reply_init,           /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_riverty_filter_module = {
    NGX_MODULE_V1,
    &ngx_riverty_filter_module_ctx,        /* module context */
    NULL,                                  /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;
static ngx_http_output_body_filter_pt    ngx_http_next_body_filter;


/* What nothing is protected for passes no filter of ours. */

static ngx_int_t
ngx_http_riverty_reply_init(ngx_conf_t *cf)
{
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_conf_get_module_main_conf(cf, ngx_riverty_customer_module);

    if (!rmcf->protects) {
        return NGX_OK;
    }

    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_riverty_reply_header;

    ngx_http_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_riverty_reply_body;

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_reply_header(ngx_http_request_t *r)
{
    ngx_http_riverty_request_t  *state;

    state = r == r->main ? ngx_http_riverty_request(r) : NULL;

    if (state != NULL && state->seal.replied) {
        ngx_http_riverty_reply_hide_key(state);
        ngx_http_riverty_reply_listen(state);
    }

    return ngx_http_next_header_filter(r);
}


static void
ngx_http_riverty_reply_hide_key(ngx_http_riverty_request_t *state)
{
    ngx_uint_t           i;
    ngx_list_part_t     *part;
    ngx_table_elt_t     *h;
    riverty_span_t      *key;
    ngx_http_request_t  *r;

    if (state->keys.key == NULL || state->seal.keyless) {
        return;
    }

    r = state->request;
    key = &state->keys.key->value;

    for (part = &r->headers_out.headers.part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].hash != 0 && h[i].value.len >= key->len
                && memmem(h[i].value.data, h[i].value.len, key->data, key->len)
                   != NULL)
            {
                h[i].hash = 0;

                ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                              "riverty: the API sent the key back in a header; "
                              "it was removed");
            }
        }
    }
}


/*
 * Whose answer is read: where a document was sent and the API took it.  An
 * error page in place of the answer (filter_finalize) is none.
 */

static void
ngx_http_riverty_reply_listen(ngx_http_riverty_request_t *state)
{
    ngx_http_request_t  *r;

    r = state->request;

    state->reply.listens = state->body.document != NULL
                     && state->seal.status / 100 == 2
                     && !r->header_only && !r->filter_finalize
                     && r->headers_out.content_encoding == NULL;
}


static ngx_int_t
ngx_http_riverty_reply_body(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_chain_t                 *cl;
    ngx_http_riverty_request_t  *state;

    state = r == r->main
            ? ngx_http_get_module_ctx(r, ngx_riverty_customer_module) : NULL;

    if (state == NULL || !state->reply.listens) {
        return ngx_http_next_body_filter(r, in);
    }

    for (cl = in; cl && state->reply.listens; cl = cl->next) {

        if (ngx_http_riverty_reply_copy(state, cl->buf) != NGX_OK) {
            state->reply.listens = 0;

        } else if (cl->buf->last_buf) {
            state->reply.listens = 0;
            ngx_http_riverty_reply_read(state);
        }
    }

    return ngx_http_next_body_filter(r, in);
}


/* NGX_DECLINED where the answer is none that can be read. */

static ngx_int_t
ngx_http_riverty_reply_copy(ngx_http_riverty_request_t *state, ngx_buf_t *b)
{
    off_t    length;
    size_t   len, size;
    u_char  *p;

    if (ngx_buf_special(b)) {
        return NGX_OK;
    }

    if (!ngx_buf_in_memory(b)) {
        return NGX_DECLINED;
    }

    len = b->last - b->pos;

    if (len > RIVERTY_REPLY_MAX - state->reply.len) {
        return NGX_DECLINED;
    }

    if (len > state->reply.size - state->reply.len) {

        length = state->request->headers_out.content_length_n;
        size = ngx_max((size_t) ngx_max(length, 0),
                       2 * (state->reply.len + len));
        size = ngx_min(ngx_max(size, NGX_HTTP_RIVERTY_REPLY_FIRST),
                       RIVERTY_REPLY_MAX);

        p = ngx_pnalloc(state->request->pool, size);
        if (p == NULL) {
            return NGX_DECLINED;
        }

        ngx_memcpy(p, state->reply.data, state->reply.len);

        state->reply.data = p;
        state->reply.size = size;
    }

    ngx_memcpy(state->reply.data + state->reply.len, b->pos, len);
    state->reply.len += len;

    return NGX_OK;
}


static void
ngx_http_riverty_reply_read(ngx_http_riverty_request_t *state)
{
    riverty_span_t                 body = { state->reply.data, state->reply.len };
    riverty_memory_t               memory;
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_get_module_main_conf(state->request,
                                         ngx_riverty_customer_module);
    memory = ngx_http_riverty_memory(state->request->pool);

    if (riverty_reply_read(&state->reply.names, body, rmcf->seed, &memory)
        && state->reply.names.reference.data != NULL)
    {
        riverty_document_replied(state->body.document, state->conf->contract,
                                  state->reply.names.reference);
    }
}
