/*
 * Paths: what a path is however it is spelled, and how a log may show it.
 * Pure functions; RFC 3986 for the percent-encoding and the dot segments.
 */

#include "ngx_http_riverty_path.h"
#include "contract/customer/customer_number.h"


/* Rounds of decoding that a spelling is followed through: %252F is two. */
#define NGX_HTTP_RIVERTY_DECODE_ROUNDS  2


static u_char *ngx_http_riverty_path_expect(u_char *p, u_char *end,
    ngx_str_t *text);
static u_char *ngx_http_riverty_path_version(u_char *p, u_char *end);
static ngx_int_t ngx_http_riverty_path_customer_number(ngx_pool_t *pool, u_char *p,
    u_char *end, ngx_str_t *number);
static ngx_uint_t ngx_http_riverty_path_tail(ngx_str_t *segments, u_char *p,
    u_char *end, ngx_uint_t resolve);
static ngx_str_t ngx_http_riverty_segment_plain(u_char *p, u_char *end);
static ngx_uint_t ngx_http_riverty_segment_is(ngx_str_t *segment,
    ngx_str_t *word);
static ngx_uint_t ngx_http_riverty_segment_letters(ngx_str_t *segment);
static ngx_uint_t ngx_http_riverty_segment_dots(ngx_str_t *segment);


static ngx_str_t  ngx_http_riverty_subscriptions = ngx_string("subscriptions");
static ngx_str_t  ngx_http_riverty_customers = ngx_string("customers");


ngx_int_t
ngx_http_riverty_path_parse(ngx_pool_t *pool,
    const riverty_contract_t *contract, ngx_str_t *prefix, ngx_str_t *path,
    ngx_str_t *version, ngx_str_t *number)
{
    u_char     *p, *end;
    ngx_int_t   rc;

    static ngx_str_t  slash = ngx_string("/");

    ngx_str_null(version);
    ngx_str_null(number);

    end = path->data + path->len;

    p = ngx_http_riverty_path_expect(path->data, end, prefix);
    p = ngx_http_riverty_path_expect(p, end, &slash);
    p = ngx_http_riverty_path_expect(p, end, &ngx_http_riverty_subscriptions);
    p = ngx_http_riverty_path_expect(p, end, &slash);

    version->data = p;
    p = ngx_http_riverty_path_version(p, end);
    version->len = p ? p - version->data : 0;

    p = ngx_http_riverty_path_expect(p, end, &slash);
    p = ngx_http_riverty_path_expect(p, end, &ngx_http_riverty_customers);

    if (p == end) {
        return NGX_HTTP_RIVERTY_PATH_COLLECTION;
    }

    p = ngx_http_riverty_path_expect(p, end, &slash);

    if (p != NULL) {
        rc = ngx_http_riverty_path_customer_number(pool, p, end, number);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_OK
            && riverty_customer_number_valid(contract, ngx_http_riverty_span(number)))
        {
            return NGX_HTTP_RIVERTY_PATH_ITEM;
        }
    }

    rc = ngx_http_riverty_path_resembles(pool, path);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    return rc ? NGX_HTTP_RIVERTY_PATH_MISSPELLED : NGX_HTTP_RIVERTY_PATH_OTHER;
}


/* The place behind text, NULL where p is NULL or something else stands there. */

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


static u_char *
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
 * One segment of unreserved characters (RFC 3986, 2.3), which alone may be
 * percent-encoded.  NGX_DECLINED where it is no such segment.
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


