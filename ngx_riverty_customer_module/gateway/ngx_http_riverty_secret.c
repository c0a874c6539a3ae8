/*
 * Secrets: an arena of anonymous mappings, and the files they come from.
 */

#include "ngx_http_riverty_secret.h"

#include <openssl/crypto.h>
#include <sys/mman.h>


#define NGX_HTTP_RIVERTY_SECRETS_SIZE  65536


static ngx_http_riverty_secrets_t *ngx_http_riverty_secrets_map(size_t size);
static ngx_int_t ngx_http_riverty_secret_guarded(ngx_str_t *name,
    ngx_uid_t user, ngx_file_info_t *fi, ngx_http_riverty_error_t *error);


ngx_http_riverty_secrets_t *
ngx_http_riverty_secrets_create(void)
{
    return ngx_http_riverty_secrets_map(NGX_HTTP_RIVERTY_SECRETS_SIZE);
}


static ngx_http_riverty_secrets_t *
ngx_http_riverty_secrets_map(size_t size)
{
    u_char                      *p;
    ngx_http_riverty_secrets_t  *secrets;

    size = ngx_align(size, ngx_pagesize);

    p = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS,
             -1, 0);
    if (p == MAP_FAILED) {
        return NULL;
    }

    /* best effort: a small RLIMIT_MEMLOCK is no reason not to start */

    (void) mlock(p, size);

#ifdef MADV_DONTDUMP
    (void) madvise(p, size, MADV_DONTDUMP);
#endif

    secrets = (ngx_http_riverty_secrets_t *) p;

    secrets->start = p;
    secrets->end = p + size;
    secrets->pos = p + ngx_align(sizeof(ngx_http_riverty_secrets_t),
                                 NGX_ALIGNMENT * 2);
    secrets->next = NULL;

    return secrets;
}


void *
ngx_http_riverty_secrets_alloc(ngx_http_riverty_secrets_t *secrets, size_t size)
{
    void                        *p;
    ngx_http_riverty_secrets_t  *more;

    size = ngx_align(size, NGX_ALIGNMENT * 2);

    /* the newest mapping hangs behind the first */

    more = secrets->next ? secrets->next : secrets;

    if ((size_t) (more->end - more->pos) < size) {
        more = ngx_http_riverty_secrets_map(
                   ngx_max(size + NGX_HTTP_RIVERTY_SECRETS_SIZE / 2,
                           NGX_HTTP_RIVERTY_SECRETS_SIZE));
        if (more == NULL) {
            return NULL;
        }

        more->next = secrets->next;
        secrets->next = more;
    }

    p = more->pos;
    more->pos += size;

    return p;
}


void
ngx_http_riverty_secrets_free(ngx_http_riverty_secrets_t *secrets)
{
    ngx_http_riverty_secrets_t  *next;

    while (secrets != NULL) {
        u_char  *start = secrets->start;
        size_t   size = secrets->end - secrets->start;

        next = secrets->next;

        OPENSSL_cleanse(start, size);
        (void) munmap(start, size);

        secrets = next;
    }
}


ngx_int_t
ngx_http_riverty_secret_file(ngx_http_riverty_secrets_t *secrets,
    ngx_str_t *name, ngx_uid_t user, size_t max, ngx_str_t *data,
    ngx_http_riverty_error_t *error)
{
    ssize_t           n;
    ngx_fd_t          fd;
    ngx_int_t         rc;
    ngx_file_info_t   fi;

    fd = ngx_open_file(name->data, NGX_FILE_RDONLY|NGX_FILE_NONBLOCK,
                       NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        return ngx_http_riverty_fail(error, "\"%V\" cannot be opened (%d: %s)",
                                     name, ngx_errno, strerror(ngx_errno));
    }

    rc = NGX_ERROR;

    /* on the open descriptor, so that what is checked is what is read */

    if (ngx_fd_info(fd, &fi) == NGX_FILE_ERROR) {
        (void) ngx_http_riverty_fail(error, "\"%V\": %s", name,
                                     strerror(ngx_errno));

    } else if (ngx_http_riverty_secret_guarded(name, user, &fi, error) == NGX_OK) {

        if (ngx_file_size(&fi) > (off_t) max) {
            (void) ngx_http_riverty_fail(error,
                       "\"%V\" is longer than %uz bytes", name, max);
            goto done;
        }

        /* a byte more, so that a file that grows is noticed */

        data->data = ngx_http_riverty_secrets_alloc(secrets,
                                                    ngx_file_size(&fi) + 1);
        if (data->data == NULL) {
            (void) ngx_http_riverty_fail(error, "out of memory");
            goto done;
        }

        n = ngx_read_fd(fd, data->data, ngx_file_size(&fi) + 1);

        if (n != (ssize_t) ngx_file_size(&fi)) {
            (void) ngx_http_riverty_fail(error,
                       "\"%V\" could not be read whole", name);

        } else if (n == 0) {
            (void) ngx_http_riverty_fail(error, "\"%V\" is empty", name);

        } else {
            data->len = n;
            rc = NGX_OK;
        }
    }

done:

    (void) ngx_close_file(fd);

    return rc;
}


static ngx_int_t
ngx_http_riverty_secret_guarded(ngx_str_t *name, ngx_uid_t user,
    ngx_file_info_t *fi, ngx_http_riverty_error_t *error)
{
    if (!ngx_is_file(fi)) {
        return ngx_http_riverty_fail(error, "\"%V\" is no regular file", name);
    }

    if (fi->st_mode & S_IROTH) {
        return ngx_http_riverty_fail(error,
                   "\"%V\" can be read by every user; chmod it to 640 or less",
                   name);
    }

    if (fi->st_mode & (S_IWGRP|S_IWOTH)) {
        return ngx_http_riverty_fail(error,
                   "\"%V\" can be written by other users; chmod it to 640 or "
                   "less", name);
    }

    if (fi->st_uid != 0 && fi->st_uid != geteuid() && fi->st_uid != user) {
        return ngx_http_riverty_fail(error,
                   "\"%V\" belongs to another user; chown it to root or to the "
                   "user of nginx", name);
    }

    return NGX_OK;
}


ngx_int_t ngx_cdecl
ngx_http_riverty_fail(ngx_http_riverty_error_t *error, const char *fmt, ...)
{
    u_char   *p;
    va_list   args;

    va_start(args, fmt);
    p = ngx_vslprintf(error->text, error->text + sizeof(error->text) - 1, fmt,
                      args);
    va_end(args);

    *p = '\0';
    error->len = p - error->text;

    return NGX_ERROR;
}
