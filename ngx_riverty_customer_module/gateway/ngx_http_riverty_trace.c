/*
 * Tracing by W3C Trace Context.  The gateway exports no spans, so it does not
 * take part in a trace that exists: a valid traceparent goes on as it came, and
 * the record names the span that the API has for its parent, too.  An invalid
 * one, or more than one, does not go on: a receiver would start a new trace,
 * and two receivers might read two; tracestate, which means nothing without it,
 * goes with it.
 *
 * This is done last in precontent, so that modules that trace (in the rewrite
 * and access phases, or by proxy_set_header) have had their say.
 */

#include "ngx_http_riverty_trace.h"
#include "ngx_http_riverty_header_set.h"
#include "ngx_http_riverty_headers.h"
#include "ngx_http_riverty_ids.h"
#include "ngx_http_riverty_path_parse.h"
#include "ngx_http_riverty_unused.h"


/* {version: 2}-{trace: 32}-{parent: 16}-{flags: 2}, in lower-case hex. */
#define NGX_HTTP_RIVERTY_TRACE_ID      3
#define NGX_HTTP_RIVERTY_TRACE_PARENT  36
#define NGX_HTTP_RIVERTY_TRACE_FLAGS   53

#define NGX_HTTP_RIVERTY_TRACE_HEADERS                                        \
    (ngx_http_riverty_header_bit(TRACEPARENT)                                 \
     | ngx_http_riverty_header_bit(TRACESTATE))


static ngx_int_t ngx_http_riverty_trace_compile(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, ngx_str_t *value);
static void ngx_http_riverty_trace_warn(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, ngx_uint_t count);
static ngx_uint_t ngx_http_riverty_trace_came(
    ngx_http_riverty_request_t *state, ngx_uint_t *kinds);
static ngx_int_t ngx_http_riverty_trace_set(ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_trace_make(ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_trace_parse(ngx_http_riverty_request_t *state,
    ngx_str_t *value);
static ngx_uint_t ngx_http_riverty_trace_hex(u_char *p, size_t len);
static ngx_uint_t ngx_http_riverty_trace_zero(u_char *p, size_t len);


static ngx_str_t  ngx_http_riverty_traceparent = ngx_string("traceparent");

/* What proxy sends where it sends none. */
static ngx_http_complex_value_t  ngx_http_riverty_trace_none;


char *
ngx_http_riverty_traceparent_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    char  *rc;

    rc = ngx_conf_set_flag_slot(cf, cmd, conf);

    if (rc != NGX_CONF_OK) {
        return rc;
    }

    return ngx_http_riverty_unused_note(cf, conf) == NGX_OK ? NGX_CONF_OK
                                                            : NGX_CONF_ERROR;
}


ngx_int_t
ngx_http_riverty_trace_conf(ngx_conf_t *cf, ngx_http_riverty_loc_conf_t *conf,
    ngx_http_riverty_proxy_conf_t *proxy)
{
    ngx_str_t   *value;
    ngx_uint_t   count;

    value = ngx_http_riverty_proxy_conf_header(proxy,
                                               &ngx_http_riverty_traceparent,
                                               &count);

    if (value == NULL && proxy->upstream->pass_request_headers != 0) {
        return NGX_OK;
    }

    ngx_http_riverty_trace_warn(cf, conf, count);

    if (count != 1 || value->len == 0) {
        conf->traceparent = &ngx_http_riverty_trace_none;
        return NGX_OK;
    }

    return ngx_http_riverty_trace_compile(cf, conf, value);
}


static ngx_int_t
ngx_http_riverty_trace_compile(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, ngx_str_t *value)
{
    ngx_http_compile_complex_value_t  ccv;

    conf->traceparent = ngx_palloc(cf->pool, sizeof(ngx_http_complex_value_t));
    if (conf->traceparent == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = value;
    ccv.complex_value = conf->traceparent;

    return ngx_http_compile_complex_value(&ccv);
}


/* count: of proxy_set_header. */

static void
ngx_http_riverty_trace_warn(ngx_conf_t *cf, ngx_http_riverty_loc_conf_t *conf,
    ngx_uint_t count)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->name.len == 0) {
        return;
    }

    if (count > 1) {
        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "location \"%V\" sends several traceparent headers, so "
                      "nobody reads any of them: say one \"proxy_set_header "
                      "traceparent\", where \"riverty_customer\" is in %V:%ui",
                      &clcf->name, &conf->file, conf->line);

    } else if (conf->makes_trace) {
        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "\"riverty_traceparent on\": location \"%V\" has "
                      "\"%s\", so no traceparent that is made here ever "
                      "leaves: say \"riverty_traceparent off\" there, or take "
                      "that out, where \"riverty_customer\" is in %V:%ui",
                      &clcf->name,
                      count ? "proxy_set_header traceparent"
                            : "proxy_pass_request_headers off",
                      &conf->file, conf->line);
    }
}


