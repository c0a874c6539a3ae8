/*
 * What a path is, however it is spelled.  One spelling of a customers path is
 * served; any other path must be the same thing in all of its readings.
 *
 * Pure functions.  RFC 3986 defines the percent-encoding and dot segments.
 */

#include "ngx_http_riverty_path_parse.h"
#include "ngx_http_riverty_path_readings.h"
#include "contract/customer/customer_number.h"


static ngx_int_t ngx_http_riverty_path_plain(ngx_pool_t *pool,
    const riverty_contract_t *contract, ngx_str_t *prefix, ngx_str_t *path,
    ngx_str_t *version, ngx_str_t *number);
static u_char *ngx_http_riverty_path_expect(u_char *p, u_char *end,
    ngx_str_t *text);
static ngx_int_t ngx_http_riverty_path_customer_number(ngx_pool_t *pool,
    u_char *p, u_char *end, ngx_str_t *number);
static ngx_int_t ngx_http_riverty_path_other(ngx_pool_t *pool,
    ngx_str_t *path);


ngx_str_t  ngx_http_riverty_subscriptions = ngx_string("subscriptions");
ngx_str_t  ngx_http_riverty_customers = ngx_string("customers");


ngx_int_t
ngx_http_riverty_path_parse(ngx_pool_t *pool,
    const riverty_contract_t *contract, ngx_str_t *prefix, ngx_str_t *path,
    ngx_str_t *version, ngx_str_t *number)
{
    ngx_int_t  kind;

    kind = ngx_http_riverty_path_plain(pool, contract, prefix, path, version,
                                       number);

    if (kind != NGX_DECLINED) {
        return kind;
    }

    ngx_str_null(version);
    ngx_str_null(number);

    return ngx_http_riverty_path_other(pool, path);
}


/* PATH_COLLECTION, PATH_ITEM; NGX_DECLINED where it is neither, plainly. */

static ngx_int_t
ngx_http_riverty_path_plain(ngx_pool_t *pool,
    const riverty_contract_t *contract, ngx_str_t *prefix, ngx_str_t *path,
    ngx_str_t *version, ngx_str_t *number)
{
    u_char     *p, *end;
    ngx_int_t   rc;

    ngx_str_null(number);

    end = path->data + path->len;

    p = path->data;

    if (prefix->len) {
        p = ngx_http_riverty_path_expect(p, end, prefix);
    }

    p = ngx_http_riverty_path_collection(p, end, version);

    if (p == end) {
        return NGX_HTTP_RIVERTY_PATH_COLLECTION;
    }

    if (p == NULL || *p++ != '/') {
        return NGX_DECLINED;
    }

    rc = ngx_http_riverty_path_customer_number(pool, p, end, number);

    if (rc != NGX_OK) {
        return rc;
    }

    /*
     * a pattern of riverty_field may allow dots, but a path cannot end in them
     */

    return !ngx_http_riverty_dots(number->data, number->len)
           && riverty_customer_number_valid(contract,
                                            ngx_http_riverty_span(number))
           ? NGX_HTTP_RIVERTY_PATH_ITEM : NGX_DECLINED;
}


/*
 * The place behind text; NULL where p is NULL or something else stands there.
 */

static u_char *
ngx_http_riverty_path_expect(u_char *p, u_char *end, ngx_str_t *text)
{
    if (p == NULL
        || (size_t) (end - p) < text->len
        || ngx_memcmp(p, text->data, text->len) != 0)
    {
        return NULL;
    }

    return p + text->len;
}


u_char *
ngx_http_riverty_path_collection(u_char *p, u_char *end, ngx_str_t *version)
{
    static ngx_str_t  before = ngx_string("/subscriptions/");
    static ngx_str_t  behind = ngx_string("/customers");

    version->data = ngx_http_riverty_path_expect(p, end, &before);

    p = ngx_http_riverty_path_version(version->data, end);
    version->len = p ? p - version->data : 0;

    return ngx_http_riverty_path_expect(p, end, &behind);
}


u_char *
ngx_http_riverty_path_version(u_char *p, u_char *end)
{
    u_char  *digits;

    if (p == NULL || p == end || *p++ != 'v') {
        return NULL;
    }

    for (digits = p; p < end && ngx_http_riverty_digit(*p); p++) {
        /* void */
    }

    return p == digits ? NULL : p;
}


/*
 * Reads one segment of unreserved characters (RFC 3986, 2.3), which alone may
 * be percent-encoded.  NGX_DECLINED where it is not such a segment.
 */

