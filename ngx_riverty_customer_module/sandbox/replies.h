/*
 * The JSON that the sandbox reads and writes.
 */
#ifndef NGX_RIVERTY_SANDBOX_REPLIES_H
#define NGX_RIVERTY_SANDBOX_REPLIES_H

#include <ngx_config.h>
#include <ngx_core.h>

#include "customers.h"


typedef struct {
    ngx_uint_t  status;
    ngx_str_t   text;
    ngx_str_t   header;      /* one more header, if any */
    ngx_str_t   value;
} ngx_http_riverty_sandbox_reply_t;


/*
 * Reads the document of a create or an update.  NGX_OK: customer has its
 * number and the text of the reply to a read, both in the pool.  NGX_DECLINED:
 * reply is a 400.  NGX_ERROR: no memory.  number is the one in the path of an
 * update, which must equal the document's; NULL for a create.
 */
ngx_int_t ngx_http_riverty_sandbox_read_document(ngx_pool_t *pool,
    ngx_str_t *body, ngx_str_t *number,
    ngx_http_riverty_sandbox_customer_t *customer,
    ngx_http_riverty_sandbox_reply_t *reply);

/* What the API answers to a create and to an update.  NGX_OK or NGX_ERROR. */
ngx_int_t ngx_http_riverty_sandbox_reply_customer(ngx_pool_t *pool,
    ngx_http_riverty_sandbox_customer_t *customer,
    ngx_http_riverty_sandbox_reply_t *reply);

/*
 * { "statusCode": ..., "message": "..." }, as Azure API Management spells it.
 * The message is printed as it is: never a value of the client's.
 */
ngx_int_t ngx_http_riverty_sandbox_reply_error(ngx_pool_t *pool,
    ngx_uint_t status, const char *message,
    ngx_http_riverty_sandbox_reply_t *reply);

#endif
