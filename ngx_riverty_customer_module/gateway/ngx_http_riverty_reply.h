/*
 * What comes back from the API: it shows no key, and it is read for what the
 * API calls the customer, while it passes.
 */
#ifndef NGX_HTTP_RIVERTY_REPLY_H
#define NGX_HTTP_RIVERTY_REPLY_H

#include "ngx_http_riverty.h"


/*
 * Puts the filters before those of all other modules, whichever was loaded
 * last: what they see is what the API sent.  Once in each configuration, when
 * no module adds a filter any more.
 */
void ngx_http_riverty_reply_init(void);

/*
 * Takes what holds a key of the app out of what the upstream has parsed so far:
 * headers and trailers by name or value, and the reason phrase.  error.log says
 * that it was done.  NGX_ERROR without memory; then no header is left.
 */
ngx_int_t ngx_http_riverty_reply_hide_keys(ngx_http_riverty_request_t *state);

#endif
