/*
 * What is counted.  A cell is added to in one step, so nothing is lost between
 * workers, nor where one is killed.
 *
 * The module's own time ends where a request is forwarded or refused: what
 * comes behind waits for others, for the API and for the client that reads.
 * The wait for a required record is in it, the wait for the body is not.
 */

#include "ngx_http_riverty_metrics.h"
#include "ngx_http_riverty_app.h"
#include "ngx_http_riverty_audit.h"
#include "ngx_http_riverty_cache.h"
#include "ngx_http_riverty_key_store.h"
#include "ngx_http_riverty_metrics_memory.h"
#include "ngx_http_riverty_metrics_read.h"
#include "ngx_http_riverty_names.h"
#include "ngx_http_riverty_outcome.h"
#include "ngx_http_riverty_seal.h"

#include <time.h>


/* The upstream's classes: 1xx to 5xx, and none. */
#define NGX_HTTP_RIVERTY_NO_REPLY  5


static ngx_http_riverty_metrics_t *ngx_http_riverty_metrics_of(
    ngx_http_riverty_request_t *state);
static uint64_t ngx_http_riverty_metrics_now(clockid_t clock);
static void ngx_http_riverty_metrics_cell(uint64_t *cell, uint64_t n);
static void ngx_http_riverty_metrics_observe(uint64_t *cells,
    const ngx_http_riverty_bound_t *bounds, ngx_uint_t n, uint64_t value);
static void ngx_http_riverty_metrics_requests(
    ngx_http_riverty_metrics_t *metrics, ngx_http_riverty_request_t *state,
    ngx_uint_t operation);
static void ngx_http_riverty_metrics_document(
    ngx_http_riverty_counters_t *counters, ngx_http_riverty_request_t *state);
static void ngx_http_riverty_metrics_upstream(
    ngx_http_riverty_counters_t *counters, ngx_http_riverty_request_t *state,
    ngx_uint_t operation);
static ngx_http_riverty_key_place_t *ngx_http_riverty_metrics_key(
    ngx_http_riverty_request_t *state, const riverty_key_t *key);
static void ngx_http_riverty_metrics_minute(
    ngx_http_riverty_counters_t *counters);


ngx_int_t
ngx_http_riverty_metrics_add(ngx_conf_t *cf, size_t size)
{
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_conf_get_module_main_conf(cf, ngx_riverty_customer_module);

    rmcf->metrics = ngx_http_riverty_metrics_memory(cf, size);

    return rmcf->metrics ? NGX_OK : NGX_ERROR;
}


void
ngx_http_riverty_metrics_init_process(ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_http_riverty_metrics_memory_init_process(rmcf->metrics);
}


void
ngx_http_riverty_metrics_exit_process(ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_http_riverty_metrics_memory_exit_process(rmcf->metrics);
}


static ngx_http_riverty_metrics_t *
ngx_http_riverty_metrics_of(ngx_http_riverty_request_t *state)
{
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_get_module_main_conf(state->request,
                                         ngx_riverty_customer_module);
    return rmcf->metrics;
}


static uint64_t
ngx_http_riverty_metrics_now(clockid_t clock)
{
    struct timespec  ts;

    (void) clock_gettime(clock, &ts);

    return (uint64_t) ts.tv_sec * 1000000000 + ts.tv_nsec;
}


static void
ngx_http_riverty_metrics_cell(uint64_t *cell, uint64_t n)
{
    (void) __atomic_fetch_add(cell, n, __ATOMIC_RELAXED);
}


void
ngx_http_riverty_metrics_started(ngx_http_riverty_request_t *state)
{
    state->metrics.started = ngx_http_riverty_metrics_now(CLOCK_MONOTONIC);
}


void
ngx_http_riverty_metrics_enter(ngx_http_riverty_request_t *state)
{
    if (state->metrics.worker == NULL) {
        state->metrics.worker = ngx_http_riverty_metrics_of(state)->worker;

        if (state->metrics.worker != NULL) {

            /* no other process writes to it */

            state->metrics.worker->requests++;
        }
    }
}


