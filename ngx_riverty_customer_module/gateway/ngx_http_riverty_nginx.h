/*
 * The nginx that runs.  Headers that were configured with --with-compat alone
 * make a module that loads into an nginx with TLS, HTTP/2 and debug, of which
 * they know nothing: what is asked here is asked of the one that runs.
 */
#ifndef NGX_HTTP_RIVERTY_NGINX_H
#define NGX_HTTP_RIVERTY_NGINX_H

#include "ngx_http_riverty.h"


/* Is a server's certificate verified, if it is spoken to by https? */
ngx_uint_t ngx_http_riverty_nginx_verifies(ngx_http_upstream_conf_t *conf);

/*
 * Is it sure that a location's proxy_pass is https?  Where it is not sure, what
 * runs shows it: u->ssl.
 */
ngx_uint_t ngx_http_riverty_nginx_is_https(ngx_conf_t *cf,
    ngx_http_upstream_conf_t *conf);

/* The write buffer of a connection with TLS; NULL where there is none. */
ngx_buf_t *ngx_http_riverty_nginx_tls_buf(ngx_connection_t *c);

/* Over HTTP/2: what still comes of the body is not read. */
void ngx_http_riverty_nginx_skip_body(ngx_http_request_t *r);

/* Does the configuration say debug_connection, and does nginx heed it? */
ngx_uint_t ngx_http_riverty_nginx_debug_connection(ngx_cycle_t *cycle);

/*
 * Is a location's proxy_pass to speak HTTP/2 (proxy_http_version 2)?  To ask
 * after the merge of proxy's configuration.
 */
ngx_uint_t ngx_http_riverty_nginx_proxies_http2(ngx_conf_t *cf);

/* Was an upstream prepared by proxy_pass, for HTTP/1 or HTTP/2? */
ngx_uint_t ngx_http_riverty_nginx_is_proxy(ngx_http_upstream_t *u);
ngx_uint_t ngx_http_riverty_nginx_is_http2(ngx_http_upstream_t *u);

#endif
