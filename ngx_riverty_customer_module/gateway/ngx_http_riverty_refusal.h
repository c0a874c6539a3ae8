/*
 * Refusals: problem documents (RFC 9457), sent by us whatever error_page says.
 */
#ifndef NGX_HTTP_RIVERTY_REFUSAL_H
#define NGX_HTTP_RIVERTY_REFUSAL_H

#include "ngx_http_riverty.h"


/*
 * Refuses the request with problem.  Where the location enforces, this sends
 * the problem document, finalizes the request and returns NGX_DONE, which a
 * phase handler or a content handler returns in turn.  In monitor mode it only
 * notes the first problem and returns NGX_OK: go on.
 */
ngx_int_t ngx_http_riverty_refuse(ngx_http_riverty_request_t *state,
    riverty_problem_id_t problem);

/*
 * The same for what is wrong with a document or its form: where the app is
 * watched (riverty_mode), it only notes the first problem and returns NGX_OK.
 */
ngx_int_t ngx_http_riverty_refuse_document(ngx_http_riverty_request_t *state,
    riverty_problem_id_t problem);

/* Notes the problem, if it is the first, for whoever refuses in another way. */
void ngx_http_riverty_refusal_note(ngx_http_riverty_request_t *state,
    riverty_problem_id_t problem);

/*
 * Sends the problem document, header and body; the caller finalizes the
 * request.  Returns what the output filter returns.
 */
ngx_int_t ngx_http_riverty_refusal_send(ngx_http_riverty_request_t *state,
    riverty_problem_id_t problem);

#endif
