/*
 * The audit log as a syslog server: each record is one datagram, with nginx's
 * own parameters and header.
 */

#include "ngx_http_riverty_audit_syslog.h"
#include "contract/audit/record.h"


/* Priority, time, host name (at most 255 characters) and tag (32). */
#define NGX_HTTP_RIVERTY_SYSLOG_HEADER  512


static ngx_err_t ngx_http_riverty_audit_syslog_send(ngx_syslog_peer_t *peer,
    u_char *datagram, size_t len);
static ngx_err_t ngx_http_riverty_audit_syslog_connect(
    ngx_syslog_peer_t *peer);


ngx_err_t
ngx_http_riverty_audit_syslog_write(ngx_http_riverty_audit_log_t *log,
    u_char *line, size_t len, ngx_err_t *lost)
{
    u_char      datagram[NGX_HTTP_RIVERTY_SYSLOG_HEADER + RIVERTY_RECORD_SIZE];
    u_char     *p;
    ngx_err_t   err;
    ngx_uint_t  connected;

    p = ngx_syslog_add_header(log->syslog, datagram);
    p = ngx_cpymem(p, line, len - 1);   /* without its line feed */

    connected = log->syslog->conn.fd != (ngx_socket_t) -1;
    *lost = 0;

    err = ngx_http_riverty_audit_syslog_send(log->syslog, datagram,
                                             p - datagram);

    if (err && err != NGX_EAGAIN && connected) {

        /*
         * A server that was started anew has another socket under the same
         * name.  Over UDP the error belongs to the record before, which is
         * lost; whether this one arrives is not known yet.
         */

        *lost = ngx_http_riverty_audit_syslog_udp(log) ? err : 0;

        err = ngx_http_riverty_audit_syslog_send(log->syslog, datagram,
                                              p - datagram);
    }

    return err;
}


/*
 * Returns 0, or why the datagram was not sent: NGX_EAGAIN where the server's
 * queue is full, because it never blocks.  It does not use ngx_syslog_send(),
 * which writes a line or two to error.log for each datagram that is not sent.
 */

static ngx_err_t
ngx_http_riverty_audit_syslog_send(ngx_syslog_peer_t *peer, u_char *datagram,
    size_t len)
{
    ssize_t    n;
    ngx_err_t  err;

    if (peer->conn.fd == (ngx_socket_t) -1) {
        err = ngx_http_riverty_audit_syslog_connect(peer);

        if (err) {
            return err;
        }
    }

    do {
        n = send(peer->conn.fd, datagram, len, 0);
        err = n == -1 ? ngx_socket_errno : 0;

    } while (err == NGX_EINTR);

    if (err && err != NGX_EAGAIN) {
        (void) ngx_close_socket(peer->conn.fd);
        peer->conn.fd = (ngx_socket_t) -1;
    }

    return err;
}


static ngx_err_t
ngx_http_riverty_audit_syslog_connect(ngx_syslog_peer_t *peer)
{
    ngx_err_t     err;
    ngx_socket_t  fd;

    fd = ngx_socket(peer->server.sockaddr->sa_family, SOCK_DGRAM, 0);

    if (fd == (ngx_socket_t) -1) {
        return ngx_socket_errno;
    }

    if (ngx_nonblocking(fd) == -1
        || connect(fd, peer->server.sockaddr, peer->server.socklen) == -1)
    {
        err = ngx_socket_errno;
        (void) ngx_close_socket(fd);

        return err;
    }

    peer->conn.fd = fd;   /* closed by nginx with the configuration's pool */

    return 0;
}


ngx_uint_t
ngx_http_riverty_audit_syslog_udp(ngx_http_riverty_audit_log_t *log)
{
    return log->syslog != NULL
           && log->syslog->server.sockaddr->sa_family != AF_UNIX;
}
