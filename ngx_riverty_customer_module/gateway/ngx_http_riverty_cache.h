/*
 * nginx's cache in a protected location, where riverty_allow has let it in.
 */
#ifndef NGX_HTTP_RIVERTY_CACHE_H
#define NGX_HTTP_RIVERTY_CACHE_H

#include "ngx_http_riverty.h"


/*
 * In a merge, of a location that is on or monitors: what of a cache cannot be
 * made right.  NGX_OK, or NGX_ERROR with the reason logged.
 */
ngx_int_t ngx_http_riverty_cache_check(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf);

/*
 * Makes the app, and the request as the client has written it, a part of the
 * cache's key, whatever proxy_cache_key says.  The upstream is prepared.
 */
void ngx_http_riverty_cache_wrap(ngx_http_riverty_request_t *state);

/* "HIT", "STALE" and so on where the answer is the cache's, or NULL; static. */
ngx_str_t *ngx_http_riverty_cache_status(ngx_http_request_t *r);

/* Is the answer the cache's, and was the API not asked at all? */
ngx_uint_t ngx_http_riverty_cache_alone(ngx_http_request_t *r);

#endif
