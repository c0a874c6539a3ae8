/*
 * A path as a log may show it, by an allow-list.  A segment is shown where all
 * of its bytes, as they came, may be shown and no reading of the path makes it
 * a customer number; any other segment becomes a pseudonym.
 */

#include "ngx_http_riverty_path_redact.h"
#include "ngx_http_riverty_path_parse.h"


typedef struct {
    const riverty_pseudonym_key_t  *key;
    u_char                         *copy;       /* of a segment, to decode */
    u_char                         *last;       /* of what is written */
    ngx_str_t                       segment;    /* as it came */
    ngx_str_t                       before;     /* the segment before it */
    ngx_uint_t                      certain;    /* the path has one reading */
    ngx_uint_t                      behind;     /* a "customers" may precede */
    ngx_uint_t                      pseudonyms;
} ngx_http_riverty_redaction_t;


static ngx_uint_t ngx_http_riverty_redact_shows(
    ngx_http_riverty_redaction_t *redaction);
static ngx_uint_t ngx_http_riverty_redact_may_be_number(
    ngx_http_riverty_redaction_t *redaction);
static ngx_uint_t ngx_http_riverty_redact_is_number(
    ngx_http_riverty_redaction_t *redaction);
static ngx_uint_t ngx_http_riverty_redact_is_word(
    ngx_http_riverty_redaction_t *redaction);
static ngx_uint_t ngx_http_riverty_redact_is_version(
    ngx_http_riverty_redaction_t *redaction);
static ngx_uint_t ngx_http_riverty_redact_is_letters(ngx_str_t *segment);
static ngx_uint_t ngx_http_riverty_redact_is_dots(ngx_str_t *segment);
static ngx_uint_t ngx_http_riverty_redact_names_customers(
    ngx_http_riverty_redaction_t *redaction);
static ngx_str_t ngx_http_riverty_redact_hide(
    ngx_http_riverty_redaction_t *redaction);


ngx_int_t
ngx_http_riverty_path_redact(ngx_pool_t *pool,
    const riverty_pseudonym_key_t *key, ngx_str_t *path, ngx_str_t *safe,
    ngx_str_t *customer_pseudonym)
{
    u_char                        *p, *end;
    ngx_str_t                      pseudonym, version;
    ngx_http_riverty_redaction_t   redaction;

    ngx_str_null(customer_pseudonym);

    end = path->data + path->len;

    if (ngx_http_riverty_path_collection(path->data, end, &version) == end) {

        /* the path of a create: what follows would show all of it */

        safe->len = path->len;
        safe->data = ngx_pstrdup(pool, path);

        return safe->data ? NGX_OK : NGX_ERROR;
    }

    ngx_memzero(&redaction, sizeof(ngx_http_riverty_redaction_t));

    redaction.copy = ngx_pnalloc(pool, path->len);
    safe->data = ngx_pnalloc(pool, path->len
                             + NGX_HTTP_RIVERTY_PATH_PSEUDONYMS
                               * (RIVERTY_PSEUDONYM_MAX + 2) + sizeof("..."));

    if (redaction.copy == NULL || safe->data == NULL) {
        return NGX_ERROR;
    }

    redaction.key = key;
    redaction.last = safe->data;
    redaction.certain = ngx_http_riverty_path_certain(path);

    for (p = path->data; p < end; /* void */ ) {

        if (*p == '/') {
            *redaction.last++ = *p++;
            continue;
        }

        redaction.segment.data = p;

        while (p < end && *p != '/') {
            p++;
        }

        redaction.segment.len = p - redaction.segment.data;

        if (ngx_http_riverty_redact_shows(&redaction)) {
            redaction.last = ngx_cpymem(redaction.last, redaction.segment.data,
                                        redaction.segment.len);

        } else if (redaction.pseudonyms == NGX_HTTP_RIVERTY_PATH_PSEUDONYMS) {
            redaction.last = ngx_cpymem(redaction.last, "...", 3);
            break;

        } else {
            pseudonym = ngx_http_riverty_redact_hide(&redaction);

            if (customer_pseudonym->len == 0
                && ngx_http_riverty_redact_is_number(&redaction))
            {
                *customer_pseudonym = pseudonym;
            }
        }

        redaction.behind |= ngx_http_riverty_redact_names_customers(&redaction);
        redaction.before = redaction.segment;
    }

    safe->len = redaction.last - safe->data;

    return NGX_OK;
}


