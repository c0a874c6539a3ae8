/*
 * The gate: the questions, in their order, before anything is forwarded.
 */
#ifndef NGX_HTTP_RIVERTY_GATE_H
#define NGX_HTTP_RIVERTY_GATE_H

#include "ngx_http_riverty.h"


/* PRECONTENT. */
ngx_int_t ngx_http_riverty_precontent_handler(ngx_http_request_t *r);

#endif
