/*
 * The audit: makes a record from the state of a request, in its place in the
 * log's batch.  It runs in the log phase; the record of intent is made in
 * precontent (_audit_intent.c).
 */

#include "ngx_http_riverty_audit.h"
#include "ngx_http_riverty_app.h"
#include "ngx_http_riverty_audit_batch.h"
#include "ngx_http_riverty_cache.h"
#include "ngx_http_riverty_compat.h"
#include "ngx_http_riverty_headers.h"
#include "ngx_http_riverty_ids.h"
#include "ngx_http_riverty_key_store.h"
#include "ngx_http_riverty_metrics.h"
#include "ngx_http_riverty_names.h"
#include "ngx_http_riverty_outcome.h"
#include "ngx_http_riverty_seal.h"
#include "ngx_http_riverty_trace.h"
#include "contract/customer/customer_number.h"
#include "contract/audit/record.h"


#define NGX_HTTP_RIVERTY_EARLY_HINTS  103


static riverty_span_t ngx_http_riverty_audit_address(
    ngx_http_riverty_audit_log_t *log, ngx_connection_t *c, u_char *buf);
static void ngx_http_riverty_audit_time(riverty_record_t *record,
    ngx_http_riverty_request_t *state, ngx_uint_t end);
static riverty_span_t ngx_http_riverty_audit_http_version(ngx_uint_t version);
static void ngx_http_riverty_audit_request(riverty_record_t *record,
    ngx_http_riverty_request_t *state);
static void ngx_http_riverty_audit_ids(riverty_record_t *record,
    ngx_http_riverty_request_t *state);
static riverty_span_t ngx_http_riverty_audit_customer_number(
    ngx_http_riverty_request_t *state);
static riverty_span_t ngx_http_riverty_audit_pseudonym(
    ngx_http_riverty_request_t *state, riverty_span_t number,
    u_char *pseudonym);
static void ngx_http_riverty_audit_customer(riverty_record_t *record,
    ngx_http_riverty_request_t *state);
static void ngx_http_riverty_audit_names(riverty_record_t *record,
    ngx_http_riverty_request_t *state,
    u_char (*pseudonyms)[RIVERTY_PSEUDONYM_MAX]);
static riverty_span_t ngx_http_riverty_audit_name(riverty_record_t *record,
    ngx_http_riverty_request_t *state, riverty_span_t name, u_char *pseudonym);
static riverty_span_t ngx_http_riverty_audit_kept(
    ngx_http_riverty_request_t *state);
static void ngx_http_riverty_audit_keep(ngx_http_riverty_request_t *state,
    riverty_span_t *judgement);
static void ngx_http_riverty_audit_end(riverty_record_t *record,
    ngx_http_riverty_request_t *state);
static riverty_span_t ngx_http_riverty_audit_event_outcome(
    ngx_http_riverty_request_t *state);
static void ngx_http_riverty_audit_upstream(riverty_record_t *record,
    ngx_http_riverty_request_t *state);


ngx_int_t
ngx_http_riverty_log_handler(ngx_http_request_t *r)
{
    ngx_http_riverty_request_t   *state;
    ngx_http_riverty_loc_conf_t  *rlcf;

    if (r != r->main) {
        return NGX_OK;
    }

    state = ngx_http_riverty_request(r);

    if (state == NULL || state->conf == NULL) {

        /*
         * The request ended before its location was known, or nginx's parser
         * ended it before any phase ran: the server's configuration decides.
         * A problem document may be the answer of a location that is off.
         */

        if (state != NULL && state->guard.open) {
            return NGX_OK;
        }

        rlcf = ngx_http_get_module_loc_conf(r, ngx_riverty_customer_module);

        if (rlcf->mode == NGX_HTTP_RIVERTY_OFF) {
            return NGX_OK;
        }

        if (state == NULL) {
            state = ngx_http_riverty_request_create(r);
            if (state == NULL) {
                return NGX_ERROR;
            }
        }

        state->conf = rlcf;
        ngx_http_riverty_metrics_enter(state);
    }

    if (state->audit.recorded) {
        return NGX_OK;
    }

    state->audit.recorded = 1;

    ngx_http_riverty_audit_freeze(state);
    ngx_http_riverty_metrics_end(state);

    (void) ngx_http_riverty_audit_record(state, NULL);

    return NGX_OK;
}