ngx_int_t
ngx_http_riverty_path_resembles(ngx_pool_t *pool, ngx_str_t *path)
{
    u_char      *copy;
    size_t       len, decoded, end, query, i, n;
    ngx_str_t   *segments;
    ngx_uint_t   round;

    len = path->len;

    copy = ngx_pnalloc(pool, len);
    if (copy == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(copy, path->data, len);

    segments = NULL;

    for (round = 0; /* void */ ; round++) {

        for (n = 1, i = 0; i < len; i++) {
            n += (copy[i] == '/' || copy[i] == '\\');
        }

        segments = ngx_palloc(pool, n * sizeof(ngx_str_t));
        if (segments == NULL) {
            return NGX_ERROR;
        }

        /* the API may resolve dot segments, or not: both readings count */

        for (end = len; /* void */ ; end = query) {

            if (ngx_http_riverty_path_tail(segments, copy, copy + end, 0)
                || ngx_http_riverty_path_tail(segments, copy, copy + end, 1))
            {
                return 1;
            }

            /* nor is it sure that a `?` or a `#` stays within its segment */

            for (query = 0; query < end; query++) {
                if (copy[query] == '?' || copy[query] == '#') {
                    break;
                }
            }

            if (query == end) {
                break;
            }
        }

        decoded = ngx_http_riverty_percent_decode(copy, len);

        if (decoded == len || round == NGX_HTTP_RIVERTY_DECODE_ROUNDS) {
            return 0;
        }

        len = decoded;
    }
}


static ngx_uint_t
ngx_http_riverty_path_tail(ngx_str_t *segments, u_char *p, u_char *end,
    ngx_uint_t resolve)
{
    u_char      *start;
    ngx_str_t    segment;
    ngx_uint_t   n, i;

    n = 0;

    while (p < end) {

        for (start = p; p < end && *p != '/' && *p != '\\'; p++) {
            /* void */
        }

        segment = ngx_http_riverty_segment_plain(start, p);

        if (p < end) {
            p++;
        }

        if (segment.len == 0
            || (resolve && segment.len == 1 && segment.data[0] == '.'))
        {
            continue;
        }

        if (resolve && segment.len == 2
            && segment.data[0] == '.' && segment.data[1] == '.')
        {
            n -= (n != 0);
            continue;
        }

        segments[n++] = segment;
    }

    for (i = 3; i <= 4 && i <= n; i++) {
        if (ngx_http_riverty_segment_is(&segments[n - i],
                                        &ngx_http_riverty_subscriptions)
            && ngx_http_riverty_segment_is(&segments[n - i + 2],
                                           &ngx_http_riverty_customers))
        {
            return 1;
        }
    }

    return 0;
}


/* A segment without what stands behind `;`, `?` or `#`. */

static ngx_str_t
ngx_http_riverty_segment_plain(u_char *p, u_char *end)
{
    u_char     *c;
    ngx_str_t   segment;

    for (c = p; c < end && *c != ';' && *c != '?' && *c != '#'; c++) {
        /* void */
    }

    segment.data = p;
    segment.len = c - p;

    return segment;
}


static ngx_uint_t
ngx_http_riverty_segment_is(ngx_str_t *segment, ngx_str_t *word)
{
    return segment->len == word->len
           && ngx_strncasecmp(segment->data, word->data, word->len) == 0;
}


static ngx_uint_t
ngx_http_riverty_segment_letters(ngx_str_t *segment)
{
    size_t  i;

    for (i = 0; i < segment->len; i++) {
        if (!ngx_http_riverty_letter(segment->data[i])) {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
ngx_http_riverty_segment_dots(ngx_str_t *segment)
{
    return segment->len <= 2
           && ngx_strncmp(segment->data, "..", segment->len) == 0;
}


ngx_int_t
ngx_http_riverty_path_redact(ngx_pool_t *pool, const riverty_pseudonym_key_t *key,
    ngx_str_t *path, ngx_str_t *safe, ngx_str_t *customer_pseudonym)
{
    u_char      *p, *end, *start, *last, *copy;
    size_t       len;
    ngx_int_t    rc;
    ngx_str_t    raw, segment;
    ngx_uint_t   tokens, number, below, hide, customers_path;

    ngx_str_null(customer_pseudonym);

    rc = ngx_http_riverty_path_resembles(pool, path);
    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    customers_path = rc;

    copy = ngx_pnalloc(pool, path->len);
    safe->data = ngx_pnalloc(pool, path->len
                             + NGX_HTTP_RIVERTY_PATH_PSEUDONYMS
                               * (RIVERTY_PSEUDONYM_MAX + 2) + sizeof("/..."));

    if (copy == NULL || safe->data == NULL) {
        return NGX_ERROR;
    }

    last = safe->data;
    end = path->data + path->len;
    tokens = 0;
    number = 0;
    below = 0;

    for (p = path->data; p < end; /* void */ ) {

        if (*p == '/') {
            *last++ = *p++;
            continue;
        }

        for (start = p; p < end && *p != '/'; p++) { /* void */ }

        raw.data = start;
        raw.len = p - start;

        /* decoded and cut, so that no spelling of "customers" hides a number */

        ngx_memcpy(copy, raw.data, raw.len);
        len = ngx_http_riverty_percent_decode(copy, raw.len);
        segment = ngx_http_riverty_segment_plain(copy, copy + len);

        if (ngx_http_riverty_segment_dots(&segment)) {
            last = ngx_cpymem(last, raw.data, raw.len);
            continue;
        }

        hide = number || (customers_path && below);

        if (!number
            && (ngx_http_riverty_segment_is(&raw,
                                            &ngx_http_riverty_subscriptions)
                || ngx_http_riverty_segment_is(&raw,
                                               &ngx_http_riverty_customers)
                || ngx_http_riverty_path_version(start, p) == p
                || (ngx_http_riverty_segment_letters(&raw) && !hide)))
        {
            last = ngx_cpymem(last, raw.data, raw.len);

        } else if (tokens++ == NGX_HTTP_RIVERTY_PATH_PSEUDONYMS) {
            last = ngx_cpymem(last, "...", 3);
            break;

        } else {
            *last++ = '{';
            start = last;

            if (key != NULL) {
                last += riverty_pseudonym(key, hide
                                      ? riverty_span(RIVERTY_DOMAIN_CUSTOMER)
                                      : riverty_span("path"),
                                      (riverty_span_t) { copy, len }, last);
            }

            if (last == start) {
                *last++ = '-';

            } else if (number) {
                customer_pseudonym->data = start;
                customer_pseudonym->len = last - start;
            }

            *last++ = '}';
        }

        below |= ngx_http_riverty_segment_is(&segment,
                                             &ngx_http_riverty_subscriptions);
        number = ngx_http_riverty_segment_is(&segment,
                                             &ngx_http_riverty_customers);
    }

    safe->len = last - safe->data;

    return NGX_OK;
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

    query = ngx_strlchr(uri->data, uri->data + uri->len, '?');
    if (query != NULL) {
        path.len = query - uri->data;
    }

    return path;
}
