/*
 * Can a protected location forward what the gateway has judged?  Where the
 * configuration alone makes nginx answer by itself, or send another request
 * than the one that was judged, nginx -t says so: else each request would be
 * 500.  What a variable makes of it the last look finds out.
 */

#include "ngx_http_riverty_forward.h"
#include "ngx_http_riverty_header_set.h"
#include "ngx_http_riverty_nginx.h"


/* Modules that send requests elsewhere; each configuration begins alike. */

static const struct {
    const char  *module;
    const char  *directive;
} ngx_http_riverty_others[] = {
    { "ngx_http_fastcgi_module", "fastcgi_pass" },
    { "ngx_http_uwsgi_module", "uwsgi_pass" },
    { "ngx_http_scgi_module", "scgi_pass" },
    { "ngx_http_grpc_module", "grpc_pass" },
    { "ngx_http_memcached_module", "memcached_pass" }
};

#define NGX_HTTP_RIVERTY_OTHERS                                               \
    (sizeof(ngx_http_riverty_others) / sizeof(ngx_http_riverty_others[0]))


static ngx_int_t ngx_http_riverty_forward_answers(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, ngx_http_core_loc_conf_t *clcf);
static ngx_array_t *ngx_http_riverty_forward_codes(ngx_conf_t *cf);
static const char *ngx_http_riverty_forward_fault(
    ngx_http_riverty_loc_conf_t *conf, ngx_http_riverty_proxy_conf_t *proxy);
static const char *ngx_http_riverty_forward_header(
    ngx_http_riverty_loc_conf_t *conf, ngx_keyval_t *header);
static ngx_uint_t ngx_http_riverty_forward_literal(ngx_str_t *value);
static ngx_int_t ngx_http_riverty_forward_refuse(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, ngx_str_t *location, const char *what,
    const char *remedy);


