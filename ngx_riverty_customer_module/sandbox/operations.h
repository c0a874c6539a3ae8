/*
 * What the API offers: which path is which operation, and what each does.
 */
#ifndef NGX_RIVERTY_SANDBOX_OPERATIONS_H
#define NGX_RIVERTY_SANDBOX_OPERATIONS_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "replies.h"
#include "customers.h"


/*
 * Carries out the operation, when the body has been read, and fills in the
 * reply, which may be an error.  NGX_OK, or NGX_ERROR where there is no
 * memory.
 */
ngx_int_t ngx_http_riverty_sandbox_operate(ngx_http_request_t *r,
    ngx_str_t *body, ngx_http_riverty_sandbox_store_t *store,
    ngx_http_riverty_sandbox_reply_t *reply);

#endif
