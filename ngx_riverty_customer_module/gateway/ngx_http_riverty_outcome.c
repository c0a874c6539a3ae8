/*
 * Outcomes: what became of a request, in the words of docs/audit.md.
 */

#include "ngx_http_riverty_outcome.h"


/* What a refusal of ours counts as. */

static const struct {
    riverty_problem_id_t  problem;
    ngx_str_t             outcome;
} ngx_http_riverty_problem_outcomes[] = {
    { RIVERTY_PROBLEM_UNKNOWN_APP, ngx_string("denied") },
    { RIVERTY_PROBLEM_OPERATION_NOT_GRANTED, ngx_string("denied") },
    { RIVERTY_PROBLEM_CONTRACT_BROKEN, ngx_string("rejected") },
    { RIVERTY_PROBLEM_KEY_UNAVAILABLE, ngx_string("unavailable") },
    { RIVERTY_PROBLEM_AUDIT_UNAVAILABLE, ngx_string("unavailable") },
    { RIVERTY_PROBLEM_CREDENTIALS_REFUSED, ngx_string("unavailable") },
    { RIVERTY_PROBLEM_GATEWAY_FAULT, ngx_string("failed") },
    { RIVERTY_PROBLEM_COUNT, ngx_string("refused") }  /* all others */
};


ngx_str_t *
ngx_http_riverty_problem_outcome(riverty_problem_id_t problem)
{
    ngx_uint_t  i;

    for (i = 0;
         ngx_http_riverty_problem_outcomes[i].problem != RIVERTY_PROBLEM_COUNT;
         i++)
    {
        if (ngx_http_riverty_problem_outcomes[i].problem == problem) {
            break;
        }
    }

    return (ngx_str_t *) &ngx_http_riverty_problem_outcomes[i].outcome;
}


ngx_str_t *
ngx_http_riverty_outcome(ngx_http_riverty_request_t *state)
{
    ngx_uint_t           gone, whole;
    ngx_http_request_t  *r;

    static ngx_str_t  forwarded = ngx_string("forwarded");
    static ngx_str_t  failed = ngx_string("failed");
    static ngx_str_t  aborted = ngx_string("aborted");
    static ngx_str_t  refused = ngx_string("refused");

    r = state->request;

    if (state->gate.problem != RIVERTY_PROBLEM_COUNT
        && ngx_http_riverty_enforces(state))
    {
        return ngx_http_riverty_problem_outcome(state->gate.problem);
    }

    /* the rest of it may still come; proxy_intercept_errors ends with a status */

    whole = state->seal.upstream_rc == NGX_OK
            || state->seal.upstream_rc == (ngx_int_t) state->seal.upstream_status;

    gone = r->connection->error
           || r->headers_out.status == NGX_HTTP_CLIENT_CLOSED_REQUEST
           || (state->seal.finished
               && state->seal.upstream_rc == NGX_HTTP_CLIENT_CLOSED_REQUEST);

    if (state->seal.forwarded) {

        if (!state->seal.replied || (state->seal.finished && !whole)) {
            return gone ? &aborted : &failed;
        }

        return gone ? &aborted : &forwarded;
    }

    /* a fault of ours, or what another module of nginx did not let through */

    return gone ? &aborted
           : r->headers_out.status == NGX_HTTP_INTERNAL_SERVER_ERROR
           ? &failed : &refused;
}