static ngx_int_t
ngx_http_riverty_path_customer_number(ngx_pool_t *pool, u_char *p, u_char *end,
    ngx_str_t *number)
{
    u_char  *c;

    number->data = p;
    number->len = end - p;

    if (ngx_strlchr(p, end, '%') != NULL) {
        number->data = ngx_pnalloc(pool, number->len);
        if (number->data == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(number->data, p, number->len);
        number->len = ngx_http_riverty_percent_decode(number->data,
                                                      number->len);
    }

    for (c = number->data; c < number->data + number->len; c++) {
        if (!ngx_http_riverty_letter(*c) && !ngx_http_riverty_digit(*c)
            && *c != '-' && *c != '.' && *c != '_' && *c != '~')
        {
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


/* PATH_OTHER or PATH_MISSPELLED, for a path that is not plainly spelled. */

static ngx_int_t
ngx_http_riverty_path_other(ngx_pool_t *pool, ngx_str_t *path)
{
    u_char     *copy;
    ngx_int_t   rc;

    if (!ngx_http_riverty_path_certain(path)) {

        copy = ngx_pnalloc(pool, path->len);
        if (copy == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(copy, path->data, path->len);

        if (!ngx_http_riverty_path_names_customers(copy, path->len)) {
            return NGX_HTTP_RIVERTY_PATH_OTHER;
        }
    }

    rc = ngx_http_riverty_path_readings_agree(pool, path);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    return rc == NGX_OK ? NGX_HTTP_RIVERTY_PATH_OTHER
                        : NGX_HTTP_RIVERTY_PATH_MISSPELLED;
}


ngx_uint_t
ngx_http_riverty_path_certain(ngx_str_t *path)
{
    u_char  *p, *end, *segment;

    end = path->data + path->len;
    segment = NULL;

    for (p = path->data; p < end; p++) {

        switch (*p) {

        case '/':
            if (segment != NULL
                && (p == segment
                    || ngx_http_riverty_dots(segment, p - segment)))
            {
                return 0;
            }

            segment = p + 1;
            break;

        case '%':
        case '\\':
        case ';':
        case '?':
        case '#':
            return 0;

        default:
            break;
        }
    }

    return segment == NULL || !ngx_http_riverty_dots(segment, end - segment);
}


/*
 * A reading never joins bytes that stand on two sides of a slash, except by
 * decoding.  So what the whole path, decoded to its end, does not contain is
 * in none of its readings.
 */

ngx_uint_t
ngx_http_riverty_path_names_customers(u_char *data, size_t len)
{
    size_t     i, n;
    ngx_int_t  c;

    for (i = 0, n = 0; i < len; i++) {

        data[n++] = data[i];

        while (n > 2 && data[n - 3] == '%') {
            c = ngx_hextoi(&data[n - 2], 2);

            if (c == NGX_ERROR) {
                break;
            }

            n -= 2;
            data[n - 1] = (u_char) c;
        }
    }

    return ngx_strlcasestrn(data, data + n, ngx_http_riverty_customers.data,
                            ngx_http_riverty_customers.len - 1)
           != NULL;
}


ngx_uint_t
ngx_http_riverty_dots(u_char *p, size_t len)
{
    return (len == 1 && p[0] == '.')
           || (len == 2 && p[0] == '.' && p[1] == '.');
}


ngx_uint_t
ngx_http_riverty_segment_is(ngx_str_t *segment, ngx_str_t *word)
{
    return segment->len == word->len
           && (ngx_memcmp(segment->data, word->data, word->len) == 0
               || ngx_strncasecmp(segment->data, word->data, word->len) == 0);
}


size_t
ngx_http_riverty_percent_decode(u_char *data, size_t len)
{
    size_t     i, n;
    ngx_int_t  c;

    for (i = 0, n = 0; i < len; i++, n++) {

        data[n] = data[i];

        if (data[i] == '%' && len - i > 2) {
            c = ngx_hextoi(data + i + 1, 2);

            if (c != NGX_ERROR) {
                data[n] = (u_char) c;
                i += 2;
            }
        }
    }

    return n;
}


ngx_str_t
ngx_http_riverty_uri_path(ngx_str_t *uri)
{
    u_char     *query;
    ngx_str_t   path;

    path = *uri;

    /* nginx's parser gave up before the path: there is no address */

    query = uri->len ? memchr(uri->data, '?', uri->len) : NULL;

    if (query != NULL) {
        path.len = query - uri->data;
    }

    return path;
}
