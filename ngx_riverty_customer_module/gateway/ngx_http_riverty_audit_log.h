/*
 * The audit log itself: a file or a syslog server, and the directive.
 */
#ifndef NGX_HTTP_RIVERTY_AUDIT_LOG_H
#define NGX_HTTP_RIVERTY_AUDIT_LOG_H

#include "ngx_http_riverty.h"


/* The setter of riverty_audit_log. */
char *ngx_http_riverty_audit_log_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * Past the limit of a file's size (ulimit -f) write(2) sends a signal that ends
 * the worker with all of its requests.  Ignored, it is an error like a full
 * disk's.
 */
void ngx_http_riverty_audit_log_init_process(void);

/*
 * Writes one line, its line feed included, at once.  NGX_ERROR where the log
 * did not take it; error.log says so once, and once more when it works again.
 */
ngx_int_t ngx_http_riverty_audit_log_write(ngx_http_riverty_audit_log_t *log,
    u_char *line, size_t len);

/*
 * The client's address as the log may have it, text written into buf
 * (NGX_SOCKADDR_STRLEN bytes); absent where it may not.
 */
riverty_span_t ngx_http_riverty_audit_address(
    ngx_http_riverty_audit_log_t *log, ngx_connection_t *c, u_char *buf);

#endif
