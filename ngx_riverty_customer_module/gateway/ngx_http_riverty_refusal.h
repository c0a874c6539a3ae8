/*
 * Refusals: problem documents (RFC 9457), sent by us whatever error_page says.
 */
#ifndef NGX_HTTP_RIVERTY_REFUSAL_H
#define NGX_HTTP_RIVERTY_REFUSAL_H

#include "ngx_http_riverty.h"


/*
 * Refuses the request with problem.  Where the location enforces, the problem
 * document is sent, the request is finalized and NGX_DONE comes back, for a
 * phase handler or a content handler to return.  In monitor mode the problem
 * is only noted, the first one, and NGX_OK comes back: go on.
 */
ngx_int_t ngx_http_riverty_refuse(ngx_http_riverty_request_t *state,
    riverty_problem_id_t problem);

/*
 * Sends the problem document, header and body, for a caller that finalizes the
 * request itself.  Returns what the output filter returns.
 */
ngx_int_t ngx_http_riverty_refusal_send(ngx_http_riverty_request_t *state,
    riverty_problem_id_t problem);

#endif
