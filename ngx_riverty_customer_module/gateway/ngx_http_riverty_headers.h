/*
 * Request headers: finding and really removing them.
 */
#ifndef NGX_HTTP_RIVERTY_HEADERS_H
#define NGX_HTTP_RIVERTY_HEADERS_H

#include "ngx_http_riverty.h"


/*
 * The first header of that lower-case name, or NULL; count becomes how many
 * there are.
 */
ngx_table_elt_t *ngx_http_riverty_header_find(ngx_http_request_t *r,
    ngx_str_t *name, ngx_uint_t *count);

/*
 * Removes every header whose lower-case name is one of names, from the list
 * that proxies forward, from $http_* and from nginx's own pointers.
 */
ngx_int_t ngx_http_riverty_headers_remove(ngx_http_request_t *r,
    ngx_str_t **names, ngx_uint_t n);

/* Adds a header; name and its lower-case form are kept by reference. */
ngx_int_t ngx_http_riverty_header_add(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *lower, ngx_str_t *value);

#endif
