/*
 * The request's body (precontent).  A request body filter takes every byte out
 * of nginx's buffers before they can fill, so that nothing is written to a
 * file: the sizes alone do not keep a body in memory.  It does so for
 * whichever module reads the body first.  That module finds the body in
 * memory, and what it leaves there is judged.
 */

#include "ngx_http_riverty_body.h"
#include "ngx_http_riverty_buffers.h"
#include "ngx_http_riverty_headers.h"
#include "ngx_http_riverty_metrics.h"
#include "ngx_http_riverty_nginx.h"


static void ngx_http_riverty_body_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_riverty_body_filter(ngx_http_request_t *r,
    ngx_chain_t *in);
static void ngx_http_riverty_body_begin(ngx_http_riverty_request_t *state);
static size_t ngx_http_riverty_body_room(ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_body_collect(
    ngx_http_riverty_request_t *state, ngx_chain_t *in);
static ngx_int_t ngx_http_riverty_body_append(
    ngx_http_riverty_request_t *state, ngx_buf_t *b);
static ngx_int_t ngx_http_riverty_body_overflow(
    ngx_http_riverty_request_t *state, ngx_chain_t *in);
static ngx_int_t ngx_http_riverty_body_end(ngx_http_riverty_request_t *state);
static void ngx_http_riverty_body_consume(ngx_chain_t *in);
static ngx_int_t ngx_http_riverty_body_take(ngx_http_riverty_request_t *state);
static void ngx_http_riverty_body_free(ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_body_link(ngx_http_request_t *r,
    u_char *body, size_t len);


static ngx_http_request_body_filter_pt  ngx_http_next_request_body_filter;


ngx_int_t
ngx_http_riverty_body_filter_init(ngx_conf_t *cf)
{
    (void) cf;

    ngx_http_next_request_body_filter = ngx_http_top_request_body_filter;
    ngx_http_top_request_body_filter = ngx_http_riverty_body_filter;

    return NGX_OK;
}


ngx_uint_t
ngx_http_riverty_body_read_early(ngx_conf_t *cf)
{
    u_char          *cscf;
    ngx_array_t    **predicates;
    ngx_command_t   *cmd;

    /* only the running nginx knows whether it has the directive, and where */

    cmd = ngx_http_riverty_nginx_command(&ngx_http_core_module,
                                         "client_body_early_read");
    if (cmd == NULL) {
        return 0;
    }

    cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);
    predicates = (ngx_array_t **) (cscf + cmd->offset);

    return *predicates != NULL && *predicates != NGX_CONF_UNSET_PTR;
}


ngx_int_t
ngx_http_riverty_body_read(ngx_http_riverty_request_t *state)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = state->request;

    if (r->request_body != NULL || r->discard_body) {

        /* another module had the body read or discarded */

        state->body.progress = NGX_HTTP_RIVERTY_BODY_READ;

        return ngx_http_riverty_body_take(state) == NGX_OK
               ? NGX_OK : NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    state->body.progress = NGX_HTTP_RIVERTY_BODY_READING;
    r->request_body_no_buffering = 0;

    rc = ngx_http_read_client_request_body(r, ngx_http_riverty_body_handler);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    if (state->body.progress == NGX_HTTP_RIVERTY_BODY_READING) {
        ngx_http_riverty_metrics_wait(state);
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
    ngx_http_riverty_metrics_waited(state);

    r->write_event_handler = ngx_http_core_run_phases;
    ngx_http_core_run_phases(r);
}


static ngx_int_t
ngx_http_riverty_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_http_riverty_request_t   *state;
    ngx_http_riverty_loc_conf_t  *rlcf;

    state = r == r->main ? ngx_http_riverty_request(r) : NULL;
    rlcf = ngx_http_get_module_loc_conf(r, ngx_riverty_customer_module);

    /*
     * A rewrite may have led to a location that is off.  Without a buffer
     * nothing can go to a file.
     */

    if (state == NULL || state->conf == NULL
        || rlcf->mode == NGX_HTTP_RIVERTY_OFF || r->request_body_no_buffering
        || state->body.progress == NGX_HTTP_RIVERTY_BODY_READ)
    {
        return ngx_http_next_request_body_filter(r, in);
    }

    if (!state->body.begun) {
        ngx_http_riverty_body_begin(state);
    }

    if (!state->body.too_large) {
        return ngx_http_riverty_body_collect(state, in);
    }

    if (!ngx_http_riverty_enforces(state)) {
        return ngx_http_next_request_body_filter(r, in);
    }

    /*
     * nginx takes the body as ended; HTTP/2 still brings the rest of a frame
     */

    ngx_http_riverty_body_consume(in);

    return ngx_http_next_request_body_filter(r, NULL);
}


/* The first call of the filter, which comes before the first byte. */

static void
ngx_http_riverty_body_begin(ngx_http_riverty_request_t *state)
{
    off_t                length;
    ngx_http_request_t  *r;

    r = state->request;
    length = r->headers_in.content_length_n;

    state->body.begun = 1;

    r->request_body_in_file_only = 0;
    r->request_body_in_persistent_file = 0;
    r->request_body_in_clean_file = 0;

    if (length <= (off_t) ngx_http_riverty_body_room(state)) {
        state->body.size = (size_t) ngx_max(length, 0);
        return;
    }

    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "riverty body: the length is over the limit");

    /* monitor leaves the body to nginx; enforced, the limit ends it */

    state->body.too_large = !ngx_http_riverty_enforces(state);
}


