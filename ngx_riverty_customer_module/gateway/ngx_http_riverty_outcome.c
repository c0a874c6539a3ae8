/*
 * Outcomes: what became of a request, in the words of docs/audit.md.
 */

#include "ngx_http_riverty_outcome.h"
#include "ngx_http_riverty_cache.h"


/* What a refusal of ours counts as. */

static const struct {
    riverty_problem_id_t        problem;
    ngx_http_riverty_outcome_t  outcome;
} ngx_http_riverty_problem_outcomes[] = {
    { RIVERTY_PROBLEM_UNKNOWN_APP, NGX_HTTP_RIVERTY_DENIED },
    { RIVERTY_PROBLEM_OPERATION_NOT_GRANTED, NGX_HTTP_RIVERTY_DENIED },
    { RIVERTY_PROBLEM_CONTRACT_BROKEN, NGX_HTTP_RIVERTY_REJECTED },
    { RIVERTY_PROBLEM_KEY_UNAVAILABLE, NGX_HTTP_RIVERTY_UNAVAILABLE },
    { RIVERTY_PROBLEM_AUDIT_UNAVAILABLE, NGX_HTTP_RIVERTY_UNAVAILABLE },
    { RIVERTY_PROBLEM_CREDENTIALS_REFUSED, NGX_HTTP_RIVERTY_UNAVAILABLE },
    { RIVERTY_PROBLEM_GATEWAY_FAULT, NGX_HTTP_RIVERTY_FAILED },
    { RIVERTY_PROBLEM_COUNT, NGX_HTTP_RIVERTY_REFUSED }  /* all others */
};


ngx_http_riverty_outcome_t
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

    return ngx_http_riverty_problem_outcomes[i].outcome;
}


riverty_problem_id_t
ngx_http_riverty_outcome_problem(ngx_http_riverty_request_t *state,
    ngx_uint_t *would)
{
    *would = 0;

    if (state->refusal.sent != RIVERTY_PROBLEM_COUNT) {
        return state->refusal.sent;
    }

    if (state->refusal.problem != RIVERTY_PROBLEM_COUNT) {
        *would = 1;
        return state->refusal.problem;
    }

    return state->problem.answered;
}


ngx_http_riverty_outcome_t
ngx_http_riverty_outcome(ngx_http_riverty_request_t *state)
{
    ngx_uint_t           gone, whole, status;
    ngx_http_request_t  *r;

    r = state->request;

    if (state->refusal.sent != RIVERTY_PROBLEM_COUNT) {
        return ngx_http_riverty_problem_outcome(state->refusal.sent);
    }

    /* the rest may still come; proxy_intercept_errors ends with a status */

    whole = state->seal.rc == NGX_OK
            || state->seal.rc == (ngx_int_t) state->seal.status;

    /* HTTP/3: a connection that ends closes its requests without an error */

    gone = r->connection->error
           || r->connection->close
           || r->headers_out.status == NGX_HTTP_CLIENT_CLOSED_REQUEST
           || (state->seal.finished
               && state->seal.rc == NGX_HTTP_CLIENT_CLOSED_REQUEST);

    if (state->seal.forwarded && ngx_http_riverty_cache_status(r) != NULL
        && (!state->seal.replied || ngx_http_riverty_cache_alone(r)))
    {
        return gone ? NGX_HTTP_RIVERTY_ABORTED : NGX_HTTP_RIVERTY_SERVED;
    }

    if (state->seal.forwarded) {

        if (!state->seal.replied || (state->seal.finished && !whole)) {
            return gone ? NGX_HTTP_RIVERTY_ABORTED : NGX_HTTP_RIVERTY_FAILED;
        }

        return gone ? NGX_HTTP_RIVERTY_ABORTED : NGX_HTTP_RIVERTY_FORWARDED;
    }

    if (gone) {
        return NGX_HTTP_RIVERTY_ABORTED;
    }

    /* a fault of ours, or what nginx or another module answered to it */

    status = r->err_status ? r->err_status : r->headers_out.status;

    if (status == NGX_HTTP_INTERNAL_SERVER_ERROR) {
        return NGX_HTTP_RIVERTY_FAILED;
    }

    /* a page in place of a refusal stays a refusal, whatever its status */

    return !r->error_page && status >= NGX_HTTP_OK
           && status < NGX_HTTP_BAD_REQUEST
           ? NGX_HTTP_RIVERTY_SERVED : NGX_HTTP_RIVERTY_REFUSED;
}
