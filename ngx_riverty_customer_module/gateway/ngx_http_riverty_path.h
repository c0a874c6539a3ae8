/*
 * Paths: what a path is however it is spelled, and how a log may show it.
 */
#ifndef NGX_HTTP_RIVERTY_PATH_H
#define NGX_HTTP_RIVERTY_PATH_H

#include "ngx_http_riverty.h"


/* Tokens that one path may have in a log; what follows is cut off. */
#define NGX_HTTP_RIVERTY_PATH_PSEUDONYMS  16

#define ngx_http_riverty_letter(c)                                            \
    (((c) >= 'a' && (c) <= 'z') || ((c) >= 'A' && (c) <= 'Z'))
#define ngx_http_riverty_digit(c)  ((c) >= '0' && (c) <= '9')


/*
 * Reads path (no query) as prefix, then a customers path in its plain spelling.
 * A customers path fills version (a part of path) and, for an item, number
 * (percent-decoded; allocated from pool where that differs).  Returns the kind,
 * PATH_MISSPELLED also where the number is none by contract, or NGX_ERROR.
 */
ngx_int_t ngx_http_riverty_path_parse(ngx_pool_t *pool,
    const riverty_contract_t *contract, ngx_str_t *prefix, ngx_str_t *path,
    ngx_str_t *version, ngx_str_t *number);

/*
 * Does path end as a customers path in whatever spelling: case, doubled or
 * encoded slashes, dot segments, `;` parameters, encoded once or twice?
 * Returns 1 or 0, or NGX_ERROR.
 */
ngx_int_t ngx_http_riverty_path_resembles(ngx_pool_t *pool, ngx_str_t *path);

/*
 * Writes path as a log may show it into safe, allocated from pool: keywords and
 * segments of letters as they are, all else as tokens of key ("-" where key is
 * NULL).  customer_pseudonym becomes the token of the segment behind "customers", a
 * part of safe, where there is one.
 */
ngx_int_t ngx_http_riverty_path_redact(ngx_pool_t *pool,
    const riverty_pseudonym_key_t *key, ngx_str_t *path, ngx_str_t *safe,
    ngx_str_t *customer_pseudonym);

/*
 * Percent-decodes len bytes in place, malformed escapes as they are.  Returns
 * the new length.
 */
size_t ngx_http_riverty_percent_decode(u_char *data, size_t len);

/* The part of a URI before its query. */
ngx_str_t ngx_http_riverty_uri_path(ngx_str_t *uri);

#endif
