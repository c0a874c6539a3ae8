/*
 * Who may see a status page?
 */
#ifndef NGX_HTTP_RIVERTY_STATUS_ACCESS_H
#define NGX_HTTP_RIVERTY_STATUS_ACCESS_H

#include "ngx_http_riverty.h"


/*
 * Merge: does the location say who gets in, or its server listen on this host
 * only?  NGX_ERROR, with the remedy logged, where neither is so.
 */
ngx_int_t ngx_http_riverty_status_access(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf);

#endif
