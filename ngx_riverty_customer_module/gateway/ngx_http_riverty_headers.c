/*
 * Request headers: finding and really removing them.  hash = 0 would hide one
 * from $http_* only: proxy forwards it all the same.
 */

#include "ngx_http_riverty_headers.h"


static ngx_uint_t ngx_http_riverty_header_is(ngx_table_elt_t *h,
    ngx_str_t *name);
static void ngx_http_riverty_header_forget(ngx_http_request_t *r,
    ngx_str_t *name);


/* The next element of a list of headers, NULL behind the last. */

typedef struct {
    ngx_list_part_t  *part;
    ngx_uint_t        i;
} ngx_http_riverty_headers_walk_t;


static ngx_table_elt_t *
ngx_http_riverty_headers_next(ngx_http_riverty_headers_walk_t *walk)
{
    while (walk->part != NULL && walk->i >= walk->part->nelts) {
        walk->part = walk->part->next;
        walk->i = 0;
    }

    if (walk->part == NULL) {
        return NULL;
    }

    return (ngx_table_elt_t *) walk->part->elts + walk->i++;
}


ngx_table_elt_t *
ngx_http_riverty_header_find(ngx_http_request_t *r, ngx_str_t *name,
    ngx_uint_t *count)
{
    ngx_table_elt_t                  *h, *first;
    ngx_http_riverty_headers_walk_t   walk = { &r->headers_in.headers.part, 0 };

    first = NULL;
    *count = 0;

    while ((h = ngx_http_riverty_headers_next(&walk)) != NULL) {

        if (ngx_http_riverty_header_is(h, name)) {
            first = first ? first : h;
            (*count)++;
        }
    }

    return first;
}


ngx_int_t
ngx_http_riverty_headers_remove(ngx_http_request_t *r, ngx_str_t **names,
    ngx_uint_t n)
{
    ngx_list_t                        kept;
    ngx_uint_t                        i, all, gone;
    ngx_table_elt_t                  *h, *copy;
    ngx_http_riverty_headers_walk_t   walk = { &r->headers_in.headers.part, 0 };

    all = 0;
    gone = 0;

    while ((h = ngx_http_riverty_headers_next(&walk)) != NULL) {

        for (i = 0; i < n; i++) {
            gone += ngx_http_riverty_header_is(h, names[i]);
        }

        all++;
    }

    if (gone == 0) {
        return NGX_OK;
    }

    /*
     * A new list: elements that moved within the old one would leave the
     * pointers of headers_in behind, and an emptied part of it would be read.
     */

    if (ngx_list_init(&kept, r->pool, all + 2, sizeof(ngx_table_elt_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    walk.part = &r->headers_in.headers.part;
    walk.i = 0;

    while ((h = ngx_http_riverty_headers_next(&walk)) != NULL) {

        for (i = 0; i < n; i++) {
            if (ngx_http_riverty_header_is(h, names[i])) {
                break;
            }
        }

        if (i < n) {
            ngx_http_riverty_header_forget(r, names[i]);
            continue;
        }

        copy = ngx_list_push(&kept);
        if (copy == NULL) {
            return NGX_ERROR;
        }

        *copy = *h;
    }

    r->headers_in.headers = kept;

    if (kept.last == &kept.part) {
        r->headers_in.headers.last = &r->headers_in.headers.part;
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_riverty_header_is(ngx_table_elt_t *h, ngx_str_t *name)
{
    return h->key.len == name->len
           && ngx_memcmp(h->lowcase_key, name->data, name->len) == 0;
}


/* headers_in.authorization and the like: $http_authorization reads these. */

static void
ngx_http_riverty_header_forget(ngx_http_request_t *r, ngx_str_t *name)
{
    ngx_http_header_t          *known;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);

    known = ngx_hash_find(&cmcf->headers_in_hash,
                          ngx_hash_key(name->data, name->len),
                          name->data, name->len);

    if (known != NULL && known->offset != 0) {
        *(ngx_table_elt_t **) ((char *) &r->headers_in + known->offset) = NULL;
    }
}


ngx_int_t
ngx_http_riverty_header_add(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *lower, ngx_str_t *value)
{
    ngx_list_t       *headers;
    ngx_table_elt_t  *h;

    headers = &r->headers_in.headers;

    /* a request of HTTP/0.9 has no headers: nginx has made no list for it */

    if (headers->last == NULL
        && ngx_list_init(headers, r->pool, 4, sizeof(ngx_table_elt_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    h = ngx_list_push(headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->key = *name;
    h->value = *value;
    h->lowcase_key = lower->data;
    h->hash = ngx_hash_key(lower->data, lower->len);

    return NGX_OK;
}
