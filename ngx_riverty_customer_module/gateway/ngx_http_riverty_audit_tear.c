/*
 * Torn lines, which all workers know (shared memory).  A file has its place
 * there by its device and inode, not by its name: for a while behind a rotation
 * some workers write the old file and some the new one.
 *
 * The lock is robust: where a worker was killed in the middle of a write(2),
 * the next one learns that and closes the line.
 */

#include "ngx_http_riverty_audit_tear.h"


static ngx_uint_t ngx_http_riverty_audit_tear_look(
    ngx_http_riverty_audit_log_t *log);
static ngx_uint_t ngx_http_riverty_audit_tear_lock(
    ngx_http_riverty_shared_file_t *file);
static ngx_uint_t ngx_http_riverty_audit_tear_known(
    ngx_http_riverty_shared_file_t *file, uint64_t id);
static void ngx_http_riverty_audit_tear_note(
    ngx_http_riverty_shared_file_t *file, uint64_t id, ngx_uint_t torn);


ngx_int_t
ngx_http_riverty_audit_tear_init(ngx_http_riverty_shared_t *shared)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_HTTP_RIVERTY_FILES; i++) {
        if (ngx_http_riverty_zone_lock_init(&shared->files[i].mutex) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


void
ngx_http_riverty_audit_tear_init_process(ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_uint_t                      i;
    ngx_http_riverty_shared_t      *shared;
    ngx_http_riverty_audit_log_t  **log;

    shared = rmcf->zone->data;
    log = rmcf->audit_logs.elts;

    for (i = 0; i < rmcf->audit_logs.nelts; i++) {
        log[i]->files = shared->files;
    }

    if (rmcf->checkpoint_log != NULL) {
        rmcf->checkpoint_log->files = shared->files;
    }
}


void
ngx_http_riverty_audit_tear_opened(ngx_http_riverty_audit_log_t *log,
    ngx_file_info_t *info)
{
    uint64_t  id;

    id = (uint64_t) info->st_dev << 40 ^ (uint64_t) info->st_ino;

    id += (id == 0);     /* 0 is no file's */

    log->fresh |= (log->id != id);
    log->id = id;
    log->shared = &log->files[id % NGX_HTTP_RIVERTY_FILES];
}


void
ngx_http_riverty_audit_tear_enter(ngx_http_riverty_audit_log_t *log)
{
    log->turn = ngx_http_riverty_audit_tear_lock(log->shared);

    if (!log->turn) {

        /* another worker may be in the middle of a line */

        log->torn = 1;
        return;
    }

    log->shared->writing = log->id;
    log->torn = ngx_http_riverty_audit_tear_known(log->shared, log->id);

    if (log->torn || log->fresh) {
        log->torn = ngx_http_riverty_audit_tear_look(log);
        log->fresh = 0;
    }
}


/*
 * A file that nginx finds may end in a torn line, and whoever was killed may
 * have written all of his: its last byte tells, where it can be read.
 */

static ngx_uint_t
ngx_http_riverty_audit_tear_look(ngx_http_riverty_audit_log_t *log)
{
    u_char           path[sizeof("/proc/self/fd/") + NGX_INT_T_LEN], last;
    ngx_fd_t         fd;
    ngx_uint_t       torn;
    ngx_file_info_t  info;

    torn = log->torn;

    if (!log->regular) {
        return torn;
    }

    (void) ngx_snprintf(path, sizeof(path), "/proc/self/fd/%d%Z",
                        log->file->fd);

    fd = ngx_open_file(path, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        return torn;
    }

    if (ngx_fd_info(fd, &info) != NGX_FILE_ERROR) {

        if (ngx_file_size(&info) == 0) {
            torn = 0;

        } else if (pread(fd, &last, 1, ngx_file_size(&info) - 1) == 1) {
            torn = (last != LF);
        }
    }

    (void) ngx_close_file(fd);

    return torn;
}


void
ngx_http_riverty_audit_tear_leave(ngx_http_riverty_audit_log_t *log)
{
    if (log->turn || log->torn) {
        ngx_http_riverty_audit_tear_note(log->shared, log->id, log->torn);
    }

    if (log->turn) {
        (void) pthread_mutex_unlock(&log->shared->mutex);
    }
}


/* Is it this worker's turn?  Not where the one that has it was stopped. */

static ngx_uint_t
ngx_http_riverty_audit_tear_lock(ngx_http_riverty_shared_file_t *file)
{
    ngx_int_t  rc;

    rc = ngx_http_riverty_zone_lock(&file->mutex);

    if (rc == NGX_DONE) {

        /* it may have been killed in the middle of a line */

        ngx_http_riverty_audit_tear_note(file, file->writing, 1);
    }

    return rc != NGX_BUSY;
}


static ngx_uint_t
ngx_http_riverty_audit_tear_known(ngx_http_riverty_shared_file_t *file,
    uint64_t id)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_HTTP_RIVERTY_TORN; i++) {
        if (file->torn[i] == id) {
            return 1;
        }
    }

    return 0;
}


/* Where many files of one place are torn, the oldest note goes. */

static void
ngx_http_riverty_audit_tear_note(ngx_http_riverty_shared_file_t *file,
    uint64_t id, ngx_uint_t torn)
{
    ngx_uint_t  i;

    if (torn == ngx_http_riverty_audit_tear_known(file, id)) {
        return;
    }

    if (torn) {
        ngx_memmove(file->torn + 1, file->torn,
                    (NGX_HTTP_RIVERTY_TORN - 1) * sizeof(uint64_t));
        file->torn[0] = id;
        return;
    }

    for (i = 0; i < NGX_HTTP_RIVERTY_TORN; i++) {
        if (file->torn[i] == id) {
            file->torn[i] = 0;
        }
    }
}
