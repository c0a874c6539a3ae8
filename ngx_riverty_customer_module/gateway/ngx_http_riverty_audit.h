/*
 * The audit: one record for each request, however it ends.
 */
#ifndef NGX_HTTP_RIVERTY_AUDIT_H
#define NGX_HTTP_RIVERTY_AUDIT_H

#include "ngx_http_riverty.h"


/* LOG: the record of the outcome. */
ngx_int_t ngx_http_riverty_log_handler(ngx_http_request_t *r);

/*
 * A record of the request joins the batch of its log: of intent where somebody
 * waits for it to be written, else of the outcome.  NGX_ERROR where it could
 * not be made; then nobody is told (audit_batch.h).
 */
ngx_int_t ngx_http_riverty_audit_record(ngx_http_riverty_request_t *state,
    ngx_http_riverty_audit_waiter_t *waiter);

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