void
ngx_http_riverty_audit_exit_process(ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_queue_t                 *q;
    ngx_http_riverty_request_t  *state;

    for (q = ngx_queue_head(&rmcf->requests);
         q != ngx_queue_sentinel(&rmcf->requests);
         q = ngx_queue_next(q))
    {
        state = ngx_queue_data(q, ngx_http_riverty_request_t, queue);

        /*
         * as if the client had gone: neither side gets any more of the other
         */

        state->request->connection->error = 1;

        (void) ngx_http_riverty_log_handler(state->request);
    }
}


ngx_int_t
ngx_http_riverty_audit_record(ngx_http_riverty_request_t *state,
    ngx_http_riverty_audit_waiter_t *waiter)
{
    ngx_uint_t                     end;
    u_char                         pseudonyms[2][RIVERTY_PSEUDONYM_MAX];
    u_char                         address[NGX_SOCKADDR_STRLEN];
    riverty_out_t                  out;
    riverty_key_t                 *key;
    riverty_span_t                 judgement;
    riverty_record_t               record;
    ngx_http_request_t            *r;
    ngx_http_riverty_main_conf_t  *rmcf;

    if (state->conf->audit == NULL) {
        return NGX_OK;
    }

    end = waiter == NULL;

    r = state->request;
    rmcf = ngx_http_get_module_main_conf(r, ngx_riverty_customer_module);

    riverty_record_init(&record);

    record.chain = state->conf->audit->chain;
    record.event_type = end ? riverty_span("end") : riverty_span("start");
    record.contract = state->conf->contract;
    record.document = state->body.document;
    record.judgement = &judgement;
    record.pseudonym_key = rmcf->pseudonym_keys[0];

    judgement = ngx_http_riverty_audit_kept(state);

    ngx_http_riverty_audit_time(&record, state, end);
    ngx_http_riverty_audit_ids(&record, state);
    ngx_http_riverty_audit_request(&record, state);
    ngx_http_riverty_audit_customer(&record, state);

    record.client_ip = ngx_http_riverty_audit_address(state->conf->audit,
                                                      r->connection, address);

    /* the key that is meant, or the key that went out */

    key = end ? ngx_http_riverty_seal_key_sent(state) : state->keys.key;

    if (key != NULL) {
        record.key_id = key->id;
    }

    if (end) {
        ngx_http_riverty_audit_end(&record, state);
        ngx_http_riverty_audit_upstream(&record, state);
        ngx_http_riverty_audit_names(&record, state, pseudonyms);
    }

    riverty_out_init(&out,
                     ngx_http_riverty_audit_batch_room(state->conf->audit),
                     RIVERTY_RECORD_SIZE);
    riverty_record_write(&out, &record);

    if (out.full) {
        ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                      "riverty: a record could not be made");
        return NGX_ERROR;
    }

    if (!end) {
        ngx_http_riverty_audit_keep(state, &judgement);
    }

    ngx_http_riverty_audit_batch_join(state->conf->audit, &record,
                                      riverty_out_length(&out), waiter);

    return NGX_OK;
}


/* What the record of intent shows of the document, unless there is more now. */

static riverty_span_t
ngx_http_riverty_audit_kept(ngx_http_riverty_request_t *state)
{
    if (state->audit.document == NULL
        || state->audit.document != state->body.document
        || state->audit.findings != state->body.document->findings_total)
    {
        return (riverty_span_t) { NULL, 0 };
    }

    return state->audit.judgement;
}


/* Keeps what stands in the batch. */

