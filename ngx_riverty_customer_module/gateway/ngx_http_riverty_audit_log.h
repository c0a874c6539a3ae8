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
 * Writes one line, its line feed included, at once.  NGX_ERROR where the log
 * did not take it; error.log says so once, and once more when the log takes
 * records again.
 */
ngx_int_t ngx_http_riverty_audit_log_write(ngx_http_riverty_audit_log_t *log,
    u_char *line, size_t len);

#endif
