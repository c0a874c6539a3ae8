/*
 * The audit log itself: one write(2) a record to a file in append mode, or one
 * datagram to a syslog server.
 */

#include "ngx_http_riverty_audit_log.h"
#include "contract/record.h"


/* Priority, time, host name (at most 255 characters) and tag (32). */
#define NGX_HTTP_RIVERTY_SYSLOG_HEADER  512


static char *ngx_http_riverty_audit_log_register(ngx_conf_t *cf,
    ngx_http_riverty_audit_log_t *log);
static char *ngx_http_riverty_audit_log_param(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_http_riverty_audit_log_t *log, ngx_str_t *value);
static ngx_int_t ngx_http_riverty_audit_log_file(
    ngx_http_riverty_audit_log_t *log, u_char *line, size_t len);
static ngx_err_t ngx_http_riverty_audit_log_append(
    ngx_http_riverty_audit_log_t *log, u_char *line, size_t len);
static void ngx_http_riverty_audit_log_follow(
    ngx_http_riverty_audit_log_t *log);
static ngx_int_t ngx_http_riverty_audit_log_syslog(
    ngx_http_riverty_audit_log_t *log, u_char *line, size_t len);
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

    if (ngx_strncmp(value[1].data, "syslog:", 7) == 0) {

        log->syslog = ngx_pcalloc(cf->pool, sizeof(ngx_syslog_peer_t));
        if (log->syslog == NULL) {
            return NGX_CONF_ERROR;
        }

        if (ngx_syslog_process_conf(cf, log->syslog) != NGX_CONF_OK) {
            return NGX_CONF_ERROR;
        }

    } else {
        log->file = ngx_conf_open_file(cf->cycle, &value[1]);
        if (log->file == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    for (i = 2; i < cf->args->nelts; i++) {
        rv = ngx_http_riverty_audit_log_param(cf, cmd, log, &value[i]);

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    rlcf->audit = log;

    return ngx_http_riverty_audit_log_register(cf, log);
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

    ngx_http_riverty_audit_log_follow(log);

    err = ngx_http_riverty_audit_log_append(log, line, len);

    if (err && log->torn) {

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

    n = writev(log->file->fd, log->torn ? iov : iov + 1, log->torn ? 2 : 1);

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

    return NGX_ENOSPC;
}


/*
 * A file that was renamed or unlinked without a USR1 is opened anew under its
 * name, looked at once a second; where the worker may not, it writes on.
 */

static void
ngx_http_riverty_audit_log_follow(ngx_http_riverty_audit_log_t *log)
{
    ngx_fd_t         fd;
    ngx_file_info_t  opened, named;

    if (log->checked == ngx_time()) {
        return;
    }

    log->checked = ngx_time();

    if (ngx_fd_info(log->file->fd, &opened) == NGX_FILE_ERROR
        || !ngx_is_file(&opened))
    {
        return;   /* a pipe, a terminal */
    }

    if (ngx_file_info(log->file->name.data, &named) != NGX_FILE_ERROR
        && ngx_file_uniq(&opened) == ngx_file_uniq(&named)
        && opened.st_dev == named.st_dev)
    {
        return;
    }

    fd = ngx_open_file(log->file->name.data, NGX_FILE_APPEND,
                       NGX_FILE_CREATE_OR_OPEN, NGX_FILE_DEFAULT_ACCESS);

    if (fd == NGX_INVALID_FILE) {

        if (!log->lost) {
            ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, ngx_errno,
                          "riverty: the audit log \"%V\" was moved or removed "
                          "and cannot be opened anew, records go on into the "
                          "old file; send nginx a USR1", &log->file->name);
            log->lost = 1;
        }

        return;
    }

    log->lost = 0;

    (void) fcntl(fd, F_SETFD, FD_CLOEXEC);
    (void) ngx_close_file(log->file->fd);

    log->file->fd = fd;
    log->torn = 0;

    ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                  "riverty: the audit log \"%V\" was moved or removed and is "
                  "opened anew", &log->file->name);
}


static ngx_int_t
ngx_http_riverty_audit_log_syslog(ngx_http_riverty_audit_log_t *log,
    u_char *line, size_t len)
{
    u_char   datagram[NGX_HTTP_RIVERTY_SYSLOG_HEADER + RIVERTY_RECORD_SIZE];
    u_char  *p;
    ssize_t  n;

    p = ngx_syslog_add_header(log->syslog, datagram);
    p = ngx_cpymem(p, line, len - 1);   /* without its line feed */

    n = ngx_syslog_send(log->syslog, datagram, p - datagram);

    ngx_http_riverty_audit_log_state(log, n < 0, n < 0 ? ngx_errno : 0);

    return n < 0 ? NGX_ERROR : NGX_OK;
}


/* One line of error.log a change of state, not one a record. */

static void
ngx_http_riverty_audit_log_state(ngx_http_riverty_audit_log_t *log,
    ngx_uint_t failed, ngx_err_t err)
{
    ngx_str_t  *name;

    static ngx_str_t  syslog = ngx_string("syslog");

    if (log->failed == failed) {
        return;
    }

    log->failed = failed;
    name = log->file ? &log->file->name : &syslog;

    if (failed) {
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, err,
                      "riverty: the audit log \"%V\" takes no records", name);

    } else {
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "riverty: the audit log \"%V\" takes records again",
                      name);
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
