/*
 * The audit log as a file: the records of a batch are one write(2) in append
 * mode, torn lines are closed, and the file is followed by its name.
 */

#include "ngx_http_riverty_audit_file.h"
#include "ngx_http_riverty_audit_log.h"
#include "ngx_http_riverty_audit_stream.h"
#include "ngx_http_riverty_audit_tear.h"


/* What a probe asks for: a record or two. */
#define NGX_HTTP_RIVERTY_AUDIT_ROOM  16384


static ngx_uint_t ngx_http_riverty_audit_file_some(
    ngx_http_riverty_audit_log_t *log, ngx_http_riverty_audit_lines_t *lines,
    ngx_uint_t from);
static ngx_err_t ngx_http_riverty_audit_file_append(
    ngx_http_riverty_audit_log_t *log, ngx_http_riverty_audit_lines_t *lines,
    ngx_uint_t from, ngx_uint_t *taken);
static ssize_t ngx_http_riverty_audit_file_send(
    ngx_http_riverty_audit_log_t *log, struct iovec *iov, ngx_uint_t count);
static ngx_err_t ngx_http_riverty_audit_file_follow(
    ngx_http_riverty_audit_log_t *log);
static ngx_uint_t ngx_http_riverty_audit_file_removed(
    ngx_http_riverty_audit_log_t *log);
static void ngx_http_riverty_audit_file_renew(
    ngx_http_riverty_audit_log_t *log, ngx_file_info_t *opened);


void
ngx_http_riverty_audit_file_init_process(void)
{
    (void) signal(SIGXFSZ, SIG_IGN);
}


ngx_uint_t
ngx_http_riverty_audit_file_write(ngx_http_riverty_audit_log_t *log,
    ngx_http_riverty_audit_lines_t *lines, ngx_err_t *err)
{
    ngx_uint_t  done, taken, again;

    *err = ngx_http_riverty_audit_file_follow(log);

    if (*err) {
        return 0;
    }

    ngx_http_riverty_audit_tear_enter(log);

    again = 1;

    for (done = 0; done < lines->count; done += taken) {

        *err = ngx_http_riverty_audit_file_append(log, lines, done, &taken);

        if (*err == 0) {
            continue;
        }

        /*
         * a part was written: close that line, then write what is left from
         * its beginning, once without getting any further
         */

        if (!log->torn || (taken == 0 && !again)) {
            done += taken;
            break;
        }

        again = taken;
    }

    ngx_http_riverty_audit_tear_leave(log);

    return done;
}


ngx_err_t
ngx_http_riverty_audit_file_probe(ngx_http_riverty_audit_log_t *log)
{
    ngx_err_t        err;
    ngx_file_info_t  info;

    err = ngx_http_riverty_audit_file_follow(log);

    if (err || !log->regular) {
        return err;
    }

    if (ngx_fd_info(log->file->fd, &info) == NGX_FILE_ERROR) {
        return ngx_errno;
    }

    if (fallocate(log->file->fd, FALLOC_FL_KEEP_SIZE, info.st_size,
                  NGX_HTTP_RIVERTY_AUDIT_ROOM)
        == 0)
    {
        return 0;
    }

    /* a file system that cannot promise room has said nothing about it */

    err = ngx_errno;

    return err == EOPNOTSUPP || err == NGX_ENOSYS || err == NGX_EINTR ? 0 : err;
}


/*
 * How many lines one write(2) takes, from that one on.  A regular file takes
 * them all.  What other processes write into a pipe or a terminal, too, is
 * whole as long as it is no longer than PIPE_BUF.
 */

static ngx_uint_t
ngx_http_riverty_audit_file_some(ngx_http_riverty_audit_log_t *log,
    ngx_http_riverty_audit_lines_t *lines, ngx_uint_t from)
{
    size_t      start;
    ngx_uint_t  to;

    if (log->regular) {
        return lines->count;
    }

    start = from ? lines->ends[from - 1] : 0;

    for (to = from + 1; to < lines->count; to++) {
        if (lines->ends[to] - start + (log->torn != 0) > PIPE_BUF) {
            break;
        }
    }

    return to;
}


/*
 * One write(2) of some lines, from that one on.  Behind a torn line, which
 * readers skip, it begins with a line feed.  Returns 0, or why not all of them
 * were written; *taken becomes how many were.
 */

static ngx_err_t
ngx_http_riverty_audit_file_append(ngx_http_riverty_audit_log_t *log,
    ngx_http_riverty_audit_lines_t *lines, ngx_uint_t from, ngx_uint_t *taken)
{
    size_t        start, written;
    ssize_t       n;
    ngx_uint_t    to;
    struct iovec  iov[2];

    *taken = 0;

    to = ngx_http_riverty_audit_file_some(log, lines, from);
    start = from ? lines->ends[from - 1] : 0;

    iov[0].iov_base = "\n";
    iov[0].iov_len = 1;
    iov[1].iov_base = lines->start + start;
    iov[1].iov_len = lines->ends[to - 1] - start;

    n = ngx_http_riverty_audit_file_send(log, log->torn ? iov : iov + 1,
                                         log->torn ? 2 : 1);

    if (n == -1) {
        return ngx_errno;
    }

    if (n == 0) {
        return NGX_ENOSPC;
    }

    written = start + n - (log->torn != 0);
    log->torn = 0;

    while (from + *taken < to && lines->ends[from + *taken] <= written) {
        start = lines->ends[from + *taken];
        (*taken)++;
    }

    if (from + *taken < to && lines->ends[from + *taken] == written + 1) {

        /*
         * only the line feed is missing: the record is there, the next one
         * ends it
         */

        log->torn = 1;
        (*taken)++;

    } else if (written > start) {
        log->torn = 1;
        log->tears++;
    }

    return from + *taken == to ? 0 : NGX_ENOSPC;
}


