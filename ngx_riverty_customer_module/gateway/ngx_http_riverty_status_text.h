/*
 * The status page as text: Prometheus 0.0.4 and OpenMetrics 1.0.
 */
#ifndef NGX_HTTP_RIVERTY_STATUS_TEXT_H
#define NGX_HTTP_RIVERTY_STATUS_TEXT_H

#include "ngx_http_riverty_status.h"


extern const ngx_http_riverty_status_format_t
    ngx_http_riverty_status_prometheus;
extern const ngx_http_riverty_status_format_t
    ngx_http_riverty_status_openmetrics;

#endif
