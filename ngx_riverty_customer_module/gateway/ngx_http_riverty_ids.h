/*
 * The ids of a request: nginx's own, which its record and its refusal carry,
 * and the client's.
 */
#ifndef NGX_HTTP_RIVERTY_IDS_H
#define NGX_HTTP_RIVERTY_IDS_H

#include "ngx_http_riverty.h"


/*
 * Reads both (REWRITE), once: a second location of the same request would take
 * the header that we have added for the client's.  NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_http_riverty_ids_read(ngx_http_riverty_request_t *state);

/*
 * Sees to it that state->ids.event is there, for requests that end before a
 * location is known, too.  NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_http_riverty_ids_event(ngx_http_riverty_request_t *state);

#endif
