/*
 * What error.log says about a request: words of nginx and of the
 * configuration, but no value of the client or the API.
 */
#ifndef NGX_HTTP_RIVERTY_LOG_FILTER_H
#define NGX_HTTP_RIVERTY_LOG_FILTER_H

#include "ngx_http_riverty.h"


/*
 * The log handler of a guarded request.  It filters the line that nginx has
 * begun and adds what it tells about the request.  Returns the line's end.
 */
u_char *ngx_http_riverty_log_error(ngx_http_request_t *r,
    ngx_http_request_t *sr, u_char *buf, size_t len);

/*
 * Has the filter for what is logged of a connection before there is a request:
 * all that stands in quotes is "..." then.  Once in each configuration that
 * protects something, when all its sockets are known.
 */
void ngx_http_riverty_log_filter_init(ngx_cycle_t *cycle);

#endif
