/*
 * The way of a request, and what the tables of directives and variables use.
 */
#ifndef NGX_RIVERTY_SANDBOX_REQUEST_H
#define NGX_RIVERTY_SANDBOX_REQUEST_H

#include "sandbox.h"


/* The content handler. */
ngx_int_t ngx_http_riverty_sandbox_handler(ngx_http_request_t *r);

/*
 * The value of riverty_sandbox_status: 200 to 599; 0 for an empty one, which
 * chooses no status; NGX_ERROR for any other.
 */
ngx_int_t ngx_http_riverty_sandbox_parse_status(ngx_str_t *value);

/*
 * The value of riverty_sandbox_delay in milliseconds, 0 if empty; NGX_ERROR.
 */
ngx_int_t ngx_http_riverty_sandbox_parse_delay(ngx_str_t *value);

/* What the request carried, NULL if its body has not been read. */
ngx_str_t *ngx_http_riverty_sandbox_body(ngx_http_request_t *r);

#endif
