/*
 * The last look: the request that leaves is the one that was judged.
 */
#ifndef NGX_HTTP_RIVERTY_LAST_LOOK_H
#define NGX_HTTP_RIVERTY_LAST_LOOK_H

#include "ngx_http_riverty.h"


/*
 * Reads the finished request, header block first, before the key is added.  It
 * must have the method, operation, customer number, body and length that were
 * judged, no key and no app token.  NGX_OK, or NGX_DECLINED where it differs;
 * error.log then names the directive to look at.
 */
ngx_int_t ngx_http_riverty_last_look(ngx_http_riverty_request_t *state,
    ngx_chain_t *request);

/* Does the request's header block hold a key already? */
ngx_uint_t ngx_http_riverty_carries_key(ngx_http_riverty_request_t *state,
    ngx_chain_t *request);

#endif