void
ngx_http_riverty_metrics_leave(ngx_http_riverty_request_t *state)
{
    if (state->metrics.worker != NULL) {
        state->metrics.worker->requests--;
    }
}


void
ngx_http_riverty_metrics_wait(ngx_http_riverty_request_t *state)
{
    state->metrics.waiting = ngx_http_riverty_metrics_now(CLOCK_MONOTONIC);
}


void
ngx_http_riverty_metrics_waited(ngx_http_riverty_request_t *state)
{
    if (state->metrics.waiting) {
        state->metrics.waited =
            ngx_http_riverty_metrics_now(CLOCK_MONOTONIC)
            - state->metrics.waiting;
        state->metrics.waiting = 0;
    }
}


void
ngx_http_riverty_metrics_decided(ngx_http_riverty_request_t *state)
{
    if (state->metrics.decided == 0) {
        state->metrics.decided = ngx_http_riverty_metrics_now(CLOCK_MONOTONIC);
    }
}


void
ngx_http_riverty_metrics_replied(ngx_http_riverty_request_t *state)
{
    if (state->metrics.replied == 0) {
        state->metrics.replied = ngx_http_riverty_metrics_now(CLOCK_MONOTONIC);
    }
}


void
ngx_http_riverty_metrics_end(ngx_http_riverty_request_t *state)
{
    uint64_t                     *cells;
    uint64_t                      begin;
    ngx_uint_t                    operation, would;
    riverty_problem_id_t          problem;
    ngx_http_riverty_metrics_t   *metrics;
    ngx_http_riverty_counters_t  *counters;

    metrics = ngx_http_riverty_metrics_of(state);
    counters = metrics->counters;

    /* the client went while it sent its body */

    ngx_http_riverty_metrics_waited(state);
    ngx_http_riverty_metrics_decided(state);

    ngx_http_riverty_metrics_minute(counters);

    operation = ngx_http_riverty_operation_number(state->route.operation);

    ngx_http_riverty_metrics_requests(metrics, state, operation);

    problem = ngx_http_riverty_outcome_problem(state, &would);

    if (problem != RIVERTY_PROBLEM_COUNT) {
        cells = &counters->cells[NGX_HTTP_RIVERTY_SHARED_REFUSALS];

        ngx_http_riverty_metrics_cell(&cells[2 * problem + would], 1);
    }

    cells = &counters->cells[NGX_HTTP_RIVERTY_SHARED_OWN_TIME];
    begin = state->metrics.started + state->metrics.waited;

    ngx_http_riverty_metrics_observe(
        &cells[operation * NGX_HTTP_RIVERTY_WIDTH_TIMES],
        ngx_http_riverty_times, NGX_HTTP_RIVERTY_TIMES,
        state->metrics.decided > begin ? state->metrics.decided - begin : 0);

    if (state->body.document != NULL) {
        ngx_http_riverty_metrics_document(counters, state);
    }

    if (state->seal.forwarded
        && !ngx_http_riverty_cache_alone(state->request))
    {
        ngx_http_riverty_metrics_upstream(counters, state, operation);
    }
}


static void
ngx_http_riverty_metrics_requests(ngx_http_riverty_metrics_t *metrics,
    ngx_http_riverty_request_t *state, ngx_uint_t operation)
{
    riverty_app_t                 *app;
    ngx_http_riverty_key_store_t  *store;
    ngx_http_riverty_app_place_t  *place;

    place = &metrics->apps[NGX_HTTP_RIVERTY_PLACE_UNKNOWN];

    app = ngx_http_riverty_app_certain(state);
    store = state->app.store;

    if (app != NULL) {
        place = store->places ? store->places->apps[app - store->store->apps]
                          : &metrics->apps[NGX_HTTP_RIVERTY_PLACE_OTHER];
    }

    ngx_http_riverty_metrics_cell(&place->cells[
        NGX_HTTP_RIVERTY_APPS_REQUESTS
        + operation * NGX_HTTP_RIVERTY_OUTCOMES + state->audit.outcome], 1);
}