static ngx_uint_t
ngx_http_riverty_redact_shows(ngx_http_riverty_redaction_t *redaction)
{
    if (ngx_http_riverty_redact_is_dots(&redaction->segment)) {
        return 1;
    }

    if (ngx_http_riverty_redact_may_be_number(redaction)) {
        return ngx_http_riverty_redact_is_word(redaction)
               && !ngx_http_riverty_redact_is_number(redaction);
    }

    return ngx_http_riverty_redact_is_letters(&redaction->segment)
           || ngx_http_riverty_redact_is_version(redaction);
}


/* Readings drop segments or split them; they never change their order. */

static ngx_uint_t
ngx_http_riverty_redact_may_be_number(ngx_http_riverty_redaction_t *redaction)
{
    return redaction->certain ? ngx_http_riverty_redact_is_number(redaction)
                              : redaction->behind;
}


static ngx_uint_t
ngx_http_riverty_redact_is_number(ngx_http_riverty_redaction_t *redaction)
{
    return ngx_http_riverty_segment_is(&redaction->before,
                                       &ngx_http_riverty_customers);
}


static ngx_uint_t
ngx_http_riverty_redact_is_word(ngx_http_riverty_redaction_t *redaction)
{
    return ngx_http_riverty_segment_is(&redaction->segment,
                                       &ngx_http_riverty_subscriptions)
           || ngx_http_riverty_segment_is(&redaction->segment,
                                          &ngx_http_riverty_customers);
}


static ngx_uint_t
ngx_http_riverty_redact_is_version(ngx_http_riverty_redaction_t *redaction)
{
    u_char  *end;

    end = redaction->segment.data + redaction->segment.len;

    return ngx_http_riverty_segment_is(&redaction->before,
                                       &ngx_http_riverty_subscriptions)
           && ngx_http_riverty_path_version(redaction->segment.data, end)
              == end;
}


static ngx_uint_t
ngx_http_riverty_redact_is_letters(ngx_str_t *segment)
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
ngx_http_riverty_redact_is_dots(ngx_str_t *segment)
{
    return segment->len <= 2
           && ngx_strncmp(segment->data, "..", segment->len) == 0;
}


/* In a path with one reading only "customers" itself counts. */

static ngx_uint_t
ngx_http_riverty_redact_names_customers(
    ngx_http_riverty_redaction_t *redaction)
{
    if (redaction->certain || redaction->behind) {
        return 0;
    }

    ngx_memcpy(redaction->copy, redaction->segment.data,
               redaction->segment.len);

    return ngx_http_riverty_path_names_customers(redaction->copy,
                                                 redaction->segment.len);
}


static ngx_str_t
ngx_http_riverty_redact_hide(ngx_http_riverty_redaction_t *redaction)
{
    size_t          len;
    ngx_str_t       pseudonym;
    riverty_span_t  domain;

    redaction->pseudonyms++;

    domain = ngx_http_riverty_redact_may_be_number(redaction)
             ? riverty_span(RIVERTY_DOMAIN_CUSTOMER) : riverty_span("path");

    ngx_memcpy(redaction->copy, redaction->segment.data,
               redaction->segment.len);
    len = ngx_http_riverty_percent_decode(redaction->copy,
                                          redaction->segment.len);

    *redaction->last++ = '{';

    pseudonym.data = redaction->last;
    pseudonym.len = 0;

    if (redaction->key != NULL) {
        pseudonym.len = riverty_pseudonym(redaction->key, domain,
                            (riverty_span_t) { redaction->copy, len },
                            redaction->last);
        redaction->last += pseudonym.len;

    } else {
        *redaction->last++ = '-';
    }

    *redaction->last++ = '}';

    return pseudonym;
}
