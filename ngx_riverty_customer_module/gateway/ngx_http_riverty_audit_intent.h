/*
 * The record of intent: a request waits until it is in the log.
 */
#ifndef NGX_HTTP_RIVERTY_AUDIT_INTENT_H
#define NGX_HTTP_RIVERTY_AUDIT_INTENT_H

#include "ngx_http_riverty.h"


/*
 * Where the log is `required`, makes the record of intent.  NGX_OK where the
 * log has taken it, or where it is not required.  NGX_AGAIN: the request waits,
 * and its phases run on when the log has taken it or not; then this returns
 * what became of it.  NGX_ERROR: the log takes no record, so nothing may be
 * forwarded.
 */
ngx_int_t ngx_http_riverty_audit_intent(ngx_http_riverty_request_t *state);

/* The request is freed: it waits no longer, while its record stays. */
void ngx_http_riverty_audit_intent_forget(ngx_http_riverty_request_t *state);

#endif
