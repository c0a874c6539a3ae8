/*
 * A path as a log may show it.
 */
#ifndef NGX_HTTP_RIVERTY_PATH_REDACT_H
#define NGX_HTTP_RIVERTY_PATH_REDACT_H

#include "ngx_http_riverty.h"


/* Pseudonyms that one path may have in a log; the rest is cut off. */
#define NGX_HTTP_RIVERTY_PATH_PSEUDONYMS  16


/*
 * Writes path as a log may show it into safe, allocated from pool.  These
 * segments are shown as they came: words of letters that cannot be a customer
 * number, the version behind "subscriptions", and dot segments.  Each other
 * segment is a pseudonym under key in braces ("-" where key is NULL).
 * customer_pseudonym becomes that of the first segment behind "customers", a
 * part of safe, where there is one and key is not NULL.
 *
 * A segment that may be a customer number has the same pseudonym as that
 * customer number, decoded, has anywhere else.
 */
ngx_int_t ngx_http_riverty_path_redact(ngx_pool_t *pool,
    const riverty_pseudonym_key_t *key, ngx_str_t *path, ngx_str_t *safe,
    ngx_str_t *customer_pseudonym);

#endif
