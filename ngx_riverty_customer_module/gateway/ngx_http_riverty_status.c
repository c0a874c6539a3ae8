/*
 * The status page.  It is made in pieces of one buffer's size, each when the
 * client has taken the one before; after some of them other events have their
 * turn, so the longest page keeps no worker from its requests.  A page is no
 * snapshot: counters go on while it is made.
 */

#include "ngx_http_riverty_status.h"
#include "ngx_http_riverty_answer.h"
#include "ngx_http_riverty_key_store.h"
#include "ngx_http_riverty_location.h"
#include "ngx_http_riverty_status_accept.h"
#include "ngx_http_riverty_status_html.h"
#include "ngx_http_riverty_status_json.h"
#include "ngx_http_riverty_status_text.h"


#define NGX_HTTP_RIVERTY_STATUS_BUFFER  16384

/* A part of a page fits in this: some 25 lines of the longest names. */
#define NGX_HTTP_RIVERTY_STATUS_ROOM    8192

/* Buffers that are made before other events have their turn. */
#define NGX_HTTP_RIVERTY_STATUS_TURN    4


typedef struct {
    ngx_http_riverty_status_page_t           page;
    const ngx_http_riverty_status_format_t  *format;
    ngx_http_request_t                      *request;
    ngx_buf_t                               *buf;
    ngx_uint_t                               begun;   /* the page is */
    ngx_uint_t                               whole;   /* all of it is made */
} ngx_http_riverty_status_t;


static ngx_int_t ngx_http_riverty_status_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_riverty_status_start(ngx_http_request_t *r,
    const ngx_http_riverty_status_format_t *format);
static void ngx_http_riverty_status_cleanup(void *data);
static ngx_int_t ngx_http_riverty_status_header(ngx_http_request_t *r,
    const ngx_http_riverty_status_format_t *format);
static void ngx_http_riverty_status_write(ngx_http_request_t *r);
static ngx_int_t ngx_http_riverty_status_send(
    ngx_http_riverty_status_t *status);
static ngx_int_t ngx_http_riverty_status_unsent(ngx_http_request_t *r);
static ngx_int_t ngx_http_riverty_status_piece(
    ngx_http_riverty_status_t *status);
static void ngx_http_riverty_status_part(ngx_http_riverty_status_t *status,
    riverty_out_t *out);
static ngx_http_riverty_status_t *ngx_http_riverty_status_of(
    ngx_http_request_t *r);


static ngx_conf_enum_t  ngx_http_riverty_status_words[] = {
    { ngx_string("html"), NGX_HTTP_RIVERTY_STATUS_HTML },
    { ngx_string("json"), NGX_HTTP_RIVERTY_STATUS_JSON },
    { ngx_string("prometheus"), NGX_HTTP_RIVERTY_STATUS_PROMETHEUS },
    { ngx_null_string, 0 }
};


char *
ngx_http_riverty_status_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_riverty_loc_conf_t  *rlcf = conf;

    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;
    rlcf->status = NGX_HTTP_RIVERTY_STATUS_ANY;

    if (cf->args->nelts == 1) {
        return ngx_http_riverty_location_set(cf, cmd, rlcf,
                                            ngx_http_riverty_status_handler);
    }

    for (i = 0; ngx_http_riverty_status_words[i].name.len; i++) {
        if (ngx_strcmp(value[1].data,
                       ngx_http_riverty_status_words[i].name.data) == 0)
        {
            rlcf->status = ngx_http_riverty_status_words[i].value;

            return ngx_http_riverty_location_set(cf, cmd, rlcf,
                                              ngx_http_riverty_status_handler);
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" of \"%V\"; it may be \"html\", "
                       "\"json\" or \"prometheus\", or nothing: the client's "
                       "Accept decides", &value[1], &cmd->name);

    return NGX_CONF_ERROR;
}


