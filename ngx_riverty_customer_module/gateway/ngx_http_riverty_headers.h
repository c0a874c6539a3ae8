/*
 * Lists of headers: finding headers and removing them.
 */
#ifndef NGX_HTTP_RIVERTY_HEADERS_H
#define NGX_HTTP_RIVERTY_HEADERS_H

#include "ngx_http_riverty.h"
#include "ngx_http_riverty_header_set.h"


#if !(NGX_HTTP_RIVERTY_LINKED_HEADERS)

/* Of nginx's own arrays of elements: before 1.23 they had no "next". */
#define NGX_HTTP_RIVERTY_HEAD_ARRAYS  2

#endif


/* A list of headers and nginx's own pointers to its elements. */
typedef struct {
    ngx_pool_t    *pool;
    ngx_list_t    *list;
    void         **words;      /* these may be pointers to elements */
    size_t         words_n;
#if !(NGX_HTTP_RIVERTY_LINKED_HEADERS)
    ngx_array_t   *arrays[NGX_HTTP_RIVERTY_HEAD_ARRAYS];   /* or NULL */
#endif
} ngx_http_riverty_head_t;

typedef ngx_uint_t (*ngx_http_riverty_header_test_pt)(ngx_table_elt_t *h,
    void *data);


/*
 * Removes the headers for which test returns true, from the list and from
 * nginx's pointers; a pointer then names the next header of that name, or
 * none. Other elements stay where they are in memory.  Returns NGX_OK,
 * NGX_DECLINED where none was removed, NGX_ERROR without memory.
 */
ngx_int_t ngx_http_riverty_headers_unlink(ngx_http_riverty_head_t *head,
    ngx_http_riverty_header_test_pt test, void *data);

/* What one pass has found: by kind, the first header and how many there are. */
typedef struct {
    ngx_table_elt_t  *first[NGX_HTTP_RIVERTY_HEADER_KINDS];
    ngx_uint_t        count[NGX_HTTP_RIVERTY_HEADER_KINDS];
    ngx_uint_t        kinds;                  /* a bit for each that is there */
} ngx_http_riverty_headers_seen_t;


/* Looks the request's headers through for these kinds (bits), once. */
void ngx_http_riverty_headers_look(ngx_http_request_t *r,
    const ngx_http_riverty_header_set_t *set, ngx_uint_t kinds,
    ngx_http_riverty_headers_seen_t *seen);

/*
 * Finds the first request header of that lower-case name, or NULL; count
 * becomes how many there are.
 */
ngx_table_elt_t *ngx_http_riverty_header_find(ngx_http_request_t *r,
    ngx_str_t *name, ngx_uint_t *count);

/*
 * Finds the first header of that lower-case name in a list of an answer, or
 * NULL.  One that is hidden (hash = 0) does not count.
 */
ngx_table_elt_t *ngx_http_riverty_header_shown(ngx_list_t *list,
    ngx_str_t *name);

/*
 * Removes every request header of one of these kinds (bits), from the list that
 * proxies forward, from $http_* and from nginx's own pointers.
 */
ngx_int_t ngx_http_riverty_headers_remove(ngx_http_request_t *r,
    const ngx_http_riverty_header_set_t *set, ngx_uint_t kinds);

/* Adds a header; name and its lower-case form are kept by reference. */
ngx_int_t ngx_http_riverty_header_add(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *lower, ngx_str_t *value);

#endif
