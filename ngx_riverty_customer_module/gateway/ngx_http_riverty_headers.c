/*
 * Lists of headers: finding headers and removing them.  hash = 0 would hide a
 * header from $http_* only: proxy forwards it all the same.
 *
 * No element moves, because other modules hold pointers to those that stay.  A
 * part of the list is cut in two where an element of its middle is removed.
 */

#include "ngx_http_riverty_headers.h"
#include "ngx_http_riverty_names.h"


/* Longer names share the last place of the index. */
#define NGX_HTTP_RIVERTY_HEADER_LENGTHS  64


/* A name, in lower case with "-" for "_", and a bit for each kind of it. */

typedef struct {
    ngx_str_t   name;
    ngx_uint_t  kinds;
} ngx_http_riverty_header_row_t;


/*
 * The rows stand by the length of their names, and index says where those of a
 * length begin.  A byte of a name counts as byte says.
 */

struct ngx_http_riverty_header_set_s {
    ngx_array_t  rows;
    ngx_uint_t   index[NGX_HTTP_RIVERTY_HEADER_LENGTHS + 1];
    u_char       byte[256];
};


typedef struct {
    const ngx_http_riverty_header_set_t  *set;
    ngx_uint_t                            kinds;
} ngx_http_riverty_header_choice_t;


static ngx_int_t ngx_http_riverty_headers_cut(ngx_http_riverty_head_t *head,
    ngx_list_part_t *part, ngx_uint_t i);
static ngx_int_t ngx_http_riverty_headers_mend(ngx_http_riverty_head_t *head);
static void ngx_http_riverty_headers_forget(ngx_http_riverty_head_t *head,
    ngx_table_elt_t *h);
static ngx_uint_t ngx_http_riverty_header_chosen(ngx_table_elt_t *h,
    void *data);
static ngx_int_t ngx_http_riverty_header_set_fill(
    ngx_http_riverty_header_set_t *set, ngx_http_riverty_loc_conf_t *conf);
static ngx_int_t ngx_http_riverty_header_set_add_known(
    ngx_http_riverty_header_set_t *set);
static ngx_int_t ngx_http_riverty_header_set_add(
    ngx_http_riverty_header_set_t *set, ngx_http_riverty_header_kind_t kind,
    ngx_str_t *names, ngx_uint_t n);
static ngx_http_riverty_header_row_t *ngx_http_riverty_header_set_row(
    ngx_http_riverty_header_set_t *set, ngx_str_t *name);
static void ngx_http_riverty_header_set_index(
    ngx_http_riverty_header_set_t *set);
static ngx_int_t ngx_http_riverty_header_rows_compare(const void *one,
    const void *two);
static ngx_uint_t ngx_http_riverty_header_place(size_t len);
static ngx_uint_t ngx_http_riverty_header_row_is(
    const ngx_http_riverty_header_set_t *set,
    ngx_http_riverty_header_row_t *row, ngx_str_t *name);
static ngx_uint_t ngx_http_riverty_header_name_is(ngx_str_t *name,
    ngx_str_t *lower);
static u_char ngx_http_riverty_header_byte(u_char c);


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
    size_t                            i;
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
    size_t             n;
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

    for (i = 0; i < head->words_n; i++) {
        if (head->words[i] == (void *) h) {
            head->words[i] = next;
        }
    }
}


