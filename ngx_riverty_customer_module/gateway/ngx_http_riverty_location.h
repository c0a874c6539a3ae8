/*
 * Directives by which a location answers by itself: of no app and no customer.
 */
#ifndef NGX_HTTP_RIVERTY_LOCATION_H
#define NGX_HTTP_RIVERTY_LOCATION_H

#include "ngx_http_riverty.h"


/* For a setter: lets handler answer in the location that cf is in. */
char *ngx_http_riverty_location_set(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_riverty_loc_conf_t *rlcf, ngx_http_handler_pt handler);

/*
 * Merge: such a location protects nothing (but for riverty_problem, a page of
 * what its server protects); NGX_ERROR, with the reason logged, where it says
 * that it does, or where another directive behind it answers.
 */
ngx_int_t ngx_http_riverty_location_merge(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *rlcf);

#endif
