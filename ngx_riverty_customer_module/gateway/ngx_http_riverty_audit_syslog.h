/*
 * The audit log as a syslog server.
 */
#ifndef NGX_HTTP_RIVERTY_AUDIT_SYSLOG_H
#define NGX_HTTP_RIVERTY_AUDIT_SYSLOG_H

#include "ngx_http_riverty.h"


/*
 * The most datagrams that are sent at once.  The queue of a unix socket has
 * room for ten where nobody has raised net.unix.max_dgram_qlen, and its server
 * gets on with it meanwhile.
 */
#define NGX_HTTP_RIVERTY_SYSLOG_BURST  8


/*
 * Sends lines, as many at most, as a datagram each, without their line feeds.
 * Returns how many were sent, and *err why not all of them, else 0.  *lost
 * becomes 0, or why a datagram that was sent before did not arrive.
 */
ngx_uint_t ngx_http_riverty_audit_syslog_write(
    ngx_http_riverty_audit_log_t *log, ngx_http_riverty_audit_lines_t *lines,
    ngx_err_t *err, ngx_err_t *lost);

/*
 * Is somebody at the other end of a unix socket?  Returns 0, or why not.  Over
 * UDP nobody can know: 0.
 */
ngx_err_t ngx_http_riverty_audit_syslog_probe(
    ngx_http_riverty_audit_log_t *log);

/* Is it a server over UDP, where nobody learns what arrives? */
ngx_uint_t ngx_http_riverty_audit_syslog_udp(
    ngx_http_riverty_audit_log_t *log);

#endif
