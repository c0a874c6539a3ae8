/*
 * Subscription keys, judged and refused as Azure API Management does it: the
 * API seems to stand behind it.
 */
#include "keys.h"


static const ngx_str_t  ngx_http_riverty_sandbox_key_headers[] = {
    ngx_string("x-subscription-key"),
    ngx_string("ocp-apim-subscription-key"),
    ngx_null_string
};


ngx_int_t
ngx_http_riverty_sandbox_keys(ngx_http_request_t *r, ngx_str_t *keys,
    ngx_uint_t *count)
{
    u_char            *p, *start;
    ngx_uint_t         i;
    ngx_list_part_t   *part;
    ngx_table_elt_t   *header;
    const ngx_str_t   *name;

    ngx_str_null(keys);
    *count = 0;

    part = &r->headers_in.headers.part;
    header = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {
            if (part->next == NULL) {
                return NGX_OK;
            }

            part = part->next;
            header = part->elts;
            i = 0;
        }

        for (name = ngx_http_riverty_sandbox_key_headers; name->len; name++) {
            if (header[i].key.len == name->len
                && ngx_strncmp(header[i].lowcase_key, name->data, name->len)
                   == 0)
            {
                break;
            }
        }

        if (name->len == 0) {
            continue;
        }

        if ((*count)++ == 0) {
            *keys = header[i].value;
            continue;
        }

        start = ngx_pnalloc(r->pool, keys->len + 2 + header[i].value.len);
        if (start == NULL) {
            return NGX_ERROR;
        }

        p = ngx_cpymem(start, keys->data, keys->len);
        p = ngx_cpymem(p, ", ", 2);
        p = ngx_cpymem(p, header[i].value.data, header[i].value.len);

        keys->data = start;
        keys->len = p - start;
    }
}


ngx_uint_t
ngx_http_riverty_sandbox_accepts(ngx_array_t *keys, ngx_str_t *key)
{
    ngx_str_t   *accepted;
    ngx_uint_t   i;

    if (keys == NULL) {
        return key->len != 0;
    }

    accepted = keys->elts;

    for (i = 0; i < keys->nelts; i++) {
        if (accepted[i].len == key->len
            && ngx_memcmp(accepted[i].data, key->data, key->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* The text, its spelling and the header are Azure API Management's. */
ngx_int_t
ngx_http_riverty_sandbox_deny(ngx_http_request_t *r, ngx_uint_t missing,
    ngx_http_riverty_sandbox_reply_t *reply)
{
    ngx_str_set(&reply->header, "WWW-Authenticate");
    ngx_str_set(&reply->value,
                "AzureApiManagementKey "
                "realm=\"https://riverty-sandbox/subscriptions\","
                "name=\"X-Subscription-Key\",type=\"header\"");

    return ngx_http_riverty_sandbox_reply_error(r->pool,
               NGX_HTTP_UNAUTHORIZED,
               missing ? "Access denied due to missing subscription key. "
                         "Make sure to include subscription key when making "
                         "requests to an API."
                       : "Access denied due to invalid subscription key. "
                         "Make sure to provide a valid key for an active "
                         "subscription.",
               reply);
}
