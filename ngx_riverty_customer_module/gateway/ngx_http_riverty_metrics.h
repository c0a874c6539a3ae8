/*
 * What is counted, each at one place.  In workers there is always a memory to
 * count in, and nothing of it can fail.
 */
#ifndef NGX_HTTP_RIVERTY_METRICS_H
#define NGX_HTTP_RIVERTY_METRICS_H

#include "ngx_http_riverty.h"


/* Postconfiguration, init and exit process: see metrics_memory.h. */
ngx_int_t ngx_http_riverty_metrics_add(ngx_conf_t *cf, size_t size);
void ngx_http_riverty_metrics_init_process(ngx_http_riverty_main_conf_t *rmcf);
void ngx_http_riverty_metrics_exit_process(ngx_http_riverty_main_conf_t *rmcf);

/*
 * The way of a request: its head is read; it is in a protected location, and
 * under way from here on; it waits for its body, or not any more; it is handed
 * to the upstream or refused; the upstream has ended; all is told; it is gone.
 */
void ngx_http_riverty_metrics_started(ngx_http_riverty_request_t *state);
void ngx_http_riverty_metrics_enter(ngx_http_riverty_request_t *state);
void ngx_http_riverty_metrics_wait(ngx_http_riverty_request_t *state);
void ngx_http_riverty_metrics_waited(ngx_http_riverty_request_t *state);
void ngx_http_riverty_metrics_decided(ngx_http_riverty_request_t *state);
void ngx_http_riverty_metrics_replied(ngx_http_riverty_request_t *state);
void ngx_http_riverty_metrics_end(ngx_http_riverty_request_t *state);
void ngx_http_riverty_metrics_leave(ngx_http_riverty_request_t *state);

/* The API has answered 401 to the key that was sent. */
void ngx_http_riverty_metrics_key_refused(ngx_http_riverty_request_t *state);

/*
 * A store that is about to be in force in this worker gets its places; its
 * files are good; or they are bad, and it stays in force.
 */
void ngx_http_riverty_metrics_store_places(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_key_store_t *store);
void ngx_http_riverty_metrics_store_good(ngx_http_riverty_main_conf_t *rmcf);
void ngx_http_riverty_metrics_store_bad(ngx_http_riverty_main_conf_t *rmcf);

/*
 * A log took so many of count records, which are so many bytes; the oldest one
 * was made at since (microseconds since 1970).
 */
void ngx_http_riverty_metrics_audit(uint64_t since, ngx_uint_t count,
    ngx_uint_t taken, size_t bytes);

#endif
