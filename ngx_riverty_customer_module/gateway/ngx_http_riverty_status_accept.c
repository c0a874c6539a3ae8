/*
 * The client's Accept (RFC 9110, 12.5.1).  Versions of a format that is not
 * written here count as another format: Prometheus names several.
 */

#include "ngx_http_riverty_status_accept.h"


typedef struct {
    ngx_str_t   type;
    ngx_str_t   version;       /* empty: the type has none */
    ngx_uint_t  format;
} ngx_http_riverty_status_type_t;


static ngx_uint_t ngx_http_riverty_status_wanted(ngx_http_request_t *r);
static ngx_uint_t ngx_http_riverty_status_range(ngx_str_t *range,
    ngx_uint_t *quality);
static ngx_str_t ngx_http_riverty_status_next(ngx_str_t *list,
    u_char separator);
static ngx_uint_t ngx_http_riverty_status_quality(ngx_str_t *value);
static ngx_uint_t ngx_http_riverty_status_is(ngx_str_t *text, ngx_str_t *word);


static ngx_http_riverty_status_type_t  ngx_http_riverty_status_types[] = {
    { ngx_string("text/html"), ngx_null_string, NGX_HTTP_RIVERTY_STATUS_HTML },
    { ngx_string("application/json"), ngx_null_string,
      NGX_HTTP_RIVERTY_STATUS_JSON },
    { ngx_string("application/openmetrics-text"), ngx_string("1.0.0"),
      NGX_HTTP_RIVERTY_STATUS_OPENMETRICS },
    { ngx_string("text/plain"), ngx_string("0.0.4"),
      NGX_HTTP_RIVERTY_STATUS_PROMETHEUS },
    { ngx_string("*/*"), ngx_null_string, NGX_HTTP_RIVERTY_STATUS_PROMETHEUS },
    { ngx_null_string, ngx_null_string, 0 }
};


ngx_uint_t
ngx_http_riverty_status_accept(ngx_http_request_t *r, ngx_uint_t said)
{
    ngx_uint_t  wanted;

    wanted = ngx_http_riverty_status_wanted(r);

    switch (said) {

    case NGX_HTTP_RIVERTY_STATUS_ANY:
        return wanted;

    case NGX_HTTP_RIVERTY_STATUS_HTML:

        /* the page's own script asks for it */

        return wanted == NGX_HTTP_RIVERTY_STATUS_JSON ? wanted : said;

    case NGX_HTTP_RIVERTY_STATUS_PROMETHEUS:
        return wanted == NGX_HTTP_RIVERTY_STATUS_OPENMETRICS ? wanted : said;

    default:
        return said;
    }
}


/* The best of what the headers name; of two that are as good the first. */

static ngx_uint_t
ngx_http_riverty_status_wanted(ngx_http_request_t *r)
{
    ngx_str_t         list, range;
    ngx_uint_t        i, format, wanted, quality, best;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    static ngx_str_t  accept = ngx_string("accept");

    wanted = NGX_HTTP_RIVERTY_STATUS_PROMETHEUS;
    best = 0;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (!ngx_http_riverty_status_is(&h[i].key, &accept)) {
                continue;
            }

            list = h[i].value;

            while (list.len) {
                range = ngx_http_riverty_status_next(&list, ',');
                format = ngx_http_riverty_status_range(&range, &quality);

                if (format && quality > best) {
                    best = quality;
                    wanted = format;
                }
            }
        }
    }

    return wanted;
}


/* The format of a media range, or 0; its quality in thousandths. */

static ngx_uint_t
ngx_http_riverty_status_range(ngx_str_t *range, ngx_uint_t *quality)
{
    ngx_str_t                        type, parameter, name, version;
    ngx_http_riverty_status_type_t  *known;

    static ngx_str_t  q = ngx_string("q");
    static ngx_str_t  version_word = ngx_string("version");

    *quality = 1000;
    ngx_str_null(&version);

    type = ngx_http_riverty_status_next(range, ';');

    while (range->len) {
        parameter = ngx_http_riverty_status_next(range, ';');
        name = ngx_http_riverty_status_next(&parameter, '=');

        if (ngx_http_riverty_status_is(&name, &q)) {
            *quality = ngx_http_riverty_status_quality(&parameter);

        } else if (ngx_http_riverty_status_is(&name, &version_word)) {
            version = ngx_http_riverty_status_next(&parameter, '\0');
        }
    }

    for (known = ngx_http_riverty_status_types; known->type.len; known++) {

        if (ngx_http_riverty_status_is(&type, &known->type)
            && (version.len == 0
                || ngx_http_riverty_status_is(&version, &known->version)))
        {
            return known->format;
        }
    }

    return 0;
}


/* What stands before the separator, trimmed; list becomes what is behind. */

static ngx_str_t
ngx_http_riverty_status_next(ngx_str_t *list, u_char separator)
{
    u_char     *p, *end;
    ngx_str_t   item;

    end = list->data + list->len;
    p = ngx_strlchr(list->data, end, separator);

    item.data = list->data;
    item.len = (p ? p : end) - list->data;

    list->data = p ? p + 1 : end;
    list->len = end - list->data;

    while (item.len && (*item.data == ' ' || *item.data == '\t')) {
        item.data++;
        item.len--;
    }

    while (item.len && (item.data[item.len - 1] == ' '
                        || item.data[item.len - 1] == '\t'))
    {
        item.len--;
    }

    return item;
}


/* 0 to 1 with at most three digits behind the point; else as if it were 0. */

static ngx_uint_t
ngx_http_riverty_status_quality(ngx_str_t *value)
{
    ngx_int_t  quality;
    ngx_str_t  number;

    number = ngx_http_riverty_status_next(value, '\0');
    quality = ngx_atofp(number.data, number.len, 3);

    return quality == NGX_ERROR || quality > 1000 ? 0 : quality;
}


static ngx_uint_t
ngx_http_riverty_status_is(ngx_str_t *text, ngx_str_t *word)
{
    return text->len == word->len
           && ngx_strncasecmp(text->data, word->data, word->len) == 0;
}