/* The bounds are looked at from the least one on: most values are low. */

static void
ngx_http_riverty_metrics_observe(uint64_t *cells,
    const ngx_http_riverty_bound_t *bounds, ngx_uint_t n, uint64_t value)
{
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {
        if (value <= bounds[i].value) {
            break;
        }
    }

    ngx_http_riverty_metrics_cell(&cells[0], value);
    ngx_http_riverty_metrics_cell(&cells[1 + i], 1);
}


static void
ngx_http_riverty_metrics_document(ngx_http_riverty_counters_t *counters,
    ngx_http_riverty_request_t *state)
{
    uint64_t             *cells;
    ngx_uint_t            i, would, reject;
    riverty_edit_t       *edit;
    riverty_finding_t    *finding;
    riverty_document_t   *document;

    document = state->body.document;
    would = ngx_http_riverty_watches(state);

    cells = &counters->cells[NGX_HTTP_RIVERTY_SHARED_FINDINGS];
    finding = document->findings;

    for (i = 0; i < document->findings_count; i++) {
        reject = (finding[i].level == RIVERTY_LEVEL_REJECT);

        ngx_http_riverty_metrics_cell(
            &cells[(finding[i].rule * 2 + reject) * 2 + (reject && would)], 1);
    }

    if (document->verdict != RIVERTY_ACCEPTED) {
        return;
    }

    cells = &counters->cells[NGX_HTTP_RIVERTY_SHARED_NORMALISATIONS];
    edit = document->edits;

    for (i = 0; i < document->edits_count; i++) {
        ngx_http_riverty_metrics_cell(
            &cells[ngx_min(edit[i].field, RIVERTY_FIELD_COUNT) * 2 + would], 1);
    }
}


static void
ngx_http_riverty_metrics_upstream(ngx_http_riverty_counters_t *counters,
    ngx_http_riverty_request_t *state, ngx_uint_t operation)
{
    uint64_t                      *cells;
    ngx_uint_t                     class;
    riverty_key_t                 *key;
    ngx_http_riverty_key_place_t  *place;

    class = state->seal.replied ? state->seal.status / 100 - 1
                                : NGX_HTTP_RIVERTY_NO_REPLY;

    cells = &counters->cells[NGX_HTTP_RIVERTY_SHARED_REPLIES];

    ngx_http_riverty_metrics_cell(
        &cells[ngx_min(class, NGX_HTTP_RIVERTY_NO_REPLY)], 1);

    ngx_http_riverty_metrics_replied(state);

    cells = &counters->cells[NGX_HTTP_RIVERTY_SHARED_UPSTREAM_TIME];

    ngx_http_riverty_metrics_observe(
        &cells[operation * NGX_HTTP_RIVERTY_WIDTH_TIMES],
        ngx_http_riverty_times, NGX_HTTP_RIVERTY_TIMES,
        state->metrics.replied - state->metrics.decided);

    key = ngx_http_riverty_seal_key_sent(state);

    if (key == NULL || !state->seal.replied
        || state->seal.status == NGX_HTTP_UNAUTHORIZED)
    {
        return;
    }

    place = ngx_http_riverty_metrics_key(state, key);

    if (place != NULL) {
        place->accepted = ngx_time();
    }
}


void
ngx_http_riverty_metrics_key_refused(ngx_http_riverty_request_t *state)
{
    ngx_http_riverty_key_place_t  *place;

    place = ngx_http_riverty_metrics_key(state, state->keys.key);

    if (place != NULL) {
        ngx_http_riverty_metrics_cell(&place->refused, 1);
    }
}


/* NULL where it has none, or where a newer store's key has taken it. */

