/*
 * The seal (content).  nginx's proxy builds the header block, and the whole is
 * looked at once more; then the key is put behind it, so that no variable,
 * mirror, subrequest or debug line ever sees it, and the request is sent.
 *
 * r->aio makes ngx_http_upstream_init_request() return at once: the location's
 * own handler prepares the upstream, and we start it (tried on nginx 1.22 to
 * 1.31).
 */

#include "ngx_http_riverty_seal.h"
#include "ngx_http_riverty_allow.h"
#include "ngx_http_riverty_cache.h"
#include "ngx_http_riverty_last_look.h"
#include "ngx_http_riverty_log_guard.h"
#include "ngx_http_riverty_metrics.h"
#include "ngx_http_riverty_nginx.h"
#include "ngx_http_riverty_refusal.h"
#include "ngx_http_riverty_reply.h"
#include "ngx_http_riverty_second_key.h"


/* The key's header in the request; its bytes stand behind this. */

typedef struct {
    ngx_chain_t  link;
    ngx_buf_t    buf;
} ngx_http_riverty_seal_key_t;


static ngx_int_t ngx_http_riverty_content_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_riverty_seal_start(
    ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_seal_request(
    ngx_http_riverty_request_t *state);
static ngx_uint_t ngx_http_riverty_seal_misled(
    ngx_http_riverty_request_t *state);
static ngx_uint_t ngx_http_riverty_seal_unverified(
    ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_seal_key(ngx_http_riverty_request_t *state);
static ngx_chain_t *ngx_http_riverty_seal_link(
    ngx_http_riverty_request_t *state);
static void ngx_http_riverty_seal_wipe(void *data);
static ngx_int_t ngx_http_riverty_created(ngx_http_request_t *r);
static ngx_int_t ngx_http_riverty_output_filter(void *data, ngx_chain_t *in);
static void ngx_http_riverty_wipe_tls(ngx_connection_t *c, ngx_uint_t end);
static ngx_int_t ngx_http_riverty_reinit_request(ngx_http_request_t *r);
static ngx_int_t ngx_http_riverty_process_header(ngx_http_request_t *r);
static void ngx_http_riverty_finalize_request(ngx_http_request_t *r,
    ngx_int_t rc);


void
ngx_http_riverty_seal(ngx_http_riverty_request_t *state)
{
    ngx_http_request_t  *r;

    r = state->request;

    if (r->content_handler != NULL
        && r->content_handler != ngx_http_riverty_content_handler)
    {
        state->seal.content_handler = r->content_handler;
        r->content_handler = ngx_http_riverty_content_handler;
    }
}


ngx_int_t
ngx_http_riverty_unsealed_handler(ngx_http_request_t *r)
{
    ngx_http_riverty_request_t   *state;
    ngx_http_riverty_loc_conf_t  *rlcf;

    rlcf = ngx_http_get_module_loc_conf(r, ngx_riverty_customer_module);

    if (rlcf->mode != NGX_HTTP_RIVERTY_ON || r != r->main || r->error_page) {
        return NGX_DECLINED;
    }

    state = ngx_http_riverty_request(r);

    if (state == NULL || state->conf == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "riverty: there is nothing to forward to: "
                  "\"riverty_customer on\" needs \"proxy_pass\" in its "
                  "location");

    /* the content phase finalizes, too: each of the two drops one reference */

    r->main->count++;

    return ngx_http_riverty_refuse(state, RIVERTY_PROBLEM_GATEWAY_FAULT);
}


static ngx_int_t
ngx_http_riverty_content_handler(ngx_http_request_t *r)
{
    ngx_int_t                    rc;
    ngx_http_upstream_t         *before;
    ngx_http_riverty_request_t  *state;

    state = ngx_http_riverty_request(r);

    r->content_handler = state->seal.content_handler;

    /* clones (slice, a cache update) begin at the phase of this request */

    r->phase_handler = state->gate.phase_handler;

    before = r->upstream;

    r->aio = 1;
    state->seal.holding = 1;

    rc = state->seal.content_handler(r);

    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "riverty seal: content handler: %i, held:%ui, upstream:%ui",
                   rc, (ngx_uint_t) state->seal.holding,
                   (ngx_uint_t) (r->upstream != before));

    if (state->seal.holding && rc == NGX_DONE
        && r->upstream != NULL && r->upstream != before)
    {
        ngx_http_riverty_seal_release(r);
        return ngx_http_riverty_seal_start(state);
    }

    if (state->seal.holding) {
        ngx_http_riverty_seal_release(r);

        if (r->buffered) {

            /* nginx waits for the connection, which was writable all along */

            ngx_post_event(r->connection->write, &ngx_posted_events);
        }
    }

    return rc;
}


void
ngx_http_riverty_seal_release(ngx_http_request_t *r)
{
    ngx_http_riverty_request_t  *state;

    state = r == r->main ? ngx_http_riverty_request(r) : NULL;

    if (state != NULL && state->seal.holding) {

        ngx_log_debug0(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                       "riverty seal: the content handler is held no more");

        state->seal.holding = 0;
        r->aio = 0;
    }
}


riverty_key_t *
ngx_http_riverty_seal_key_sent(ngx_http_riverty_request_t *state)
{
    if (state->seal.key_link == NULL
        || ngx_http_riverty_cache_alone(state->request))
    {
        return NULL;
    }

    return state->keys.key;
}


ngx_int_t
ngx_http_riverty_seal_subrequest(ngx_http_request_t *r, ngx_uint_t level)
{
    ngx_uint_t                   open;
    ngx_http_core_loc_conf_t    *clcf;
    ngx_http_riverty_request_t  *state;

    state = ngx_http_riverty_request(r);
    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (state == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    /* it came from a location that is off: guard its log line, too */

    open = state->guard.open;
    ngx_http_riverty_log_guard_close(state);

    ngx_log_error(level, r->connection->log, 0,
                  "riverty: a subrequest of another module led to location "
                  "\"%V\", and nothing has judged it: %s; say "
                  "\"riverty_customer off\" there, or send the request by way "
                  "of a client", &clcf->name,
                  level == NGX_LOG_ERR
                  ? "refused" : "\"riverty_customer on\" would refuse it");

    if (open) {
        ngx_http_riverty_log_guard_open(state);
    }

    return NGX_HTTP_INTERNAL_SERVER_ERROR;
}


/* The upstream is prepared; the handler took a reference for it. */

static ngx_int_t
ngx_http_riverty_seal_start(ngx_http_riverty_request_t *state)
{
    ngx_int_t             rc;
    ngx_http_request_t   *r;
    ngx_http_upstream_t  *u;

    r = state->request;
    u = r->upstream;

    rc = ngx_http_riverty_seal_request(state);

    if (rc == NGX_ERROR) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return NGX_DONE;
    }

    if (rc == NGX_DECLINED && r->post_action) {

        /* the client has its answer */

        ngx_http_finalize_request(r, NGX_ERROR);
        return NGX_DONE;
    }

    if (rc == NGX_DECLINED) {
        r->upstream = NULL;
        rc = ngx_http_riverty_refuse(state, RIVERTY_PROBLEM_GATEWAY_FAULT);

        if (rc == NGX_OK) {

            /* monitor: the problem is noted, but the request cannot go on */

            ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        }

        return NGX_DONE;
    }

    state->seal.request_bufs = u->request_bufs;
    u->create_request = ngx_http_riverty_created;
    state->seal.reinit_request = u->reinit_request;
    u->reinit_request = ngx_http_riverty_reinit_request;
    state->seal.process_header = u->process_header;
    u->process_header = ngx_http_riverty_process_header;
    state->seal.finalize_request = u->finalize_request;
    u->finalize_request = ngx_http_riverty_finalize_request;

    ngx_http_riverty_cache_wrap(state);

    state->seal.forwarded = 1;
    ngx_http_riverty_metrics_decided(state);

    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "riverty: handed to the upstream");

    ngx_http_upstream_init(r);

    return NGX_DONE;
}


