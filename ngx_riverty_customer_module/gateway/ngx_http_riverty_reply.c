/*
 * The reply of the API.  As soon as nginx has parsed its head, whatever holds
 * a subscription key of the app is removed, before any filter, variable or
 * cache sees it; the same is done for a 103 and for trailers.  The reply to a
 * create or an update is copied as it passes (header and body filter),
 * unchanged and not held back.  Once it is whole it is read for what the API
 * calls the customer.
 */

#include "ngx_http_riverty_reply.h"
#include "ngx_http_riverty_answer.h"
#include "ngx_http_riverty_buffers.h"
#include "ngx_http_riverty_headers.h"
#include "ngx_http_riverty_seal.h"


#define NGX_HTTP_RIVERTY_REPLY_FIRST  1024


typedef struct {
    ngx_http_riverty_request_t  *state;
    size_t                       shortest;   /* no key has fewer bytes */
} ngx_http_riverty_reply_hunt_t;


static ngx_int_t ngx_http_riverty_reply_header(ngx_http_request_t *r);
static ngx_int_t ngx_http_riverty_reply_hide_in(
    ngx_http_riverty_request_t *state, ngx_list_t *list, void **words,
    size_t words_n);
static void ngx_http_riverty_reply_tell(ngx_http_riverty_request_t *state,
    const char *where);
static ngx_uint_t ngx_http_riverty_reply_list_holds_key(ngx_list_t *list,
    ngx_http_riverty_reply_hunt_t *hunt);
static ngx_uint_t ngx_http_riverty_reply_header_holds_key(ngx_table_elt_t *h,
    void *data);
static size_t ngx_http_riverty_reply_shortest_key(
    ngx_http_riverty_request_t *state);
static ngx_uint_t ngx_http_riverty_reply_holds_key(
    ngx_http_riverty_request_t *state, ngx_str_t *s);