ngx_int_t
ngx_http_riverty_forward_check(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, ngx_http_riverty_proxy_conf_t *proxy)
{
    const char                *fault;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->name.len == 0 && !clcf->noname) {
        return NGX_OK;   /* http and server: no request is answered there */
    }

    if (ngx_http_riverty_forward_answers(cf, conf, clcf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (clcf->handler == NULL && !clcf->noname) {
        return NGX_OK;
    }

    fault = ngx_http_riverty_forward_fault(conf, proxy);

    if (fault != NULL) {
        return ngx_http_riverty_forward_refuse(cf, conf, &clcf->name, fault,
                   "the request would not be the one that was judged, and is "
                   "never sent: take it out");
    }

    return NGX_OK;
}


/*
 * What a location inherits from server{} may stand beside pages of error_page
 * or rules that lead elsewhere, so there nginx -t only warns; `return` is fine
 * there.
 */

static ngx_int_t
ngx_http_riverty_forward_answers(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, ngx_http_core_loc_conf_t *clcf)
{
    ngx_uint_t                 i, level;
    ngx_array_t               *codes;
    ngx_http_upstream_conf_t  *ucf;

    for (i = 0; i < NGX_HTTP_RIVERTY_OTHERS; i++) {

        ucf = ngx_http_riverty_nginx_loc_conf(cf,
                                          ngx_http_riverty_others[i].module);

        if (ucf != NULL && ucf->upstream != NULL) {
            return ngx_http_riverty_forward_refuse(cf, conf, &clcf->name,
                       ngx_http_riverty_others[i].directive,
                       "the API is spoken to by \"proxy_pass\" alone: say "
                       "that instead, or \"riverty_customer off\" there");
        }
    }

    if (clcf->noname) {
        return NGX_OK;
    }

    codes = ngx_http_riverty_forward_codes(cf);

    if (conf->says_mode && codes != NULL
        && *(ngx_http_script_code_pt *) codes->elts
           == ngx_http_script_return_code)
    {
        return ngx_http_riverty_forward_refuse(cf, conf, &clcf->name, "return",
                   "nginx answers before anything is judged: take it out, or "
                   "say \"riverty_customer off\" there");
    }

    if (clcf->handler != NULL || codes != NULL || clcf->internal
        || clcf->named)
    {
        return NGX_OK;
    }

    level = conf->says_mode ? NGX_LOG_EMERG : NGX_LOG_WARN;

    ngx_log_error(level, cf->log, 0,
                  "\"riverty_customer on\": location \"%V\" has no "
                  "\"proxy_pass\", so there is nothing to forward to, and each "
                  "request is answered 500: add one, or say "
                  "\"riverty_customer off\" there, in %V:%ui",
                  &clcf->name, &conf->file, conf->line);

    return conf->says_mode ? NGX_ERROR : NGX_OK;
}


/* The location's own `return`, `rewrite`, `set` and `if`, as code; or NULL. */

static ngx_array_t *
ngx_http_riverty_forward_codes(ngx_conf_t *cf)
{
    ngx_array_t  **codes;

    /* the code is the first member of rewrite's configuration */

    codes = ngx_http_riverty_nginx_loc_conf(cf, "ngx_http_rewrite_module");

    return codes != NULL && *codes != NULL && (*codes)->nelts != 0
           ? *codes : NULL;
}


/* The directive that changes what was judged, whatever is asked; or NULL. */

static const char *
ngx_http_riverty_forward_fault(ngx_http_riverty_loc_conf_t *conf,
    ngx_http_riverty_proxy_conf_t *proxy)
{
    ngx_uint_t     i;
    const char    *fault;
    ngx_keyval_t  *header;

    if (proxy->upstream->pass_request_body == 0) {
        return "proxy_pass_request_body off";
    }

    if (ngx_http_riverty_forward_literal(&proxy->method)) {
        return "proxy_method";
    }

    if (ngx_http_riverty_forward_literal(&proxy->body)) {
        return "proxy_set_body";
    }

    if (proxy->headers == NULL) {
        return NULL;
    }

    header = proxy->headers->elts;

    for (i = 0; i < proxy->headers->nelts; i++) {

        fault = ngx_http_riverty_forward_header(conf, &header[i]);

        if (fault != NULL) {
            return fault;
        }
    }

    return NULL;
}


/* An empty value takes the header out. */

static const char *
ngx_http_riverty_forward_header(ngx_http_riverty_loc_conf_t *conf,
    ngx_keyval_t *header)
{
    ngx_uint_t  kinds;

    static ngx_str_t  host = ngx_string("host");
    static ngx_str_t  length = ngx_string("content-length");
    static ngx_str_t  encoding = ngx_string("transfer-encoding");

    if (header->value.len == 0) {

        return ngx_http_riverty_header_name_is(&header->key, &host)
               ? "proxy_set_header Host \"\""
               : ngx_http_riverty_header_name_is(&header->key, &length)
               ? "proxy_set_header Content-Length \"\"" : NULL;
    }

    if (header->key.len == 0
        || !ngx_http_riverty_forward_literal(&header->value))
    {
        return NULL;
    }

    if (ngx_http_riverty_header_name_is(&header->key, &length)) {
        return "proxy_set_header Content-Length";
    }

    if (ngx_http_riverty_header_name_is(&header->key, &encoding)) {
        return "proxy_set_header Transfer-Encoding";
    }

    kinds = ngx_http_riverty_header_kinds(conf->headers, &header->key,
                                          ngx_http_riverty_header_bit(KEY)
                                          | ngx_http_riverty_header_bit(TOKEN));

    return kinds & ngx_http_riverty_header_bit(KEY)
           ? "proxy_set_header with the header of the key"
           : kinds ? "proxy_set_header with the header of the app token" : NULL;
}


/* Is it said, without a variable? */

static ngx_uint_t
ngx_http_riverty_forward_literal(ngx_str_t *value)
{
    return value->len != 0 && ngx_strlchr(value->data,
                                          value->data + value->len, '$')
                              == NULL;
}


static ngx_int_t
ngx_http_riverty_forward_refuse(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, ngx_str_t *location, const char *what,
    const char *remedy)
{
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "\"riverty_customer on\": location \"%V\" has %s: %s, in "
                  "%V:%ui",
                  location, what, remedy, &conf->file, conf->line);

    return NGX_ERROR;
}