/*
 * Builds the header block, checks it and adds the key.  NGX_DECLINED where the
 * request must not be sent; in monitor where it cannot be sent.
 */

static ngx_int_t
ngx_http_riverty_seal_request(ngx_http_riverty_request_t *state)
{
    ngx_http_request_t   *r;
    ngx_http_upstream_t  *u;

    r = state->request;
    u = r->upstream;

    if (ngx_http_riverty_enforces(state)
        && (ngx_http_riverty_seal_misled(state)
            || ngx_http_riverty_seal_unverified(state)))
    {
        return NGX_DECLINED;
    }

    u->request_bufs = r->request_body ? r->request_body->bufs : NULL;

    if (u->create_request(r) != NGX_OK) {
        return NGX_ERROR;
    }

    if (u->request_bufs == NULL) {

        /* a tunnel: nobody can judge what the client sends through it */

        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "riverty: nothing was sent: nobody can judge what goes "
                      "through a tunnel; look at \"tunnel_pass\", and say "
                      "\"riverty_customer off\" beside it");
        return NGX_DECLINED;
    }

    if (ngx_http_riverty_enforces(state)
        && ngx_http_riverty_last_look(state, u->request_bufs) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    return state->keys.key ? ngx_http_riverty_seal_key(state) : NGX_OK;
}


