/*
 * Settings that no protected location uses.
 */
#ifndef NGX_HTTP_RIVERTY_UNUSED_H
#define NGX_HTTP_RIVERTY_UNUSED_H

#include "ngx_http_riverty.h"


/* By a location that is on or monitors; by one that is on. */
#define NGX_HTTP_RIVERTY_USED     1
#define NGX_HTTP_RIVERTY_USED_ON  2


/* Setters: remembers where the directive being read stands. */
ngx_int_t ngx_http_riverty_unused_note(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf);

/* The same of one that a location uses only where it is on. */
ngx_int_t ngx_http_riverty_unused_note_on(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf);

/* Merge of a location that is on or monitors: what it inherits is used. */
void ngx_http_riverty_unused_mark(ngx_http_riverty_loc_conf_t *conf);

/* Postconfiguration: warns of the settings that nothing uses. */
void ngx_http_riverty_unused_warn(ngx_conf_t *cf,
    ngx_http_riverty_main_conf_t *rmcf);

#endif
