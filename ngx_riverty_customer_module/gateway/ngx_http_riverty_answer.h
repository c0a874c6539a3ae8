/*
 * Answers: what a client gets, whoever made it.
 */
#ifndef NGX_HTTP_RIVERTY_ANSWER_H
#define NGX_HTTP_RIVERTY_ANSWER_H

#include "ngx_http_riverty.h"


/*
 * Sends a problem document, header and body; the caller finalizes the request.
 * Of a Cache-Control and a Retry-After that are set already none is added.
 * Returns what the output filter returns.
 */
ngx_int_t ngx_http_riverty_answer_problem(ngx_http_request_t *r,
    riverty_problem_id_t problem, ngx_chain_t *out);

/* Adds a header, whose name and value are kept by reference. */
ngx_int_t ngx_http_riverty_answer_header(ngx_http_request_t *r,
    const char *name, ngx_str_t *value);

/*
 * Header filter: the id of the request in the header that the configuration
 * names.  In monitor the reply's own header of that name stays.  NGX_OK or
 * NGX_ERROR.
 */
ngx_int_t ngx_http_riverty_answer_id(ngx_http_request_t *r);

#endif
