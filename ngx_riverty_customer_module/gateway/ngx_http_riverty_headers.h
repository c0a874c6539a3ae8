/*
 * Lists of headers: finding headers and removing them.
 */
#ifndef NGX_HTTP_RIVERTY_HEADERS_H
#define NGX_HTTP_RIVERTY_HEADERS_H

#include "ngx_http_riverty.h"


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

/*
 * Headers by their names.  What a location looks for and removes stands in one
 * set, so that one pass over a list answers all of it.  "_" counts as "-": a
 * server that makes variables of headers, as CGI does, takes one for the other.
 */

typedef enum {
    NGX_HTTP_RIVERTY_HEADER_TOKEN,
    NGX_HTTP_RIVERTY_HEADER_KEY,              /* whatever carries a key */
    NGX_HTTP_RIVERTY_HEADER_STRIPPED,         /* never goes on */
    NGX_HTTP_RIVERTY_HEADER_REQUEST_ID,
    NGX_HTTP_RIVERTY_HEADER_ACCEPT_ENCODING,
    NGX_HTTP_RIVERTY_HEADER_REFERER,
    NGX_HTTP_RIVERTY_HEADER_AUTHORIZATION,
    NGX_HTTP_RIVERTY_HEADER_CONTENT_TYPE,
    NGX_HTTP_RIVERTY_HEADER_CONTENT_ENCODING,
    NGX_HTTP_RIVERTY_HEADER_CONTENT_LENGTH,
    NGX_HTTP_RIVERTY_HEADER_TRANSFER_ENCODING,
    NGX_HTTP_RIVERTY_HEADER_KINDS
} ngx_http_riverty_header_kind_t;

#define ngx_http_riverty_header_bit(kind)                                     \
    ((ngx_uint_t) 1 << NGX_HTTP_RIVERTY_HEADER_##kind)


/* What one pass has found: by kind, the first header and how many there are. */
typedef struct {
    ngx_table_elt_t  *first[NGX_HTTP_RIVERTY_HEADER_KINDS];
    ngx_uint_t        count[NGX_HTTP_RIVERTY_HEADER_KINDS];
    ngx_uint_t        kinds;                  /* a bit for each that is there */
} ngx_http_riverty_headers_seen_t;


/*
 * Configuration: makes the set of a location from the names that it configures,
 * or takes that of prev, the outer one, where both configure the same.
 */
ngx_int_t ngx_http_riverty_headers_conf(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *prev, ngx_http_riverty_loc_conf_t *conf);

/*
 * A bit for each kind that has this name, in whatever case, 0 where none has
 * it.  Names that have none of the kinds asked for (bits) are not compared.
 */
ngx_uint_t ngx_http_riverty_header_kinds(
    const ngx_http_riverty_header_set_t *set, ngx_str_t *name,
    ngx_uint_t kinds);

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
 * Removes every request header of one of these kinds (bits), from the list that
 * proxies forward, from $http_* and from nginx's own pointers.
 */
ngx_int_t ngx_http_riverty_headers_remove(ngx_http_request_t *r,
    const ngx_http_riverty_header_set_t *set, ngx_uint_t kinds);

/* Adds a header; name and its lower-case form are kept by reference. */
ngx_int_t ngx_http_riverty_header_add(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *lower, ngx_str_t *value);

#endif