/*
 * A stream that is a socket (systemd's journal) is shared with other
 * processes, so it cannot be made non-blocking for us alone: each call asks
 * for that.
 */

static ssize_t
ngx_http_riverty_audit_file_send(ngx_http_riverty_audit_log_t *log,
    struct iovec *iov, ngx_uint_t count)
{
    ssize_t        n;
    struct msghdr  msg;

    ngx_memzero(&msg, sizeof(struct msghdr));

    msg.msg_iov = iov;
    msg.msg_iovlen = count;

    do {
        n = log->socket
            ? sendmsg(log->file->fd, &msg, MSG_DONTWAIT|MSG_NOSIGNAL)
            : writev(log->file->fd, iov, count);

    } while (n == -1 && ngx_errno == NGX_EINTR);

    return n;
}


/*
 * Looks once a second whether the file still has its name.  Where it was
 * renamed or unlinked without a USR1, it is opened anew.  Where the worker may
 * not open it, it goes on writing into a renamed file; a file without any name
 * cannot be read by anybody, so then the log takes no records and error.log
 * says why.  Where a record is required this looks before each batch.
 */

static ngx_err_t
ngx_http_riverty_audit_file_follow(ngx_http_riverty_audit_log_t *log)
{
    ngx_file_info_t  opened, named;

    if (log->fd == log->file->fd
        && log->checked == ngx_time()
        && (log->gone || !ngx_http_riverty_audit_file_removed(log)))
    {
        return log->gone;
    }

    log->fd = log->file->fd;
    log->checked = ngx_time();
    log->gone = 0;

    if (ngx_fd_info(log->file->fd, &opened) == NGX_FILE_ERROR) {

        /* its file system has lost the file, as NFS may: it has no name */

        ngx_memzero(&opened, sizeof(ngx_file_info_t));
        opened.st_mode = S_IFREG;
    }

    ngx_http_riverty_audit_tear_opened(log, &opened);

    if (S_ISFIFO(opened.st_mode)) {

        /* a slow reader must not hold the worker */

        (void) ngx_nonblocking(log->file->fd);
    }

    if (ngx_http_riverty_audit_stream_null(&opened)) {
        log->gone = ENODEV;
        return log->gone;
    }

    log->socket = S_ISSOCK(opened.st_mode);
    log->regular = ngx_is_file(&opened);

    if (!log->regular) {
        return 0;
    }

    if (log->stream != NGX_ERROR) {
        log->gone = opened.st_nlink ? 0 : NGX_ENOENT;
        return log->gone;
    }

    if (ngx_file_info(log->file->name.data, &named) != NGX_FILE_ERROR
        && ngx_file_uniq(&opened) == ngx_file_uniq(&named)
        && opened.st_dev == named.st_dev)
    {
        log->lost = 0;
        return 0;
    }

    ngx_http_riverty_audit_file_renew(log, &opened);

    return log->gone;
}


/*
 * Has the file been removed since the last look, where that matters? statx(2)
 * asks for no time: after somebody has read a file's time Linux (from 6.13 on)
 * notes a new one at the next write, and two records a request then cost 3 us
 * more.
 */

static ngx_uint_t
ngx_http_riverty_audit_file_removed(ngx_http_riverty_audit_log_t *log)
{
#ifdef STATX_NLINK

    struct statx  opened;

    return log->required
           && statx(log->file->fd, "", AT_EMPTY_PATH, STATX_TYPE|STATX_NLINK,
                    &opened) == 0
           && S_ISREG(opened.stx_mode) && opened.stx_nlink == 0;

#else

    ngx_file_info_t  opened;

    return log->required
           && ngx_fd_info(log->file->fd, &opened) != NGX_FILE_ERROR
           && ngx_is_file(&opened) && opened.st_nlink == 0;

#endif
}


static void
ngx_http_riverty_audit_file_renew(ngx_http_riverty_audit_log_t *log,
    ngx_file_info_t *opened)
{
    ngx_fd_t         fd;
    ngx_file_info_t  named;

    /* the name may be a pipe now: do not wait until somebody reads it */

    fd = ngx_open_file(log->file->name.data, NGX_FILE_APPEND|NGX_FILE_NONBLOCK,
                       NGX_FILE_CREATE_OR_OPEN, NGX_HTTP_RIVERTY_AUDIT_ACCESS);

    if (fd == NGX_INVALID_FILE && opened->st_nlink == 0) {
        log->gone = ngx_errno;
        return;
    }

    if (fd == NGX_INVALID_FILE) {

        if (!log->lost) {
            ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, ngx_errno,
                          "riverty: the audit log \"%V\" was moved and cannot "
                          "be opened anew, records go on into the old file; "
                          "send nginx a USR1", &log->name);
            log->lost = 1;
        }

        return;
    }

    log->lost = 0;

    (void) fcntl(fd, F_SETFD, FD_CLOEXEC);
    (void) ngx_close_file(log->file->fd);

    log->file->fd = fd;
    log->fd = fd;

    if (ngx_fd_info(fd, &named) != NGX_FILE_ERROR) {
        log->regular = ngx_is_file(&named);
        ngx_http_riverty_audit_tear_opened(log, &named);
    }

    ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                  "riverty: the audit log \"%V\" was moved or removed and is "
                  "opened anew", &log->name);
}
