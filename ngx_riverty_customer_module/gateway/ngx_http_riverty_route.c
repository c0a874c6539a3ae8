/*
 * What the client asks for (REWRITE, the first phase that knows the location):
 * reads the operation and the customer number from the path, and the ids;
 * removes the keys and tokens that the client sent, and whatever else must not
 * reach the API.
 */

#include "ngx_http_riverty_route.h"
#include "ngx_http_riverty_app.h"
#include "ngx_http_riverty_audit.h"
#include "ngx_http_riverty_headers.h"
#include "ngx_http_riverty_ids.h"
#include "ngx_http_riverty_log_guard.h"
#include "ngx_http_riverty_metrics.h"
#include "ngx_http_riverty_names.h"
#include "ngx_http_riverty_path_parse.h"
#include "ngx_http_riverty_problem.h"


/* What is looked for before anything is removed. */
#define NGX_HTTP_RIVERTY_ROUTE_HEADERS                                        \
    (ngx_http_riverty_header_bit(TOKEN) | ngx_http_riverty_header_bit(KEY)    \
     | ngx_http_riverty_header_bit(STRIPPED)                                  \
     | ngx_http_riverty_header_bit(REQUEST_ID)                                \
     | ngx_http_riverty_header_bit(ACCEPT_ENCODING))


