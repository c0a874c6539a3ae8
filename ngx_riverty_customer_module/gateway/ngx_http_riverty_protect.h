/*
 * What a protected location needs, and what it overrides in nginx.
 */
#ifndef NGX_HTTP_RIVERTY_PROTECT_H
#define NGX_HTTP_RIVERTY_PROTECT_H

#include "ngx_http_riverty.h"


/*
 * The last step of a merge, where the location's mode is not off: builds its
 * contract, marks its server, and checks that nothing is missing.
 */
char *ngx_http_riverty_protect(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *prev, ngx_http_riverty_loc_conf_t *conf);

/*
 * The patterns that all contracts share, compiled on first use; NULL, with the
 * reason logged, where they do not compile.
 */
riverty_shapes_t *ngx_http_riverty_protect_shapes(ngx_conf_t *cf);

#endif
