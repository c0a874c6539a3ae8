/*
 * What nginx -t asks of the ways to a location with riverty_problem.
 */
#ifndef NGX_HTTP_RIVERTY_PROBLEM_CONF_H
#define NGX_HTTP_RIVERTY_PROBLEM_CONF_H

#include "ngx_http_riverty.h"


/* Setter: the location being read is one.  NGX_OK or NGX_ERROR. */
ngx_int_t ngx_http_riverty_problem_conf_note(ngx_conf_t *cf);

/*
 * Merge of any level: refuses an error_page that leads to such a location with
 * a status for which there is no problem.  prev is the outer level's.
 */
ngx_int_t ngx_http_riverty_problem_conf_check(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *prev, ngx_http_riverty_loc_conf_t *conf);

/* Postconfiguration: warns of such locations that no error_page leads to. */
void ngx_http_riverty_problem_conf_warn(ngx_conf_t *cf);

#endif