static ngx_int_t
ngx_http_riverty_status_handler(ngx_http_request_t *r)
{
    ngx_int_t                      rc;
    ngx_http_riverty_loc_conf_t   *rlcf;
    ngx_http_riverty_main_conf_t  *rmcf;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    if (r != r->main) {
        return NGX_HTTP_NOT_FOUND;
    }

    rlcf = ngx_http_get_module_loc_conf(r, ngx_riverty_customer_module);
    rmcf = ngx_http_get_module_main_conf(r, ngx_riverty_customer_module);

    if (rmcf->metrics == NULL) {
        return NGX_HTTP_SERVICE_UNAVAILABLE;   /* nothing is protected */
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    switch (ngx_http_riverty_status_accept(r, rlcf->status)) {

    case NGX_HTTP_RIVERTY_STATUS_HTML:
        return ngx_http_riverty_status_html(r);

    case NGX_HTTP_RIVERTY_STATUS_JSON:
        return ngx_http_riverty_status_start(r, &ngx_http_riverty_status_json);

    case NGX_HTTP_RIVERTY_STATUS_OPENMETRICS:
        return ngx_http_riverty_status_start(r,
                                          &ngx_http_riverty_status_openmetrics);
    default:
        return ngx_http_riverty_status_start(r,
                                          &ngx_http_riverty_status_prometheus);
    }
}


static ngx_int_t
ngx_http_riverty_status_start(ngx_http_request_t *r,
    const ngx_http_riverty_status_format_t *format)
{
    ngx_int_t                   rc;
    ngx_pool_cleanup_t         *cln;
    ngx_http_riverty_status_t  *status;

    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_http_riverty_status_t));
    if (cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    status = cln->data;
    ngx_memzero(status, sizeof(ngx_http_riverty_status_t));

    status->format = format;
    status->request = r;
    status->page.now = ngx_time();
    status->page.walk.rmcf = ngx_http_get_module_main_conf(r,
                                                  ngx_riverty_customer_module);
    status->page.walk.store =
        ngx_http_riverty_key_store_acquire(status->page.walk.rmcf);

    cln->handler = ngx_http_riverty_status_cleanup;

    if (ngx_http_riverty_status_header(r, format) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->disable_not_modified = 1;    /* each page is another one */

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    status->buf = ngx_create_temp_buf(r->pool, NGX_HTTP_RIVERTY_STATUS_BUFFER);
    if (status->buf == NULL) {
        return NGX_ERROR;
    }

    r->main->count++;
    r->write_event_handler = ngx_http_riverty_status_write;

    ngx_http_riverty_status_write(r);

    return NGX_DONE;
}


static void
ngx_http_riverty_status_cleanup(void *data)
{
    ngx_http_riverty_status_t  *status = data;

    ngx_http_riverty_key_store_release(status->page.walk.store);
}


static ngx_int_t
ngx_http_riverty_status_header(ngx_http_request_t *r,
    const ngx_http_riverty_status_format_t *format)
{
    static ngx_str_t  no_store = ngx_string("no-store");
    static ngx_str_t  accept = ngx_string("Accept");

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_type = format->type;
    r->headers_out.content_type_len = format->type_len;
    r->headers_out.content_type_lowcase = NULL;

    return ngx_http_riverty_answer_header(r, "Cache-Control", &no_store)
           == NGX_OK
           ? ngx_http_riverty_answer_header(r, "Vary", &accept) : NGX_ERROR;
}


static void
ngx_http_riverty_status_write(ngx_http_request_t *r)
{
    ngx_int_t                  rc;
    ngx_event_t               *wev;
    ngx_connection_t          *c;
    ngx_http_core_loc_conf_t  *clcf;

    c = r->connection;
    wev = c->write;

    if (wev->timedout) {
        ngx_log_error(NGX_LOG_INFO, c->log, NGX_ETIMEDOUT, "client timed out");
        c->timedout = 1;
        ngx_http_finalize_request(r, NGX_HTTP_REQUEST_TIME_OUT);
        return;
    }

    rc = wev->delayed ? NGX_AGAIN
                      : ngx_http_riverty_status_send(
                            ngx_http_riverty_status_of(r));

    if (rc == NGX_DECLINED) {
        ngx_post_event(wev, &ngx_posted_next_events);
        return;
    }

    if (rc != NGX_AGAIN) {
        ngx_http_finalize_request(r, rc);
        return;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (!wev->delayed) {
        ngx_add_timer(wev, clcf->send_timeout);
    }

    if (ngx_handle_write_event(wev, clcf->send_lowat) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_ERROR);
    }
}


/* NGX_AGAIN: the client is slow; NGX_DECLINED: others have their turn. */

static ngx_int_t
ngx_http_riverty_status_send(ngx_http_riverty_status_t *status)
{
    ngx_int_t            rc;
    ngx_uint_t           i;
    ngx_chain_t          out;
    ngx_http_request_t  *r;

    r = status->request;

    for (i = 0; i < NGX_HTTP_RIVERTY_STATUS_TURN; i++) {

        rc = ngx_http_riverty_status_unsent(r);

        if (rc != NGX_OK) {
            return rc;
        }

        if (ngx_http_riverty_status_piece(status) != NGX_OK) {
            return NGX_ERROR;
        }

        out.buf = status->buf;
        out.next = NULL;

        rc = ngx_http_output_filter(r, &out);

        if (rc == NGX_ERROR || status->whole) {
            return rc == NGX_ERROR ? rc : NGX_OK;
        }
    }

    return NGX_DECLINED;
}


/* The buffer is free again where nothing waits to be sent. */

static ngx_int_t
ngx_http_riverty_status_unsent(ngx_http_request_t *r)
{
    if (!r->buffered && !r->connection->buffered) {
        return NGX_OK;
    }

    if (ngx_http_output_filter(r, NULL) == NGX_ERROR) {
        return NGX_ERROR;
    }

    return r->buffered || r->connection->buffered ? NGX_AGAIN : NGX_OK;
}


static ngx_int_t
ngx_http_riverty_status_piece(ngx_http_riverty_status_t *status)
{
    ngx_buf_t      *b;
    riverty_out_t   out;

    b = status->buf;

    riverty_out_init(&out, b->start, b->end - b->start);

    do {
        ngx_http_riverty_status_part(status, &out);
    } while (!status->whole
             && out.end - out.pos >= NGX_HTTP_RIVERTY_STATUS_ROOM);

    if (out.full) {
        ngx_log_error(NGX_LOG_ALERT, status->request->connection->log, 0,
                      "riverty: a part of a status page is too long");
        return NGX_ERROR;
    }

    b->pos = out.start;
    b->last = out.pos;

    /* filters that collect let go of the buffer */

    b->flush = 1;
    b->last_buf = status->whole;
    b->last_in_chain = 1;

    return NGX_OK;
}


static void
ngx_http_riverty_status_part(ngx_http_riverty_status_t *status,
    riverty_out_t *out)
{
    ngx_http_riverty_sample_t        sample;
    ngx_http_riverty_status_page_t  *page;

    page = &status->page;

    if (!status->begun) {
        status->format->begin(page, out);
        status->begun = 1;
        return;
    }

    if (page->walk.id == NGX_HTTP_RIVERTY_METRIC_COUNT) {
        status->whole = status->format->end(page, out) == NGX_DONE;
        return;
    }

    if (!page->opened) {
        status->format->family(page, out);
        page->opened = 1;
    }

    if (ngx_http_riverty_metrics_next(&page->walk, &sample) == NGX_OK) {
        status->format->sample(page, out, &sample);
        page->samples++;
        return;
    }

    status->format->family_end(page, out);

    page->walk.id++;
    page->walk.next = 0;
    page->opened = 0;
    page->samples = 0;
}


/* An internal redirect would clear a context of the module. */

static ngx_http_riverty_status_t *
ngx_http_riverty_status_of(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t  *cln;

    for (cln = r->pool->cleanup; cln; cln = cln->next) {
        if (cln->handler == ngx_http_riverty_status_cleanup) {
            break;
        }
    }

    return cln->data;
}


void
ngx_http_riverty_status_value(riverty_out_t *out,
    const ngx_http_riverty_metric_t *metric, uint64_t value)
{
    u_char  digits[sizeof(".000000000") - 1];

    if (metric->type != NGX_HTTP_RIVERTY_PRECISE
        && metric->type != NGX_HTTP_RIVERTY_TIMES_TYPE)
    {
        riverty_out_uint(out, value);
        return;
    }

    riverty_out_uint(out, value / 1000000000);

    (void) ngx_sprintf(digits, ".%09uL", value % 1000000000);
    riverty_out_bytes(out, digits, sizeof(digits));
}
