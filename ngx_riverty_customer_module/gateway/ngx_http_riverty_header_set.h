/*
 * The header names that a location looks for, and the kinds of each.
 */
#ifndef NGX_HTTP_RIVERTY_HEADER_SET_H
#define NGX_HTTP_RIVERTY_HEADER_SET_H

#include "ngx_http_riverty.h"


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
    NGX_HTTP_RIVERTY_HEADER_TRACEPARENT,
    NGX_HTTP_RIVERTY_HEADER_TRACESTATE,
    NGX_HTTP_RIVERTY_HEADER_KINDS
} ngx_http_riverty_header_kind_t;

#define ngx_http_riverty_header_bit(kind)                                     \
    ((ngx_uint_t) 1 << NGX_HTTP_RIVERTY_HEADER_##kind)


/* Longer names share the last place. */
#define NGX_HTTP_RIVERTY_HEADER_LENGTHS  64


/*
 * A name, in lower case with "-" for "_", and a bit for each kind of it.  Of
 * each byte cases has the bit that makes a letter of it another case.  starts
 * has a bit for each way to write the first byte: a name that begins otherwise
 * is not compared.
 */
typedef struct {
    ngx_str_t   name;
    u_char     *cases;
    ngx_uint_t  kinds;
    uint32_t    starts;
} ngx_http_riverty_header_row_t;

/* The names of a length; kinds and starts are those of all of them. */
typedef struct {
    ngx_http_riverty_header_row_t  *first;
    ngx_http_riverty_header_row_t  *end;
    ngx_uint_t                      kinds;
    uint32_t                        starts;
} ngx_http_riverty_header_place_t;

/* The rows stand by the length of their names. */
struct ngx_http_riverty_header_set_s {
    ngx_array_t                      rows;
    ngx_http_riverty_header_place_t  places[NGX_HTTP_RIVERTY_HEADER_LENGTHS];
};


/*
 * Configuration: makes the set of a location from the names that it configures,
 * or takes that of prev, the outer one, where both configure the same.
 */
ngx_int_t ngx_http_riverty_headers_conf(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *prev, ngx_http_riverty_loc_conf_t *conf);

/* Are these one name?  Case does not count, "_" counts as "-". */
ngx_uint_t ngx_http_riverty_header_name_is(ngx_str_t *name, ngx_str_t *other);

/* The kinds of name, which is of this length, as below. */
ngx_uint_t ngx_http_riverty_header_row_kinds(
    const ngx_http_riverty_header_place_t *place, ngx_str_t *name,
    ngx_uint_t kinds);


/* The same bit for both cases of a letter. */
static ngx_inline uint32_t
ngx_http_riverty_header_start(u_char c)
{
    return (uint32_t) 1 << (c & 31);
}


/* Where the names of a length are. */
static ngx_inline ngx_uint_t
ngx_http_riverty_header_place(size_t len)
{
    return ngx_min(len, (size_t) NGX_HTTP_RIVERTY_HEADER_LENGTHS - 1);
}


/*
 * A bit for each kind that has this name, in whatever case, 0 where none has
 * it.  Names that have none of the kinds asked for (bits) are not compared.
 * Inline: most names end here.
 */
static ngx_inline ngx_uint_t
ngx_http_riverty_header_kinds(const ngx_http_riverty_header_set_t *set,
    ngx_str_t *name, ngx_uint_t kinds)
{
    const ngx_http_riverty_header_place_t  *place;

    place = &set->places[ngx_http_riverty_header_place(name->len)];

    if ((place->kinds & kinds) == 0
        || !(place->starts & ngx_http_riverty_header_start(name->data[0])))
    {
        return 0;
    }

    return ngx_http_riverty_header_row_kinds(place, name, kinds);
}

#endif
