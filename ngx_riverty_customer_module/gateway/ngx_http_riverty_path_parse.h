/*
 * What a path is, however it is spelled, and the bytes that paths are made of.
 */
#ifndef NGX_HTTP_RIVERTY_PATH_PARSE_H
#define NGX_HTTP_RIVERTY_PATH_PARSE_H

#include "ngx_http_riverty.h"


#define ngx_http_riverty_letter(c)                                            \
    (((c) >= 'a' && (c) <= 'z') || ((c) >= 'A' && (c) <= 'Z'))
#define ngx_http_riverty_digit(c)  ((c) >= '0' && (c) <= '9')


extern ngx_str_t  ngx_http_riverty_subscriptions;
extern ngx_str_t  ngx_http_riverty_customers;


/*
 * Reads path (no query) as prefix, then a customers path in its plain
 * spelling. A customers path fills version (a part of path) and, for an item,
 * number (percent-decoded; allocated from pool where that differs); for every
 * other path both are null.
 *
 * Returns the kind, or NGX_ERROR.  PATH_MISSPELLED is a path that is not
 * plainly spelled and is a customers path in some usual reading, also where
 * the contract does not take its customer number; a path whose readings name
 * different customers; and a path with more readings than are followed.
 */
ngx_int_t ngx_http_riverty_path_parse(ngx_pool_t *pool,
    const riverty_contract_t *contract, ngx_str_t *prefix, ngx_str_t *path,
    ngx_str_t *version, ngx_str_t *number);

/*
 * Does every server read path in the same way?  It must have no escape, no
 * backslash, no parameter, no `?` or `#`, no empty and no dot segment; an
 * empty last segment is the slash at the end.
 */
ngx_uint_t ngx_http_riverty_path_certain(ngx_str_t *path);

/*
 * Can any reading of the len bytes at data have a segment "customers"?  The
 * bytes are decoded in place until decoding no longer changes them.
 */
ngx_uint_t ngx_http_riverty_path_names_customers(u_char *data, size_t len);

/* Are these len bytes a dot segment, `.` or `..`? */
ngx_uint_t ngx_http_riverty_dots(u_char *p, size_t len);

/* Is segment that word, in upper or lower case? */
ngx_uint_t ngx_http_riverty_segment_is(ngx_str_t *segment, ngx_str_t *word);

/*
 * The place behind /subscriptions/v1/customers, of any version, at p; NULL
 * where p is NULL or something else stands there.
 */
u_char *ngx_http_riverty_path_collection(u_char *p, u_char *end,
    ngx_str_t *version);

/* The place behind `v` and digits at p, NULL where they do not stand there. */
u_char *ngx_http_riverty_path_version(u_char *p, u_char *end);

/*
 * Percent-decodes len bytes in place, malformed escapes as they are.  Returns
 * the new length.
 */
size_t ngx_http_riverty_percent_decode(u_char *data, size_t len);

/* The part of a URI before its query. */
ngx_str_t ngx_http_riverty_uri_path(ngx_str_t *uri);

#endif
