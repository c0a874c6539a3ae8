/*
 * In which format does a client want the status page?
 */
#ifndef NGX_HTTP_RIVERTY_STATUS_ACCEPT_H
#define NGX_HTTP_RIVERTY_STATUS_ACCEPT_H

#include "ngx_http_riverty_status.h"


/*
 * The format for this request where riverty_status says said: never ANY.  A
 * client that asks for nothing that there is gets the text of Prometheus.
 */
ngx_uint_t ngx_http_riverty_status_accept(ngx_http_request_t *r,
    ngx_uint_t said);

#endif