static ngx_int_t ngx_http_riverty_route_path(ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_route_kind(ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_route_normal_kind(
    ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_route_parse(
    ngx_http_riverty_request_t *state, ngx_str_t *path);
static ngx_int_t ngx_http_riverty_route_headers(
    ngx_http_riverty_request_t *state, ngx_http_riverty_headers_seen_t *seen);
static ngx_uint_t ngx_http_riverty_route_removed(
    ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_route_strip_args(
    ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_route_strip_uri(
    ngx_http_riverty_request_t *state);


static ngx_str_t  ngx_http_riverty_x_request_id = ngx_string("x-request-id");
static ngx_str_t  ngx_http_riverty_x_request_id_name =
    ngx_string("X-Request-ID");


ngx_int_t
ngx_http_riverty_rewrite_handler(ngx_http_request_t *r)
{
    ngx_http_riverty_request_t       *state;
    ngx_http_riverty_loc_conf_t      *rlcf;
    ngx_http_riverty_headers_seen_t   seen;

    rlcf = ngx_http_get_module_loc_conf(r, ngx_riverty_customer_module);

    if (rlcf->problem) {
        return ngx_http_riverty_problem_handler(r);
    }

    if (r != r->main) {
        return NGX_DECLINED;
    }

    /* an error page is the first location of what the parser refused */

    if (ngx_http_riverty_log_guard_begin(r) != NGX_OK) {
        return NGX_ERROR;
    }

    state = ngx_http_riverty_request(r);

    if (state == NULL) {
        return NGX_DECLINED;
    }

    if (r->post_action && state->conf) {
        ngx_http_riverty_audit_freeze(state);
        return NGX_DECLINED;
    }

    ngx_http_riverty_app_trust(r);

    if (rlcf->mode == NGX_HTTP_RIVERTY_OFF) {

        /* a location once protected stays guarded */

        if (state->conf == NULL) {
            ngx_http_riverty_log_guard_open(state);
        }

        return NGX_DECLINED;
    }

    if (state->gate.judged || state->refusal.problem != RIVERTY_PROBLEM_COUNT) {
        return NGX_DECLINED;
    }

    state->conf = rlcf;

    ngx_http_riverty_metrics_enter(state);
    ngx_http_riverty_log_guard_close(state);
    ngx_http_riverty_headers_look(r, rlcf->headers,
                                  NGX_HTTP_RIVERTY_ROUTE_HEADERS, &seen);

    if (ngx_http_riverty_route_path(state) != NGX_OK
        || ngx_http_riverty_ids_read(state, &seen) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_riverty_app_note_token(state, &seen);

    return ngx_http_riverty_route_headers(state, &seen) == NGX_OK
           && ngx_http_riverty_route_strip_args(state) == NGX_OK
           ? NGX_DECLINED : NGX_ERROR;
}


static ngx_int_t
ngx_http_riverty_route_path(ngx_http_riverty_request_t *state)
{
    ngx_int_t            kind;
    ngx_http_request_t  *r;

    r = state->request;

    kind = ngx_http_riverty_route_kind(state);

    if (kind == NGX_ERROR) {
        return NGX_ERROR;
    }

    state->route.path = kind;
    state->route.method = r->method_name;
    state->route.operation = ngx_http_riverty_operation(state->route.path,
                                                        r->method);

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "riverty path: kind %d, operation %d", state->route.path,
                   state->route.operation);

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_route_kind(ngx_http_riverty_request_t *state)
{
    ngx_int_t  kind;
    ngx_str_t  path;

    if (!state->request->valid_unparsed_uri) {

        /* where nginx has rewritten the path, the rewritten one leaves */

        return ngx_http_riverty_route_normal_kind(state);
    }

    path = ngx_http_riverty_uri_path(&state->guard.client_uri);

    kind = ngx_http_riverty_route_parse(state, &path);

    if (kind != NGX_HTTP_RIVERTY_PATH_OTHER
        || ngx_http_riverty_path_certain(&path))
    {
        return kind;
    }

    /*
     * "proxy_pass" with a URI sends nginx's own reading of the path: the last
     * look must not see another one.
     */

    kind = ngx_http_riverty_route_normal_kind(state);

    if (kind == NGX_HTTP_RIVERTY_PATH_OTHER || kind == NGX_ERROR) {
        return kind;
    }

    ngx_str_null(&state->route.version);
    ngx_str_null(&state->route.customer_number);

    return NGX_HTTP_RIVERTY_PATH_MISSPELLED;
}


/*
 * The same for nginx's reading of the path, in the escapes in which it leaves.
 */

static ngx_int_t
ngx_http_riverty_route_normal_kind(ngx_http_riverty_request_t *state)
{
    size_t               escapes;
    ngx_str_t            path;
    ngx_http_request_t  *r;

    r = state->request;
    path = r->uri;

    escapes = 2 * ngx_escape_uri(NULL, path.data, path.len, NGX_ESCAPE_URI);

    if (escapes) {
        path.len += escapes;
        path.data = ngx_pnalloc(r->pool, path.len);
        if (path.data == NULL) {
            return NGX_ERROR;
        }

        (void) ngx_escape_uri(path.data, r->uri.data, r->uri.len,
                              NGX_ESCAPE_URI);
    }

    return ngx_http_riverty_route_parse(state, &path);
}


static ngx_int_t
ngx_http_riverty_route_parse(ngx_http_riverty_request_t *state,
    ngx_str_t *path)
{
    state->route.judged = *path;

    return ngx_http_riverty_path_parse(state->request->pool,
                                       state->conf->contract,
                                       &state->conf->prefix, path,
                                       &state->route.version,
                                       &state->route.customer_number);
}


/* Removes in one pass what must not go on; sets our id where there is none. */

static ngx_int_t
ngx_http_riverty_route_headers(ngx_http_riverty_request_t *state,
    ngx_http_riverty_headers_seen_t *seen)
{
    ngx_uint_t           kinds;
    ngx_http_request_t  *r;

    r = state->request;

    state->route.client_key |=
        (seen->count[NGX_HTTP_RIVERTY_HEADER_KEY] != 0);

    kinds = ngx_http_riverty_route_removed(state);

    if ((seen->kinds & kinds)
        && ngx_http_riverty_headers_remove(r, state->conf->headers, kinds)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return state->ids.client.len || !ngx_http_riverty_enforces(state) ? NGX_OK
           : ngx_http_riverty_header_add(r,
                                         &ngx_http_riverty_x_request_id_name,
                                         &ngx_http_riverty_x_request_id,
                                         &state->ids.event);
}


/* The kinds of headers that are not forwarded. */

static ngx_uint_t
ngx_http_riverty_route_removed(ngx_http_riverty_request_t *state)
{
    ngx_uint_t  kinds;

    kinds = ngx_http_riverty_header_bit(TOKEN);

    if (!ngx_http_riverty_enforces(state)) {
        return kinds;
    }

    kinds |= ngx_http_riverty_header_bit(KEY)
             | ngx_http_riverty_header_bit(STRIPPED);

    if (state->route.operation == NGX_HTTP_RIVERTY_CREATE
        || state->route.operation == NGX_HTTP_RIVERTY_UPDATE)
    {
        /* the reply is read, so it must not come compressed */
        kinds |= ngx_http_riverty_header_bit(ACCEPT_ENCODING);
    }

    if (state->ids.client.len == 0) {
        kinds |= ngx_http_riverty_header_bit(REQUEST_ID);
    }

    return kinds;
}


static ngx_int_t
ngx_http_riverty_route_strip_args(ngx_http_riverty_request_t *state)
{
    ngx_int_t            rc;
    ngx_str_t            clean;
    ngx_http_request_t  *r;

    r = state->request;

    rc = ngx_http_riverty_route_clean_args(r->pool, &r->args, &clean);

    if (rc == NGX_OK) {
        state->route.client_key = 1;

        if (ngx_http_riverty_enforces(state)) {
            r->args = clean;
        }
    }

    if (rc == NGX_ERROR || !ngx_http_riverty_enforces(state)) {
        return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
    }

    return ngx_http_riverty_route_strip_uri(state);
}


/* Cuts the same out of the URI as it came: proxy and $request_uri show it. */

static ngx_int_t
ngx_http_riverty_route_strip_uri(ngx_http_riverty_request_t *state)
{
    u_char              *p;
    ngx_int_t            rc;
    ngx_str_t            path, args, clean;
    ngx_http_request_t  *r;

    r = state->request;

    path = ngx_http_riverty_uri_path(&r->unparsed_uri);

    if (path.len == r->unparsed_uri.len) {
        return NGX_OK;
    }

    args.data = path.data + path.len + 1;
    args.len = r->unparsed_uri.len - path.len - 1;

    if (args.data == r->args.data && args.len == r->args.len) {
        return NGX_OK;                  /* they were looked at already */
    }

    rc = ngx_http_riverty_route_clean_args(r->pool, &args, &clean);

    if (rc != NGX_OK) {
        return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
    }

    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "riverty route: an argument named as the key is removed");

    p = ngx_pnalloc(r->pool, path.len + 1 + clean.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    r->unparsed_uri.data = p;

    p = ngx_cpymem(p, path.data, path.len);

    if (clean.len) {
        *p++ = '?';
        p = ngx_cpymem(p, clean.data, clean.len);
    }

    r->unparsed_uri.len = p - r->unparsed_uri.data;

    ngx_http_riverty_log_guard_forget(r);

    return NGX_OK;
}


ngx_int_t
ngx_http_riverty_route_clean_args(ngx_pool_t *pool, ngx_str_t *args,
    ngx_str_t *clean)
{
    u_char      *p, *end, *next, *last, *name;
    size_t       len;
    ngx_uint_t   gone;

    *clean = *args;

    if (args->len == 0) {
        return NGX_DECLINED;
    }

    name = ngx_pnalloc(pool, 2 * args->len);
    if (name == NULL) {
        return NGX_ERROR;
    }

    clean->data = name + args->len;
    last = clean->data;
    end = args->data + args->len;
    gone = 0;

    for (p = args->data; p < end; p = next + 1) {

        next = ngx_strlchr(p, end, '&');
        next = next ? next : end;

        for (len = 0; p + len < next && p[len] != '='; len++) { /* void */ }

        ngx_memcpy(name, p, len);
        len = ngx_http_riverty_percent_decode(name, len);

        if (len == ngx_http_riverty_key_argument.len
            && ngx_strncasecmp(name, ngx_http_riverty_key_argument.data, len)
               == 0)
        {
            gone = 1;
            continue;
        }

        if (last != clean->data) {
            *last++ = '&';
        }

        last = ngx_cpymem(last, p, next - p);
    }

    if (!gone) {
        *clean = *args;
        return NGX_DECLINED;
    }

    clean->len = last - clean->data;

    return NGX_OK;
}


ngx_int_t
ngx_http_riverty_route_names_method(ngx_pool_t *pool, ngx_str_t *args)
{
    u_char  *p, *end, *name;
    size_t   len;

    if (args->len == 0) {
        return NGX_DECLINED;
    }

    name = ngx_pnalloc(pool, args->len);
    if (name == NULL) {
        return NGX_ERROR;
    }

    end = args->data + args->len;

    for (p = args->data; p < end; p++) {

        for (len = 0; p + len < end && !ngx_strchr("&;=", p[len]); len++) {
            name[len] = p[len];
        }

        p += len;
        len = ngx_http_riverty_percent_decode(name, len);

        if (len == ngx_http_riverty_method_argument.len
            && ngx_strncasecmp(name, ngx_http_riverty_method_argument.data,
                               len) == 0)
        {
            return NGX_OK;
        }

        /* behind "=": the value does not matter */

        while (p < end && *p != '&' && *p != ';') {
            p++;
        }
    }

    return NGX_DECLINED;
}
