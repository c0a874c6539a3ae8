/*
 * The audit log as a stream that nginx was started with (configuration).  Such
 * a name means another file as soon as nginx is a daemon, because ngx_daemon()
 * puts /dev/null in place of the standard output.  So the stream is opened
 * once. The log's entry among nginx's open files has no name: neither USR1 nor
 * our own look at names opens it anew, and a reload takes it over from the
 * cycle before.
 */

#include "ngx_http_riverty_audit_stream.h"

#include <sys/sysmacros.h>


/* As many symbolic links as Linux follows. */
#define NGX_HTTP_RIVERTY_AUDIT_LINKS  8


static ngx_int_t ngx_http_riverty_audit_stream_number(ngx_str_t *name);
static ngx_int_t ngx_http_riverty_audit_stream_named(char *path);
static ngx_fd_t ngx_http_riverty_audit_stream_inherit(ngx_conf_t *cf,
    ngx_int_t number);
static ngx_uint_t ngx_http_riverty_audit_stream_known(ngx_cycle_t *cycle);
static ngx_fd_t ngx_http_riverty_audit_stream_take(ngx_conf_t *cf,
    ngx_http_riverty_audit_log_t *log, ngx_int_t number);
static ngx_uint_t ngx_http_riverty_audit_stream_free(ngx_conf_t *cf,
    ngx_int_t number);


ngx_int_t
ngx_http_riverty_audit_stream_open(ngx_conf_t *cf,
    ngx_http_riverty_audit_log_t *log, ngx_str_t *name)
{
    ngx_fd_t   fd;
    ngx_int_t  number;

    static ngx_str_t  none = ngx_null_string;

    number = ngx_http_riverty_audit_stream_number(name);

    if (number == NGX_ERROR) {
        return NGX_DECLINED;
    }

    fd = ngx_http_riverty_audit_stream_inherit(cf, number);

    if (fd == NGX_INVALID_FILE) {
        fd = ngx_http_riverty_audit_stream_take(cf, log, number);
    }

    if (fd == NGX_INVALID_FILE) {
        return NGX_ERROR;
    }

    log->file = ngx_conf_open_file(cf->cycle, &none);

    if (log->file == NULL) {
        (void) ngx_close_file(fd);
        return NGX_ERROR;
    }

    log->file->fd = fd;
    log->stream = number;

    return NGX_OK;
}


ngx_uint_t
ngx_http_riverty_audit_stream_null(ngx_file_info_t *info)
{
    return S_ISCHR(info->st_mode) && info->st_rdev == makedev(1, 3);
}


/* The number of the descriptor that a name means, or NGX_ERROR. */

