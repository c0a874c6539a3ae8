/*
 * The ids of a request.  event.id is nginx's own ($request_id), which nobody
 * outside can choose.  The client's X-Request-ID counts where its form is one
 * that can be logged.
 */

#include "ngx_http_riverty_ids.h"
#include "ngx_http_riverty_headers.h"
#include "ngx_http_riverty_path_parse.h"


static ngx_uint_t ngx_http_riverty_ids_valid(ngx_str_t *id);


ngx_int_t
ngx_http_riverty_ids_read(ngx_http_riverty_request_t *state)
{
    ngx_uint_t        count;
    ngx_table_elt_t  *h;

    static ngx_str_t  name = ngx_string("x-request-id");

    if (state->ids.read) {
        return NGX_OK;
    }

    state->ids.read = 1;

    h = ngx_http_riverty_header_find(state->request, &name, &count);

    if (count == 1 && ngx_http_riverty_ids_valid(&h->value)) {
        state->ids.client = h->value;
    }

    return ngx_http_riverty_ids_event(state);
}


ngx_int_t
ngx_http_riverty_ids_event(ngx_http_riverty_request_t *state)
{
    ngx_http_variable_value_t     *vv;
    ngx_http_riverty_main_conf_t  *rmcf;

    if (state->ids.event.len) {
        return NGX_OK;
    }

    rmcf = ngx_http_get_module_main_conf(state->request,
                                         ngx_riverty_customer_module);

    vv = ngx_http_get_indexed_variable(state->request, rmcf->request_id_index);

    if (vv == NULL || vv->not_found) {
        return NGX_ERROR;
    }

    state->ids.event.data = vv->data;
    state->ids.event.len = vv->len;

    return NGX_OK;
}


/* A UUID (RFC 9562) or 32 hex digits. */

static ngx_uint_t
ngx_http_riverty_ids_valid(ngx_str_t *id)
{
    u_char      c;
    size_t      i;
    ngx_uint_t  dash;

    if (id->len != 32 && id->len != 36) {
        return 0;
    }

    for (i = 0; i < id->len; i++) {
        c = id->data[i] | 0x20;
        dash = id->len == 36 && (i == 8 || i == 13 || i == 18 || i == 23);

        if (dash ? id->data[i] != '-'
                 : !(ngx_http_riverty_digit(id->data[i])
                     || (c >= 'a' && c <= 'f')))
        {
            return 0;
        }
    }

    return 1;
}
