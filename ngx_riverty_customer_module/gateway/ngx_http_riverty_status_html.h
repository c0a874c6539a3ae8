/*
 * The status page for people.
 */
#ifndef NGX_HTTP_RIVERTY_STATUS_HTML_H
#define NGX_HTTP_RIVERTY_STATUS_HTML_H

#include "ngx_http_riverty_status.h"


/* Answers a GET or a HEAD; returns what a content handler returns. */
ngx_int_t ngx_http_riverty_status_html(ngx_http_request_t *r);

#endif