static ngx_int_t
ngx_http_riverty_audit_stream_number(ngx_str_t *name)
{
    char        path[NGX_MAX_PATH], link[NGX_MAX_PATH], *slash;
    ssize_t     n;
    size_t      len;
    ngx_int_t   number;
    ngx_uint_t  i;

    if (name->len >= sizeof(path)) {
        return NGX_ERROR;
    }

    ngx_memcpy(path, name->data, name->len);
    path[name->len] = '\0';

    for (i = 0; i < NGX_HTTP_RIVERTY_AUDIT_LINKS; i++) {

        number = ngx_http_riverty_audit_stream_named(path);

        if (number != NGX_ERROR) {
            return number;
        }

        n = readlink(path, link, sizeof(link) - 1);

        if (n <= 0) {
            return NGX_ERROR;
        }

        link[n] = '\0';

        /* a relative link starts from its own directory */

        slash = link[0] == '/' ? NULL : strrchr(path, '/');
        len = slash ? slash - path + 1 : 0;

        if (len + n >= sizeof(path)) {
            return NGX_ERROR;
        }

        ngx_memcpy(path + len, link, n + 1);
    }

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_riverty_audit_stream_named(char *path)
{
    size_t      len;
    ngx_int_t   number;
    ngx_uint_t  i;

    static const struct {
        const char  *name;
        ngx_int_t    number;   /* NGX_ERROR: it stands behind the name */
    } names[] = {
        { "/dev/stdout", STDOUT_FILENO },
        { "/dev/stderr", STDERR_FILENO },
        { "/dev/fd/", NGX_ERROR },
        { "/proc/self/fd/", NGX_ERROR },
        { "/proc/thread-self/fd/", NGX_ERROR }
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {

        len = ngx_strlen(names[i].name);

        if (ngx_strncmp(path, names[i].name, len) != 0) {
            continue;
        }

        number = names[i].number;

        if (number == NGX_ERROR) {
            return ngx_atoi((u_char *) path + len, ngx_strlen(path + len));
        }

        if (path[len] == '\0') {
            return number;
        }
    }

    return NGX_ERROR;
}


/* The same stream of the cycle before: what it is now may be /dev/null. */

static ngx_fd_t
ngx_http_riverty_audit_stream_inherit(ngx_conf_t *cf, ngx_int_t number)
{
    ngx_uint_t                      i;
    ngx_cycle_t                    *old;
    ngx_http_riverty_audit_log_t  **log;
    ngx_http_riverty_main_conf_t   *rmcf;

    old = cf->cycle->old_cycle;

    if (!ngx_http_riverty_audit_stream_known(old)) {
        return NGX_INVALID_FILE;
    }

    rmcf = ngx_http_cycle_get_module_main_conf(old,
                                               ngx_riverty_customer_module);

    if (rmcf == NULL) {
        return NGX_INVALID_FILE;
    }

    log = rmcf->audit_logs.elts;

    for (i = 0; i < rmcf->audit_logs.nelts; i++) {
        if (log[i]->stream == number) {
            return fcntl(log[i]->file->fd, F_DUPFD_CLOEXEC, 0);
        }
    }

    if (rmcf->checkpoint_log != NULL && rmcf->checkpoint_log->stream == number)
    {
        return fcntl(rmcf->checkpoint_log->file->fd, F_DUPFD_CLOEXEC, 0);
    }

    return NGX_INVALID_FILE;
}


/* Was this module there in that cycle? */

static ngx_uint_t
ngx_http_riverty_audit_stream_known(ngx_cycle_t *cycle)
{
    ngx_uint_t  i;

    if (cycle == NULL || ngx_is_init_cycle(cycle)) {
        return 0;
    }

    for (i = 0; cycle->modules[i]; i++) {
        if (cycle->modules[i] == &ngx_riverty_customer_module) {
            return 1;
        }
    }

    return 0;
}


/*
 * Opens the stream itself.  Opened by its number it gets flags of its own; a
 * socket cannot be opened so, and is shared.
 */

static ngx_fd_t
ngx_http_riverty_audit_stream_take(ngx_conf_t *cf,
    ngx_http_riverty_audit_log_t *log, ngx_int_t number)
{
    u_char    path[sizeof("/proc/self/fd/") + NGX_INT_T_LEN];
    ngx_fd_t  fd;

    if (!ngx_http_riverty_audit_stream_free(cf, number)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" \"%V\": nginx was started without that "
                           "stream, or cannot write to it; name a file",
                           &log->directive, &log->name);
        return NGX_INVALID_FILE;
    }

    (void) ngx_snprintf(path, sizeof(path), "/proc/self/fd/%i%Z", number);

    fd = open((char *) path, O_WRONLY|O_APPEND|O_NONBLOCK|O_CLOEXEC|O_NOCTTY);

    if (fd == NGX_INVALID_FILE) {
        fd = fcntl((int) number, F_DUPFD_CLOEXEC, 0);
    }

    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "\"%V\" \"%V\" cannot be opened",
                           &log->directive, &log->name);
    }

    return fd;
}


/*
 * Can the stream be written to, and is it not one of nginx's own files?  Those
 * take the number of a stream that was closed.
 */

static ngx_uint_t
ngx_http_riverty_audit_stream_free(ngx_conf_t *cf, ngx_int_t number)
{
    int          flags;
    ngx_log_t   *log;

    flags = fcntl((int) number, F_GETFL);

    if (flags == -1 || (flags & O_ACCMODE) == O_RDONLY) {
        return 0;
    }

    for (log = cf->cycle->old_cycle->log; log; log = log->next) {
        if (log->file != NULL && log->file->fd == number
            && log->file->fd != ngx_stderr)
        {
            return 0;
        }
    }

    return 1;
}