/* Does the request differ from what was judged, or is it not proxy_pass's? */

static ngx_uint_t
ngx_http_riverty_seal_misled(ngx_http_riverty_request_t *state)
{
    const char           *fault;
    ngx_http_request_t   *r;
    ngx_http_upstream_t  *u;

    r = state->request;
    u = r->upstream;

    /* once: the page for a reply of the API must not ask the API again */

    if (!state->gate.judged || state->seal.forwarded || r->post_action) {
        fault = "\"error_page\", \"post_action\" or another module's redirect "
                "leads to an upstream in a protected location; say "
                "\"riverty_customer off\" there";

    } else if (ngx_http_riverty_nginx_is_proxy(u)) {
        return 0;

    } else if (ngx_http_riverty_nginx_is_http2(u)) {
        fault = "a key cannot be put into a request of HTTP/2; look at "
                "\"proxy_http_version\"";

    } else {
        fault = "only \"proxy_pass\" can forward from a location with "
                "\"riverty_customer on\"";
    }

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0, "riverty: %s", fault);

    return 1;
}


/* Is it https to a server whose certificate is not verified? */

static ngx_uint_t
ngx_http_riverty_seal_unverified(ngx_http_riverty_request_t *state)
{
    ngx_http_upstream_t  *u;

    u = state->request->upstream;

    if (!u->ssl || ngx_http_riverty_nginx_verifies(u->conf)
        || (state->conf->allow & NGX_HTTP_RIVERTY_ALLOW_UNVERIFIED_UPSTREAM))
    {
        return 0;
    }

    ngx_log_error(NGX_LOG_ERR, state->request->connection->log, 0,
                  "riverty: no key is sent: the API's certificate would not be "
                  "verified; look at \"proxy_ssl_verify\"");

    return 1;
}


static ngx_int_t
ngx_http_riverty_seal_key(ngx_http_riverty_request_t *state)
{
    ngx_buf_t           *head, *b;
    ngx_chain_t         *cl;
    ngx_http_request_t  *r;

    r = state->request;
    head = r->upstream->request_bufs->buf;

    if (!ngx_http_riverty_nginx_is_proxy(r->upstream)
        || head->last - head->pos < 4
        || ngx_memcmp(head->last - 4, CRLF CRLF, 4) != 0
        || (!ngx_http_riverty_enforces(state)
            && (ngx_http_riverty_carries_key(state, r->upstream->request_bufs)
                || ngx_http_riverty_seal_unverified(state))))
    {
        /*
         * monitor: it is not plain HTTP/1, or it has a key already, or the
         * server is not verified
         */

        ngx_log_debug0(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                       "riverty: no key is added");

        return NGX_OK;
    }

    cl = ngx_http_riverty_seal_link(state);
    if (cl == NULL) {
        return NGX_ERROR;
    }

    b = cl->buf;

    /* the empty line that ended the block ends ours now */

    head->last -= 2;

    b->flush = head->flush;
    b->last_buf = head->last_buf;
    head->flush = 0;
    head->last_buf = 0;

    cl->next = r->upstream->request_bufs->next;
    r->upstream->request_bufs->next = cl;

    state->seal.key_link = cl;

    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "riverty: the key is added");

    return NGX_OK;
}


