/*
 * The audit: one record for each request, however it ends.
 */
#ifndef NGX_HTTP_RIVERTY_AUDIT_H
#define NGX_HTTP_RIVERTY_AUDIT_H

#include "ngx_http_riverty.h"


/* LOG: the record of the outcome. */
ngx_int_t ngx_http_riverty_log_handler(ngx_http_request_t *r);

/*
 * Writes the record of intent, where the log is `required`.  NGX_OK where the
 * log has taken it, or where it is not required; else NGX_ERROR, and nothing
 * may be forwarded.
 */
ngx_int_t ngx_http_riverty_audit_intent(ngx_http_riverty_request_t *state);

/*
 * Writes the records of the requests that are under way when a worker is
 * stopped at once: no LOG phase runs for them.
 */
void ngx_http_riverty_audit_exit_process(ngx_http_riverty_main_conf_t *rmcf);

/*
 * The client has its answer, and nginx goes on with the request for itself
 * (post_action).  From now on the outcome in the record does not change.
 */
void ngx_http_riverty_audit_freeze(ngx_http_riverty_request_t *state);

#endif