/*
 * How much is held.  A body that is read before the app is known may be a
 * watched one's.
 */

static size_t
ngx_http_riverty_body_room(ngx_http_riverty_request_t *state)
{
    return state->app.watched || !state->app.identified
           ? state->conf->watch_body : state->conf->max_body;
}


static ngx_int_t
ngx_http_riverty_body_collect(ngx_http_riverty_request_t *state,
    ngx_chain_t *in)
{
    ngx_int_t     rc;
    ngx_uint_t    last;
    ngx_chain_t  *cl;

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

    return last ? ngx_http_riverty_body_end(state)
                : ngx_http_next_request_body_filter(state->request, NULL);
}


/* NGX_DECLINED, with nothing taken, where it does not fit any more. */

static ngx_int_t
ngx_http_riverty_body_append(ngx_http_riverty_request_t *state, ngx_buf_t *b)
{
    u_char  *body;
    size_t   len, size;

    len = ngx_buf_in_memory(b) ? b->last - b->pos : 0;

    if (len > ngx_http_riverty_body_room(state) - state->body.len) {
        return NGX_DECLINED;
    }

    if (len == 0) {
        return NGX_OK;
    }

    if (state->body.data == NULL || state->body.len + len > state->body.size) {

        size = state->body.size ? state->body.size : 2048;

        while (size < state->body.len + len) {
            size *= 2;
        }

        body = ngx_http_riverty_buffer_take(state, size);
        if (body == NULL) {
            return NGX_ERROR;
        }

        if (state->body.len) {
            ngx_memcpy(body, state->body.data, state->body.len);
            ngx_http_riverty_buffer_give(state, state->body.data);
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
 * The body is over the limit.  Enforced, it ends here for nginx, so that we
 * can send the refusal and close the connection behind it.  In monitor mode
 * all of it goes on through nginx's own buffers, the part that was taken
 * before first.
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

    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "riverty body: it is over the limit");

    if (ngx_http_riverty_enforces(state)) {

        ngx_http_riverty_body_consume(in);

        r->request_body->rest = 0;
        r->headers_in.content_length_n = -1;
        r->keepalive = 0;
        r->lingering_close = 1;

        ngx_http_riverty_nginx_skip_body(r);

        return ngx_http_riverty_body_end(state);
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


static void
ngx_http_riverty_body_consume(ngx_chain_t *in)
{
    for ( /* void */ ; in; in = in->next) {
        in->buf->pos = in->buf->last;
    }
}


/*
 * nginx's own filter sees only the end; whoever reads the body finds what was
 * collected.
 */

static ngx_int_t
ngx_http_riverty_body_end(ngx_http_riverty_request_t *state)
{
    ngx_int_t            rc;
    ngx_buf_t           *b;
    ngx_chain_t         *cl;
    ngx_http_request_t  *r;

    r = state->request;

    b = ngx_calloc_buf(r->pool);
    cl = ngx_alloc_chain_link(r->pool);
    if (b == NULL || cl == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->last_buf = 1;

    cl->buf = b;
    cl->next = NULL;

    rc = ngx_http_next_request_body_filter(r, cl);

    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_http_riverty_body_link(r, state->body.data,
                                      state->body.too_large ? 0
                                                            : state->body.len)
           == NGX_OK
           ? NGX_OK : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


/* Takes the body that another module had read, and may have changed since. */

static ngx_int_t
ngx_http_riverty_body_take(ngx_http_riverty_request_t *state)
{
    ngx_int_t            rc;
    ngx_buf_t            b;
    ngx_chain_t         *cl, *bufs;
    ngx_http_request_t  *r;

    r = state->request;

    if (state->body.too_large) {
        return NGX_OK;
    }

    bufs = r->request_body ? r->request_body->bufs : NULL;

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "riverty body: read by another module, thrown away:%ui, "
                   "still reading:%ui",
                   (ngx_uint_t) r->discard_body, (ngx_uint_t) r->reading_body);

    /*
     * read it all again: it holds what was collected, unless it was replaced
     */

    state->body.data = NULL;
    state->body.len = 0;
    state->body.size = 0;
    state->body.elsewhere = r->reading_body;

    for (cl = bufs; cl; cl = cl->next) {

        if (!ngx_buf_in_memory(cl->buf) && ngx_buf_size(cl->buf) != 0) {
            state->body.elsewhere = 1;
            break;
        }

        /* a copy of the buffer: it must not be consumed */

        b = *cl->buf;
        rc = ngx_http_riverty_body_append(state, &b);

        if (rc == NGX_DECLINED) {
            state->body.too_large = 1;
            break;
        }

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_riverty_body_media_type(ngx_http_riverty_headers_seen_t *seen)
{
    u_char           *p, *end, *charset;
    ngx_table_elt_t  *h;

    static ngx_str_t  json = ngx_string("application/json");
    static ngx_str_t  name = ngx_string("charset=");

    h = seen->first[NGX_HTTP_RIVERTY_HEADER_CONTENT_TYPE];

    if (seen->count[NGX_HTTP_RIVERTY_HEADER_CONTENT_TYPE] != 1
        || h->value.len < json.len
        || (ngx_memcmp(h->value.data, json.data, json.len) != 0
            && ngx_strncasecmp(h->value.data, json.data, json.len) != 0))
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
ngx_http_riverty_body_coding(ngx_http_riverty_headers_seen_t *seen)
{
    return seen->count[NGX_HTTP_RIVERTY_HEADER_CONTENT_ENCODING] == 0
           ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
ngx_http_riverty_body_judge(ngx_http_riverty_request_t *state)
{
    riverty_input_t   input;
    riverty_memory_t  memory;

    state->body.document =
        ngx_http_riverty_buffer_take(state, sizeof(riverty_document_t));
    if (state->body.document == NULL) {
        return NGX_ERROR;
    }

    input.body.data = state->body.data;
    input.body.len = state->body.len;
    input.operation = state->route.operation == NGX_HTTP_RIVERTY_CREATE
                      ? RIVERTY_CREATE : RIVERTY_UPDATE;
    input.customer_number =
        ngx_http_riverty_span(&state->route.customer_number);
    input.now = ngx_time();

    memory = ngx_http_riverty_buffers_memory(state);

    if (riverty_document_check(state->body.document, state->conf->contract,
                               &input, &memory)
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
    ngx_http_request_t  *r;

    r = state->request;

    body = state->body.data;
    len = state->body.len;

    if (state->body.document != NULL && state->body.document->edits_count
        && !ngx_http_riverty_watches(state))
    {
        len = riverty_document_length(state->body.document);

        body = ngx_http_riverty_buffer_take(state, len);
        if (body == NULL) {
            return NGX_ERROR;
        }

        (void) riverty_document_write(state->body.document, body);
    }

    state->body.forward = body;
    state->body.forward_len = len;

    if (r->request_body == NULL) {
        return NGX_OK;
    }

    ngx_http_riverty_body_free(state);

    if (ngx_http_riverty_body_link(r, body, len) != NGX_OK) {
        return NGX_ERROR;
    }

    if (len == 0) {
        return NGX_OK;
    }

    /* proxy writes the length; $content_length then reads it, too */

    r->headers_in.content_length_n = len;
    r->headers_in.content_length = NULL;
    r->headers_in.chunked = 0;

    return NGX_OK;
}


/* nginx read into a buffer of its own, from which all was taken. */

static void
ngx_http_riverty_body_free(ngx_http_riverty_request_t *state)
{
    ngx_buf_t           *b;
    ngx_http_request_t  *r;

    r = state->request;
    b = r->request_body->buf;

    r->request_body->buf = NULL;

    if (b != NULL && state->body.begun
        && (size_t) (b->end - b->start) > r->pool->max)
    {
        (void) ngx_pfree(r->pool, b->start);
    }
}


/* Makes these bytes the body that nginx has read. */

static ngx_int_t
ngx_http_riverty_body_link(ngx_http_request_t *r, u_char *body, size_t len)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    if (len == 0) {

        /* an empty buffer would be a body for proxy */

        r->request_body->bufs = NULL;
        return NGX_OK;
    }

    cl = r->request_body->bufs;

    if (cl != NULL && cl->next == NULL && ngx_buf_in_memory_only(cl->buf)
        && cl->buf->start == body && cl->buf->pos == body
        && cl->buf->last == body + len && cl->buf->end == body + len)
    {
        return NGX_OK;     /* the body goes on as it came */
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

    return NGX_OK;
}