ngx_int_t
ngx_http_riverty_headers_conf(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *prev, ngx_http_riverty_loc_conf_t *conf)
{
    ngx_uint_t                      i;
    ngx_http_riverty_header_set_t  *set;

    if (prev->headers != NULL && prev->strip == conf->strip
        && prev->token_header_lower.data == conf->token_header_lower.data
        && prev->key_header_lower.data == conf->key_header_lower.data)
    {
        conf->headers = prev->headers;
        return NGX_OK;
    }

    set = ngx_palloc(cf->pool, sizeof(ngx_http_riverty_header_set_t));

    if (set == NULL
        || ngx_array_init(&set->rows, cf->pool, 24,
                          sizeof(ngx_http_riverty_header_row_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < 256; i++) {
        set->byte[i] = ngx_http_riverty_header_byte((u_char) i);
    }

    if (ngx_http_riverty_header_set_fill(set, conf) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_riverty_header_set_index(set);
    conf->headers = set;

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_header_set_fill(ngx_http_riverty_header_set_t *set,
    ngx_http_riverty_loc_conf_t *conf)
{
    ngx_uint_t  i;

    struct {
        ngx_http_riverty_header_kind_t   kind;
        ngx_str_t                       *names;
        ngx_uint_t                       n;
    }  configured[] = {
        { NGX_HTTP_RIVERTY_HEADER_TOKEN, &conf->token_header_lower, 1 },
        { NGX_HTTP_RIVERTY_HEADER_KEY, &conf->key_header_lower, 1 },
        { NGX_HTTP_RIVERTY_HEADER_KEY, ngx_http_riverty_key_headers,
          NGX_HTTP_RIVERTY_KEY_HEADERS },
        { NGX_HTTP_RIVERTY_HEADER_STRIPPED, ngx_http_riverty_steering_headers,
          NGX_HTTP_RIVERTY_STEERING_HEADERS },
        { NGX_HTTP_RIVERTY_HEADER_STRIPPED,
          conf->strip ? conf->strip->elts : NULL,
          conf->strip ? conf->strip->nelts : 0 }
    };

    for (i = 0; i < sizeof(configured) / sizeof(configured[0]); i++) {
        if (ngx_http_riverty_header_set_add(set, configured[i].kind,
                                            configured[i].names,
                                            configured[i].n)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return ngx_http_riverty_header_set_add_known(set);
}


/* The kinds that have one name each. */

static ngx_int_t
ngx_http_riverty_header_set_add_known(ngx_http_riverty_header_set_t *set)
{
    ngx_uint_t  i;

    static struct {
        ngx_http_riverty_header_kind_t  kind;
        ngx_str_t                       name;
    }  known[] = {
        { NGX_HTTP_RIVERTY_HEADER_REQUEST_ID, ngx_string("x-request-id") },
        { NGX_HTTP_RIVERTY_HEADER_ACCEPT_ENCODING,
          ngx_string("accept-encoding") },
        { NGX_HTTP_RIVERTY_HEADER_REFERER, ngx_string("referer") },
        { NGX_HTTP_RIVERTY_HEADER_AUTHORIZATION,
          ngx_string("authorization") },
        { NGX_HTTP_RIVERTY_HEADER_CONTENT_TYPE, ngx_string("content-type") },
        { NGX_HTTP_RIVERTY_HEADER_CONTENT_ENCODING,
          ngx_string("content-encoding") },
        { NGX_HTTP_RIVERTY_HEADER_CONTENT_LENGTH,
          ngx_string("content-length") },
        { NGX_HTTP_RIVERTY_HEADER_TRANSFER_ENCODING,
          ngx_string("transfer-encoding") }
    };

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (ngx_http_riverty_header_set_add(set, known[i].kind, &known[i].name,
                                            1)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_header_set_add(ngx_http_riverty_header_set_t *set,
    ngx_http_riverty_header_kind_t kind, ngx_str_t *names, ngx_uint_t n)
{
    ngx_uint_t                      i;
    ngx_http_riverty_header_row_t  *row;

    for (i = 0; i < n; i++) {

        row = ngx_http_riverty_header_set_row(set, &names[i]);
        if (row == NULL) {
            return NGX_ERROR;
        }

        row->kinds |= (ngx_uint_t) 1 << kind;
    }

    return NGX_OK;
}


/* A name may be of several kinds: it has one row. */

static ngx_http_riverty_header_row_t *
ngx_http_riverty_header_set_row(ngx_http_riverty_header_set_t *set,
    ngx_str_t *name)
{
    size_t                          i;
    u_char                         *lower;
    ngx_http_riverty_header_row_t  *row;

    row = set->rows.elts;

    for (i = 0; i < set->rows.nelts; i++) {
        if (ngx_http_riverty_header_row_is(set, &row[i], name)) {
            return &row[i];
        }
    }

    row = ngx_array_push(&set->rows);
    lower = ngx_pnalloc(set->rows.pool, name->len);

    if (row == NULL || lower == NULL) {
        return NULL;
    }

    for (i = 0; i < name->len; i++) {
        lower[i] = set->byte[name->data[i]];
    }

    row->name.data = lower;
    row->name.len = name->len;
    row->kinds = 0;

    return row;
}


static void
ngx_http_riverty_header_set_index(ngx_http_riverty_header_set_t *set)
{
    ngx_uint_t                      i, len;
    ngx_http_riverty_header_row_t  *row;

    row = set->rows.elts;

    ngx_sort(row, set->rows.nelts, sizeof(ngx_http_riverty_header_row_t),
             ngx_http_riverty_header_rows_compare);

    for (i = 0, len = 0; len <= NGX_HTTP_RIVERTY_HEADER_LENGTHS; len++) {

        while (i < set->rows.nelts
               && ngx_http_riverty_header_place(row[i].name.len) < len)
        {
            i++;
        }

        set->index[len] = i;
    }
}


static ngx_int_t
ngx_http_riverty_header_rows_compare(const void *one, const void *two)
{
    const ngx_http_riverty_header_row_t  *first = one;
    const ngx_http_riverty_header_row_t  *second = two;

    return (ngx_int_t) ngx_http_riverty_header_place(first->name.len)
           - (ngx_int_t) ngx_http_riverty_header_place(second->name.len);
}


/* Where in the index the names of a length are. */

static ngx_uint_t
ngx_http_riverty_header_place(size_t len)
{
    return ngx_min(len, (size_t) NGX_HTTP_RIVERTY_HEADER_LENGTHS - 1);
}


ngx_uint_t
ngx_http_riverty_header_kinds(const ngx_http_riverty_header_set_t *set,
    ngx_str_t *name, ngx_uint_t kinds)
{
    ngx_uint_t                      place;
    ngx_http_riverty_header_row_t  *row, *end;

    place = ngx_http_riverty_header_place(name->len);

    row = set->rows.elts;
    end = row + set->index[place + 1];

    for (row += set->index[place]; row < end; row++) {
        if ((row->kinds & kinds)
            && ngx_http_riverty_header_row_is(set, row, name))
        {
            return row->kinds;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_riverty_header_row_is(const ngx_http_riverty_header_set_t *set,
    ngx_http_riverty_header_row_t *row, ngx_str_t *name)
{
    size_t  i;

    if (name->len != row->name.len) {
        return 0;
    }

    for (i = 0; i < name->len; i++) {
        if (set->byte[name->data[i]] != row->name.data[i]) {
            return 0;
        }
    }

    return 1;
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

        for (kind = 0; found; kind++, found >>= 1) {

            if (found & 1) {
                seen->first[kind] = seen->count[kind] ? seen->first[kind] : h;
                seen->count[kind]++;
            }
        }
    }
}


static ngx_uint_t
ngx_http_riverty_header_name_is(ngx_str_t *name, ngx_str_t *lower)
{
    size_t  i;

    if (name->len != lower->len) {
        return 0;
    }

    for (i = 0; i < name->len; i++) {
        if (ngx_http_riverty_header_byte(name->data[i])
            != ngx_http_riverty_header_byte(lower->data[i]))
        {
            return 0;
        }
    }

    return 1;
}


static u_char
ngx_http_riverty_header_byte(u_char c)
{
    return c == '_' ? '-' : ngx_tolower(c);
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

        if (ngx_http_riverty_header_name_is(&h->key, name)) {
            first = first ? first : h;
            (*count)++;
        }
    }

    return first;
}


ngx_int_t
ngx_http_riverty_headers_remove(ngx_http_request_t *r,
    const ngx_http_riverty_header_set_t *set, ngx_uint_t kinds)
{
    ngx_int_t                         rc;
    ngx_http_riverty_head_t           head;
    ngx_http_riverty_header_choice_t  choice;

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
ngx_http_riverty_header_chosen(ngx_table_elt_t *h, void *data)
{
    ngx_http_riverty_header_choice_t  *choice = data;

    return ngx_http_riverty_header_kinds(choice->set, &h->key, choice->kinds)
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
