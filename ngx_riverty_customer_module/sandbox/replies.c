/*
 * Documents in and out, with jansson.  Their shapes are those of the API's own
 * samples (t/data).  An error is the API's EDI notification, which repeats the
 * value that it rejects.
 */
#include <jansson.h>

#include "replies.h"


typedef struct {
    const char                                 *name;
    const char *const                          *inner;
    ngx_uint_t                                  upper;
} ngx_http_riverty_sandbox_member_t;


static ngx_int_t ngx_http_riverty_sandbox_read_root(ngx_pool_t *pool,
    json_t *root, ngx_str_t *number,
    ngx_http_riverty_sandbox_customer_t *customer,
    ngx_http_riverty_sandbox_reply_t *reply);
static ngx_int_t ngx_http_riverty_sandbox_refuse_syntax(ngx_pool_t *pool,
    json_error_t *error, ngx_http_riverty_sandbox_reply_t *reply);
static ngx_int_t ngx_http_riverty_sandbox_refuse_value(ngx_pool_t *pool,
    const char *field, json_t *value, const char *description,
    ngx_http_riverty_sandbox_reply_t *reply);
static ngx_uint_t ngx_http_riverty_sandbox_is_lower(json_t *value);
static json_t *ngx_http_riverty_sandbox_view(json_t *source);
static json_t *ngx_http_riverty_sandbox_pick(json_t *source,
    const char *const *names);
static json_t *ngx_http_riverty_sandbox_upper(json_t *value);
static ngx_int_t ngx_http_riverty_sandbox_dump(ngx_pool_t *pool, json_t *value,
    size_t guess, ngx_str_t *text);


/*
 * What a read shows, in the order of t/data/read-response.json: neither careOf
 * nor streetNumberAdditional nor paymentRegistration comes back.
 */
static const char *const  ngx_http_riverty_sandbox_address[] = {
    "street",
    "postalCode",
    "postalPlace",
    "countryCode",
    "streetNumber",
    NULL
};

static const ngx_http_riverty_sandbox_member_t
    ngx_http_riverty_sandbox_members[] = {

    { "customerNumber", NULL, 0 },
    { "salutation", NULL, 0 },
    { "firstName", NULL, 0 },
    { "lastName", NULL, 0 },
    { "address", ngx_http_riverty_sandbox_address, 0 },
    { "taxIdentificationNumber", NULL, 0 },
    { "identificationNumber", NULL, 0 },
    { "email", NULL, 0 },
    { "companyName", NULL, 0 },
    { "birthDate", NULL, 0 },
    { "language", NULL, 1 },
    { "customerCategory", NULL, 0 },
    { "phone", NULL, 0 },
    { "mobilePhone", NULL, 0 },
    { NULL, NULL, 0 }
};


ngx_int_t
ngx_http_riverty_sandbox_read_document(ngx_pool_t *pool, ngx_str_t *body,
    ngx_str_t *number, ngx_http_riverty_sandbox_customer_t *customer,
    ngx_http_riverty_sandbox_reply_t *reply)
{
    json_t        *root;
    ngx_int_t      rc;
    json_error_t   error;

    root = json_loadb((const char *) body->data, body->len,
                      JSON_REJECT_DUPLICATES, &error);
    if (root == NULL) {
        return ngx_http_riverty_sandbox_refuse_syntax(pool, &error, reply);
    }

    rc = ngx_http_riverty_sandbox_read_root(pool, root, number, customer,
                                            reply);
    json_decref(root);

    return rc;
}