static void ngx_http_riverty_reply_listen(ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_reply_body(ngx_http_request_t *r,
    ngx_chain_t *in);
static ngx_int_t ngx_http_riverty_reply_copy(ngx_http_riverty_request_t *state,
    ngx_buf_t *b);
static void ngx_http_riverty_reply_read(ngx_http_riverty_request_t *state);


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;
static ngx_http_output_body_filter_pt    ngx_http_next_body_filter;


void
ngx_http_riverty_reply_init(void)
{
    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_riverty_reply_header;

    ngx_http_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_riverty_reply_body;
}


static ngx_int_t
ngx_http_riverty_reply_header(ngx_http_request_t *r)
{
    ngx_http_riverty_request_t  *state;

    ngx_http_riverty_seal_release(r);

    if (r != r->main) {
        return ngx_http_next_header_filter(r);
    }

    if (ngx_http_riverty_answer_id(r) != NGX_OK) {
        return NGX_ERROR;
    }

    state = ngx_http_riverty_request(r);

    if (state != NULL && state->seal.replied) {
        ngx_http_riverty_reply_listen(state);
    }

    return ngx_http_next_header_filter(r);
}


ngx_int_t
ngx_http_riverty_reply_hide_keys(ngx_http_riverty_request_t *state)
{
    void                            **words;
    ngx_http_upstream_headers_in_t   *head;

    /* monitor: a client may see the key that it has sent itself */

    if (state->app.app == NULL || state->seal.key_link == NULL) {
        return NGX_OK;
    }

    head = &state->request->upstream->headers_in;

    if (ngx_http_riverty_reply_holds_key(state, &head->status_line)) {

        /* nginx then sends the usual reason of the status */

        ngx_str_null(&head->status_line);
        ngx_http_riverty_reply_tell(state, "status line");
    }

    words = (void **) &head->status_line;

    if (ngx_http_riverty_reply_hide_in(state, &head->headers, words,
                                       ((void **) (head + 1)) - words)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return head->trailers.part.nelts == 0 ? NGX_OK
           : ngx_http_riverty_reply_hide_in(state, &head->trailers, NULL, 0);
}


static ngx_int_t
ngx_http_riverty_reply_hide_in(ngx_http_riverty_request_t *state,
    ngx_list_t *list, void **words, size_t words_n)
{
    ngx_int_t                      rc;
    ngx_http_riverty_head_t        head;
    ngx_http_riverty_reply_hunt_t  hunt;

    hunt.state = state;
    hunt.shortest = ngx_http_riverty_reply_shortest_key(state);

    if (!ngx_http_riverty_reply_list_holds_key(list, &hunt)) {
        return NGX_OK;
    }

    ngx_memzero(&head, sizeof(ngx_http_riverty_head_t));

    head.pool = state->request->pool;
    head.list = list;
    head.words = words;
    head.words_n = words_n;

#if !(NGX_HTTP_RIVERTY_LINKED_HEADERS)
    head.arrays[0] = &state->request->upstream->headers_in.cache_control;
    head.arrays[1] = &state->request->upstream->headers_in.cookies;
#endif

    rc = ngx_http_riverty_headers_unlink(&head,
                                      ngx_http_riverty_reply_header_holds_key,
                                      &hunt);

    if (rc == NGX_ERROR) {

        /* better no header than one with a key */

        list->part.nelts = 0;
        list->part.next = NULL;
        list->last = &list->part;
    }

    if (rc == NGX_OK) {
        ngx_http_riverty_reply_tell(state, "header");
    }

    return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


/* nginx's cache would keep the head as it came, with the key, on disk. */

static void
ngx_http_riverty_reply_tell(ngx_http_riverty_request_t *state,
    const char *where)
{
    state->request->upstream->cacheable = 0;

    ngx_log_error(NGX_LOG_WARN, state->request->connection->log, 0,
                  "riverty: the API sent a key back in a %s; it was removed",
                  where);
}


static ngx_uint_t
ngx_http_riverty_reply_list_holds_key(ngx_list_t *list,
    ngx_http_riverty_reply_hunt_t *hunt)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &list->part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (ngx_http_riverty_reply_header_holds_key(&h[i], hunt)) {
                return 1;
            }
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_riverty_reply_header_holds_key(ngx_table_elt_t *h, void *data)
{
    ngx_http_riverty_reply_hunt_t  *hunt = data;

    if (h->value.len < hunt->shortest && h->key.len < hunt->shortest) {
        return 0;
    }

    return ngx_http_riverty_reply_holds_key(hunt->state, &h->value)
           || ngx_http_riverty_reply_holds_key(hunt->state, &h->key);
}


/* The length of the app's shortest key. */

static size_t
ngx_http_riverty_reply_shortest_key(ngx_http_riverty_request_t *state)
{
    size_t  i, shortest;

    shortest = NGX_MAX_SIZE_T_VALUE;

    for (i = 0; i < state->app.app->keys_count; i++) {
        shortest = ngx_min(shortest, state->app.app->keys[i].value.len);
    }

    return shortest;
}


/* Any key of the app, in any case: HTTP/2 has names in lower case. */

static ngx_uint_t
ngx_http_riverty_reply_holds_key(ngx_http_riverty_request_t *state,
    ngx_str_t *s)
{
    size_t           i;
    riverty_span_t  *key;

    for (i = 0; i < state->app.app->keys_count; i++) {

        key = &state->app.app->keys[i].value;

        if (key->len && key->len <= s->len
            && ngx_strlcasestrn(s->data, s->data + s->len,
                                (u_char *) key->data, key->len - 1)
               != NULL)
        {
            return 1;
        }
    }

    return 0;
}


/*
 * Decides whether the reply is read: a document was sent, and the API took it.
 * An error page in place of the reply (filter_finalize) does not count.
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

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "riverty: the reply is read: %d", state->reply.listens);
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

            ngx_log_debug0(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                           "riverty: the reply is read no further");

        } else if (cl->buf->last_buf) {
            state->reply.listens = 0;
            ngx_http_riverty_reply_read(state);
        }
    }

    return ngx_http_next_body_filter(r, in);
}


/* NGX_DECLINED where the reply cannot be read. */

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

        p = ngx_http_riverty_buffer_take(state, size);
        if (p == NULL) {
            return NGX_DECLINED;
        }

        if (state->reply.len) {
            ngx_memcpy(p, state->reply.data, state->reply.len);
            ngx_http_riverty_buffer_give(state, state->reply.data);
        }

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
    riverty_span_t                 body;
    riverty_memory_t               memory;
    ngx_http_riverty_main_conf_t  *rmcf;

    body.data = state->reply.data;
    body.len = state->reply.len;

    rmcf = ngx_http_get_module_main_conf(state->request,
                                         ngx_riverty_customer_module);
    memory = ngx_http_riverty_buffers_memory(state);

    if (riverty_reply_read(&state->reply.names, body, rmcf->reply_names,
                           &memory)
        && state->reply.names.reference.data != NULL)
    {
        riverty_document_replied(state->body.document, state->conf->contract,
                                  state->reply.names.reference);
    }
}
