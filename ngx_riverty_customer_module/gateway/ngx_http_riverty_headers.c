/*
 * Lists of headers: finding headers and removing them.  hash = 0 would hide a
 * header from $http_* only: proxy forwards it all the same.
 *
 * No element moves, because other modules hold pointers to those that stay.  A
 * part of the list is cut in two where an element of its middle is removed.
 */

#include "ngx_http_riverty_headers.h"


typedef struct {
    const ngx_http_riverty_header_set_t  *set;
    ngx_uint_t                            kinds;
} ngx_http_riverty_header_choice_t;


static ngx_int_t ngx_http_riverty_headers_cut(ngx_http_riverty_head_t *head,
    ngx_list_part_t *part, ngx_uint_t i);
static ngx_int_t ngx_http_riverty_headers_mend(ngx_http_riverty_head_t *head);
static void ngx_http_riverty_headers_forget(ngx_http_riverty_head_t *head,
    ngx_table_elt_t *h);
static void ngx_http_riverty_headers_repoint(void **words, size_t n,
    void *from, void *to);
static ngx_uint_t ngx_http_riverty_headers_have(ngx_list_t *list,
    const ngx_http_riverty_header_set_t *set, ngx_uint_t kinds);
static ngx_uint_t ngx_http_riverty_header_chosen(ngx_table_elt_t *h,
    void *data);


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


ngx_int_t
ngx_http_riverty_headers_unlink(ngx_http_riverty_head_t *head,
    ngx_http_riverty_header_test_pt test, void *data)
{
    ngx_uint_t        i, gone;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    gone = 0;

    for (part = &head->list->part; part; part = part->next) {

        for (i = 0; i < part->nelts; /* void */ ) {

            h = (ngx_table_elt_t *) part->elts + i;

            if (!test(h, data)) {
                i++;
                continue;
            }

            if (ngx_http_riverty_headers_cut(head, part, i) != NGX_OK) {
                return NGX_ERROR;
            }

            ngx_http_riverty_headers_forget(head, h);
            gone = 1;
        }
    }

    return gone ? ngx_http_riverty_headers_mend(head) : NGX_DECLINED;
}


/* Removes element i of a part; what stood behind it may be the next part. */

static ngx_int_t
ngx_http_riverty_headers_cut(ngx_http_riverty_head_t *head,
    ngx_list_part_t *part, ngx_uint_t i)
{
    ngx_list_part_t  *rest;
    ngx_table_elt_t  *h;

    h = (ngx_table_elt_t *) part->elts + i;

    if (i == 0) {
        part->elts = h + 1;
        part->nelts--;
        return NGX_OK;
    }

    if (i < part->nelts - 1) {

        rest = ngx_palloc(head->pool, sizeof(ngx_list_part_t));
        if (rest == NULL) {
            return NGX_ERROR;
        }

        rest->elts = h + 1;
        rest->nelts = part->nelts - i - 1;
        rest->next = part->next;

        part->next = rest;
    }

    part->nelts = i;

    return NGX_OK;
}


/*
 * nginx reads the first element of every part but the first without checking
 * how many it has, and ngx_list_push() adds to the last part while that has
 * less than nalloc.  So no empty part may stay, and the last one counts as
 * full.
 */

static ngx_int_t
ngx_http_riverty_headers_mend(ngx_http_riverty_head_t *head)
{
    ngx_list_t       *list;
    ngx_list_part_t  *part;

    list = head->list;

    for (part = &list->part; part->next; /* void */ ) {

        if (part->nelts == 0) {
            *part = *part->next;

        } else if (part->next->nelts == 0) {
            part->next = part->next->next;

        } else {
            part = part->next;
        }
    }

    if (part->nelts == 0) {
        return ngx_list_init(list, head->pool, list->nalloc, list->size);
    }

    list->last = part;
    list->nalloc = part->nelts;

    return NGX_OK;
}


static void
ngx_http_riverty_headers_forget(ngx_http_riverty_head_t *head,
    ngx_table_elt_t *h)
{
    ngx_table_elt_t                  *next;

#if (NGX_HTTP_RIVERTY_LINKED_HEADERS)
    ngx_table_elt_t                  *other;
    ngx_http_riverty_headers_walk_t   walk = { &head->list->part, 0 };

    next = h->next;

    while ((other = ngx_http_riverty_headers_next(&walk)) != NULL) {
        if (other->next == h) {
            other->next = next;
        }
    }
#else
    size_t             i, n;
    ngx_array_t       *array;
    ngx_table_elt_t  **elt;

    next = NULL;

    for (n = 0; n < NGX_HTTP_RIVERTY_HEAD_ARRAYS; n++) {

        array = head->arrays[n];

        if (array == NULL) {
            continue;
        }

        elt = array->elts;

        for (i = 0; i < array->nelts; /* void */ ) {

            if (elt[i] != h) {
                i++;
                continue;
            }

            array->nelts--;
            ngx_memmove(&elt[i], &elt[i + 1],
                        (array->nelts - i) * sizeof(ngx_table_elt_t *));
        }
    }
#endif

    ngx_http_riverty_headers_repoint(head->words, head->words_n, h, next);
}


