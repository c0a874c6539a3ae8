/*
 * The request's body (precontent).  A request body filter takes every byte out
 * of nginx's buffers before they can fill, so that none is ever written to a
 * file: sizes alone do not keep a body in memory.
 */

#include "ngx_http_riverty_body.h"
#include "ngx_http_riverty_headers.h"


static void ngx_http_riverty_body_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_riverty_body_filter(ngx_http_request_t *r,
    ngx_chain_t *in);
static ngx_int_t ngx_http_riverty_body_append(
    ngx_http_riverty_request_t *state, ngx_buf_t *b);
static ngx_int_t ngx_http_riverty_body_overflow(
    ngx_http_riverty_request_t *state, ngx_chain_t *in);
static ngx_int_t ngx_http_riverty_body_end(ngx_http_request_t *r);


static ngx_http_request_body_filter_pt  ngx_http_next_request_body_filter;

static ngx_str_t  ngx_http_riverty_content_type = ngx_string("content-type");
static ngx_str_t  ngx_http_riverty_content_encoding =
    ngx_string("content-encoding");


ngx_int_t
ngx_http_riverty_body_filter_init(ngx_conf_t *cf)
{
    (void) cf;

    ngx_http_next_request_body_filter = ngx_http_top_request_body_filter;
    ngx_http_top_request_body_filter = ngx_http_riverty_body_filter;

    return NGX_OK;
}


ngx_int_t
ngx_http_riverty_body_read(ngx_http_riverty_request_t *state)
{
    off_t                length;
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = state->request;
    length = r->headers_in.content_length_n;

    state->body.progress = NGX_HTTP_RIVERTY_BODY_READING;

    if (length > (off_t) state->conf->max_body) {

        /* enforced this was refused already: monitor leaves it to nginx */

        state->body.too_large = 1;

    } else if (length > 0) {
        state->body.size = (size_t) length;
    }

    r->request_body_in_file_only = 0;
    r->request_body_in_persistent_file = 0;
    r->request_body_in_clean_file = 0;
    r->request_body_no_buffering = 0;

    rc = ngx_http_read_client_request_body(r, ngx_http_riverty_body_handler);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    /* the reader holds a reference of its own until the handler has run */

    ngx_http_finalize_request(r, NGX_DONE);

    return NGX_DONE;
}


static void
ngx_http_riverty_body_handler(ngx_http_request_t *r)
{
    ngx_http_riverty_request_t  *state;

    state = ngx_http_riverty_request(r);

    state->body.progress = NGX_HTTP_RIVERTY_BODY_READ;

    r->write_event_handler = ngx_http_core_run_phases;
    ngx_http_core_run_phases(r);
}


static ngx_int_t
ngx_http_riverty_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_int_t                    rc;
    ngx_uint_t                   last;
    ngx_chain_t                 *cl;
    ngx_http_riverty_request_t  *state;

    state = r == r->main ? ngx_http_riverty_request(r) : NULL;

    if (state == NULL
        || state->body.progress != NGX_HTTP_RIVERTY_BODY_READING
        || state->body.too_large)
    {
        return ngx_http_next_request_body_filter(r, in);
    }

    last = 0;

    for (cl = in; cl; cl = cl->next) {

        rc = ngx_http_riverty_body_append(state, cl->buf);

        if (rc == NGX_DECLINED) {
            return ngx_http_riverty_body_overflow(state, cl);
        }

        if (rc != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        last |= cl->buf->last_buf;
    }

    /* consumed buffers that are passed on would open an empty file */

    return last ? ngx_http_riverty_body_end(r)
                : ngx_http_next_request_body_filter(r, NULL);
}


/* NGX_DECLINED, with nothing taken, where it does not fit any more. */

static ngx_int_t
ngx_http_riverty_body_append(ngx_http_riverty_request_t *state, ngx_buf_t *b)
{
    u_char  *body;
    size_t   len, size;

    len = ngx_buf_in_memory(b) ? b->last - b->pos : 0;

    if (len > state->conf->max_body - state->body.len) {
        return NGX_DECLINED;
    }

    if (len == 0) {
        return NGX_OK;
    }

    if (state->body.data == NULL || state->body.len + len > state->body.size) {

        size = ngx_max(state->body.size, 2048);

        while (size < state->body.len + len) {
            size *= 2;
        }

        body = ngx_pnalloc(state->request->pool, size);
        if (body == NULL) {
            return NGX_ERROR;
        }

        if (state->body.len) {
            ngx_memcpy(body, state->body.data, state->body.len);
        }

        state->body.data = body;
        state->body.size = size;
    }

    ngx_memcpy(state->body.data + state->body.len, b->pos, len);
    state->body.len += len;
    b->pos = b->last;

    return NGX_OK;
}


/*
 * More than the limit without having said so (chunked, HTTP/2).  Enforced, the
 * body ends here for nginx, so that the refusal is ours to send, and the
 * connection is closed behind it.  In monitor mode all goes on through nginx's
 * own buffers, what was taken first.
 */

