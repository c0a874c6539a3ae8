/*
 * Outcomes: what became of a request, for records and variables.
 */
#ifndef NGX_HTTP_RIVERTY_OUTCOME_H
#define NGX_HTTP_RIVERTY_OUTCOME_H

#include "ngx_http_riverty.h"


/* What a refusal of ours counts as. */
ngx_http_riverty_outcome_t ngx_http_riverty_problem_outcome(
    riverty_problem_id_t problem);

/*
 * What was sent, or else what "on" would have sent (would: 1), or what nginx
 * said; RIVERTY_PROBLEM_COUNT for none.
 */
riverty_problem_id_t ngx_http_riverty_outcome_problem(
    ngx_http_riverty_request_t *state, ngx_uint_t *would);

/* How the request stands or has ended. */
ngx_http_riverty_outcome_t ngx_http_riverty_outcome(
    ngx_http_riverty_request_t *state);

#endif