/* Four words at a time: mostly none of them points there. */

static void
ngx_http_riverty_headers_repoint(void **words, size_t n, void *from, void *to)
{
    void  **end;

    for (end = words + n; words < end; words++) {

        while (end - words >= 4
               && words[0] != from && words[1] != from
               && words[2] != from && words[3] != from)
        {
            words += 4;
        }

        if (words < end && *words == from) {
            *words = to;
        }
    }
}


void
ngx_http_riverty_headers_look(ngx_http_request_t *r,
    const ngx_http_riverty_header_set_t *set, ngx_uint_t kinds,
    ngx_http_riverty_headers_seen_t *seen)
{
    ngx_uint_t                        kind, found;
    ngx_table_elt_t                  *h;
    ngx_http_riverty_headers_walk_t   walk = { &r->headers_in.headers.part, 0 };

    ngx_memzero(seen, sizeof(ngx_http_riverty_headers_seen_t));

    while ((h = ngx_http_riverty_headers_next(&walk)) != NULL) {

        found = ngx_http_riverty_header_kinds(set, &h->key, kinds);
        seen->kinds |= found;

        for ( /* void */ ; found; found &= found - 1) {

            kind = __builtin_ctzll(found);

            seen->first[kind] = seen->count[kind] ? seen->first[kind] : h;
            seen->count[kind]++;
        }
    }
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

        if (h->key.len == name->len
            && ngx_http_riverty_header_name_is(&h->key, name))
        {
            first = first ? first : h;
            (*count)++;
        }
    }

    return first;
}


ngx_table_elt_t *
ngx_http_riverty_header_shown(ngx_list_t *list, ngx_str_t *name)
{
    ngx_table_elt_t                  *h;
    ngx_http_riverty_headers_walk_t   walk = { &list->part, 0 };

    while ((h = ngx_http_riverty_headers_next(&walk)) != NULL) {

        if (h->hash != 0 && h->key.len == name->len
            && ngx_http_riverty_header_name_is(&h->key, name))
        {
            return h;
        }
    }

    return NULL;
}


ngx_int_t
ngx_http_riverty_headers_remove(ngx_http_request_t *r,
    const ngx_http_riverty_header_set_t *set, ngx_uint_t kinds)
{
    ngx_int_t                         rc;
    ngx_http_riverty_head_t           head;
    ngx_http_riverty_header_choice_t  choice;

    if (!ngx_http_riverty_headers_have(&r->headers_in.headers, set, kinds)) {
        return NGX_OK;
    }

    ngx_memzero(&head, sizeof(ngx_http_riverty_head_t));

    head.pool = r->pool;
    head.list = &r->headers_in.headers;

    /*
     * also those behind the list: $http_authorization, say, reads a pointer
     * there
     */

    head.words = (void **) (head.list + 1);
    head.words_n = (sizeof(ngx_http_headers_in_t) - sizeof(ngx_list_t))
                   / sizeof(void *);

#if !(NGX_HTTP_RIVERTY_LINKED_HEADERS)
    head.arrays[0] = &r->headers_in.cookies;
#if (NGX_HTTP_X_FORWARDED_FOR)
    head.arrays[1] = &r->headers_in.x_forwarded_for;
#endif
#endif

    choice.set = set;
    choice.kinds = kinds;

    rc = ngx_http_riverty_headers_unlink(&head, ngx_http_riverty_header_chosen,
                                         &choice);

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "riverty: request headers were removed: %d", rc == NGX_OK);

    return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


static ngx_uint_t
ngx_http_riverty_headers_have(ngx_list_t *list,
    const ngx_http_riverty_header_set_t *set, ngx_uint_t kinds)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &list->part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (ngx_http_riverty_header_kinds(set, &h[i].key, kinds)) {
                return 1;
            }
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_riverty_header_chosen(ngx_table_elt_t *h, void *data)
{
    ngx_http_riverty_header_choice_t  *choice = data;

    return ngx_http_riverty_header_kinds(choice->set, &h->key,
                                            choice->kinds)
           != 0;
}


ngx_int_t
ngx_http_riverty_header_add(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *lower, ngx_str_t *value)
{
    ngx_list_t       *headers;
    ngx_table_elt_t  *h;

    headers = &r->headers_in.headers;

    /* a request of HTTP/0.9 has no headers: nginx has not made a list */

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
