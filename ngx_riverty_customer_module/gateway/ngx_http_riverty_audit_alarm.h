/*
 * What error.log says of an audit log that takes no records.
 */
#ifndef NGX_HTTP_RIVERTY_AUDIT_ALARM_H
#define NGX_HTTP_RIVERTY_AUDIT_ALARM_H

#include "ngx_http_riverty.h"


/* Finds the place of each log in the memory of all workers. */
void ngx_http_riverty_audit_alarm_init_process(
    ngx_http_riverty_main_conf_t *rmcf);

/*
 * A write to the log has ended, and so many records are missed, for that
 * reason: tells of the first failure, and of its end.
 */
void ngx_http_riverty_audit_alarm(ngx_http_riverty_audit_log_t *log,
    ngx_uint_t missed, ngx_err_t err);

/* Once a minute: tells again of what has lasted for an hour. */
void ngx_http_riverty_audit_alarm_again(ngx_http_riverty_main_conf_t *rmcf);

#endif
