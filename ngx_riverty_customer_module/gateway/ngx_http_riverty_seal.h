/*
 * The seal: the subscription key goes behind the header block that nginx's
 * proxy has built, into a buffer of our own.
 */
#ifndef NGX_HTTP_RIVERTY_SEAL_H
#define NGX_HTTP_RIVERTY_SEAL_H

#include "ngx_http_riverty.h"


/*
 * Puts our content handler before the location's own.  For the end of the
 * precontent phase: returns NGX_DECLINED, or refuses where there is nothing to
 * forward to.
 */
ngx_int_t ngx_http_riverty_seal(ngx_http_riverty_request_t *state);

#endif
