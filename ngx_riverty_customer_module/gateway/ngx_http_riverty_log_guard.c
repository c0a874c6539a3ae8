/*
 * The log guard.  From POST_READ on lines of error.log pass the filter
 * (log_filter); the guard opens where the location proves to be off.  While
 * the request runs variables show what the client sent.  When it is logged
 * they are redacted, before nginx's own log handler runs.  A subrequest may be
 * logged while its request, with which it shares variables, headers and body,
 * still runs; so they are put back behind that handler.
 */

#include "ngx_http_riverty_log_guard.h"
#include "ngx_http_riverty_app.h"
#include "ngx_http_riverty_headers.h"
#include "ngx_http_riverty_log_filter.h"
#include "ngx_http_riverty_names.h"
#include "ngx_http_riverty_path_parse.h"
#include "ngx_http_riverty_path_redact.h"


static ngx_int_t ngx_http_riverty_log_guard_start(ngx_http_request_t *r);
static ngx_int_t ngx_http_riverty_log_guard_request(
    ngx_http_riverty_request_t *state);
static void ngx_http_riverty_log_guard_locations(ngx_list_t *headers);
static ngx_int_t ngx_http_riverty_log_guard_subrequest(
    ngx_http_riverty_request_t *state, ngx_http_request_t *sr);
static ngx_int_t ngx_http_riverty_log_guard_save(
    ngx_http_riverty_request_t *state, ngx_http_request_t *sr);
static ngx_int_t ngx_http_riverty_log_guard_headers(ngx_http_request_t *sr);
static void ngx_http_riverty_log_guard_hide(ngx_http_riverty_request_t *state,
    ngx_http_request_t *r);
static ngx_str_t ngx_http_riverty_log_guard_method(ngx_http_request_t *r,
    ngx_uint_t certain);
static ngx_int_t ngx_http_riverty_log_guard_lines(
    ngx_http_riverty_request_t *state);


ngx_int_t
ngx_http_riverty_post_read_handler(ngx_http_request_t *r)
{
    return ngx_http_riverty_log_guard_begin(r) == NGX_OK ? NGX_DECLINED
                                                         : NGX_ERROR;
}


ngx_int_t
ngx_http_riverty_log_guard_begin(ngx_http_request_t *r)
{
    ngx_http_riverty_srv_conf_t  *rscf;

    rscf = ngx_http_get_module_srv_conf(r, ngx_riverty_customer_module);

    if (!rscf->protects || r != r->main || ngx_http_riverty_request(r)) {
        return NGX_OK;
    }

    ngx_http_riverty_app_distrust(r);

    return ngx_http_riverty_log_guard_start(r);
}


ngx_int_t
ngx_http_riverty_guard_log_handler(ngx_http_request_t *r)
{
    ngx_int_t                     rc;
    ngx_http_riverty_request_t   *state;
    ngx_http_riverty_srv_conf_t  *rscf;

    rscf = ngx_http_get_module_srv_conf(r, ngx_riverty_customer_module);

    if (!rscf->protects) {
        return NGX_OK;
    }

    state = ngx_http_riverty_request(r->main);

    if (state == NULL && r == r->main
        && ngx_http_riverty_log_guard_start(r) == NGX_OK)
    {
        state = ngx_http_riverty_request(r);
    }

    if (state != NULL && state->guard.open) {
        return NGX_OK;
    }

    rc = state == NULL ? NGX_ERROR
         : r == r->main ? ngx_http_riverty_log_guard_request(state)
                        : ngx_http_riverty_log_guard_subrequest(state, r);

    if (rc != NGX_OK) {

        /*
         * better a log line without a request than a line with a customer
         * number
         */

        ngx_str_null(&r->request_line);
        ngx_str_null(&r->unparsed_uri);
        ngx_str_null(&r->uri);
        ngx_str_null(&r->args);
    }

    return rc;
}


ngx_int_t
ngx_http_riverty_guard_logged_handler(ngx_http_request_t *r)
{
    ngx_http_core_main_conf_t   *cmcf;
    ngx_http_riverty_request_t  *state;

    if (r == r->main) {
        return NGX_OK;
    }

    state = ngx_http_riverty_request(r->main);

    if (state == NULL || state->guard.variables == NULL) {
        return NGX_OK;
    }

    /* the request runs on */

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);

    ngx_memcpy(r->variables, state->guard.variables,
               cmcf->variables.nelts * sizeof(ngx_http_variable_value_t));

    state->guard.variables = NULL;

    if (r->request_body != NULL) {
        r->request_body->bufs = state->guard.bufs;
    }

    return NGX_OK;
}


/* The request has ended; only logs read it from now on. */

