/*
 * Memory for what a request needs once: its state, its body, what judging it
 * takes, what is sent in the reply's place.
 */
#ifndef NGX_HTTP_RIVERTY_BUFFERS_H
#define NGX_HTTP_RIVERTY_BUFFERS_H

#include "ngx_http_riverty.h"


/*
 * The block of a request, its state at the beginning, zeroed but for the
 * request and these buffers; NULL where there is no memory.
 */
ngx_http_riverty_request_t *ngx_http_riverty_buffers_begin(
    ngx_http_request_t *r);

/*
 * Memory for the request, which lasts as long as its pool; NULL where there is
 * none.  It comes from a block of the request's own, or from the worker's list
 * of buffers.  Its content is undefined.
 */
void *ngx_http_riverty_buffer_take(ngx_http_riverty_request_t *state,
    size_t size);

/* Gives back before the request ends what the worker's list can use again. */
void ngx_http_riverty_buffer_give(ngx_http_riverty_request_t *state,
    void *data);

/* Gives all of them back, the state, too: the request ends. */
void ngx_http_riverty_buffers_give(ngx_http_riverty_request_t *state);

/* The contract's memory for what belongs to the request. */
riverty_memory_t ngx_http_riverty_buffers_memory(
    ngx_http_riverty_request_t *state);

#endif
