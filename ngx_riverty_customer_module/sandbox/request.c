/*
 * The way of a request: its key, its body, the chosen status or the operation,
 * the delay, the reply.
 */
#include "request.h"
#include "replies.h"
#include "keys.h"
#include "operations.h"


typedef struct {
    ngx_http_riverty_sandbox_reply_t   reply;
    ngx_str_t                           body;
    ngx_event_t                         timer;
    unsigned                            body_read:1;
} ngx_http_riverty_sandbox_ctx_t;


static void ngx_http_riverty_sandbox_body_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_riverty_sandbox_take_body(ngx_http_request_t *r,
    ngx_str_t *body);
static ngx_int_t ngx_http_riverty_sandbox_respond(ngx_http_request_t *r,
    ngx_http_riverty_sandbox_ctx_t *ctx);
static ngx_int_t ngx_http_riverty_sandbox_chosen(ngx_http_request_t *r,
    ngx_uint_t status, ngx_http_riverty_sandbox_reply_t *reply);
static void ngx_http_riverty_sandbox_finish(ngx_http_request_t *r,
    ngx_http_riverty_sandbox_ctx_t *ctx);
static ngx_int_t ngx_http_riverty_sandbox_wait(ngx_http_request_t *r,
    ngx_http_riverty_sandbox_ctx_t *ctx, ngx_msec_t delay);
static void ngx_http_riverty_sandbox_timer_cleanup(void *data);
static void ngx_http_riverty_sandbox_timer_handler(ngx_event_t *ev);
static ngx_int_t ngx_http_riverty_sandbox_send(ngx_http_request_t *r,
    ngx_http_riverty_sandbox_reply_t *reply);


ngx_int_t
ngx_http_riverty_sandbox_handler(ngx_http_request_t *r)
{
    ngx_int_t                             rc;
    ngx_str_t                             keys;
    ngx_uint_t                            count;
    ngx_http_riverty_sandbox_ctx_t       *ctx;
    ngx_http_riverty_sandbox_loc_conf_t  *slcf;

    ctx = ngx_pcalloc(r->pool, sizeof(ngx_http_riverty_sandbox_ctx_t));
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_set_ctx(r, ctx, ngx_riverty_sandbox_module);

    if (ngx_http_riverty_sandbox_keys(r, &keys, &count) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    slcf = ngx_http_get_module_loc_conf(r, ngx_riverty_sandbox_module);

    /* two keys count as none: APIM compares the joined header */

    if (count == 1 && ngx_http_riverty_sandbox_accepts(slcf->keys, &keys)) {

        r->request_body_in_single_buf = 1;

        rc = ngx_http_read_client_request_body(r,
                                        ngx_http_riverty_sandbox_body_handler);

        if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
            return rc;
        }

        return NGX_DONE;
    }

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_http_riverty_sandbox_deny(r, keys.len == 0, &ctx->reply)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->main->count++;
    ngx_http_riverty_sandbox_finish(r, ctx);

    return NGX_DONE;
}


static void
ngx_http_riverty_sandbox_body_handler(ngx_http_request_t *r)
{
    ngx_http_riverty_sandbox_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_riverty_sandbox_module);

    if (ngx_http_riverty_sandbox_take_body(r, &ctx->body) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    ctx->body_read = 1;

    if (ngx_http_riverty_sandbox_respond(r, ctx) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    ngx_http_riverty_sandbox_finish(r, ctx);
}


/* One buffer in memory, the usual case, is used in place. */
static ngx_int_t
ngx_http_riverty_sandbox_take_body(ngx_http_request_t *r, ngx_str_t *body)
{
    off_t         size;
    u_char       *p;
    ngx_buf_t    *b;
    ngx_chain_t  *cl, *bufs;

    if (r->request_body == NULL || r->request_body->bufs == NULL) {
        ngx_str_set(body, "");
        return NGX_OK;
    }

    bufs = r->request_body->bufs;

    if (bufs->next == NULL && ngx_buf_in_memory(bufs->buf)) {
        body->data = bufs->buf->pos;
        body->len = bufs->buf->last - bufs->buf->pos;
        return NGX_OK;
    }

    size = 0;

    for (cl = bufs; cl; cl = cl->next) {
        size += ngx_buf_size(cl->buf);
    }

    p = ngx_pnalloc(r->pool, size);
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->data = p;
    body->len = size;

    for (cl = bufs; cl; cl = cl->next) {
        b = cl->buf;
        size = ngx_buf_size(b);

        if (ngx_buf_in_memory(b)) {
            ngx_memcpy(p, b->pos, size);

        } else if (size
                   && ngx_read_file(b->file, p, size, b->file_pos) != size)
        {
            return NGX_ERROR;
        }

        p += size;
    }

    return NGX_OK;
}


ngx_str_t *
ngx_http_riverty_sandbox_body(ngx_http_request_t *r)
{
    ngx_http_riverty_sandbox_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_riverty_sandbox_module);

    return (ctx && ctx->body_read) ? &ctx->body : NULL;
}


