/*
 * The status page as JSON (docs/status.schema.json).
 */
#ifndef NGX_HTTP_RIVERTY_STATUS_JSON_H
#define NGX_HTTP_RIVERTY_STATUS_JSON_H

#include "ngx_http_riverty_status.h"


extern const ngx_http_riverty_status_format_t  ngx_http_riverty_status_json;

#endif
