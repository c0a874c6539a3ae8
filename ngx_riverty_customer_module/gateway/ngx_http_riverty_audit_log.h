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
 * Opens the log that a directive names: a file, a stream or a syslog server.
 * Returns NGX_CONF_OK, or what a setter returns.
 */
char *ngx_http_riverty_audit_log_open(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_riverty_audit_log_t *log, ngx_str_t *value);

/* Of a file that we make. */
#define NGX_HTTP_RIVERTY_AUDIT_ACCESS  0640

/*
 * Init conf of the core module: makes the files that are missing, which nginx
 * would make readable for everybody, and warns of those that are.
 */
void ngx_http_riverty_audit_log_guard(ngx_cycle_t *cycle,
    ngx_http_riverty_main_conf_t *rmcf);

/*
 * Writes lines, at once.  Returns how many of them the log has taken; error.log
 * says once where it takes no more, and once more when it takes records again.
 */
ngx_uint_t ngx_http_riverty_audit_log_write(ngx_http_riverty_audit_log_t *log,
    ngx_http_riverty_audit_lines_t *lines);

#endif
