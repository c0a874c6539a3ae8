/*
 * What the client asks for: the operation, the customer number, the ids; and
 * what the client must not send through.
 */
#ifndef NGX_HTTP_RIVERTY_ROUTE_H
#define NGX_HTTP_RIVERTY_ROUTE_H

#include "ngx_http_riverty.h"


/* REWRITE: the location is known. */
ngx_int_t ngx_http_riverty_rewrite_handler(ngx_http_request_t *r);

/*
 * Copies args without any argument named subscription-key (however it is
 * encoded) into clean; clean is args itself where there is none.  Returns
 * NGX_OK, NGX_DECLINED where there was none, or NGX_ERROR.
 */
ngx_int_t ngx_http_riverty_route_clean_args(ngx_pool_t *pool, ngx_str_t *args,
    ngx_str_t *clean);

/*
 * Do args name another method, by an argument _method (however it is encoded;
 * behind "&" or ";")?  NGX_OK where they do, NGX_DECLINED where they do not,
 * or NGX_ERROR.
 */
ngx_int_t ngx_http_riverty_route_names_method(ngx_pool_t *pool,
    ngx_str_t *args);

#endif
