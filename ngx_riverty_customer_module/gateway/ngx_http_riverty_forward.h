/*
 * Can a protected location forward what the gateway has judged?
 */
#ifndef NGX_HTTP_RIVERTY_FORWARD_H
#define NGX_HTTP_RIVERTY_FORWARD_H

#include "ngx_http_riverty.h"
#include "ngx_http_riverty_proxy_conf.h"


/*
 * Checks, during its merge, a location whose mode is on: that proxy_pass
 * answers there, and that proxy is not told to send something else than what
 * was judged.  Returns NGX_OK, or NGX_ERROR with the reason logged.
 */
ngx_int_t ngx_http_riverty_forward_check(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, ngx_http_riverty_proxy_conf_t *proxy);

#endif
