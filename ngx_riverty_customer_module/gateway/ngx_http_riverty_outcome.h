/*
 * Outcomes of refusals, for records and counters.
 */
#ifndef NGX_HTTP_RIVERTY_OUTCOME_H
#define NGX_HTTP_RIVERTY_OUTCOME_H

#include "ngx_http_riverty.h"


/* What a refusal of ours counts as: "denied", "rejected" and so on; static. */
ngx_str_t *ngx_http_riverty_problem_outcome(riverty_problem_id_t problem);

/* How the request stands or ended: "forwarded", "aborted" and so on; static. */
ngx_str_t *ngx_http_riverty_outcome(ngx_http_riverty_request_t *state);

#endif
