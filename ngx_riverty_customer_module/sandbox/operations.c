/*
 * The operations.  The sandbox judges the decoded path, r->uri.
 */
#include "operations.h"


typedef enum {
    NGX_HTTP_RIVERTY_SANDBOX_NOWHERE = 0,
    NGX_HTTP_RIVERTY_SANDBOX_CUSTOMERS,
    NGX_HTTP_RIVERTY_SANDBOX_CUSTOMER,
    NGX_HTTP_RIVERTY_SANDBOX_OTHER
} ngx_http_riverty_sandbox_place_e;


typedef struct {
    ngx_http_request_t                        *request;
    ngx_str_t                                 *body;
    ngx_str_t                                  number;    /* of the path */
    ngx_http_riverty_sandbox_store_t          *store;
    ngx_http_riverty_sandbox_reply_t         *reply;
} ngx_http_riverty_sandbox_call_t;


typedef struct {
    ngx_http_riverty_sandbox_place_e           place;
    ngx_uint_t                                 methods;   /* 0: any */
    ngx_int_t                                (*handler)(
                                       ngx_http_riverty_sandbox_call_t *call);
} ngx_http_riverty_sandbox_operation_t;


static ngx_http_riverty_sandbox_place_e ngx_http_riverty_sandbox_place(
    ngx_str_t *uri, ngx_str_t *number);
static ngx_int_t ngx_http_riverty_sandbox_create(
    ngx_http_riverty_sandbox_call_t *call);
static ngx_int_t ngx_http_riverty_sandbox_read(
    ngx_http_riverty_sandbox_call_t *call);
static ngx_int_t ngx_http_riverty_sandbox_update(
    ngx_http_riverty_sandbox_call_t *call);
static ngx_int_t ngx_http_riverty_sandbox_other(
    ngx_http_riverty_sandbox_call_t *call);
static ngx_int_t ngx_http_riverty_sandbox_write(
    ngx_http_riverty_sandbox_call_t *call, ngx_str_t *number);
static ngx_int_t ngx_http_riverty_sandbox_unknown(
    ngx_http_riverty_sandbox_call_t *call);
static ngx_uint_t ngx_http_riverty_sandbox_is_json(ngx_http_request_t *r);


static const ngx_http_riverty_sandbox_operation_t
    ngx_http_riverty_sandbox_operations[] = {

    { NGX_HTTP_RIVERTY_SANDBOX_CUSTOMERS, NGX_HTTP_POST,
      ngx_http_riverty_sandbox_create },

    { NGX_HTTP_RIVERTY_SANDBOX_CUSTOMER, NGX_HTTP_GET|NGX_HTTP_HEAD,
      ngx_http_riverty_sandbox_read },

    { NGX_HTTP_RIVERTY_SANDBOX_CUSTOMER, NGX_HTTP_PUT,
      ngx_http_riverty_sandbox_update },

    { NGX_HTTP_RIVERTY_SANDBOX_OTHER, 0,
      ngx_http_riverty_sandbox_other },

    { NGX_HTTP_RIVERTY_SANDBOX_NOWHERE, 0, NULL }
};


ngx_int_t
ngx_http_riverty_sandbox_operate(ngx_http_request_t *r, ngx_str_t *body,
    ngx_http_riverty_sandbox_store_t *store,
    ngx_http_riverty_sandbox_reply_t *reply)
{
    ngx_http_riverty_sandbox_call_t              call;
    ngx_http_riverty_sandbox_place_e             place;
    const ngx_http_riverty_sandbox_operation_t  *operation;

    call.request = r;
    call.body = body;
    call.store = store;
    call.reply = reply;

    place = ngx_http_riverty_sandbox_place(&r->uri, &call.number);

    if (place == NGX_HTTP_RIVERTY_SANDBOX_NOWHERE) {
        return ngx_http_riverty_sandbox_reply_error(r->pool,
                   NGX_HTTP_NOT_FOUND, "Resource not found", reply);
    }

    for (operation = ngx_http_riverty_sandbox_operations;
         operation->handler;
         operation++)
    {
        if (operation->place == place
            && (operation->methods == 0 || (operation->methods & r->method)))
        {
            return operation->handler(&call);
        }
    }

    ngx_str_set(&reply->header, "Allow");

    if (place == NGX_HTTP_RIVERTY_SANDBOX_CUSTOMERS) {
        ngx_str_set(&reply->value, "POST");

    } else {
        ngx_str_set(&reply->value, "GET, PUT");
    }

    return ngx_http_riverty_sandbox_reply_error(r->pool,
               NGX_HTTP_NOT_ALLOWED, "Method not allowed", reply);
}