static void
ngx_http_riverty_audit_keep(ngx_http_riverty_request_t *state,
    riverty_span_t *judgement)
{
    u_char  *p;

    p = judgement->data ? ngx_pnalloc(state->request->pool, judgement->len)
                        : NULL;
    if (p == NULL) {
        return;
    }

    ngx_memcpy(p, judgement->data, judgement->len);

    state->audit.document = state->body.document;
    state->audit.findings = state->body.document->findings_total;
    state->audit.judgement = (riverty_span_t) { p, judgement->len };
}


/* The client's address in the form that client_ip asks for; may be absent. */

static riverty_span_t
ngx_http_riverty_audit_address(ngx_http_riverty_audit_log_t *log,
    ngx_connection_t *c, u_char *buf)
{
    size_t                len;
    struct sockaddr_in   *sin;
    ngx_sockaddr_t        prefix;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    if (log->client_ip == NGX_HTTP_RIVERTY_IP_DROP
        || c->sockaddr->sa_family == AF_UNIX   /* its text is "unix:" */
        || c->socklen > (socklen_t) sizeof(ngx_sockaddr_t))
    {
        return (riverty_span_t) { NULL, 0 };
    }

    if (log->client_ip == NGX_HTTP_RIVERTY_IP_KEEP) {
        return (riverty_span_t) { c->addr_text.data, c->addr_text.len };
    }

    ngx_memcpy(&prefix, c->sockaddr, c->socklen);

    switch (prefix.sockaddr.sa_family) {

    case AF_INET:
        sin = &prefix.sockaddr_in;
        sin->sin_addr.s_addr &= htonl(0xffffff00);     /* /24 */
        break;

#if (NGX_HAVE_INET6)
    case AF_INET6:
        sin6 = &prefix.sockaddr_in6;
        ngx_memzero(sin6->sin6_addr.s6_addr + 6, 10);  /* /48 */
        break;
#endif

    default:
        return (riverty_span_t) { NULL, 0 };
    }

    len = ngx_sock_ntop(&prefix.sockaddr, c->socklen, buf,
                        NGX_SOCKADDR_STRLEN, 0);

    return (riverty_span_t) { buf, len };
}


/* The time is the wall clock's; the duration does not depend on it. */

static void
ngx_http_riverty_audit_time(riverty_record_t *record,
    ngx_http_riverty_request_t *state, ngx_uint_t end)
{
    int64_t          now;
    struct timespec  ts;

    static riverty_timestamp_t  time_before;

    (void) clock_gettime(CLOCK_REALTIME, &ts);

    record->seconds = ts.tv_sec;
    record->microseconds = ts.tv_nsec / 1000;
    record->time = &time_before;

    if (end) {
        (void) clock_gettime(CLOCK_MONOTONIC, &ts);

        now = (int64_t) ts.tv_sec * 1000000000 + ts.tv_nsec;

        record->duration = ngx_max(now - (int64_t) state->started * 1000000, 0);
    }
}


static void
ngx_http_riverty_audit_ids(riverty_record_t *record,
    ngx_http_riverty_request_t *state)
{
    /* nginx's parser refused it, or it has no location: there is no id yet */

    (void) ngx_http_riverty_ids_event(state);

    record->event_id = ngx_http_riverty_span(&state->ids.event);

    if (state->ids.client.len) {
        record->request_id = ngx_http_riverty_span(&state->ids.client);
    }

    ngx_http_riverty_trace_read(state);

    record->trace_id = ngx_http_riverty_span(&state->trace.id);
    record->span_id = ngx_http_riverty_span(&state->trace.parent);
}


static riverty_span_t
ngx_http_riverty_audit_http_version(ngx_uint_t version)
{
    switch (version) {

    case NGX_HTTP_VERSION_10:
        return riverty_span("1.0");

    case NGX_HTTP_VERSION_11:
        return riverty_span("1.1");

    case NGX_HTTP_VERSION_20:
        return riverty_span("2");

    case NGX_HTTP_VERSION_30:
        return riverty_span("3");

    default:
        return (riverty_span_t) { NULL, 0 };
    }
}


