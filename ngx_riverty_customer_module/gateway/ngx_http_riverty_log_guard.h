/*
 * The log guard: from POST_READ on no line that nginx logs shows a customer
 * number or a query.
 */
#ifndef NGX_HTTP_RIVERTY_LOG_GUARD_H
#define NGX_HTTP_RIVERTY_LOG_GUARD_H

#include "ngx_http_riverty.h"


/* POST_READ: makes the state, where the server protects some location. */
ngx_int_t ngx_http_riverty_post_read_handler(ngx_http_request_t *r);

/*
 * LOG, before nginx's own: what its parser refused before any phase ran is
 * redacted, too.
 */
ngx_int_t ngx_http_riverty_guard_log_handler(ngx_http_request_t *r);

/* Shows logs and variables the redacted request line and URI. */
void ngx_http_riverty_log_guard_close(ngx_http_riverty_request_t *state);

/* Gives them back what the client sent: the location is not protected. */
void ngx_http_riverty_log_guard_open(ngx_http_riverty_request_t *state);

/*
 * Shows the URI as it is forwarded, to proxy_pass and create_request only;
 * ngx_http_riverty_log_guard_close() ends it.
 */
void ngx_http_riverty_log_guard_lift(ngx_http_riverty_request_t *state);

#endif
