/*
 * Problem documents for what nginx itself answers (riverty_problem).  The
 * location answers in REWRITE, where error_page enters it, so that no access
 * rule, limit or question of the gate of its server can refuse the page of a
 * refusal.  The request stays what it was: its record keeps the operation and
 * the configuration of the location in which it ended.
 */

#include "ngx_http_riverty_problem.h"
#include "ngx_http_riverty_answer.h"
#include "ngx_http_riverty_ids.h"
#include "ngx_http_riverty_location.h"
#include "ngx_http_riverty_log_guard.h"
#include "ngx_http_riverty_problem_conf.h"


static riverty_problem_id_t ngx_http_riverty_problem_of(ngx_http_request_t *r);
static ngx_int_t ngx_http_riverty_problem_note(ngx_http_request_t *r,
    riverty_problem_id_t problem, riverty_span_t *instance);


char *
ngx_http_riverty_problem_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_riverty_loc_conf_t  *rlcf = conf;

    char                      *rv;
    ngx_http_core_loc_conf_t  *clcf;

    rv = ngx_http_riverty_location_set(cf, cmd, rlcf,
                                       ngx_http_riverty_problem_handler);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    /* a client that asks for it gets the problem of a 404 */

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->internal = 1;

    rlcf->problem = 1;

    return ngx_http_riverty_problem_conf_note(cf) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


ngx_int_t
ngx_http_riverty_problem_handler(ngx_http_request_t *r)
{
    ngx_int_t             rc;
    ngx_buf_t            *b;
    ngx_chain_t           out;
    riverty_out_t         text;
    riverty_span_t        instance;
    riverty_problem_id_t  problem;

    problem = ngx_http_riverty_problem_of(r);

    if (problem == RIVERTY_PROBLEM_COUNT) {
        return r->err_status;   /* nginx's own page */
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    b = ngx_create_temp_buf(r->pool, RIVERTY_PROBLEM_PLAIN_SIZE);

    if (b == NULL
        || ngx_http_riverty_problem_note(r, problem, &instance) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    riverty_out_init(&text, b->pos, RIVERTY_PROBLEM_PLAIN_SIZE);
    riverty_problem_write(&text, problem, instance, NULL, NULL);

    b->last = b->pos + riverty_out_length(&text);
    b->last_buf = (r == r->main);
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_riverty_answer_problem(r, problem, &out);
}


/* RIVERTY_PROBLEM_COUNT: nothing is known of the status. */

static riverty_problem_id_t
ngx_http_riverty_problem_of(ngx_http_request_t *r)
{
    if (r->err_status != 0) {
        return riverty_problem_of_status(r->err_status);
    }

    /* error_page with "=" and a variable hides the status; else it is none */

    return r->error_page ? RIVERTY_PROBLEM_INTERNAL : RIVERTY_PROBLEM_NOT_FOUND;
}


/*
 * What the record says, and the instance, by which it is found.  A request that
 * had no location yet has its record where its server is protected.
 */

static ngx_int_t
ngx_http_riverty_problem_note(ngx_http_request_t *r,
    riverty_problem_id_t problem, riverty_span_t *instance)
{
    ngx_http_riverty_request_t  *state;

    instance->data = NULL;
    instance->len = 0;

    if (ngx_http_riverty_log_guard_begin(r) != NGX_OK) {
        return NGX_ERROR;
    }

    state = ngx_http_riverty_request(r->main);

    if (state == NULL) {
        return NGX_OK;
    }

    if (ngx_http_riverty_ids_event(state) != NGX_OK) {
        return NGX_ERROR;
    }

    *instance = ngx_http_riverty_span(&state->ids.event);

    if (r == r->main) {
        state->problem.answered = problem;
    }

    return NGX_OK;
}
