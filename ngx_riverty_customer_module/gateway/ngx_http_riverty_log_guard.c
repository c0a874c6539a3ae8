/*
 * The log guard (POST_READ): $request and $request_uri become their redacted
 * forms, and lines of error.log pass the filter (log_filter).  The location is
 * not known yet; where it proves to be off, the guard opens.
 */

#include "ngx_http_riverty_log_guard.h"
#include "ngx_http_riverty_app.h"
#include "ngx_http_riverty_headers.h"
#include "ngx_http_riverty_log_filter.h"
#include "ngx_http_riverty_path_parse.h"
#include "ngx_http_riverty_path_redact.h"


static ngx_int_t ngx_http_riverty_log_guard_start(ngx_http_request_t *r);
static void ngx_http_riverty_log_guard_end(ngx_http_riverty_request_t *state);
static ngx_int_t ngx_http_riverty_log_guard_lines(
    ngx_http_riverty_request_t *state);
static void ngx_http_riverty_forget_variable(ngx_http_request_t *r,
    ngx_int_t index);


ngx_int_t
ngx_http_riverty_post_read_handler(ngx_http_request_t *r)
{
    ngx_http_riverty_srv_conf_t  *rscf;

    rscf = ngx_http_get_module_srv_conf(r, ngx_riverty_customer_module);

    if (!rscf->protects || r != r->main || ngx_http_riverty_request(r)) {
        return NGX_DECLINED;
    }

    ngx_http_riverty_app_distrust(r);

    return ngx_http_riverty_log_guard_start(r) == NGX_OK ? NGX_DECLINED
                                                         : NGX_ERROR;
}


ngx_int_t
ngx_http_riverty_guard_log_handler(ngx_http_request_t *r)
{
    ngx_str_t                    *names[1];
    ngx_http_riverty_request_t   *state;
    ngx_http_riverty_srv_conf_t  *rscf;

    static ngx_str_t  referer = ngx_string("referer");

    rscf = ngx_http_get_module_srv_conf(r, ngx_riverty_customer_module);

    if (!rscf->protects || r != r->main) {
        return NGX_OK;
    }

    state = ngx_http_riverty_request(r);

    if (state == NULL && ngx_http_riverty_log_guard_start(r) != NGX_OK) {

        /* rather a log line without a request than one with a number */

        ngx_str_null(&r->request_line);
        ngx_str_null(&r->unparsed_uri);
        return NGX_ERROR;
    }

    state = ngx_http_riverty_request(r);

    if (state->guard.open) {
        return NGX_OK;
    }

    ngx_http_riverty_log_guard_end(state);

    names[0] = &referer;

    return ngx_http_riverty_headers_remove(r, names, 1);
}


/*
 * The request has ended and only logs read it now: whatever a log format may
 * name of its path, query, body and password.
 */

static void
ngx_http_riverty_log_guard_end(ngx_http_riverty_request_t *state)
{
    ngx_uint_t                     i;
    ngx_http_request_t            *r;
    ngx_http_riverty_main_conf_t  *rmcf;

    r = state->request;
    rmcf = ngx_http_get_module_main_conf(r, ngx_riverty_customer_module);

    r->uri = state->guard.safe_uri;
    ngx_str_null(&r->args);

    for (i = 0; i < NGX_HTTP_RIVERTY_PATH_INDICES; i++) {
        ngx_http_riverty_forget_variable(r, rmcf->path_indices[i]);
    }

    if (r->request_body != NULL) {
        r->request_body->bufs = NULL;
    }

    if (r->headers_in.authorization != NULL) {

        /* $remote_user is read from it: while it is there */

        (void) ngx_http_get_indexed_variable(r, rmcf->remote_user_index);

        ngx_str_null(&r->headers_in.authorization->value);
    }
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
    state->guard.client_line = r->request_line;
    state->guard.client_uri = r->unparsed_uri;
    state->guard.client_length = r->headers_in.content_length_n;

    if (ngx_http_riverty_log_guard_lines(state) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_riverty_log_guard_close(state);

    return NGX_OK;
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

    /* a method that nginx does not know may be any word */

    if (r->method == NGX_HTTP_UNKNOWN) {
        ngx_str_set(&state->guard.method, "OTHER");

    } else {
        state->guard.method = r->method_name;
    }

    path = ngx_http_riverty_uri_path(&state->guard.client_uri);

    if (path.len == 0) {

        /* the parser gave up in the request line: nothing of it is certain */

        ngx_str_set(&state->guard.safe_line, "-");
        ngx_str_set(&state->guard.safe_uri, "-");
        return NGX_OK;
    }

    if (ngx_http_riverty_path_redact(r->pool, rmcf->pseudonym_keys[0], &path,
                                     &state->guard.safe_uri, &state->guard.customer_pseudonym)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    p = ngx_pnalloc(r->pool, state->guard.method.len + 1 + state->guard.safe_uri.len + 1
                             + r->http_protocol.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    state->guard.safe_line.data = p;

    p = ngx_sprintf(p, "%V %V", &state->guard.method, &state->guard.safe_uri);

    if (r->http_protocol.len) {
        p = ngx_sprintf(p, " %V", &r->http_protocol);
    }

    state->guard.safe_line.len = p - state->guard.safe_line.data;

    return NGX_OK;
}


void
ngx_http_riverty_log_guard_close(ngx_http_riverty_request_t *state)
{
    ngx_http_request_t            *r;
    ngx_http_riverty_main_conf_t  *rmcf;

    r = state->request;
    rmcf = ngx_http_get_module_main_conf(r, ngx_riverty_customer_module);

    state->guard.open = 0;

    r->log_handler = ngx_http_riverty_log_error;
    r->request_line = state->guard.safe_line;
    r->unparsed_uri = state->guard.safe_uri;

    ngx_http_riverty_forget_variable(r, rmcf->request_index);
    ngx_http_riverty_forget_variable(r, rmcf->request_uri_index);
}


void
ngx_http_riverty_log_guard_open(ngx_http_riverty_request_t *state)
{
    ngx_http_request_t            *r;
    ngx_http_riverty_main_conf_t  *rmcf;

    r = state->request;
    rmcf = ngx_http_get_module_main_conf(r, ngx_riverty_customer_module);

    state->guard.open = 1;

    r->log_handler = state->guard.log_handler;
    r->request_line = state->guard.client_line;
    r->unparsed_uri = state->guard.client_uri;

    ngx_http_riverty_forget_variable(r, rmcf->request_index);
    ngx_http_riverty_forget_variable(r, rmcf->request_uri_index);
}


void
ngx_http_riverty_log_guard_lift(ngx_http_riverty_request_t *state)
{
    ngx_http_request_t            *r;
    ngx_http_riverty_main_conf_t  *rmcf;

    r = state->request;
    rmcf = ngx_http_get_module_main_conf(r, ngx_riverty_customer_module);

    r->unparsed_uri = state->route.forward_uri.len ? state->route.forward_uri
                                                   : state->guard.client_uri;

    ngx_http_riverty_forget_variable(r, rmcf->request_uri_index);
}


/* An indexed variable is cached once it has been read: it is read again. */

static void
ngx_http_riverty_forget_variable(ngx_http_request_t *r, ngx_int_t index)
{
    r->variables[index].valid = 0;
    r->variables[index].not_found = 0;
}
