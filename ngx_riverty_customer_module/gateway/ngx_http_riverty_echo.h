/*
 * The echo filter: what comes back from the API shows no key.
 */
#ifndef NGX_HTTP_RIVERTY_ECHO_H
#define NGX_HTTP_RIVERTY_ECHO_H

#include "ngx_http_riverty.h"


/* Postconfiguration: puts the header filter in front. */
ngx_int_t ngx_http_riverty_echo_init(ngx_conf_t *cf);

#endif
