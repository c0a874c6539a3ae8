/*
 * The audit log as a syslog server: each record is one datagram, with nginx's
 * own parameters and header; those of a batch are sent by one call.
 */

#include "ngx_http_riverty_audit_syslog.h"


/* Priority, time, host name (at most 255 characters) and tag (32). */
#define NGX_HTTP_RIVERTY_SYSLOG_HEADER  512


static void ngx_http_riverty_audit_syslog_prepare(
    struct mmsghdr *datagrams, struct iovec *header,
    ngx_http_riverty_audit_lines_t *lines);
static ngx_err_t ngx_http_riverty_audit_syslog_send(ngx_syslog_peer_t *peer,
    struct mmsghdr *datagrams, ngx_uint_t count, ngx_uint_t *sent);
static ngx_err_t ngx_http_riverty_audit_syslog_connect(
    ngx_syslog_peer_t *peer);


ngx_uint_t
ngx_http_riverty_audit_syslog_write(ngx_http_riverty_audit_log_t *log,
    ngx_http_riverty_audit_lines_t *lines, ngx_err_t *err, ngx_err_t *lost)
{
    u_char          header[NGX_HTTP_RIVERTY_SYSLOG_HEADER];
    ngx_uint_t      done, sent, connected;
    struct iovec    iov[2 * NGX_HTTP_RIVERTY_SYSLOG_BURST];
    struct mmsghdr  datagrams[NGX_HTTP_RIVERTY_SYSLOG_BURST];

    iov[0].iov_base = header;
    iov[0].iov_len = ngx_syslog_add_header(log->syslog, header) - header;

    ngx_http_riverty_audit_syslog_prepare(datagrams, iov, lines);

    *err = 0;
    *lost = 0;

    for (done = 0; done < lines->count; done += sent) {

        connected = log->syslog->conn.fd != (ngx_socket_t) -1;

        *err = ngx_http_riverty_audit_syslog_send(log->syslog, datagrams + done,
                                                  lines->count - done, &sent);

        if (*err == 0) {
            continue;
        }

        if (*err == NGX_EAGAIN || !connected) {
            break;
        }

        /*
         * A server that was started anew has another socket under the same
         * name: the next try connects.  Over UDP the error belongs to a
         * datagram before, which is lost; whether this one arrives is not known
         * yet.
         */

        if (ngx_http_riverty_audit_syslog_udp(log)) {
            *lost = *err;
        }
    }

    return done;
}


/* The header of syslog, the same for all, and the line behind it. */

static void
ngx_http_riverty_audit_syslog_prepare(struct mmsghdr *datagrams,
    struct iovec *header, ngx_http_riverty_audit_lines_t *lines)
{
    size_t         start;
    ngx_uint_t     i;
    struct iovec  *iov;

    ngx_memzero(datagrams, lines->count * sizeof(struct mmsghdr));

    start = 0;

    for (i = 0; i < lines->count; i++) {

        iov = header + 2 * i;

        iov[0] = *header;
        iov[1].iov_base = lines->start + start;
        iov[1].iov_len = lines->ends[i] - 1 - start;   /* without line feed */

        start = lines->ends[i];

        datagrams[i].msg_hdr.msg_iov = iov;
        datagrams[i].msg_hdr.msg_iovlen = 2;
    }
}


/*
 * Returns 0 where some were sent, or why none was: NGX_EAGAIN where the
 * server's queue is full, because it never blocks.  It does not use
 * ngx_syslog_send(), which writes a line or two to error.log for each datagram
 * that is not sent.
 */

static ngx_err_t
ngx_http_riverty_audit_syslog_send(ngx_syslog_peer_t *peer,
    struct mmsghdr *datagrams, ngx_uint_t count, ngx_uint_t *sent)
{
    int        n;
    ngx_err_t  err;

    *sent = 0;

    if (peer->conn.fd == (ngx_socket_t) -1) {
        err = ngx_http_riverty_audit_syslog_connect(peer);

        if (err) {
            return err;
        }
    }

    do {
        n = sendmmsg(peer->conn.fd, datagrams, count, 0);
        err = n == -1 ? ngx_socket_errno : 0;

    } while (err == NGX_EINTR);

    if (err && err != NGX_EAGAIN) {
        (void) ngx_close_socket(peer->conn.fd);
        peer->conn.fd = (ngx_socket_t) -1;
    }

    if (err == 0) {
        *sent = n;
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


ngx_err_t
ngx_http_riverty_audit_syslog_probe(ngx_http_riverty_audit_log_t *log)
{
    ngx_err_t     err;
    ngx_addr_t   *server;
    ngx_socket_t  fd;

    server = &log->syslog->server;

    if (server->sockaddr->sa_family != AF_UNIX) {
        return 0;
    }

    fd = ngx_socket(AF_UNIX, SOCK_DGRAM|SOCK_CLOEXEC, 0);

    if (fd == (ngx_socket_t) -1) {
        return ngx_socket_errno;
    }

    err = connect(fd, server->sockaddr, server->socklen) == -1
          ? ngx_socket_errno : 0;

    (void) ngx_close_socket(fd);

    return err;
}
