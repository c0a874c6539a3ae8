/*
 * What comes back from the API: no key may pass, and the reply is read, while
 * it passes, for what the API calls the customer.
 */
#ifndef NGX_HTTP_RIVERTY_REPLY_H
#define NGX_HTTP_RIVERTY_REPLY_H

#include "ngx_http_riverty.h"


/*
 * Puts the filters before those of all other modules, whichever was loaded
 * last, so that they see what the API sent.  To be called once in each
 * configuration, after all modules have added their filters.
 */
void ngx_http_riverty_reply_init(void);

/*
 * Removes what holds a key of the app from what the upstream has parsed so
 * far: headers and trailers by name or value, and the reason phrase.
 * error.log tells of it.  NGX_ERROR without memory; then no header is left.
 */
ngx_int_t ngx_http_riverty_reply_hide_keys(ngx_http_riverty_request_t *state);

#endif