static ngx_int_t
ngx_http_riverty_log_guard_request(ngx_http_riverty_request_t *state)
{
    ngx_http_request_t            *r;
    ngx_http_riverty_loc_conf_t   *rlcf;
    ngx_http_riverty_main_conf_t  *rmcf;

    r = state->request;
    rmcf = ngx_http_get_module_main_conf(r, ngx_riverty_customer_module);

    /* $remote_user is read from the password's header, so read it now */

    if (r->headers_in.authorization != NULL) {
        (void) ngx_http_get_indexed_variable(r, rmcf->remote_user_index);
    }

    r->uri = state->guard.safe_uri;

    ngx_http_riverty_log_guard_locations(&r->headers_out.headers);

    if (r->upstream != NULL) {
        ngx_http_riverty_log_guard_locations(&r->upstream->headers_in.headers);
    }

    ngx_http_riverty_log_guard_hide(state, r);

    /* these are there still where nginx ended it before the location */

    rlcf = state->conf;

    if (rlcf == NULL) {
        rlcf = ngx_http_get_module_loc_conf(r, ngx_riverty_customer_module);
    }

    return ngx_http_riverty_headers_remove(r, rlcf->headers,
                                   ngx_http_riverty_header_bit(REFERER)
                                   | ngx_http_riverty_header_bit(AUTHORIZATION)
                                   | ngx_http_riverty_header_bit(TOKEN)
                                   | ngx_http_riverty_header_bit(KEY));
}


/* Headers that hold addresses, which may name a customer. */

static void
ngx_http_riverty_log_guard_locations(ngx_list_t *headers)
{
    ngx_uint_t        i, n;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    static ngx_str_t  names[] = {
        ngx_string("location"),
        ngx_string("content-location"),
        ngx_string("link"),
        ngx_string("refresh"),
        ngx_null_string
    };

    for (part = &headers->part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            for (n = 0; names[n].len; n++) {
                if (h[i].key.len == names[n].len
                    && ngx_strncasecmp(h[i].key.data, names[n].data,
                                       names[n].len)
                       == 0)
                {
                    ngx_str_null(&h[i].value);
                }
            }
        }
    }
}