static ngx_int_t
ngx_http_riverty_body_overflow(ngx_http_riverty_request_t *state,
    ngx_chain_t *in)
{
    ngx_buf_t           *b;
    ngx_chain_t         *cl;
    ngx_http_request_t  *r;

    r = state->request;
    state->body.too_large = 1;

    if (ngx_http_riverty_enforces(state)) {

        for (cl = in; cl; cl = cl->next) {
            cl->buf->pos = cl->buf->last;
        }

        r->request_body->rest = 0;
        r->keepalive = 0;
        r->lingering_close = 1;

#if (NGX_HTTP_V2)
        if (r->stream) {
            r->stream->skip_data = 1;
        }
#endif

        return ngx_http_riverty_body_end(r);
    }

    if (state->body.len == 0) {
        return ngx_http_next_request_body_filter(r, in);
    }

    b = ngx_calloc_buf(r->pool);
    cl = ngx_alloc_chain_link(r->pool);
    if (b == NULL || cl == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->start = state->body.data;
    b->pos = b->start;
    b->last = b->start + state->body.len;
    b->end = b->last;
    b->temporary = 1;

    cl->buf = b;
    cl->next = in;

    return ngx_http_next_request_body_filter(r, cl);
}


/* nginx's own filter sees the end and nothing else. */

static ngx_int_t
ngx_http_riverty_body_end(ngx_http_request_t *r)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    b = ngx_calloc_buf(r->pool);
    cl = ngx_alloc_chain_link(r->pool);
    if (b == NULL || cl == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->last_buf = 1;

    cl->buf = b;
    cl->next = NULL;

    return ngx_http_next_request_body_filter(r, cl);
}


ngx_int_t
ngx_http_riverty_body_media_type(ngx_http_request_t *r)
{
    u_char           *p, *end, *charset;
    ngx_uint_t        count;
    ngx_table_elt_t  *h;

    static ngx_str_t  json = ngx_string("application/json");
    static ngx_str_t  name = ngx_string("charset=");

    h = ngx_http_riverty_header_find(r, &ngx_http_riverty_content_type, &count);

    if (count != 1
        || h->value.len < json.len
        || ngx_strncasecmp(h->value.data, json.data, json.len) != 0)
    {
        return NGX_DECLINED;
    }

    p = h->value.data + json.len;
    end = h->value.data + h->value.len;

    while (p < end && (*p == ' ' || *p == '\t')) {
        p++;
    }

    if (p == end) {
        return NGX_OK;
    }

    if (*p != ';') {
        return NGX_DECLINED;
    }

    charset = ngx_strlcasestrn(p, end, name.data, name.len - 1);

    if (charset == NULL) {
        return NGX_OK;
    }

    p = charset + name.len;
    p += (p < end && *p == '"');

    if (end - p < 5 || ngx_strncasecmp(p, (u_char *) "utf-8", 5) != 0) {
        return NGX_DECLINED;
    }

    p += 5;

    return p == end || *p == '"' || *p == ';' || *p == ' ' || *p == '\t'
           ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
ngx_http_riverty_body_coding(ngx_http_request_t *r)
{
    ngx_uint_t  count;

    (void) ngx_http_riverty_header_find(r, &ngx_http_riverty_content_encoding,
                                        &count);

    return count == 0 ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
ngx_http_riverty_body_judge(ngx_http_riverty_request_t *state)
{
    riverty_input_t   input;
    riverty_memory_t  memory;

    state->body.document = ngx_palloc(state->request->pool,
                                 sizeof(riverty_document_t));
    if (state->body.document == NULL) {
        return NGX_ERROR;
    }

    input.body.data = state->body.data;
    input.body.len = state->body.len;
    input.operation = state->route.operation == NGX_HTTP_RIVERTY_CREATE
                      ? RIVERTY_CREATE : RIVERTY_UPDATE;
    input.number = ngx_http_riverty_span(&state->route.customer_number);
    input.now = ngx_time();

    memory = ngx_http_riverty_memory(state->request->pool);

    if (riverty_document_check(state->body.document, state->conf->contract, &input,
                               &memory)
        == RIVERTY_NO_MEMORY)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_riverty_body_replace(ngx_http_riverty_request_t *state)
{
    size_t               len;
    u_char              *body;
    ngx_buf_t           *b;
    ngx_chain_t         *cl;
    ngx_http_request_t  *r;

    r = state->request;

    body = state->body.data;
    len = state->body.len;

    if (state->body.document != NULL && state->body.document->edits_count
        && ngx_http_riverty_enforces(state))
    {
        len = riverty_document_length(state->body.document);

        body = ngx_pnalloc(r->pool, len);
        if (body == NULL) {
            return NGX_ERROR;
        }

        (void) riverty_document_write(state->body.document, body);
    }

    state->body.forward = body;
    state->body.forward_len = len;

    if (len == 0) {
        return NGX_OK;
    }

    b = ngx_calloc_buf(r->pool);
    cl = ngx_alloc_chain_link(r->pool);
    if (b == NULL || cl == NULL) {
        return NGX_ERROR;
    }

    /* start == pos on purpose: upstream rewinds to start on another try */

    b->start = body;
    b->pos = body;
    b->last = body + len;
    b->end = b->last;
    b->temporary = 1;
    b->last_buf = 1;

    cl->buf = b;
    cl->next = NULL;

    r->request_body->bufs = cl;
    r->request_body->buf = NULL;

    /* proxy writes the length; $content_length then reads it, too */

    r->headers_in.content_length_n = len;
    r->headers_in.content_length = NULL;
    r->headers_in.chunked = 0;

    return NGX_OK;
}