static void
ngx_http_riverty_audit_request(riverty_record_t *record,
    ngx_http_riverty_request_t *state)
{
    ngx_str_t      *mode;
    riverty_app_t  *app;

    record->action = ngx_http_riverty_span(
                         &ngx_http_riverty_operation_row(state->route.operation)
                              ->action);

    record->method = ngx_http_riverty_span(&state->guard.method);

    record->http_version = ngx_http_riverty_audit_http_version(
                               state->guard.http_version);

    record->request_bytes = state->body.len ? state->body.len
                            : (size_t) ngx_max(state->guard.client_length, 0);

    if (state->guard.safe_uri.len && state->guard.safe_uri.data[0] == '/'
        && state->route.path != NGX_HTTP_RIVERTY_PATH_MISSPELLED)
    {
        record->path = ngx_http_riverty_span(&state->guard.safe_uri);
    }

    app = ngx_http_riverty_app_certain(state);

    if (app != NULL) {
        record->app = app->name;
    }

    if (app != NULL && state->app.token != NULL) {
        record->token_id = state->app.token->id;
    }

    mode = ngx_http_riverty_mode_name(ngx_http_riverty_mode(state));
    record->mode = ngx_http_riverty_span(mode);
}


/* The pseudonym of a customer number; absent without a redaction key. */

static riverty_span_t
ngx_http_riverty_audit_pseudonym(ngx_http_riverty_request_t *state,
    riverty_span_t number, u_char *pseudonym)
{
    size_t                         len;
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_get_module_main_conf(state->request,
                                         ngx_riverty_customer_module);

    if (number.len == 0 || rmcf->pseudonym_keys[0] == NULL) {
        return (riverty_span_t) { NULL, 0 };
    }

    len = riverty_pseudonym(rmcf->pseudonym_keys[0],
                            riverty_span(RIVERTY_DOMAIN_CUSTOMER), number,
                            pseudonym);

    return (riverty_span_t) { pseudonym, len };
}


/* The customer number: of the path, or else of the document. */

static riverty_span_t
ngx_http_riverty_audit_customer_number(ngx_http_riverty_request_t *state)
{
    if (state->route.customer_number.len) {
        return ngx_http_riverty_span(&state->route.customer_number);
    }

    return state->body.document
           ? riverty_document_customer_number(state->body.document)
           : (riverty_span_t) { NULL, 0 };
}


/* Its pseudonym, which for a path is in the safe request line already. */

static void
ngx_http_riverty_audit_customer(riverty_record_t *record,
    ngx_http_riverty_request_t *state)
{
    riverty_span_t  number;

    if (state->app.store != NULL) {
        record->store_version = state->app.store->version;
    }

    if (state->guard.customer_pseudonym.len
        && state->route.path != NGX_HTTP_RIVERTY_PATH_MISSPELLED)
    {
        record->customer =
            ngx_http_riverty_span(&state->guard.customer_pseudonym);
        return;
    }

    number = ngx_http_riverty_audit_customer_number(state);

    if (!riverty_span_equal(number, state->audit.number)) {
        state->audit.number = number;
        state->audit.customer = ngx_http_riverty_audit_pseudonym(state, number,
                                                      state->audit.pseudonym);
    }

    record->customer = state->audit.customer;
}


/* What the API's reply calls the customer: mostly the number that was sent. */

static void
ngx_http_riverty_audit_names(riverty_record_t *record,
    ngx_http_riverty_request_t *state,
    u_char (*pseudonyms)[RIVERTY_PSEUDONYM_MAX])
{
    riverty_reply_t  *names;

    names = &state->reply.names;

    record->reply_customer = ngx_http_riverty_audit_name(record, state,
                                           names->customer, pseudonyms[0]);
    record->reply_reference = ngx_http_riverty_audit_name(record, state,
                                           names->reference, pseudonyms[1]);
}


static riverty_span_t
ngx_http_riverty_audit_name(riverty_record_t *record,
    ngx_http_riverty_request_t *state, riverty_span_t name, u_char *pseudonym)
{
    if (name.len
        && riverty_span_equal(name,
                              ngx_http_riverty_audit_customer_number(state)))
    {
        return record->customer;
    }

    return ngx_http_riverty_audit_pseudonym(state, name, pseudonym);
}


