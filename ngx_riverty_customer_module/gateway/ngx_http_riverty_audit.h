/*
 * The audit: one record a request, whatever ends it.
 */
#ifndef NGX_HTTP_RIVERTY_AUDIT_H
#define NGX_HTTP_RIVERTY_AUDIT_H

#include "ngx_http_riverty.h"


/* LOG: the record of the outcome. */
ngx_int_t ngx_http_riverty_log_handler(ngx_http_request_t *r);

/*
 * The record of intent, where the log is `required`: NGX_OK where it is not, or
 * where the log has taken it; else NGX_ERROR: nothing may be forwarded.
 */
ngx_int_t ngx_http_riverty_audit_intent(ngx_http_riverty_request_t *state);

/*
 * A worker that is stopped at once has no LOG phase for what is under way: the
 * records of those outcomes.
 */
void ngx_http_riverty_audit_exit_process(ngx_http_riverty_main_conf_t *rmcf);

/*
 * The client has its answer, and nginx goes on with the request for itself
 * (post_action): what the record says of the outcome stays what it is now.
 */
void ngx_http_riverty_audit_freeze(ngx_http_riverty_request_t *state);

#endif
