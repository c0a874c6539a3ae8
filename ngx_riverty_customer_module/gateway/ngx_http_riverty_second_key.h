/*
 * The second key: where the API answers 401 to the first key, the request is
 * sent once more with the other key, within the same client request.
 */
#ifndef NGX_HTTP_RIVERTY_SECOND_KEY_H
#define NGX_HTTP_RIVERTY_SECOND_KEY_H

#include "ngx_http_riverty.h"


/* For this many seconds after both keys were refused, only one is tried. */
#define NGX_HTTP_RIVERTY_REFUSED_PAUSE  10


/*
 * The key that an app's requests are sent with first now: the one that the API
 * is known to take, else the first valid one; NULL where there is none.
 */
const riverty_key_t *ngx_http_riverty_second_key_first(
    ngx_http_riverty_main_conf_t *rmcf, ngx_http_riverty_key_store_t *store,
    const riverty_app_t *app);

/*
 * Fills state->keys.key and state->keys.other: first the key that the API is
 * known to take, else the app's first valid key; then the next valid one.
 * NULL where there is none; other is NULL also where all keys were refused for
 * this operation just now.
 */
void ngx_http_riverty_second_key_choose(ngx_http_riverty_request_t *state);

/*
 * The head of the API's reply has come.  Returns NGX_OK: go on with it; or
 * what process_header is to return instead.  Where the other key is to be
 * tried, this makes the upstream try again.
 */
ngx_int_t ngx_http_riverty_second_key_reply(
    ngx_http_riverty_request_t *state);

/*
 * The request is about to be sent again.  Returns NGX_OK; or NGX_DECLINED
 * where it goes with the other key, which is state->keys.key now.
 */
ngx_int_t ngx_http_riverty_second_key_reinit(
    ngx_http_riverty_request_t *state);

/*
 * Notes the API's real status for the first key, for $upstream_status: nginx
 * took another one for the retry.
 */
void ngx_http_riverty_second_key_tell(ngx_http_riverty_request_t *state);

#endif