static ngx_int_t
ngx_http_riverty_sandbox_read_root(ngx_pool_t *pool, json_t *root,
    ngx_str_t *number, ngx_http_riverty_sandbox_customer_t *customer,
    ngx_http_riverty_sandbox_reply_t *reply)
{
    json_t     *source, *value, *view;
    ngx_int_t   rc;

    source = json_object_get(root, "customer");
    value = json_object_get(source, "customerNumber");

    if (json_string_length(value) == 0) {
        return ngx_http_riverty_sandbox_refuse_value(pool,
                   "customer.customerNumber", value,
                   "is required and must be a string", reply);
    }

    customer->number.len = json_string_length(value);

    if (number
        && (number->len != customer->number.len
            || ngx_memcmp(number->data, json_string_value(value), number->len)
               != 0))
    {
        return ngx_http_riverty_sandbox_refuse_value(pool,
                   "customer.customerNumber", value,
                   "must equal the number in the path", reply);
    }

    customer->number.data = ngx_pnalloc(pool, customer->number.len);
    if (customer->number.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(customer->number.data, json_string_value(value),
               customer->number.len);

    value = json_object_get(source, "language");

    if (!ngx_http_riverty_sandbox_is_lower(value)) {
        return ngx_http_riverty_sandbox_refuse_value(pool, "customer.language",
                   value, "may only consist of lower case letters", reply);
    }

    view = ngx_http_riverty_sandbox_view(source);
    if (view == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_http_riverty_sandbox_dump(pool, view, 1024, &customer->text);
    json_decref(view);

    return rc;
}


ngx_int_t
ngx_http_riverty_sandbox_reply_customer(ngx_pool_t *pool,
    ngx_http_riverty_sandbox_customer_t *customer,
    ngx_http_riverty_sandbox_reply_t *reply)
{
    u_char     *p;
    size_t      len;
    ngx_str_t  *number;

    number = &customer->number;

    len = sizeof("{\"signUpId\":,\"customerNumber\":\"\","
                 "\"externalCustomerReference\":\"\",\"contracts\":[]}") - 1
          + 2 * NGX_INT_T_LEN
          + number->len + ngx_escape_json(NULL, number->data, number->len);

    p = ngx_pnalloc(pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    reply->status = 200;
    reply->text.data = p;

    p = ngx_sprintf(p, "{\"signUpId\":%ui,\"customerNumber\":\"%ui\","
                    "\"externalCustomerReference\":\"",
                    customer->sign_up_id, customer->account);
    p = (u_char *) ngx_escape_json(p, number->data, number->len);
    p = ngx_sprintf(p, "\",\"contracts\":[]}");

    reply->text.len = p - reply->text.data;

    return NGX_OK;
}


ngx_int_t
ngx_http_riverty_sandbox_reply_error(ngx_pool_t *pool, ngx_uint_t status,
    const char *message, ngx_http_riverty_sandbox_reply_t *reply)
{
    u_char  *p;
    size_t   len;

    len = sizeof("{ \"statusCode\": , \"message\": \"\" }") - 1 + NGX_INT_T_LEN
          + ngx_strlen(message);

    p = ngx_pnalloc(pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    reply->status = status;
    reply->text.data = p;
    reply->text.len = ngx_sprintf(p, "{ \"statusCode\": %ui, "
                                   "\"message\": \"%s\" }", status, message)
                       - p;

    return NGX_OK;
}


/* Only the position is told: jansson's own message quotes the document. */
static ngx_int_t
ngx_http_riverty_sandbox_refuse_syntax(ngx_pool_t *pool, json_error_t *error,
    ngx_http_riverty_sandbox_reply_t *reply)
{
    u_char  message[sizeof("The body is not JSON: line , column ")
                    + 2 * NGX_INT_T_LEN];

    if (json_error_code(error) == json_error_out_of_memory) {
        return NGX_ERROR;
    }

    ngx_sprintf(message, "The body is not JSON: line %d, column %d%Z",
                ngx_max(error->line, 1), ngx_max(error->column, 0));

    if (ngx_http_riverty_sandbox_reply_error(pool, 400, (char *) message,
                                              reply)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_DECLINED;
}


/* value may be NULL: absent, shown as null. */
static ngx_int_t
ngx_http_riverty_sandbox_refuse_value(ngx_pool_t *pool, const char *field,
    json_t *value, const char *description,
    ngx_http_riverty_sandbox_reply_t *reply)
{
    json_t     *root;
    ngx_int_t   rc;

    root = json_pack("{s:i, s:s, s:[{s:s, s:O, s:s}]}",
                     "statusCode", 400,
                     "result", "ERROR_IN_FILE",
                     "errorDetails",
                     "fieldName", field,
                     "providedValue", value ? value : json_null(),
                     "ErrorDescription", description);
    if (root == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_http_riverty_sandbox_dump(pool, root, 256, &reply->text);
    json_decref(root);

    if (rc != NGX_OK) {
        return rc;
    }

    reply->status = 400;

    return NGX_DECLINED;
}


/* Absent, null and empty mean no language, so none that is wrong. */
static ngx_uint_t
ngx_http_riverty_sandbox_is_lower(json_t *value)
{
    size_t       i, len;
    const char  *p;

    if (value == NULL || json_is_null(value)) {
        return 1;
    }

    if (!json_is_string(value)) {
        return 0;
    }

    p = json_string_value(value);
    len = json_string_length(value);

    for (i = 0; i < len; i++) {
        if (p[i] < 'a' || p[i] > 'z') {
            return 0;
        }
    }

    return 1;
}


static json_t *
ngx_http_riverty_sandbox_view(json_t *source)
{
    json_t                                   *view, *value;
    const ngx_http_riverty_sandbox_member_t  *member;

    view = json_object();
    if (view == NULL) {
        return NULL;
    }

    for (member = ngx_http_riverty_sandbox_members; member->name; member++) {

        value = json_object_get(source, member->name);

        if (value == NULL) {
            continue;
        }

        if (member->inner && json_is_object(value)) {
            value = ngx_http_riverty_sandbox_pick(value, member->inner);

        } else if (member->upper && json_is_string(value)) {
            value = ngx_http_riverty_sandbox_upper(value);

        } else {
            json_incref(value);
        }

        /* takes the reference, also when it fails; NULL is a failure */
        if (json_object_set_new(view, member->name, value) != 0) {
            json_decref(view);
            return NULL;
        }
    }

    return view;
}


static json_t *
ngx_http_riverty_sandbox_pick(json_t *source, const char *const *names)
{
    json_t  *picked, *value;

    picked = json_object();
    if (picked == NULL) {
        return NULL;
    }

    for ( /* void */ ; *names; names++) {
        value = json_object_get(source, *names);

        if (value && json_object_set(picked, *names, value) != 0) {
            json_decref(picked);
            return NULL;
        }
    }

    return picked;
}


static json_t *
ngx_http_riverty_sandbox_upper(json_t *value)
{
    size_t   i, len;
    char    *copy;
    json_t  *upper;

    len = json_string_length(value);

    copy = ngx_alloc(len + 1, ngx_cycle->log);
    if (copy == NULL) {
        return NULL;
    }

    for (i = 0; i < len; i++) {
        copy[i] = ngx_toupper(json_string_value(value)[i]);
    }

    upper = json_stringn(copy, len);
    ngx_free(copy);

    return upper;
}


/* Most texts fit into the guess; a longer one is written a second time. */
static ngx_int_t
ngx_http_riverty_sandbox_dump(ngx_pool_t *pool, json_t *value, size_t guess,
    ngx_str_t *text)
{
    size_t  size;

    for (size = guess; /* void */ ; size = text->len) {

        text->data = ngx_pnalloc(pool, size);
        if (text->data == NULL) {
            return NGX_ERROR;
        }

        text->len = json_dumpb(value, (char *) text->data, size, JSON_COMPACT);
        if (text->len == 0) {
            return NGX_ERROR;
        }

        if (text->len <= size) {
            return NGX_OK;
        }
    }
}
