/*
 * The API's names as tables.  The operations are those of Riverty's customer
 * management.  The second key header and the key's argument are those of Azure
 * API Management, which the API looks like.  The names that override a method
 * or a path are those that servers and frameworks commonly read.
 */

#include "ngx_http_riverty_names.h"


static const ngx_http_riverty_operation_row_t
    ngx_http_riverty_operation_rows[NGX_HTTP_RIVERTY_OPERATION_ROWS] =
{
    { NGX_HTTP_RIVERTY_CREATE,
      NGX_HTTP_RIVERTY_PATH_COLLECTION, NGX_HTTP_POST, ngx_string("POST"),
      ngx_string("create"), ngx_string("customer.create") },

    { NGX_HTTP_RIVERTY_READ,
      NGX_HTTP_RIVERTY_PATH_ITEM, NGX_HTTP_GET, ngx_string("GET"),
      ngx_string("read"), ngx_string("customer.read") },

    { NGX_HTTP_RIVERTY_UPDATE,
      NGX_HTTP_RIVERTY_PATH_ITEM, NGX_HTTP_PUT, ngx_string("PUT"),
      ngx_string("update"), ngx_string("customer.update") },

    { NGX_HTTP_RIVERTY_OTHER,
      NGX_HTTP_RIVERTY_PATH_OTHER, 0, ngx_null_string,
      ngx_string("other"), ngx_string("other") },

    /* the last row: what no other row matches */

    { NGX_HTTP_RIVERTY_UNKNOWN,
      NGX_HTTP_RIVERTY_PATH_MISSPELLED, 0, ngx_null_string,
      ngx_string("unknown"), ngx_string("unknown") }
};


static ngx_str_t  ngx_http_riverty_mode_names[] = {
    ngx_string("off"),
    ngx_string("on"),
    ngx_string("monitor")
};


static ngx_str_t  ngx_http_riverty_outcome_names[] = {
    ngx_string("forwarded"),
    ngx_string("rejected"),
    ngx_string("denied"),
    ngx_string("refused"),
    ngx_string("served"),
    ngx_string("unavailable"),
    ngx_string("failed"),
    ngx_string("aborted")
};


ngx_str_t  ngx_http_riverty_key_headers[NGX_HTTP_RIVERTY_KEY_HEADERS] = {
    ngx_string("x-subscription-key"),
    ngx_string("ocp-apim-subscription-key")
};

ngx_str_t  ngx_http_riverty_key_argument = ngx_string("subscription-key");


ngx_str_t  ngx_http_riverty_steering_headers[NGX_HTTP_RIVERTY_STEERING_HEADERS]
    =
{
    ngx_string("x-http-method-override"),
    ngx_string("x-http-method"),
    ngx_string("x-method-override"),
    ngx_string("x-original-url"),
    ngx_string("x-rewrite-url")
};

ngx_str_t  ngx_http_riverty_method_argument = ngx_string("_method");


ngx_http_riverty_operation_t
ngx_http_riverty_operation(ngx_http_riverty_path_t path, ngx_uint_t method)
{
    ngx_uint_t                               i;
    const ngx_http_riverty_operation_row_t  *row;

    row = ngx_http_riverty_operation_rows;

    for (i = 0; i < NGX_HTTP_RIVERTY_OPERATION_ROWS; i++) {
        if (row[i].path == path
            && (row[i].method == 0 || row[i].method == method))
        {
            return row[i].operation;
        }
    }

    return NGX_HTTP_RIVERTY_UNKNOWN;
}


const ngx_http_riverty_operation_row_t *
ngx_http_riverty_operation_row(ngx_http_riverty_operation_t operation)
{
    return &ngx_http_riverty_operation_rows[
               ngx_http_riverty_operation_number(operation)];
}


ngx_uint_t
ngx_http_riverty_operation_number(ngx_http_riverty_operation_t operation)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_HTTP_RIVERTY_OPERATION_ROWS - 1; i++) {
        if (ngx_http_riverty_operation_rows[i].operation == operation) {
            break;
        }
    }

    return i;
}


const ngx_http_riverty_operation_row_t *
ngx_http_riverty_operation_of(ngx_uint_t number)
{
    return &ngx_http_riverty_operation_rows[number];
}


ngx_int_t
ngx_http_riverty_operation_allow(ngx_pool_t *pool, ngx_http_riverty_path_t path,
    ngx_str_t *allow)
{
    u_char                                  *p;
    size_t                                   len;
    ngx_uint_t                               i;
    const ngx_http_riverty_operation_row_t  *row;

    row = ngx_http_riverty_operation_rows;
    len = 0;

    for (i = 0; i < NGX_HTTP_RIVERTY_OPERATION_ROWS; i++) {
        len += row[i].method_name.len + 2;
    }

    p = ngx_pnalloc(pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    allow->data = p;

    for (i = 0; i < NGX_HTTP_RIVERTY_OPERATION_ROWS; i++) {

        if (row[i].path != path || row[i].method == 0) {
            continue;
        }

        if (p != allow->data) {
            p = ngx_cpymem(p, ", ", 2);
        }

        p = ngx_cpymem(p, row[i].method_name.data, row[i].method_name.len);
    }

    allow->len = p - allow->data;

    return NGX_OK;
}


ngx_str_t *
ngx_http_riverty_mode_name(ngx_uint_t mode)
{
    return &ngx_http_riverty_mode_names[mode];
}


ngx_uint_t
ngx_http_riverty_mode_find(ngx_str_t *word)
{
    ngx_str_t   *name;
    ngx_uint_t   mode;

    for (mode = NGX_HTTP_RIVERTY_OFF; mode <= NGX_HTTP_RIVERTY_MONITOR; mode++)
    {
        name = &ngx_http_riverty_mode_names[mode];

        if (word->len == name->len
            && ngx_memcmp(word->data, name->data, name->len) == 0)
        {
            return mode;
        }
    }

    return NGX_CONF_UNSET_UINT;
}


ngx_str_t *
ngx_http_riverty_outcome_name(ngx_http_riverty_outcome_t outcome)
{
    return &ngx_http_riverty_outcome_names[outcome];
}