void
ngx_http_riverty_audit_freeze(ngx_http_riverty_request_t *state)
{
    off_t                       sent;
    ngx_http_request_t         *r;
    ngx_http_upstream_state_t  *us;

    if (state->audit.frozen) {
        return;
    }

    r = state->request;

    state->audit.outcome = ngx_http_riverty_outcome(state);

    /* the same as $status */

    state->audit.status = r->err_status ? r->err_status : r->headers_out.status;

    sent = r->connection->sent - (off_t) r->header_size;
    state->audit.sent = ngx_max(sent, 0);

    state->audit.upstream_state = state->seal.upstream_state;

    if (state->seal.forwarded && state->audit.upstream_state == NULL
        && r->upstream_states && r->upstream_states->nelts)
    {
        us = r->upstream_states->elts;
        state->audit.upstream_state = &us[r->upstream_states->nelts - 1];
    }

    state->audit.frozen = 1;
}


static void
ngx_http_riverty_audit_end(riverty_record_t *record,
    ngx_http_riverty_request_t *state)
{
    ngx_uint_t                   would;
    ngx_str_t                   *cache;
    riverty_problem_id_t         problem;
    ngx_http_riverty_outcome_t   outcome;

    ngx_http_riverty_audit_freeze(state);

    outcome = state->audit.outcome;
    record->outcome =
        ngx_http_riverty_span(ngx_http_riverty_outcome_name(outcome));

    if (ngx_http_riverty_watches(state)) {
        outcome = state->refusal.problem == RIVERTY_PROBLEM_COUNT ? outcome
                  : ngx_http_riverty_problem_outcome(state->refusal.problem);
        record->would =
            ngx_http_riverty_span(ngx_http_riverty_outcome_name(outcome));
    }

    problem = ngx_http_riverty_outcome_problem(state, &would);

    if (problem != RIVERTY_PROBLEM_COUNT) {
        record->problem = riverty_span_of(riverty_problems[problem].slug);
    }

    cache = ngx_http_riverty_cache_status(state->request);

    if (cache != NULL) {
        record->cache = ngx_http_riverty_span(cache);
    }

    record->status = state->audit.status ? state->audit.status
                                         : RIVERTY_RECORD_NONE;
    record->response_bytes = state->audit.sent;

    record->event_outcome = ngx_http_riverty_audit_event_outcome(state);
}


/* ECS's word: below 400 is a success, except for a refusal. */

static riverty_span_t
ngx_http_riverty_audit_event_outcome(ngx_http_riverty_request_t *state)
{
    switch (state->audit.outcome) {

    case NGX_HTTP_RIVERTY_ABORTED:
        return riverty_span("unknown");

    case NGX_HTTP_RIVERTY_FORWARDED:
    case NGX_HTTP_RIVERTY_SERVED:
        return state->audit.status >= NGX_HTTP_OK
               && state->audit.status < NGX_HTTP_BAD_REQUEST
               ? riverty_span("success") : riverty_span("failure");

    default:
        return riverty_span("failure");
    }
}


static void
ngx_http_riverty_audit_upstream(riverty_record_t *record,
    ngx_http_riverty_request_t *state)
{
    ngx_http_upstream_state_t  *us;

    us = state->audit.upstream_state;

    if (us == NULL) {
        return;
    }

    if (us->peer) {
        record->upstream_addr = ngx_http_riverty_span(us->peer);
    }

    /* behind a 103 nginx keeps 103 as the status of the whole reply */

    record->upstream_status = us->status == NGX_HTTP_RIVERTY_EARLY_HINTS
                              && state->seal.replied ? state->seal.status
                              : us->status ? us->status : RIVERTY_RECORD_NONE;

    if (us->response_time != (ngx_msec_t) -1) {
        record->upstream_duration = (uint64_t) us->response_time * 1000000;
    }

    record->upstream_retried = state->keys.second_tried;
}
