/*
 * Who calls: known by a token, or by what nginx itself has authenticated.
 */
#ifndef NGX_HTTP_RIVERTY_APP_H
#define NGX_HTTP_RIVERTY_APP_H

#include "ngx_http_riverty.h"
#include "ngx_http_riverty_headers.h"


/*
 * Notes the digest of the token that came, and how many tokens came.  Route
 * removes the header; afterwards only the digest is known.
 */
void ngx_http_riverty_app_note_token(ngx_http_riverty_request_t *state,
    ngx_http_riverty_headers_seen_t *seen);

/*
 * POST_READ: where a location of the server takes its apps from nginx,
 * $remote_user reads empty until it is known that a password check stands
 * behind it: a map or a set could bring it into riverty_app.
 */
void ngx_http_riverty_app_distrust(ngx_http_request_t *r);

/*
 * REWRITE: the location is known; $remote_user reads as usual again where
 * nothing speaks against it.
 */
void ngx_http_riverty_app_trust(ngx_http_request_t *r);

/* Removes a password that nginx asks for, verified or not. */
ngx_int_t ngx_http_riverty_app_take_password(
    ngx_http_riverty_request_t *state);

/*
 * Looks the app of the request up (precontent): from here on state->app.app
 * says who calls, NULL: nobody that is known.
 */
void ngx_http_riverty_app_identify(ngx_http_riverty_request_t *state);

/*
 * Asks riverty_mode of the app that is known now; sets state->app.watched.
 * Returns NGX_ERROR where there is no memory.
 */
ngx_int_t ngx_http_riverty_app_ask_mode(ngx_http_riverty_request_t *state);

/*
 * The app of the request for variables.  Before the precontent phase nginx may
 * not have verified the name yet, so it is good for counting only.
 */
riverty_app_t *ngx_http_riverty_app_known(
    ngx_http_riverty_request_t *state);

/*
 * The app of the request for records.  Where another module ended the request
 * before precontent, a token still proves the app; riverty_app proves nothing,
 * since a wrong password or certificate may be the reason.
 */
riverty_app_t *ngx_http_riverty_app_certain(
    ngx_http_riverty_request_t *state);

#endif
