/*
 * What error.log says again every hour while it lasts (docs/security.md,
 * alerts): one worker says it for all of them.
 */
#ifndef NGX_HTTP_RIVERTY_ALERTS_H
#define NGX_HTTP_RIVERTY_ALERTS_H

#include "ngx_http_riverty.h"


/* Init process: tells of keys, and starts to tell again. */
ngx_int_t ngx_http_riverty_alerts_init_process(ngx_cycle_t *cycle,
    ngx_http_riverty_main_conf_t *rmcf);

/*
 * A store is in force: what was told of another one does not hold for it, and
 * keys that have expired, or will soon, are told.
 */
void ngx_http_riverty_alerts_store(ngx_http_riverty_main_conf_t *rmcf);

/* The API has answered 401 to the key of the request. */
void ngx_http_riverty_alerts_key_refused(ngx_http_riverty_request_t *state);

/* It has done so to each key that the app has for this operation. */
void ngx_http_riverty_alerts_app_refused(ngx_http_riverty_request_t *state);

/* It has not: tells of the end where one of these was told. */
void ngx_http_riverty_alerts_key_taken(ngx_http_riverty_request_t *state);

/* riverty_mode says neither "on" nor "monitor" of the app of the request. */
void ngx_http_riverty_alerts_mode(ngx_http_riverty_request_t *state);

#endif
