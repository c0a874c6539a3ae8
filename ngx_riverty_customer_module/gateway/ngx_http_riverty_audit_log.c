/*
 * The audit log itself: one write(2) a record to a file in append mode, or one
 * datagram to a syslog server.
 */

#include "ngx_http_riverty_audit_log.h"
#include "contract/record.h"


/* Priority, time, host name (at most 255 characters) and tag (32). */
#define NGX_HTTP_RIVERTY_SYSLOG_HEADER  512


static char *ngx_http_riverty_audit_log_open(ngx_conf_t *cf,
    ngx_http_riverty_audit_log_t *log, ngx_str_t *value);
static char *ngx_http_riverty_audit_log_register(ngx_conf_t *cf,
    ngx_http_riverty_audit_log_t *log);
static char *ngx_http_riverty_audit_log_param(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_http_riverty_audit_log_t *log, ngx_str_t *value);
static ngx_int_t ngx_http_riverty_audit_log_file(
    ngx_http_riverty_audit_log_t *log, u_char *line, size_t len);
static ngx_err_t ngx_http_riverty_audit_log_append(
    ngx_http_riverty_audit_log_t *log, u_char *line, size_t len);
static ngx_err_t ngx_http_riverty_audit_log_follow(
    ngx_http_riverty_audit_log_t *log);
static ngx_uint_t ngx_http_riverty_audit_log_removed(
    ngx_http_riverty_audit_log_t *log);
static void ngx_http_riverty_audit_log_renew(ngx_http_riverty_audit_log_t *log,
    ngx_file_info_t *opened);
static ngx_int_t ngx_http_riverty_audit_log_syslog(
    ngx_http_riverty_audit_log_t *log, u_char *line, size_t len);
static ngx_err_t ngx_http_riverty_audit_log_send(ngx_syslog_peer_t *peer,
    u_char *datagram, size_t len);
static ngx_err_t ngx_http_riverty_audit_log_connect(ngx_syslog_peer_t *peer);
static ngx_uint_t ngx_http_riverty_audit_log_udp(
    ngx_http_riverty_audit_log_t *log);
static void ngx_http_riverty_audit_log_state(ngx_http_riverty_audit_log_t *log,
    ngx_uint_t failed, ngx_err_t err);


static ngx_conf_enum_t  ngx_http_riverty_client_ip[] = {
    { ngx_string("client_ip=keep"), NGX_HTTP_RIVERTY_IP_KEEP },
    { ngx_string("client_ip=prefix"), NGX_HTTP_RIVERTY_IP_PREFIX },
    { ngx_string("client_ip=drop"), NGX_HTTP_RIVERTY_IP_DROP },
    { ngx_null_string, 0 }
};


char *
ngx_http_riverty_audit_log_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_riverty_loc_conf_t  *rlcf = conf;

    char                          *rv;
    ngx_str_t                     *value;
    ngx_uint_t                     i;
    ngx_http_riverty_audit_log_t  *log;

    if (rlcf->audit != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {

        if (cf->args->nelts > 2) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V off\" takes no parameter \"%V\"",
                               &cmd->name, &value[2]);
            return NGX_CONF_ERROR;
        }

        rlcf->audit = NULL;
        return NGX_CONF_OK;
    }

    if (value[1].len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid \"%V\": name a file or a syslog server, or "
                           "say \"off\"", &cmd->name);
        return NGX_CONF_ERROR;
    }

    log = ngx_pcalloc(cf->pool, sizeof(ngx_http_riverty_audit_log_t));
    if (log == NULL) {
        return NGX_CONF_ERROR;
    }

    rv = ngx_http_riverty_audit_log_open(cf, log, &value[1]);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    for (i = 2; i < cf->args->nelts; i++) {
        rv = ngx_http_riverty_audit_log_param(cf, cmd, log, &value[i]);

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    if (log->required && ngx_http_riverty_audit_log_udp(log)) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "\"required\" of \"%V\" proves little over UDP, "
                           "which takes a record whether or not it arrives; "
                           "name a unix socket or a file", &cmd->name);
    }

    rlcf->audit = log;

    return ngx_http_riverty_audit_log_register(cf, log);
}