/* The header of state->keys.key and the end of the block, in one piece. */

static ngx_chain_t *
ngx_http_riverty_seal_link(ngx_http_riverty_request_t *state)
{
    size_t                        len;
    ngx_buf_t                    *b;
    ngx_str_t                    *name;
    riverty_span_t               *value;
    ngx_pool_cleanup_t           *cln;
    ngx_http_riverty_seal_key_t  *piece;

    name = &state->conf->key_header;
    value = &state->keys.key->value;

    len = name->len + value->len + sizeof(": " CRLF CRLF) - 1;

    cln = ngx_pool_cleanup_add(state->request->pool,
                               sizeof(ngx_http_riverty_seal_key_t) + len);
    if (cln == NULL) {
        return NULL;
    }

    piece = cln->data;
    ngx_memzero(piece, sizeof(ngx_http_riverty_seal_key_t));

    b = &piece->buf;
    b->temporary = 1;
    b->start = (u_char *) (piece + 1);
    b->end = b->start + len;
    b->pos = b->start;

    /* a pool is freed unwiped */

    cln->handler = ngx_http_riverty_seal_wipe;

    b->last = ngx_cpymem(b->start, name->data, name->len);
    b->last = ngx_cpymem(b->last, ": ", 2);
    b->last = ngx_cpymem(b->last, value->data, value->len);
    b->last = ngx_cpymem(b->last, CRLF CRLF, 4);

    piece->link.buf = b;

    return &piece->link;
}


static void
ngx_http_riverty_seal_wipe(void *data)
{
    ngx_http_riverty_seal_key_t  *piece = data;

    ngx_explicit_memzero(piece->buf.start, piece->buf.end - piece->buf.start);
}


/*
 * nginx calls create_request: the request was created already.  The output
 * filter is the last member of the upstream that can be set before it is used.
 */

static ngx_int_t
ngx_http_riverty_created(ngx_http_request_t *r)
{
    ngx_http_upstream_t         *u;
    ngx_http_riverty_request_t  *state;

    u = r->upstream;
    state = ngx_http_riverty_request(r);

    u->request_bufs = state->seal.request_bufs;

    if (u->output.output_filter == NULL) {
        u->output.output_filter = ngx_chain_writer;
        u->output.filter_ctx = &u->writer;
    }

    state->seal.output_filter = u->output.output_filter;
    state->seal.output_ctx = u->output.filter_ctx;

    u->output.output_filter = ngx_http_riverty_output_filter;
    u->output.filter_ctx = state;

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_output_filter(void *data, ngx_chain_t *in)
{
    ngx_http_riverty_request_t  *state = data;

    ngx_int_t  rc;

    rc = state->seal.output_filter(state->seal.output_ctx, in);

    ngx_http_riverty_wipe_tls(state->request->upstream->peer.connection, 0);

    return rc;
}


/*
 * With TLS the connection's write buffer holds what was sent, and outlives the
 * request.  It is wiped when its content is sent, or in any case at the end.
 */

static void
ngx_http_riverty_wipe_tls(ngx_connection_t *c, ngx_uint_t end)
{
    ngx_buf_t  *b;

    b = ngx_http_riverty_nginx_tls_buf(c);

    if (b != NULL && b->start != NULL && (end || b->pos == b->last)) {
        ngx_explicit_memzero(b->start, b->end - b->start);
    }
}


static ngx_int_t
ngx_http_riverty_reinit_request(ngx_http_request_t *r)
{
    ngx_int_t                    rc;
    ngx_buf_t                   *b;
    ngx_chain_t                 *cl;
    ngx_http_riverty_request_t  *state;

    state = ngx_http_riverty_request(r);

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "riverty: sent again, with the other key:%d",
                   (int) state->keys.retrying);

    rc = state->seal.reinit_request(r);

    /* proxy starts over with a handler of its own */

    state->seal.replied = 0;
    state->seal.process_header = r->upstream->process_header;
    r->upstream->process_header = ngx_http_riverty_process_header;

    if (ngx_http_riverty_second_key_reinit(state) == NGX_DECLINED) {

        cl = ngx_http_riverty_seal_link(state);
        if (cl == NULL) {
            return NGX_ERROR;
        }

        b = cl->buf;
        b->flush = state->seal.key_link->buf->flush;
        b->last_buf = state->seal.key_link->buf->last_buf;

        state->seal.key_link->buf = b;
    }

    return rc;
}


