/*
 * The audit log as a syslog server.
 */
#ifndef NGX_HTTP_RIVERTY_AUDIT_SYSLOG_H
#define NGX_HTTP_RIVERTY_AUDIT_SYSLOG_H

#include "ngx_http_riverty.h"


/*
 * Sends one line as a datagram, without its line feed.  Returns 0, or why it
 * was not sent.  *lost becomes 0, or why the datagram before it, which was
 * sent, did not arrive.
 */
ngx_err_t ngx_http_riverty_audit_syslog_write(
    ngx_http_riverty_audit_log_t *log, u_char *line, size_t len,
    ngx_err_t *lost);

/* Is it a server over UDP, where nobody learns what arrives? */
ngx_uint_t ngx_http_riverty_audit_syslog_udp(
    ngx_http_riverty_audit_log_t *log);

#endif
