/*
 * What the parts of the key store's loader share: load (the file and its apps),
 * app (an app's members), key (a key's members).
 */
#ifndef NGX_HTTP_RIVERTY_KEY_STORE_LOADER_H
#define NGX_HTTP_RIVERTY_KEY_STORE_LOADER_H

#include "ngx_http_riverty_key_store.h"

#include <jansson.h>


typedef struct {
    ngx_http_riverty_key_store_t  *store;
    ngx_str_t                      directory;  /* of the store, with its / */
    ngx_uid_t                      user;
    ngx_http_riverty_app_t        *app;        /* at hand */
    ngx_http_riverty_error_t      *error;
} ngx_http_riverty_loader_t;


/*
 * Each reads one member of loader->app.  NGX_OK, or NGX_ERROR with
 * loader->error filled.
 */
ngx_int_t ngx_http_riverty_app_name(ngx_http_riverty_loader_t *loader,
    json_t *value);
ngx_int_t ngx_http_riverty_app_operations(ngx_http_riverty_loader_t *loader,
    json_t *value);
ngx_int_t ngx_http_riverty_app_tokens(ngx_http_riverty_loader_t *loader,
    json_t *value);
ngx_int_t ngx_http_riverty_app_keys(ngx_http_riverty_loader_t *loader,
    json_t *value);

/*
 * Copies a string, a NUL behind it, into the store's own memory; NGX_ERROR where
 * value is none (or NULL) or there is no memory.
 */
ngx_int_t ngx_http_riverty_store_string(ngx_http_riverty_loader_t *loader,
    json_t *value, ngx_str_t *string);

/*
 * Is it 1 to max letters, digits, . _ - and @?  Names appear in logs and in
 * records: nothing there may need an escape.
 */
ngx_uint_t ngx_http_riverty_store_plain(ngx_str_t *name, size_t max);

/* Counts part into what the store's content is. */
void ngx_http_riverty_store_digest(ngx_http_riverty_key_store_t *store,
    ngx_str_t *part);

#endif
