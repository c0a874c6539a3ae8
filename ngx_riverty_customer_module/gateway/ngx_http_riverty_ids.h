/*
 * The ids of a request: $request_id, which the record and the refusal carry,
 * and the client's.
 */
#ifndef NGX_HTTP_RIVERTY_IDS_H
#define NGX_HTTP_RIVERTY_IDS_H

#include "ngx_http_riverty.h"
#include "ngx_http_riverty_headers.h"


/*
 * Reads both once, in REWRITE: a second location of the same request would
 * take the header that we have added for the client's.  NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_http_riverty_ids_read(ngx_http_riverty_request_t *state,
    ngx_http_riverty_headers_seen_t *seen);

/*
 * Makes sure that state->ids.event is set, also for requests that end before a
 * location is known.  NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_http_riverty_ids_event(ngx_http_riverty_request_t *state);

/*
 * Writes so many random bytes, up to 16, as twice as many hex digits.  They
 * come from the worker's block of such bytes: mostly no system call is made.
 * NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_http_riverty_ids_random(u_char *text, size_t bytes);

/* A worker's ids are its own: none that the master may have drawn. */
void ngx_http_riverty_ids_init_process(void);

#endif
