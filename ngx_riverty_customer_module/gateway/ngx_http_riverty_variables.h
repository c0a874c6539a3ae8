/*
 * The variables: $riverty_app and its like.
 */
#ifndef NGX_HTTP_RIVERTY_VARIABLES_H
#define NGX_HTTP_RIVERTY_VARIABLES_H

#include "ngx_http_riverty.h"


/* Preconfiguration. */
ngx_int_t ngx_http_riverty_variables_add(ngx_conf_t *cf);

/* Postconfiguration: the indices of nginx's own that the gateway needs. */
ngx_int_t ngx_http_riverty_variables_index(ngx_conf_t *cf);

#endif
