/*
 * What comes back from the API: it shows no key, and it is read for what the
 * API calls the customer, while it passes.
 */
#ifndef NGX_HTTP_RIVERTY_REPLY_H
#define NGX_HTTP_RIVERTY_REPLY_H

#include "ngx_http_riverty.h"


/*
 * A module of its own, so that its filters stand among nginx's, also where the
 * modules are linked in statically.
 */
extern ngx_module_t  ngx_riverty_filter_module;

/*
 * Takes what holds a key of the app out of what the upstream has parsed so far:
 * headers and trailers by name or value, and the reason phrase.  error.log says
 * that it was done.  NGX_ERROR without memory; then no header is left.
 */
ngx_int_t ngx_http_riverty_reply_hide_keys(ngx_http_riverty_request_t *state);

#endif
