/*
 * Tracing by W3C Trace Context: which traceparent reaches the API, and which
 * ids the record has.
 */
#ifndef NGX_HTTP_RIVERTY_TRACE_H
#define NGX_HTTP_RIVERTY_TRACE_H

#include "ngx_http_riverty.h"
#include "ngx_http_riverty_proxy_conf.h"


/* The setter of riverty_traceparent. */
char *ngx_http_riverty_traceparent_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * Finds out, in a merge, whether proxy sends a traceparent of its own making,
 * or none; warns where that takes the place of ours.  NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_http_riverty_trace_conf(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, ngx_http_riverty_proxy_conf_t *proxy);

/*
 * Of a request that goes on to the API: forwards what the client sent if it is
 * valid, else removes it and makes one where the location says so; monitor
 * changes nothing.  Fills state->trace.  NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_http_riverty_trace_forward(ngx_http_riverty_request_t *state);

/* Fills state->trace for the record, unless the above has done so. */
void ngx_http_riverty_trace_read(ngx_http_riverty_request_t *state);

#endif
