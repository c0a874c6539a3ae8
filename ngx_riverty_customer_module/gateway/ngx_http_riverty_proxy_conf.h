/*
 * What a location's proxy is told to do.  The type of proxy's configuration is
 * private to nginx (before 1.29.4), but its table of directives says where each
 * setting stands.
 */
#ifndef NGX_HTTP_RIVERTY_PROXY_CONF_H
#define NGX_HTTP_RIVERTY_PROXY_CONF_H

#include "ngx_http_riverty.h"


/* An empty string, or NULL: it is not said, or is known in a request only. */
typedef struct {
    ngx_http_upstream_conf_t      *upstream;
    ngx_str_t                      scheme;    /* "http://", "https://" */
    ngx_array_t                   *headers;   /* of ngx_keyval_t */
    ngx_str_t                      method;    /* with its variables */
    ngx_str_t                      body;      /* with its variables */
} ngx_http_riverty_proxy_conf_t;


/* To be called after the merge of proxy's configuration. */
void ngx_http_riverty_proxy_conf(ngx_conf_t *cf,
    ngx_http_riverty_proxy_conf_t *proxy);

/*
 * The value of the first proxy_set_header of that name, or NULL; count becomes
 * how many there are.
 */
ngx_str_t *ngx_http_riverty_proxy_conf_header(
    ngx_http_riverty_proxy_conf_t *proxy, ngx_str_t *name, ngx_uint_t *count);

/* Is the scheme of proxy_pass certain to be https, or http? */
ngx_uint_t ngx_http_riverty_proxy_conf_https(
    ngx_http_riverty_proxy_conf_t *proxy);
ngx_uint_t ngx_http_riverty_proxy_conf_http(
    ngx_http_riverty_proxy_conf_t *proxy);

/* Is the address on this host (127.0.0.0/8, ::1, a unix socket)? */
ngx_uint_t ngx_http_riverty_proxy_conf_local(struct sockaddr *sockaddr);

/* Are all servers of proxy_pass certain to be on this host? */
ngx_uint_t ngx_http_riverty_proxy_conf_loopback(
    ngx_http_riverty_proxy_conf_t *proxy);

#endif