static ngx_int_t
ngx_http_riverty_sandbox_respond(ngx_http_request_t *r,
    ngx_http_riverty_sandbox_ctx_t *ctx)
{
    ngx_int_t                              status;
    ngx_str_t                              value;
    ngx_http_riverty_sandbox_loc_conf_t   *slcf;
    ngx_http_riverty_sandbox_main_conf_t  *smcf;

    slcf = ngx_http_get_module_loc_conf(r, ngx_riverty_sandbox_module);

    if (slcf->status) {

        if (ngx_http_complex_value(r, slcf->status, &value) != NGX_OK) {
            return NGX_ERROR;
        }

        status = ngx_http_riverty_sandbox_parse_status(&value);

        if (status == NGX_ERROR) {
            return ngx_http_riverty_sandbox_reply_error(r->pool,
                       NGX_HTTP_INTERNAL_SERVER_ERROR,
                       "riverty_sandbox_status: not a status from 200 to 599",
                       &ctx->reply);
        }

        if (status) {
            return ngx_http_riverty_sandbox_chosen(r, status, &ctx->reply);
        }
    }

    smcf = ngx_http_get_module_main_conf(r, ngx_riverty_sandbox_module);

    return ngx_http_riverty_sandbox_operate(r, &ctx->body, &smcf->store,
                                            &ctx->reply);
}


ngx_int_t
ngx_http_riverty_sandbox_parse_status(ngx_str_t *value)
{
    ngx_int_t  status;

    if (value->len == 0) {
        return 0;
    }

    status = ngx_atoi(value->data, value->len);

    return (status < 200 || status > 599) ? NGX_ERROR : status;
}


/* In place of the operation: the body is not parsed, and nothing is kept. */
static ngx_int_t
ngx_http_riverty_sandbox_chosen(ngx_http_request_t *r, ngx_uint_t status,
    ngx_http_riverty_sandbox_reply_t *reply)
{
    const char  *message;

    if (status == NGX_HTTP_UNAUTHORIZED) {
        return ngx_http_riverty_sandbox_deny(r, 0, reply);
    }

    message = "Chosen by riverty_sandbox_status";

    if (status == NGX_HTTP_TOO_MANY_REQUESTS) {
        ngx_str_set(&reply->header, "Retry-After");
        ngx_str_set(&reply->value, "1");
        message = "Rate limit is exceeded. Try again in 1 seconds.";
    }

    return ngx_http_riverty_sandbox_reply_error(r->pool, status, message,
                                                 reply);
}


