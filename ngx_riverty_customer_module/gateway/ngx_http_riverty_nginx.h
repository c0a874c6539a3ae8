/*
 * The nginx that runs.  Headers that were configured with --with-compat alone
 * make a module that loads into an nginx with TLS, HTTP/2 and debug, although
 * those headers know nothing of them.  So these functions ask the nginx that
 * runs.
 */
#ifndef NGX_HTTP_RIVERTY_NGINX_H
#define NGX_HTTP_RIVERTY_NGINX_H

#include "ngx_http_riverty.h"


/* Would a server's certificate be verified if the location speaks https? */
ngx_uint_t ngx_http_riverty_nginx_verifies(ngx_http_upstream_conf_t *conf);

/* The write buffer of a connection with TLS; NULL where there is none. */
ngx_buf_t *ngx_http_riverty_nginx_tls_buf(ngx_connection_t *c);

/* HTTP/2: the rest of the body is not read any more. */
void ngx_http_riverty_nginx_skip_body(ngx_http_request_t *r);

/* Does the configuration have debug_connection, and does nginx heed it? */
ngx_uint_t ngx_http_riverty_nginx_debug_connection(ngx_cycle_t *cycle);

/*
 * Does a location's proxy_pass speak HTTP/2 (proxy_http_version 2)?  To be
 * called after the merge of proxy's configuration.
 */
ngx_uint_t ngx_http_riverty_nginx_proxies_http2(ngx_conf_t *cf);

/* Did proxy_pass prepare the upstream, for HTTP/1 or HTTP/2? */
ngx_uint_t ngx_http_riverty_nginx_is_proxy(ngx_http_upstream_t *u);
ngx_uint_t ngx_http_riverty_nginx_is_http2(ngx_http_upstream_t *u);

/* A directive of a module by its name; NULL where this nginx has none. */
ngx_command_t *ngx_http_riverty_nginx_command(ngx_module_t *module,
    const char *name);

/*
 * A module that this nginx may have been built without, and the location's
 * configuration of it; NULL there.
 */
ngx_module_t *ngx_http_riverty_nginx_module(ngx_cycle_t *cycle,
    const char *name);
void *ngx_http_riverty_nginx_loc_conf(ngx_conf_t *cf, const char *name);

/* The realm of the location's auth_basic; NULL where that is off. */
ngx_http_complex_value_t *ngx_http_riverty_nginx_realm(ngx_conf_t *cf);

/* Init module: says in error.log which version of the module runs. */
ngx_int_t ngx_http_riverty_say_version(ngx_cycle_t *cycle);

#endif
