/*
 * Who calls: by token, or by what nginx itself has authenticated.
 */
#ifndef NGX_HTTP_RIVERTY_APP_H
#define NGX_HTTP_RIVERTY_APP_H

#include "ngx_http_riverty.h"


/*
 * Notes the digest of the token that came and removes its header: from here on
 * nothing but the digest is known of it.
 */
ngx_int_t ngx_http_riverty_app_take_token(ngx_http_riverty_request_t *state);

/*
 * Where the app comes from nginx and no password is checked here, $remote_user
 * reads empty: it may stand in riverty_app by way of a map.
 */
void ngx_http_riverty_app_distrust(ngx_http_riverty_request_t *state);

/* Keeps the password that nginx has verified from the API. */
ngx_int_t ngx_http_riverty_app_take_password(
    ngx_http_riverty_request_t *state);

/* The app of the request, or NULL; looked up anew. */
riverty_app_t *ngx_http_riverty_app_find(
    ngx_http_riverty_request_t *state);

/*
 * The app of the request for variables: before the precontent phase a name
 * that nginx has not verified yet is only good for counting.
 */
riverty_app_t *ngx_http_riverty_app_known(
    ngx_http_riverty_request_t *state);

#endif
