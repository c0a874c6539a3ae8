/*
 * The second key: where the API answers 401 to the first, the request is sent
 * once more with the other, within the same client request.
 */
#ifndef NGX_HTTP_RIVERTY_SECOND_KEY_H
#define NGX_HTTP_RIVERTY_SECOND_KEY_H

#include "ngx_http_riverty.h"


/* For so many seconds after both were refused one key only is tried for it. */
#define NGX_HTTP_RIVERTY_REFUSED_PAUSE  10


/*
 * Fills state->keys.key and state->keys.other: the first valid key of the app
 * or the one that the API is known to take, and the next; NULL where there is
 * none, other also where all were refused for this operation just now.
 */
void ngx_http_riverty_second_key_choose(ngx_http_riverty_request_t *state);

/*
 * The API's header has come.  Returns NGX_OK: go on with it; or what
 * process_header is to return instead.  Where the other key is to be tried, the
 * upstream is made to try again.
 */
ngx_int_t ngx_http_riverty_second_key_reply(
    ngx_http_riverty_request_t *state);

/*
 * The request is about to be sent again.  Returns NGX_OK; or NGX_DECLINED where
 * it is with the other key, which now is state->keys.key.
 */
ngx_int_t ngx_http_riverty_second_key_reinit(
    ngx_http_riverty_request_t *state);

/*
 * Notes what the API really answered to the first key, for $upstream_status:
 * nginx believes what it was told for the retry.
 */
void ngx_http_riverty_second_key_tell(ngx_http_riverty_request_t *state);

#endif
