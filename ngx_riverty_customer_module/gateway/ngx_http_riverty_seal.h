/*
 * The seal: puts the subscription key behind the header block that nginx's
 * proxy has built, into a buffer of our own.
 */
#ifndef NGX_HTTP_RIVERTY_SEAL_H
#define NGX_HTTP_RIVERTY_SEAL_H

#include "ngx_http_riverty.h"


/* Puts our content handler before the location's own, where it has one. */
void ngx_http_riverty_seal(ngx_http_riverty_request_t *state);

/*
 * CONTENT, for locations without a content handler: they cannot forward what
 * was judged, and a local file is not a reply of the API.
 */
ngx_int_t ngx_http_riverty_unsealed_handler(ngx_http_request_t *r);

/*
 * Stops holding back a content handler: it has begun to answer by itself, or
 * an internal redirect has led to another location.
 */
void ngx_http_riverty_seal_release(ngx_http_request_t *r);

/*
 * The key that went out behind the header block, the second one where it was
 * tried; NULL where no key went out, or where the cache alone answered.
 */
riverty_key_t *ngx_http_riverty_seal_key_sent(
    ngx_http_riverty_request_t *state);

/*
 * Logs, at this level, a subrequest into a protected location, which nothing
 * has judged.  Returns the status for those that are refused.
 */
ngx_int_t ngx_http_riverty_seal_subrequest(ngx_http_request_t *r,
    ngx_uint_t level);

#endif