static char *
ngx_http_riverty_audit_log_open(ngx_conf_t *cf,
    ngx_http_riverty_audit_log_t *log, ngx_str_t *value)
{
    if (ngx_strncmp(value->data, "syslog:", 7) != 0) {
        log->file = ngx_conf_open_file(cf->cycle, value);

        return log->file ? NGX_CONF_OK : NGX_CONF_ERROR;
    }

    log->syslog = ngx_pcalloc(cf->pool, sizeof(ngx_syslog_peer_t));
    if (log->syslog == NULL) {
        return NGX_CONF_ERROR;
    }

    return ngx_syslog_process_conf(cf, log->syslog);
}


/* Each worker gives each log a chain. */

static char *
ngx_http_riverty_audit_log_register(ngx_conf_t *cf,
    ngx_http_riverty_audit_log_t *log)
{
    ngx_http_riverty_audit_log_t  **place;
    ngx_http_riverty_main_conf_t   *rmcf;

    rmcf = ngx_http_conf_get_module_main_conf(cf, ngx_riverty_customer_module);

    if (rmcf->audit_logs == NULL) {
        rmcf->audit_logs = ngx_array_create(cf->pool, 2, sizeof(void *));
        if (rmcf->audit_logs == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    place = ngx_array_push(rmcf->audit_logs);
    if (place == NULL) {
        return NGX_CONF_ERROR;
    }

    *place = log;

    return NGX_CONF_OK;
}


static char *
ngx_http_riverty_audit_log_param(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_riverty_audit_log_t *log, ngx_str_t *value)
{
    ngx_uint_t  i;

    if (ngx_strcmp(value->data, "required") == 0) {
        log->required = 1;
        return NGX_CONF_OK;
    }

    for (i = 0; ngx_http_riverty_client_ip[i].name.len; i++) {
        if (ngx_strcmp(value->data, ngx_http_riverty_client_ip[i].name.data)
            == 0)
        {
            log->client_ip = ngx_http_riverty_client_ip[i].value;
            return NGX_CONF_OK;
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\" of \"%V\"; it may be "
                       "\"required\" and \"client_ip=keep\", "
                       "\"client_ip=prefix\" or \"client_ip=drop\"",
                       value, &cmd->name);

    return NGX_CONF_ERROR;
}


void
ngx_http_riverty_audit_log_init_process(void)
{
    (void) signal(SIGXFSZ, SIG_IGN);
}


ngx_int_t
ngx_http_riverty_audit_log_write(ngx_http_riverty_audit_log_t *log,
    u_char *line, size_t len)
{
    ngx_int_t  rc;

    rc = log->file ? ngx_http_riverty_audit_log_file(log, line, len)
                   : ngx_http_riverty_audit_log_syslog(log, line, len);

    /* a record that was not taken is no link: the next one has its number */

    if (rc == NGX_OK && log->chain != NULL
        && !riverty_chain_advance(log->chain))
    {
        return NGX_ERROR;
    }

    return rc;
}


static ngx_int_t
ngx_http_riverty_audit_log_file(ngx_http_riverty_audit_log_t *log,
    u_char *line, size_t len)
{
    ngx_err_t  err;

    err = ngx_http_riverty_audit_log_follow(log);

    if (err == 0) {
        err = ngx_http_riverty_audit_log_append(log, line, len);
    }

    if (err && log->torn && !log->gone) {

        /* some of it was written: close that line, and once more the whole */

        err = ngx_http_riverty_audit_log_append(log, line, len);
    }

    ngx_http_riverty_audit_log_state(log, err != 0, err);

    return err ? NGX_ERROR : NGX_OK;
}


/*
 * One write(2): lines of several workers do not mix.  Behind a torn line, which
 * readers skip, it begins with a line feed.  0, or why not all was written.
 */

static ngx_err_t
ngx_http_riverty_audit_log_append(ngx_http_riverty_audit_log_t *log,
    u_char *line, size_t len)
{
    ssize_t       n, whole;
    struct iovec  iov[2];

    iov[0].iov_base = "\n";
    iov[0].iov_len = 1;
    iov[1].iov_base = line;
    iov[1].iov_len = len;

    whole = len + (log->torn != 0);

    do {
        n = writev(log->file->fd, log->torn ? iov : iov + 1, log->torn ? 2 : 1);

    } while (n == -1 && ngx_errno == NGX_EINTR);

    if (n == whole) {
        log->torn = 0;
        return 0;
    }

    if (n == -1) {
        return ngx_errno;
    }

    if (n == whole - 1) {

        /* all but its line feed: the record is there, the next one ends it */

        log->torn = 1;
        return 0;
    }

    /* a line feed alone has closed the torn line */

    log->torn = n > whole - (ssize_t) len;
    log->tears += log->torn;

    return NGX_ENOSPC;
}


/*
 * Looks once a second whether the file has its name still; where it was renamed
 * or unlinked without a USR1, it is opened anew.  Where the worker may not, it
 * writes on into what was renamed; but nobody can read what has no name at all,
 * so an error says why that takes no records.  Where a record is required it
 * looks before each one.
 */

static ngx_err_t
ngx_http_riverty_audit_log_follow(ngx_http_riverty_audit_log_t *log)
{
    ngx_file_info_t  opened, named;

    if (log->fd == log->file->fd
        && log->checked == ngx_time()
        && (log->gone || !ngx_http_riverty_audit_log_removed(log)))
    {
        return log->gone;
    }

    log->fd = log->file->fd;
    log->checked = ngx_time();
    log->gone = 0;

    if (ngx_fd_info(log->file->fd, &opened) == NGX_FILE_ERROR) {

        /* a file that its file system has lost, as NFS may: without a name */

        ngx_memzero(&opened, sizeof(ngx_file_info_t));
        opened.st_mode = S_IFREG;
    }

    if (S_ISFIFO(opened.st_mode)) {

        /* a reader that does not read must not hold the worker */

        (void) ngx_nonblocking(log->file->fd);
    }

    if (!ngx_is_file(&opened)) {
        return 0;
    }

    if (ngx_file_info(log->file->name.data, &named) != NGX_FILE_ERROR
        && ngx_file_uniq(&opened) == ngx_file_uniq(&named)
        && opened.st_dev == named.st_dev)
    {
        log->lost = 0;
        return 0;
    }

    ngx_http_riverty_audit_log_renew(log, &opened);

    return log->gone;
}


/* Has it been since the last look, where that matters? */

static ngx_uint_t
ngx_http_riverty_audit_log_removed(ngx_http_riverty_audit_log_t *log)
{
    ngx_file_info_t  opened;

    return log->required
           && ngx_fd_info(log->file->fd, &opened) != NGX_FILE_ERROR
           && ngx_is_file(&opened) && opened.st_nlink == 0;
}


static void
ngx_http_riverty_audit_log_renew(ngx_http_riverty_audit_log_t *log,
    ngx_file_info_t *opened)
{
    ngx_fd_t  fd;

    /* a pipe that has its name now is not waited for until somebody reads */

    fd = ngx_open_file(log->file->name.data, NGX_FILE_APPEND|NGX_FILE_NONBLOCK,
                       NGX_FILE_CREATE_OR_OPEN, NGX_FILE_DEFAULT_ACCESS);

    if (fd == NGX_INVALID_FILE && opened->st_nlink == 0) {
        log->gone = ngx_errno;
        return;
    }

    if (fd == NGX_INVALID_FILE) {

        if (!log->lost) {
            ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, ngx_errno,
                          "riverty: the audit log \"%V\" was moved and cannot "
                          "be opened anew, records go on into the old file; "
                          "send nginx a USR1", &log->file->name);
            log->lost = 1;
        }

        return;
    }

    log->lost = 0;

    (void) fcntl(fd, F_SETFD, FD_CLOEXEC);
    (void) ngx_close_file(log->file->fd);

    log->file->fd = fd;
    log->fd = fd;
    log->torn = 0;

    ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                  "riverty: the audit log \"%V\" was moved or removed and is "
                  "opened anew", &log->file->name);
}


static ngx_int_t
ngx_http_riverty_audit_log_syslog(ngx_http_riverty_audit_log_t *log,
    u_char *line, size_t len)
{
    u_char      datagram[NGX_HTTP_RIVERTY_SYSLOG_HEADER + RIVERTY_RECORD_SIZE];
    u_char     *p;
    ngx_err_t   err, lost;
    ngx_uint_t  connected;

    p = ngx_syslog_add_header(log->syslog, datagram);
    p = ngx_cpymem(p, line, len - 1);   /* without its line feed */

    connected = log->syslog->conn.fd != (ngx_socket_t) -1;
    lost = 0;

    err = ngx_http_riverty_audit_log_send(log->syslog, datagram, p - datagram);

    if (err && err != NGX_EAGAIN && connected) {

        /*
         * A server that was started anew has another socket under the same
         * name.  Over UDP the error is of the record before, which is lost,
         * and there is no proof yet that this one is not.
         */

        lost = ngx_http_riverty_audit_log_udp(log) ? err : 0;

        err = ngx_http_riverty_audit_log_send(log->syslog, datagram,
                                              p - datagram);
    }

    ngx_http_riverty_audit_log_state(log, err || lost, err ? err : lost);

    return err ? NGX_ERROR : NGX_OK;
}


/*
 * 0, or why the datagram was not sent: NGX_EAGAIN where the server's queue is
 * full, for it never blocks.  Not ngx_syslog_send(), which writes a line or two
 * of its own to error.log for each datagram that is not sent.
 */

static ngx_err_t
ngx_http_riverty_audit_log_send(ngx_syslog_peer_t *peer, u_char *datagram,
    size_t len)
{
    ssize_t    n;
    ngx_err_t  err;

    if (peer->conn.fd == (ngx_socket_t) -1) {
        err = ngx_http_riverty_audit_log_connect(peer);

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
ngx_http_riverty_audit_log_connect(ngx_syslog_peer_t *peer)
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


static ngx_uint_t
ngx_http_riverty_audit_log_udp(ngx_http_riverty_audit_log_t *log)
{
    return log->syslog != NULL
           && log->syslog->server.sockaddr->sa_family != AF_UNIX;
}


/* One line of error.log a change of state, not one a record. */

static void
ngx_http_riverty_audit_log_state(ngx_http_riverty_audit_log_t *log,
    ngx_uint_t failed, ngx_err_t err)
{
    ngx_str_t  *name;

    static ngx_str_t  syslog = ngx_string("syslog");

    log->missed += failed;

    if (log->failed == failed && (failed || log->missed == 0)) {
        return;
    }

    if (err == NGX_EAGAIN || log->failed == failed) {

        /*
         * A queue may be full and have room again a thousand times a second:
         * one alert of it, and what is missed behind that, a second later.
         */

        if (log->alerted == ngx_time()) {
            return;
        }

        log->alerted = ngx_time();
    }

    log->failed = failed;
    name = log->file ? &log->file->name : &syslog;

    if (failed) {
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, err,
                      "riverty: the audit log \"%V\" takes no records", name);

    } else {
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "riverty: the audit log \"%V\" takes records again; %ui "
                      "of this worker were not written, %ui lines are torn",
                      name, log->missed, log->tears);

        log->missed = 0;
        log->tears = 0;
    }
}


riverty_span_t
ngx_http_riverty_audit_address(ngx_http_riverty_audit_log_t *log,
    ngx_connection_t *c, u_char *buf)
{
    size_t                len;
    struct sockaddr_in   *sin;
    ngx_sockaddr_t        prefix;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    if (log->client_ip == NGX_HTTP_RIVERTY_IP_DROP
        || c->sockaddr->sa_family == AF_UNIX   /* its text is "unix:" */
        || c->socklen > (socklen_t) sizeof(ngx_sockaddr_t))
    {
        return (riverty_span_t) { NULL, 0 };
    }

    if (log->client_ip == NGX_HTTP_RIVERTY_IP_KEEP) {
        return (riverty_span_t) { c->addr_text.data, c->addr_text.len };
    }

    ngx_memcpy(&prefix, c->sockaddr, c->socklen);

    switch (prefix.sockaddr.sa_family) {

    case AF_INET:
        sin = &prefix.sockaddr_in;
        sin->sin_addr.s_addr &= htonl(0xffffff00);     /* /24 */
        break;

#if (NGX_HAVE_INET6)
    case AF_INET6:
        sin6 = &prefix.sockaddr_in6;
        ngx_memzero(sin6->sin6_addr.s6_addr + 6, 10);  /* /48 */
        break;
#endif

    default:
        return (riverty_span_t) { NULL, 0 };
    }

    len = ngx_sock_ntop(&prefix.sockaddr, c->socklen, buf,
                        NGX_SOCKADDR_STRLEN, 0);

    return (riverty_span_t) { buf, len };
}
