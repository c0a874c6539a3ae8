/*
 * The last look: what was judged is what leaves.
 */
#ifndef NGX_HTTP_RIVERTY_LAST_LOOK_H
#define NGX_HTTP_RIVERTY_LAST_LOOK_H

#include "ngx_http_riverty.h"


/*
 * Reads the finished request, header block first, before the key is added:
 * the method, operation and number that were judged, no key, no app token, the
 * body and its length.  NGX_DECLINED, with the directive to look at in
 * error.log, where it is another.
 */
ngx_int_t ngx_http_riverty_last_look(ngx_http_riverty_request_t *state,
    ngx_chain_t *request);

/* Is there a key in the request's header block already? */
ngx_uint_t ngx_http_riverty_carries_key(ngx_http_riverty_request_t *state,
    ngx_chain_t *request);

#endif