static ngx_http_riverty_key_place_t *
ngx_http_riverty_metrics_key(ngx_http_riverty_request_t *state,
    const riverty_key_t *key)
{
    riverty_app_t                     *app;
    ngx_http_riverty_metrics_key_t    *known;
    ngx_http_riverty_metrics_store_t  *places;

    app = state->app.app;
    places = state->app.store->places;

    if (places == NULL) {
        return NULL;
    }

    known = &places->keys[places->first[app - state->app.store->store->apps]
                          + (key - app->keys)];

    return known->place != NULL && known->place->id == known->id ? known->place
                                                                 : NULL;
}


/*
 * The first request of a minute notes what was counted before.  The minute is
 * told last: a worker that is killed in between leaves none.
 */

static void
ngx_http_riverty_metrics_minute(ngx_http_riverty_counters_t *counters)
{
    uint64_t                    now, before;
    ngx_http_riverty_minute_t  *minute;

    now = ngx_time() / 60;
    minute = &counters->minutes[now % NGX_HTTP_RIVERTY_MINUTES];
    before = minute->claimed;

    if (before == now
        || !__atomic_compare_exchange_n(&minute->claimed, &before, now, 0,
                                        __ATOMIC_RELAXED, __ATOMIC_RELAXED))
    {
        return;
    }

    __atomic_store_n(&minute->minute, 0, __ATOMIC_RELEASE);
    ngx_http_riverty_metrics_totals(counters, minute);
    __atomic_store_n(&minute->minute, now, __ATOMIC_RELEASE);
}


void
ngx_http_riverty_metrics_store_places(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_key_store_t *store)
{
    store->places = ngx_http_riverty_metrics_places(rmcf->metrics,
                                                    store->store);
}


void
ngx_http_riverty_metrics_store_good(ngx_http_riverty_main_conf_t *rmcf)
{
    uint64_t  *cells;

    cells = rmcf->metrics->counters->cells;

    cells[NGX_HTTP_RIVERTY_SHARED_STORE_LOADED] = ngx_time();
    cells[NGX_HTTP_RIVERTY_SHARED_STORE_BAD] = 0;
}


void
ngx_http_riverty_metrics_store_bad(ngx_http_riverty_main_conf_t *rmcf)
{
    uint64_t   good;
    uint64_t  *since;

    good = 0;
    since = &rmcf->metrics->counters->cells[NGX_HTTP_RIVERTY_SHARED_STORE_BAD];

    (void) __atomic_compare_exchange_n(since, &good, ngx_time(), 0,
                                       __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}


void
ngx_http_riverty_metrics_audit(uint64_t since, ngx_uint_t count,
    ngx_uint_t taken, size_t bytes)
{
    uint64_t                      *cells;
    uint64_t                       now;
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                               ngx_riverty_customer_module);

    cells = rmcf->metrics->counters->cells;

    ngx_http_riverty_metrics_cell(
        &cells[NGX_HTTP_RIVERTY_SHARED_AUDIT_RECORDS], taken);
    ngx_http_riverty_metrics_cell(
        &cells[NGX_HTTP_RIVERTY_SHARED_AUDIT_BYTES], bytes);

    if (taken < count) {
        ngx_http_riverty_metrics_cell(
            &cells[NGX_HTTP_RIVERTY_SHARED_AUDIT_FAILED], count - taken);

    } else if (cells[NGX_HTTP_RIVERTY_SHARED_AUDIT_WRITTEN]
               != (uint64_t) ngx_time())
    {
        /* the first one in a second: a clock for each would cost as much */

        now = ngx_http_riverty_metrics_now(CLOCK_REALTIME);
        since *= 1000;

        /* the clock may have been set back */

        cells[NGX_HTTP_RIVERTY_SHARED_AUDIT_WRITTEN] = ngx_time();
        cells[NGX_HTTP_RIVERTY_SHARED_AUDIT_LAG] = now > since ? now - since
                                                               : 0;
    }

    ngx_http_riverty_metrics_observe(
        &cells[NGX_HTTP_RIVERTY_SHARED_AUDIT_BATCH],
        ngx_http_riverty_sizes, NGX_HTTP_RIVERTY_SIZES, count);
}
