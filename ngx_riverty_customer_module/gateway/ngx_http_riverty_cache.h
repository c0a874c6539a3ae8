/*
 * nginx's cache in a protected location, where riverty_allow has let it in.
 */
#ifndef NGX_HTTP_RIVERTY_CACHE_H
#define NGX_HTTP_RIVERTY_CACHE_H

#include "ngx_http_riverty.h"


/*
 * Checks the cache of a location that is on or monitors, in a merge.  NGX_OK,
 * or NGX_ERROR, with the reason logged, where a setting cannot be made safe.
 */
ngx_int_t ngx_http_riverty_cache_check(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, ngx_http_upstream_conf_t *ucf);

/*
 * Makes the app, and the request as the client has written it, a part of the
 * cache's key, whatever proxy_cache_key says.  The upstream must be prepared.
 */
void ngx_http_riverty_cache_wrap(ngx_http_riverty_request_t *state);

/* "HIT", "STALE" and so on where the cache answers, or NULL; static. */
ngx_str_t *ngx_http_riverty_cache_status(ngx_http_request_t *r);

/* Does the cache answer, without any request to the API? */
ngx_uint_t ngx_http_riverty_cache_alone(ngx_http_request_t *r);

#endif