static ngx_int_t
ngx_http_riverty_process_header(ngx_http_request_t *r)
{
    ngx_int_t                    rc;
    ngx_uint_t                   version;
    ngx_http_upstream_t         *u;
    ngx_http_riverty_request_t  *state;

    u = r->upstream;
    state = ngx_http_riverty_request(r);
    version = r->http_version;

    rc = state->seal.process_header(r);

    if (u->process_header != ngx_http_riverty_process_header) {
        state->seal.process_header = u->process_header;
        u->process_header = ngx_http_riverty_process_header;
    }

    /* on any result: log formats can name what was parsed */

    if (ngx_http_riverty_reply_hide_keys(state) != NGX_OK) {
        return NGX_ERROR;
    }

    if (r->cached) {
        return rc;     /* the cache has kept the head of this reply */
    }

    if (rc == NGX_OK && u->headers_in.status_n < NGX_HTTP_OK
        && ngx_http_riverty_enforces(state))
    {
        /*
         * Either there is no status line, where nginx would take any bytes for
         * HTTP/0.9, or an interim one, which nginx would take for the last.
         */

        r->http_version = version;

        return NGX_HTTP_UPSTREAM_INVALID_HEADER;
    }

    if (rc == NGX_OK && u->headers_in.status_n >= NGX_HTTP_OK) {
        state->seal.replied = 1;
        state->seal.status = u->headers_in.status_n;

        rc = ngx_http_riverty_second_key_reply(state);
    }

    return rc;
}


static void
ngx_http_riverty_finalize_request(ngx_http_request_t *r, ngx_int_t rc)
{
    ngx_http_riverty_request_t  *state;

    state = ngx_http_riverty_request(r);

    ngx_http_riverty_metrics_replied(state);

    state->seal.finished = 1;
    state->seal.rc = rc;

    /* trailers: nginx passes them on behind this call; none if that fails */

    (void) ngx_http_riverty_reply_hide_keys(state);

    /* an error page may come from another upstream */

    state->seal.upstream_state = r->upstream->state;

    ngx_http_riverty_wipe_tls(r->upstream->peer.connection, 1);
    ngx_http_riverty_second_key_tell(state);

    if (state->refusal.sent == RIVERTY_PROBLEM_CREDENTIALS_REFUSED
        && !r->header_sent && rc == NGX_HTTP_BAD_GATEWAY)
    {
        /* the API's real status, for $upstream_status and the record */

        r->upstream->state->status = NGX_HTTP_UNAUTHORIZED;

        /*
         * In place of nginx's page.  For the upstream the header is sent, and
         * it closes the connection as it does behind a broken reply.
         */

        r->keepalive = 0;

        (void) ngx_http_riverty_refusal_send(state, state->refusal.sent);
        r->upstream->header_sent = 1;
    }

    state->seal.finalize_request(r, rc);
}
