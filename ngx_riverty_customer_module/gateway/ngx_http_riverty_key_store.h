/*
 * The key store in a worker: loaded at start, read again when its files
 * change, and kept for as long as a request needs it.
 */
#ifndef NGX_HTTP_RIVERTY_KEY_STORE_H
#define NGX_HTTP_RIVERTY_KEY_STORE_H

#include "ngx_http_riverty.h"


struct ngx_http_riverty_key_store_s {
    riverty_store_t               *store;
    ngx_uint_t                     version;     /* 0: not in a worker yet */
    ngx_uint_t                     references;
    ngx_http_riverty_metrics_store_t  *places;  /* in a worker; or NULL */
};


/* The setter of riverty_key_store. */
char *ngx_http_riverty_key_store_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* Init process: versions the store, and starts to watch its files. */
ngx_int_t ngx_http_riverty_key_store_init_process(ngx_cycle_t *cycle,
    ngx_http_riverty_main_conf_t *rmcf);

/*
 * Init conf of the core module, when `user` is known: can the workers read the
 * store again?  Logs the reason where they cannot.
 */
ngx_int_t ngx_http_riverty_key_store_readable(ngx_cycle_t *cycle,
    ngx_http_riverty_main_conf_t *rmcf);

/* The store in force, with one more reference, which the request releases. */
ngx_http_riverty_key_store_t *ngx_http_riverty_key_store_acquire(
    ngx_http_riverty_main_conf_t *rmcf);

/* How many of its apps have a key that is valid at that time. */
ngx_uint_t ngx_http_riverty_key_store_valid(
    const ngx_http_riverty_key_store_t *store, time_t now);

/* The last release of a replaced store wipes it.  NULL is allowed. */
void ngx_http_riverty_key_store_release(ngx_http_riverty_key_store_t *store);

#endif