ngx_int_t
ngx_http_riverty_trace_forward(ngx_http_riverty_request_t *state)
{
    ngx_uint_t                    kinds, valid;
    ngx_http_riverty_loc_conf_t  *conf;

    if (state->trace.settled) {
        return NGX_OK;
    }

    state->trace.settled = 1;

    conf = state->conf;
    valid = ngx_http_riverty_trace_came(state, &kinds);

    if (!valid && kinds && ngx_http_riverty_enforces(state)
        && ngx_http_riverty_headers_remove(state->request, conf->headers,
                                           NGX_HTTP_RIVERTY_TRACE_HEADERS)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (conf->traceparent != NULL) {
        return ngx_http_riverty_trace_set(state);
    }

    if (valid || !conf->makes_trace || !ngx_http_riverty_enforces(state)) {
        return NGX_OK;
    }

    return ngx_http_riverty_trace_make(state);
}


void
ngx_http_riverty_trace_read(ngx_http_riverty_request_t *state)
{
    ngx_uint_t  kinds;

    if (state->trace.settled) {
        return;
    }

    (void) ngx_http_riverty_trace_came(state, &kinds);

    if (state->conf->traceparent != NULL) {
        (void) ngx_http_riverty_trace_set(state);
    }
}


/* Is there one valid traceparent?  kinds: the headers of a trace that came. */

static ngx_uint_t
ngx_http_riverty_trace_came(ngx_http_riverty_request_t *state,
    ngx_uint_t *kinds)
{
    ngx_http_riverty_headers_seen_t  seen;

    ngx_http_riverty_headers_look(state->request, state->conf->headers,
                                  NGX_HTTP_RIVERTY_TRACE_HEADERS, &seen);

    *kinds = seen.kinds & NGX_HTTP_RIVERTY_TRACE_HEADERS;

    return seen.count[NGX_HTTP_RIVERTY_HEADER_TRACEPARENT] == 1
           && ngx_http_riverty_trace_parse(state,
                        &seen.first[NGX_HTTP_RIVERTY_HEADER_TRACEPARENT]->value)
              == NGX_OK;
}


/* Reads what proxy sends in place of what came. */

static ngx_int_t
ngx_http_riverty_trace_set(ngx_http_riverty_request_t *state)
{
    ngx_str_t  value;

    ngx_str_null(&state->trace.id);
    ngx_str_null(&state->trace.parent);

    if (ngx_http_complex_value(state->request, state->conf->traceparent,
                               &value)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    (void) ngx_http_riverty_trace_parse(state, &value);

    return NGX_OK;
}


/*
 * A trace that begins here.  Whether it is recorded is for others to say, so
 * no flag is set.
 */

static ngx_int_t
ngx_http_riverty_trace_make(ngx_http_riverty_request_t *state)
{
    u_char     *p;
    ngx_str_t   value;

    p = state->trace.made;

    value.data = p;
    value.len = NGX_HTTP_RIVERTY_TRACE_LEN;

    ngx_memcpy(p, "00-", 3);
    p[NGX_HTTP_RIVERTY_TRACE_PARENT - 1] = '-';
    ngx_memcpy(p + NGX_HTTP_RIVERTY_TRACE_FLAGS - 1, "-00", 3);

    if (ngx_http_riverty_ids_random(p + NGX_HTTP_RIVERTY_TRACE_ID, 16)
        != NGX_OK
        || ngx_http_riverty_ids_random(p + NGX_HTTP_RIVERTY_TRACE_PARENT, 8)
           != NGX_OK
        || ngx_http_riverty_trace_parse(state, &value) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_riverty_header_add(state->request,
                                       &ngx_http_riverty_traceparent,
                                       &ngx_http_riverty_traceparent, &value);
}


/*
 * Of a version after 00 this form is what counts, and fields may follow;
 * version ff is none.  White space around a value is no part of it.  NGX_OK:
 * the ids are in state->trace.
 */

static ngx_int_t
ngx_http_riverty_trace_parse(ngx_http_riverty_request_t *state,
    ngx_str_t *value)
{
    u_char  *p, *end;

    p = value->data;
    end = p + value->len;

    while (p < end && (*p == ' ' || *p == '\t')) {
        p++;
    }

    while (p < end && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }

    if (end - p < NGX_HTTP_RIVERTY_TRACE_LEN
        || !ngx_http_riverty_trace_hex(p, 2)
        || p[NGX_HTTP_RIVERTY_TRACE_ID - 1] != '-'
        || !ngx_http_riverty_trace_hex(p + NGX_HTTP_RIVERTY_TRACE_ID, 32)
        || p[NGX_HTTP_RIVERTY_TRACE_PARENT - 1] != '-'
        || !ngx_http_riverty_trace_hex(p + NGX_HTTP_RIVERTY_TRACE_PARENT, 16)
        || p[NGX_HTTP_RIVERTY_TRACE_FLAGS - 1] != '-'
        || !ngx_http_riverty_trace_hex(p + NGX_HTTP_RIVERTY_TRACE_FLAGS, 2)
        || ngx_memcmp(p, "ff", 2) == 0
        || ngx_http_riverty_trace_zero(p + NGX_HTTP_RIVERTY_TRACE_ID, 32)
        || ngx_http_riverty_trace_zero(p + NGX_HTTP_RIVERTY_TRACE_PARENT, 16))
    {
        return NGX_DECLINED;
    }

    if (end - p > NGX_HTTP_RIVERTY_TRACE_LEN
        && (ngx_memcmp(p, "00", 2) == 0
            || p[NGX_HTTP_RIVERTY_TRACE_LEN] != '-'))
    {
        return NGX_DECLINED;
    }

    state->trace.id.data = p + NGX_HTTP_RIVERTY_TRACE_ID;
    state->trace.id.len = 32;
    state->trace.parent.data = p + NGX_HTTP_RIVERTY_TRACE_PARENT;
    state->trace.parent.len = 16;

    return NGX_OK;
}


static ngx_uint_t
ngx_http_riverty_trace_hex(u_char *p, size_t len)
{
    for ( /* void */ ; len; p++, len--) {
        if (!ngx_http_riverty_digit(*p) && (*p < 'a' || *p > 'f')) {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
ngx_http_riverty_trace_zero(u_char *p, size_t len)
{
    while (len && *p == '0') {
        p++;
        len--;
    }

    return len == 0;
}