/* /subscriptions/v1/customers[/number]; else anything below the version. */
static ngx_http_riverty_sandbox_place_e
ngx_http_riverty_sandbox_place(ngx_str_t *uri, ngx_str_t *number)
{
    u_char  *p, *last, *version;

    static const ngx_str_t  subscriptions = ngx_string("/subscriptions/v");
    static const ngx_str_t  customers = ngx_string("customers");

    p = uri->data;
    last = uri->data + uri->len;

    if (uri->len < subscriptions.len
        || ngx_memcmp(p, subscriptions.data, subscriptions.len) != 0)
    {
        return NGX_HTTP_RIVERTY_SANDBOX_NOWHERE;
    }

    p += subscriptions.len;
    version = p;

    while (p < last && *p >= '0' && *p <= '9') {
        p++;
    }

    if (p == version || last - p < 2 || *p++ != '/') {
        return NGX_HTTP_RIVERTY_SANDBOX_NOWHERE;
    }

    if ((size_t) (last - p) < customers.len
        || ngx_memcmp(p, customers.data, customers.len) != 0)
    {
        return NGX_HTTP_RIVERTY_SANDBOX_OTHER;
    }

    p += customers.len;

    if (p == last) {
        return NGX_HTTP_RIVERTY_SANDBOX_CUSTOMERS;
    }

    if (*p++ != '/') {
        return NGX_HTTP_RIVERTY_SANDBOX_OTHER;
    }

    if (p == last) {
        return NGX_HTTP_RIVERTY_SANDBOX_NOWHERE;
    }

    if (ngx_strlchr(p, last, '/')) {
        return NGX_HTTP_RIVERTY_SANDBOX_OTHER;
    }

    number->data = p;
    number->len = last - p;

    return NGX_HTTP_RIVERTY_SANDBOX_CUSTOMER;
}


static ngx_int_t
ngx_http_riverty_sandbox_create(ngx_http_riverty_sandbox_call_t *call)
{
    return ngx_http_riverty_sandbox_write(call, NULL);
}


static ngx_int_t
ngx_http_riverty_sandbox_read(ngx_http_riverty_sandbox_call_t *call)
{
    ngx_int_t                            rc;
    ngx_http_riverty_sandbox_customer_t  customer;

    customer.number = call->number;

    rc = ngx_http_riverty_sandbox_store_get(call->store, call->request->pool,
                                            &customer);

    if (rc == NGX_DECLINED) {
        return ngx_http_riverty_sandbox_unknown(call);
    }

    if (rc == NGX_OK) {
        call->reply->status = NGX_HTTP_OK;
        call->reply->text = customer.text;
    }

    return rc;
}


static ngx_int_t
ngx_http_riverty_sandbox_update(ngx_http_riverty_sandbox_call_t *call)
{
    return ngx_http_riverty_sandbox_write(call, &call->number);
}


static ngx_int_t
ngx_http_riverty_sandbox_other(ngx_http_riverty_sandbox_call_t *call)
{
    call->reply->status = NGX_HTTP_OK;
    ngx_str_set(&call->reply->text, "{\"status\":\"accepted\"}");

    return NGX_OK;
}


/* number is the path's, NULL for a create. */
static ngx_int_t
ngx_http_riverty_sandbox_write(ngx_http_riverty_sandbox_call_t *call,
    ngx_str_t *number)
{
    ngx_int_t                            rc;
    ngx_pool_t                          *pool;
    ngx_http_riverty_sandbox_customer_t  customer;

    pool = call->request->pool;

    if (!ngx_http_riverty_sandbox_is_json(call->request)) {
        return ngx_http_riverty_sandbox_reply_error(pool,
                   NGX_HTTP_UNSUPPORTED_MEDIA_TYPE, "Unsupported Media Type",
                   call->reply);
    }

    rc = ngx_http_riverty_sandbox_read_document(pool, call->body, number,
                                                &customer, call->reply);

    if (rc == NGX_DECLINED) {
        return NGX_OK;
    }

    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_http_riverty_sandbox_store_put(call->store, &customer,
                                            number == NULL);

    switch (rc) {

    case NGX_OK:
        return ngx_http_riverty_sandbox_reply_customer(pool, &customer,
                                                        call->reply);

    case NGX_DECLINED:
        return ngx_http_riverty_sandbox_unknown(call);

    default: /* NGX_ABORT */
        return ngx_http_riverty_sandbox_reply_error(pool,
                   NGX_HTTP_INSUFFICIENT_STORAGE,
                   "The sandbox is full: see riverty_sandbox_zone",
                   call->reply);
    }
}


static ngx_int_t
ngx_http_riverty_sandbox_unknown(ngx_http_riverty_sandbox_call_t *call)
{
    return ngx_http_riverty_sandbox_reply_error(call->request->pool,
               NGX_HTTP_NOT_FOUND, "Customer not found", call->reply);
}


/* application/json, whatever its parameters. */
static ngx_uint_t
ngx_http_riverty_sandbox_is_json(ngx_http_request_t *r)
{
    ngx_str_t  *type;

    static const ngx_str_t  json = ngx_string("application/json");

    if (r->headers_in.content_type == NULL) {
        return 0;
    }

    type = &r->headers_in.content_type->value;

    if (type->len < json.len
        || ngx_strncasecmp(type->data, json.data, json.len) != 0)
    {
        return 0;
    }

    return type->len == json.len
           || type->data[json.len] == ';'
           || type->data[json.len] == ' ';
}
