/*
 * The echo filter (header filter): a header of the API's answer that holds the
 * subscription key is not passed on, whatever its name.
 */

#include "ngx_http_riverty_echo.h"


static ngx_int_t ngx_http_riverty_echo_filter(ngx_http_request_t *r);


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;


ngx_int_t
ngx_http_riverty_echo_init(ngx_conf_t *cf)
{
    (void) cf;

    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_riverty_echo_filter;

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_echo_filter(ngx_http_request_t *r)
{
    ngx_uint_t                   i;
    ngx_list_part_t             *part;
    ngx_table_elt_t             *h;
    riverty_span_t              *key;
    ngx_http_riverty_request_t  *state;

    state = r == r->main ? ngx_http_riverty_request(r) : NULL;

    if (state == NULL || state->key == NULL || !state->answered) {
        return ngx_http_next_header_filter(r);
    }

    key = &state->key->value;

    for (part = &r->headers_out.headers.part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].hash != 0 && h[i].value.len >= key->len
                && memmem(h[i].value.data, h[i].value.len, key->data, key->len)
                   != NULL)
            {
                h[i].hash = 0;

                ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                              "riverty: the API sent the key back in a header; "
                              "it was removed");
            }
        }
    }

    return ngx_http_next_header_filter(r);
}
