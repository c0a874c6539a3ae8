/*
 * What nginx -t refuses unless riverty_allow permits it.
 */
#ifndef NGX_HTTP_RIVERTY_ALLOW_H
#define NGX_HTTP_RIVERTY_ALLOW_H

#include "ngx_http_riverty.h"
#include "ngx_http_riverty_proxy_conf.h"


#define NGX_HTTP_RIVERTY_ALLOW_VERBOSE_LOG          0x0002
#define NGX_HTTP_RIVERTY_ALLOW_UNVERIFIED_UPSTREAM  0x0004
#define NGX_HTTP_RIVERTY_ALLOW_CACHE                0x0008
#define NGX_HTTP_RIVERTY_ALLOW_CLEARTEXT_UPSTREAM   0x0010


/* The values of riverty_allow, and its setter, of which they are the post. */
extern ngx_conf_bitmask_t  ngx_http_riverty_allow_mask[];

char *ngx_http_riverty_allow_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * Checks the upstream of a location whose mode is not off, during its merge.
 * Returns NGX_OK, or NGX_ERROR with the reason logged.
 */
ngx_int_t ngx_http_riverty_allow_upstream(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, ngx_http_riverty_proxy_conf_t *proxy);

/* Remembers the location's error_log, in a merge, for the check below. */
ngx_int_t ngx_http_riverty_allow_remember(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf);

/* Checks the error logs, once the whole configuration is known. */
ngx_int_t ngx_http_riverty_allow_logs(ngx_cycle_t *cycle,
    ngx_http_riverty_main_conf_t *rmcf);

#endif