static void
ngx_http_riverty_sandbox_finish(ngx_http_request_t *r,
    ngx_http_riverty_sandbox_ctx_t *ctx)
{
    ngx_int_t                             delay;
    ngx_str_t                             value;
    ngx_http_riverty_sandbox_loc_conf_t  *slcf;

    slcf = ngx_http_get_module_loc_conf(r, ngx_riverty_sandbox_module);

    delay = 0;

    if (slcf->delay) {

        if (ngx_http_complex_value(r, slcf->delay, &value) != NGX_OK) {
            goto failed;
        }

        delay = ngx_http_riverty_sandbox_parse_delay(&value);
    }

    if (delay == NGX_ERROR) {
        delay = 0;

        if (ngx_http_riverty_sandbox_reply_error(r->pool,
                NGX_HTTP_INTERNAL_SERVER_ERROR,
                "riverty_sandbox_delay: not a time of one hour at most",
                &ctx->reply)
            != NGX_OK)
        {
            goto failed;
        }
    }

    if (delay) {

        if (ngx_http_riverty_sandbox_wait(r, ctx, delay) != NGX_OK) {
            goto failed;
        }

        return;
    }

    ngx_http_finalize_request(r,
                              ngx_http_riverty_sandbox_send(r, &ctx->reply));
    return;

failed:

    ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
}


ngx_int_t
ngx_http_riverty_sandbox_parse_delay(ngx_str_t *value)
{
    ngx_int_t  delay;

    if (value->len == 0) {
        return 0;
    }

    delay = ngx_parse_time(value, 0);

    return (delay > NGX_HTTP_RIVERTY_SANDBOX_MAX_DELAY) ? NGX_ERROR : delay;
}


/*
 * A timer of the request's own.  The timer of its connection would also stop
 * what other requests (subrequests and their parent) have to send.
 */
static ngx_int_t
ngx_http_riverty_sandbox_wait(ngx_http_request_t *r,
    ngx_http_riverty_sandbox_ctx_t *ctx, ngx_msec_t delay)
{
    ngx_http_cleanup_t  *cln;

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_riverty_sandbox_timer_cleanup;
    cln->data = ctx;

    /* a body that is being discarded needs its own read handler */

    if (!r->discard_body) {

        if (ngx_handle_read_event(r->connection->read, 0) != NGX_OK) {
            return NGX_ERROR;
        }

        r->read_event_handler = ngx_http_test_reading;
    }

    r->write_event_handler = ngx_http_request_empty_handler;

    ctx->timer.data = r;
    ctx->timer.log = r->connection->log;
    ctx->timer.handler = ngx_http_riverty_sandbox_timer_handler;

    ngx_add_timer(&ctx->timer, delay);

    return NGX_OK;
}


static void
ngx_http_riverty_sandbox_timer_cleanup(void *data)
{
    ngx_http_riverty_sandbox_ctx_t  *ctx = data;

    if (ctx->timer.timer_set) {
        ngx_del_timer(&ctx->timer);
    }
}


static void
ngx_http_riverty_sandbox_timer_handler(ngx_event_t *ev)
{
    ngx_connection_t                *c;
    ngx_http_request_t              *r;
    ngx_http_riverty_sandbox_ctx_t  *ctx;

    r = ev->data;
    c = r->connection;
    ctx = ngx_http_get_module_ctx(r, ngx_riverty_sandbox_module);

    ngx_http_set_log_request(c->log, r);

    if (!r->discard_body) {
        r->read_event_handler = ngx_http_block_reading;
    }

    ngx_http_finalize_request(r,
                              ngx_http_riverty_sandbox_send(r, &ctx->reply));

    ngx_http_run_posted_requests(c);
}


static ngx_int_t
ngx_http_riverty_sandbox_send(ngx_http_request_t *r,
    ngx_http_riverty_sandbox_reply_t *reply)
{
    ngx_int_t         rc;
    ngx_buf_t        *b;
    ngx_chain_t       out;
    ngx_table_elt_t  *h;

    if (reply->status == NGX_HTTP_CLOSE) {
        return NGX_HTTP_CLOSE;
    }

    if (reply->header.len) {
        h = ngx_list_push(&r->headers_out.headers);
        if (h == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        ngx_memzero(h, sizeof(ngx_table_elt_t));

        h->hash = 1;
        h->key = reply->header;
        h->value = reply->value;
    }

    r->headers_out.status = reply->status;
    r->headers_out.content_length_n = reply->text.len;

    ngx_str_set(&r->headers_out.content_type, "application/json");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = reply->text.data;
    b->last = reply->text.data + reply->text.len;
    b->memory = 1;
    b->last_buf = (r == r->main);
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}