static ngx_int_t
ngx_http_riverty_log_guard_subrequest(ngx_http_riverty_request_t *state,
    ngx_http_request_t *sr)
{
    ngx_str_t                      path, unused;
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_get_module_main_conf(sr, ngx_riverty_customer_module);

    if (ngx_http_riverty_log_guard_save(state, sr) != NGX_OK) {
        ngx_http_riverty_log_guard_forget(sr);
        return NGX_ERROR;
    }

    ngx_http_riverty_log_guard_hide(state, sr);

    path = sr->uri;

    if (ngx_http_riverty_path_redact(sr->pool, rmcf->pseudonym_keys[0], &path,
                                     &sr->uri, &unused)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_riverty_log_guard_headers(sr);
}


/*
 * Saves all variables.  A map that is first evaluated now, from redacted
 * values, must not keep its result for the request, which runs on.
 */

static ngx_int_t
ngx_http_riverty_log_guard_save(ngx_http_riverty_request_t *state,
    ngx_http_request_t *sr)
{
    size_t                      size;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_get_module_main_conf(sr, ngx_http_core_module);
    size = cmcf->variables.nelts * sizeof(ngx_http_variable_value_t);

    state->guard.variables = ngx_palloc(sr->pool, size);
    if (state->guard.variables == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(state->guard.variables, sr->variables, size);

    state->guard.bufs = sr->request_body ? sr->request_body->bufs : NULL;

    return NGX_OK;
}


/* A list of its own: the elements are the request's, too. */

static ngx_int_t
ngx_http_riverty_log_guard_headers(ngx_http_request_t *sr)
{
    ngx_uint_t                    i, kinds;
    ngx_list_t                    headers;
    ngx_list_part_t              *part;
    ngx_table_elt_t              *h, *copy;
    ngx_http_riverty_loc_conf_t  *rlcf;

    rlcf = ngx_http_get_module_loc_conf(sr, ngx_riverty_customer_module);

    kinds = ngx_http_riverty_header_bit(REFERER)
            | ngx_http_riverty_header_bit(AUTHORIZATION);

    if (ngx_list_init(&headers, sr->pool, 16, sizeof(ngx_table_elt_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (part = &sr->headers_in.headers.part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (ngx_http_riverty_header_kinds(rlcf->headers, &h[i].key,
                                              kinds))
            {
                continue;
            }

            copy = ngx_list_push(&headers);
            if (copy == NULL) {
                return NGX_ERROR;
            }

            *copy = h[i];
        }
    }

    sr->headers_in.headers = headers;
    sr->headers_in.referer = NULL;
    sr->headers_in.authorization = NULL;

    return NGX_OK;
}


/* Redacts whatever a log format may name of the request line and the body. */

static void
ngx_http_riverty_log_guard_hide(ngx_http_riverty_request_t *state,
    ngx_http_request_t *r)
{
    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "riverty log guard: redacted for the log");

    r->request_line = state->guard.safe_line;
    r->unparsed_uri = state->guard.safe_uri;
    ngx_str_null(&r->args);

    if (r->request_body != NULL) {
        r->request_body->bufs = NULL;
    }

    ngx_http_riverty_log_guard_forget(r);
}


static ngx_int_t
ngx_http_riverty_log_guard_start(ngx_http_request_t *r)
{
    ngx_http_riverty_request_t  *state;

    state = ngx_http_riverty_request_create(r);
    if (state == NULL) {
        return NGX_ERROR;
    }

    state->guard.log_handler = r->log_handler;
    state->guard.client_uri = r->unparsed_uri;
    state->guard.client_length = r->headers_in.content_length_n;
    if (ngx_http_riverty_log_guard_lines(state) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_riverty_log_guard_close(state);

    return NGX_OK;
}


/*
 * The client's: error_page, which a request that the parser refused has been
 * through by now, makes another GET of each.
 */

static ngx_str_t
ngx_http_riverty_log_guard_method(ngx_http_request_t *r, ngx_uint_t certain)
{
    size_t       len;
    ngx_str_t   *line;
    ngx_uint_t   i;

    static ngx_str_t  none = ngx_null_string;
    static ngx_str_t  other = ngx_string("OTHER");

    static ngx_str_t  known[] = {
        ngx_string("GET"), ngx_string("POST"), ngx_string("PUT"),
        ngx_string("DELETE"), ngx_string("PATCH"), ngx_string("OPTIONS"),
        ngx_string("TRACE"), ngx_string("CONNECT"), ngx_string("MKCOL"),
        ngx_string("COPY"), ngx_string("MOVE"), ngx_string("PROPFIND"),
        ngx_string("PROPPATCH"), ngx_string("LOCK"), ngx_string("UNLOCK")
    };

    if (r->method_name.data != ngx_http_core_get_method.data) {

        /* a method that nginx does not know may be any word */

        return r->method == NGX_HTTP_UNKNOWN ? other : r->method_name;
    }

    line = &r->request_line;

    if (!certain || line->data == NULL) {
        return none;
    }

    for (len = 0; len < line->len && line->data[len] != ' '; len++) {
        /* void */
    }

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (known[i].len == len
            && ngx_strncmp(known[i].data, line->data, len) == 0)
        {
            return known[i];
        }
    }

    return other;
}


static ngx_int_t
ngx_http_riverty_log_guard_lines(ngx_http_riverty_request_t *state)
{
    u_char                        *p;
    ngx_str_t                      path;
    ngx_http_request_t            *r;
    ngx_http_riverty_main_conf_t  *rmcf;

    r = state->request;
    rmcf = ngx_http_get_module_main_conf(r, ngx_riverty_customer_module);

    path = ngx_http_riverty_uri_path(&state->guard.client_uri);

    state->guard.method = ngx_http_riverty_log_guard_method(r, path.len != 0);

    /* without a whole line it is what nginx begins with */

    state->guard.http_version = state->guard.method.len ? r->http_version : 0;

    if (path.len == 0) {

        /* the parser gave up in the request line: no part of it is certain */

        ngx_str_set(&state->guard.safe_line, "-");
        ngx_str_set(&state->guard.safe_uri, "-");
        return NGX_OK;
    }

    if (ngx_http_riverty_path_redact(r->pool, rmcf->pseudonym_keys[0], &path,
                                     &state->guard.safe_uri,
                                     &state->guard.customer_pseudonym)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    p = ngx_pnalloc(r->pool, state->guard.method.len + 1
                             + state->guard.safe_uri.len + 1
                             + r->http_protocol.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    state->guard.safe_line.data = p;

    p = ngx_cpymem(p, state->guard.method.data, state->guard.method.len);
    *p++ = ' ';
    p = ngx_cpymem(p, state->guard.safe_uri.data, state->guard.safe_uri.len);

    if (r->http_protocol.len) {
        *p++ = ' ';
        p = ngx_cpymem(p, r->http_protocol.data, r->http_protocol.len);
    }

    state->guard.safe_line.len = p - state->guard.safe_line.data;

    return NGX_OK;
}


void
ngx_http_riverty_log_guard_close(ngx_http_riverty_request_t *state)
{
    state->guard.open = 0;
    state->request->log_handler = ngx_http_riverty_log_error;
}


void
ngx_http_riverty_log_guard_open(ngx_http_riverty_request_t *state)
{
    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, state->request->connection->log, 0,
                   "riverty log guard: opens, the location is off");

    state->guard.open = 1;
    state->request->log_handler = state->guard.log_handler;
}


void
ngx_http_riverty_log_guard_forget(ngx_http_request_t *r)
{
    ngx_uint_t                    *index, i;
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_get_module_main_conf(r, ngx_riverty_customer_module);

    index = rmcf->guarded_variables.elts;

    for (i = 0; i < rmcf->guarded_variables.nelts; i++) {
        r->variables[index[i]].valid = 0;
        r->variables[index[i]].not_found = 0;
    }
}
