/*
 * The set of header names of a location.  It is made with the configuration.
 */

#include "ngx_http_riverty_header_set.h"
#include "ngx_http_riverty_names.h"


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
static ngx_uint_t ngx_http_riverty_header_row_is(
    ngx_http_riverty_header_row_t *row, ngx_str_t *name);
static u_char ngx_http_riverty_header_byte(u_char c);


ngx_int_t
ngx_http_riverty_headers_conf(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *prev, ngx_http_riverty_loc_conf_t *conf)
{
    ngx_http_riverty_header_set_t  *set;

    if (prev->headers != NULL && prev->strip == conf->strip
        && prev->token_header_lower.data == conf->token_header_lower.data
        && prev->key_header_lower.data == conf->key_header_lower.data)
    {
        conf->headers = prev->headers;
        return NGX_OK;
    }

    set = ngx_pcalloc(cf->pool, sizeof(ngx_http_riverty_header_set_t));

    if (set == NULL
        || ngx_array_init(&set->rows, cf->pool, 24,
                          sizeof(ngx_http_riverty_header_row_t))
           != NGX_OK)
    {
        return NGX_ERROR;
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
          ngx_string("transfer-encoding") },
        { NGX_HTTP_RIVERTY_HEADER_TRACEPARENT, ngx_string("traceparent") },
        { NGX_HTTP_RIVERTY_HEADER_TRACESTATE, ngx_string("tracestate") }
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
    u_char                         *lower, *cases;
    ngx_http_riverty_header_row_t  *row;

    row = set->rows.elts;

    for (i = 0; i < set->rows.nelts; i++) {
        if (ngx_http_riverty_header_name_is(&row[i].name, name)) {
            return &row[i];
        }
    }

    row = ngx_array_push(&set->rows);
    lower = ngx_pnalloc(set->rows.pool, 2 * name->len);

    if (row == NULL || lower == NULL) {
        return NULL;
    }

    cases = lower + name->len;

    for (i = 0; i < name->len; i++) {
        lower[i] = ngx_http_riverty_header_byte(name->data[i]);
        cases[i] = lower[i] ^ ngx_toupper(lower[i]);
    }

    row->name.data = lower;
    row->name.len = name->len;
    row->cases = cases;
    row->kinds = 0;

    /* "-" stands for "_", too, the only pair with different bits */

    row->starts = ngx_http_riverty_header_start(lower[0])
                  | (lower[0] == '-' ? ngx_http_riverty_header_start('_') : 0);

    return row;
}


static void
ngx_http_riverty_header_set_index(ngx_http_riverty_header_set_t *set)
{
    ngx_uint_t                        i;
    ngx_http_riverty_header_row_t    *row;
    ngx_http_riverty_header_place_t  *place;

    row = set->rows.elts;

    ngx_sort(row, set->rows.nelts, sizeof(ngx_http_riverty_header_row_t),
             ngx_http_riverty_header_rows_compare);

    for (i = 0; i < set->rows.nelts; i++, row++) {

        place = &set->places[ngx_http_riverty_header_place(row->name.len)];

        if (place->first == NULL) {
            place->first = row;
        }

        place->end = row + 1;
        place->kinds |= row->kinds;
        place->starts |= row->starts;
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


ngx_uint_t
ngx_http_riverty_header_row_kinds(
    const ngx_http_riverty_header_place_t *place, ngx_str_t *name,
    ngx_uint_t kinds)
{
    uint32_t                        start;
    ngx_http_riverty_header_row_t  *row;

    start = ngx_http_riverty_header_start(name->data[0]);

    for (row = place->first; row < place->end; row++) {
        if ((row->kinds & kinds)
            && (row->starts & start)
            && row->name.len == name->len
            && ngx_http_riverty_header_row_is(row, name))
        {
            return row->kinds;
        }
    }

    return 0;
}


/*
 * A name as long as the row's.  Eight bytes are compared at a time; the last
 * eight may have some of those before.
 */

static ngx_uint_t
ngx_http_riverty_header_row_is(ngx_http_riverty_header_row_t *row,
    ngx_str_t *name)
{
    size_t    i, last;
    uint64_t  came, lower, cases;

    if (name->len < 8) {
        return ngx_http_riverty_header_name_is(name, &row->name);
    }

    last = name->len - 8;

    for (i = 0; /* void */ ; i += 8) {

        i = ngx_min(i, last);

        ngx_memcpy(&came, name->data + i, 8);
        ngx_memcpy(&lower, row->name.data + i, 8);
        ngx_memcpy(&cases, row->cases + i, 8);

        if ((came ^ lower) & ~cases) {

            /* it may have "_" */

            return ngx_http_riverty_header_name_is(name, &row->name);
        }

        if (i == last) {
            return 1;
        }
    }
}


ngx_uint_t
ngx_http_riverty_header_name_is(ngx_str_t *name, ngx_str_t *other)
{
    size_t  i;

    if (name->len != other->len) {
        return 0;
    }

    for (i = 0; i < name->len; i++) {
        if (ngx_http_riverty_header_byte(name->data[i])
            != ngx_http_riverty_header_byte(other->data[i]))
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
