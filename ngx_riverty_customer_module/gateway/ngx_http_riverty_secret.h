/*
 * Secrets: memory of our own that is kept out of core dumps, locked where the
 * limits allow it and wiped when it is released; files that hold secrets.
 */
#ifndef NGX_HTTP_RIVERTY_SECRET_H
#define NGX_HTTP_RIVERTY_SECRET_H

#include <ngx_config.h>
#include <ngx_core.h>


/* Why a secret could not be had, for people; never with a value. */
typedef struct {
    u_char      text[512];
    size_t      len;
} ngx_http_riverty_error_t;


typedef struct ngx_http_riverty_secrets_s  ngx_http_riverty_secrets_t;

struct ngx_http_riverty_secrets_s {
    u_char                      *start;
    u_char                      *pos;
    u_char                      *end;
    ngx_http_riverty_secrets_t  *next;
};


/* A new, empty arena, or NULL. */
ngx_http_riverty_secrets_t *ngx_http_riverty_secrets_create(void);

/* size bytes of it, zeroed and aligned for any type, or NULL. */
void *ngx_http_riverty_secrets_alloc(ngx_http_riverty_secrets_t *secrets,
    size_t size);

/* Wipes and unmaps all of it; NULL is fine. */
void ngx_http_riverty_secrets_free(ngx_http_riverty_secrets_t *secrets);


/*
 * Reads a whole file of at most max bytes that must be a regular file, not
 * empty, not readable by all, and writable only by root, by user (the one that
 * workers run as) or by whom this process runs as, into data, which is allocated
 * from secrets.  Returns NGX_OK, or NGX_ERROR with error filled.
 */
ngx_int_t ngx_http_riverty_secret_file(ngx_http_riverty_secrets_t *secrets,
    ngx_str_t *name, ngx_uid_t user, size_t max, ngx_str_t *data,
    ngx_http_riverty_error_t *error);

/* Sets error; formats as ngx_sprintf() does.  Returns NGX_ERROR. */
ngx_int_t ngx_cdecl ngx_http_riverty_fail(ngx_http_riverty_error_t *error,
    const char *fmt, ...);

#endif
