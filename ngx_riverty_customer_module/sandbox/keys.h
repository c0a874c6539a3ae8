/*
 * Subscription keys: those of a request, those that are accepted, and the 401.
 */
#ifndef NGX_RIVERTY_SANDBOX_KEYS_H
#define NGX_RIVERTY_SANDBOX_KEYS_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "replies.h"


/*
 * The subscription keys of the request's headers, in the order they came,
 * joined by ", ", and their number; several need memory of r->pool.  NGX_OK or
 * NGX_ERROR.
 */
ngx_int_t ngx_http_riverty_sandbox_keys(ngx_http_request_t *r, ngx_str_t *keys,
    ngx_uint_t *count);

/* keys: of ngx_str_t; NULL accepts every key that is not empty. */
ngx_uint_t ngx_http_riverty_sandbox_accepts(ngx_array_t *keys, ngx_str_t *key);

/* The reply to a key that is missing or wrong.  NGX_OK or NGX_ERROR. */
ngx_int_t ngx_http_riverty_sandbox_deny(ngx_http_request_t *r,
    ngx_uint_t missing, ngx_http_riverty_sandbox_reply_t *reply);

#endif
