/*
 * Who calls: by token, or by what nginx itself has authenticated.
 */
#ifndef NGX_HTTP_RIVERTY_APP_H
#define NGX_HTTP_RIVERTY_APP_H

#include "ngx_http_riverty.h"


/*
 * Notes the digest of the token that came, and how many did: route removes the
 * header, and from there on nothing but the digest is known of it.
 */
void ngx_http_riverty_app_note_token(ngx_http_riverty_request_t *state);

/*
 * POST_READ: where a location of the server takes its apps from nginx,
 * $remote_user reads empty until it is known that a password stands behind it:
 * it may reach riverty_app by way of a map or a set.
 */
void ngx_http_riverty_app_distrust(ngx_http_request_t *r);

/* REWRITE: the location is known; ends that where there is no reason for it. */
void ngx_http_riverty_app_trust(ngx_http_request_t *r);

/* Keeps from the API a password that nginx asks for, verified or not. */
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

/*
 * The app of the request for records.  Where another module ended the request
 * before precontent a token proves it, and riverty_app proves nothing: a wrong
 * password or certificate may be why.
 */
riverty_app_t *ngx_http_riverty_app_certain(
    ngx_http_riverty_request_t *state);

#endif
