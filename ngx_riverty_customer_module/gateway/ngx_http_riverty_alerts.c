/*
 * Alerts that come again.  When each was told stands in the memory of all
 * workers, so that one of them says it, and another goes on where that one has
 * died.  What the API says of a key is told when it comes; a timer tells it
 * again, since a key that is refused may not be tried any more.
 */

#include "ngx_http_riverty_alerts.h"
#include "ngx_http_riverty_audit_alarm.h"
#include "ngx_http_riverty_key_store.h"
#include "ngx_http_riverty_names.h"
#include "ngx_http_riverty_zone.h"


#define NGX_HTTP_RIVERTY_ALERTS_TIMER  60000

/* A key that ends within this time is told. */
#define NGX_HTTP_RIVERTY_DAY           (24 * 60 * 60)
#define NGX_HTTP_RIVERTY_EXPIRES_SOON  (14 * NGX_HTTP_RIVERTY_DAY)

/* Keys that are told by name each time. */
#define NGX_HTTP_RIVERTY_KEYS_NAMED    10

/*
 * A 401 may be about something else that some clients send: its end is not
 * told before this has passed, so that error.log is not filled by turns.
 */
#define NGX_HTTP_RIVERTY_REFUSED_LEAST 10


/* What the API refuses: a key, or for an operation all that an app has. */

typedef struct {
    const riverty_app_t           *app;
    const riverty_key_t           *key;         /* NULL: all of them */
    ngx_http_riverty_operation_t   operation;
} ngx_http_riverty_refused_t;


static void ngx_http_riverty_alerts_handler(ngx_event_t *ev);
static ngx_uint_t ngx_http_riverty_alerts_ends_soon(const riverty_key_t *key);
static ngx_uint_t ngx_http_riverty_alerts_ending(const riverty_store_t *store,
    ngx_uint_t named);
static void ngx_http_riverty_alerts_keys(ngx_http_riverty_main_conf_t *rmcf);
static void ngx_http_riverty_alerts_tell_keys(const riverty_store_t *store);
static void ngx_http_riverty_alerts_tell_end(const riverty_app_t *app,
    const riverty_key_t *key);
static void ngx_http_riverty_alerts_refused(ngx_http_riverty_main_conf_t *rmcf);
static ngx_uint_t ngx_http_riverty_alerts_refused_app(
    ngx_http_riverty_main_conf_t *rmcf, const riverty_app_t *app);
static ngx_uint_t ngx_http_riverty_alerts_again(
    ngx_http_riverty_main_conf_t *rmcf, ngx_http_riverty_refused_t *refused);
static ngx_atomic_t *ngx_http_riverty_alerts_place(
    ngx_http_riverty_main_conf_t *rmcf, ngx_http_riverty_refused_t *refused,
    ngx_uint_t create);
static ngx_atomic_t *ngx_http_riverty_alerts_place_of(
    ngx_http_riverty_main_conf_t *rmcf, const riverty_app_t *app,
    riverty_span_t what, ngx_uint_t create);
static void ngx_http_riverty_alerts_tell_refused(
    ngx_http_riverty_main_conf_t *rmcf, ngx_http_riverty_refused_t *refused,
    ngx_log_t *log);
static void ngx_http_riverty_alerts_say_refused(
    ngx_http_riverty_refused_t *refused, ngx_log_t *log);
static void ngx_http_riverty_alerts_tell_taken(
    ngx_http_riverty_main_conf_t *rmcf, ngx_http_riverty_refused_t *refused,
    ngx_log_t *log);


ngx_int_t
ngx_http_riverty_alerts_init_process(ngx_cycle_t *cycle,
    ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_event_t  *ev;

    ngx_http_riverty_alerts_store(rmcf);

    ev = ngx_pcalloc(cycle->pool, sizeof(ngx_event_t));
    if (ev == NULL) {
        return NGX_ERROR;
    }

    ev->handler = ngx_http_riverty_alerts_handler;
    ev->data = rmcf;
    ev->log = cycle->log;
    ev->cancelable = 1;

    ngx_add_timer(ev, NGX_HTTP_RIVERTY_ALERTS_TIMER);

    return NGX_OK;
}


static void
ngx_http_riverty_alerts_handler(ngx_event_t *ev)
{
    ngx_http_riverty_main_conf_t  *rmcf = ev->data;

    if (ngx_exiting) {
        return;
    }

    ngx_http_riverty_audit_alarm_again(rmcf);

    if (rmcf->key_store != NULL) {
        ngx_http_riverty_alerts_keys(rmcf);
        ngx_http_riverty_alerts_refused(rmcf);
    }

    ngx_add_timer(ev, NGX_HTTP_RIVERTY_ALERTS_TIMER);
}


void
ngx_http_riverty_alerts_store(ngx_http_riverty_main_conf_t *rmcf)
{
    if (rmcf->key_store == NULL) {
        return;
    }

    ngx_http_riverty_zone_faults_forget(rmcf, rmcf->key_store->version);
    ngx_http_riverty_alerts_keys(rmcf);
}


static ngx_uint_t
ngx_http_riverty_alerts_ends_soon(const riverty_key_t *key)
{
    /* INT64_MAX: never */

    return key->not_after
           <= (int64_t) ngx_time() + NGX_HTTP_RIVERTY_EXPIRES_SOON;
}


/* How many keys end soon; it tells of the first ones, so many as are named. */

static ngx_uint_t
ngx_http_riverty_alerts_ending(const riverty_store_t *store, ngx_uint_t named)
{
    size_t                i, j;
    ngx_uint_t            count;
    const riverty_app_t  *app;

    count = 0;

    for (i = 0; i < store->apps_count; i++) {
        app = &store->apps[i];

        for (j = 0; j < app->keys_count; j++) {

            if (!ngx_http_riverty_alerts_ends_soon(&app->keys[j])) {
                continue;
            }

            if (count < named) {
                ngx_http_riverty_alerts_tell_end(app, &app->keys[j]);
            }

            count++;
        }
    }

    return count;
}


static void
ngx_http_riverty_alerts_keys(ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_http_riverty_shared_t  *shared;

    if (rmcf->key_store->version != ngx_http_riverty_zone_current(rmcf)) {
        return;     /* others have read a newer one, and tell of that */
    }

    shared = rmcf->zone->data;

    if (ngx_http_riverty_alerts_ending(rmcf->key_store->store, 0) != 0) {

        if (ngx_http_riverty_zone_due(&shared->keys_told)) {
            ngx_http_riverty_alerts_tell_keys(rmcf->key_store->store);
        }

    } else if (ngx_http_riverty_zone_over(&shared->keys_told)) {

        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "riverty: no key of the store has expired or expires "
                      "within 14 days any more");
    }
}


static void
ngx_http_riverty_alerts_tell_keys(const riverty_store_t *store)
{
    ngx_uint_t  count;

    count = ngx_http_riverty_alerts_ending(store, NGX_HTTP_RIVERTY_KEYS_NAMED);

    if (count > NGX_HTTP_RIVERTY_KEYS_NAMED) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "riverty: %ui more keys have expired or expire within "
                      "14 days: \"riverty-customer keys list\" shows them",
                      count - NGX_HTTP_RIVERTY_KEYS_NAMED);
    }
}


static void
ngx_http_riverty_alerts_tell_end(const riverty_app_t *app,
    const riverty_key_t *key)
{
    int64_t      left, unit;
    ngx_tm_t     end;
    ngx_uint_t   another;

    left = key->not_after - (int64_t) ngx_time();
    another = riverty_app_key(app, 0, ngx_max(key->not_after,
                                              (int64_t) ngx_time())) != NULL;

    ngx_gmtime((time_t) key->not_after, &end);

    if (left <= 0) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "riverty: key \"%*s\" of app \"%*s\" has expired "
                      "(%04d-%02d-%02d): %s",
                      key->id.len, key->id.data, app->name.len, app->name.data,
                      end.ngx_tm_year, end.ngx_tm_mon, end.ngx_tm_mday,
                      another ? "take it out of the store, another one is valid"
                              : "no other is valid, put a new one into the "
                                "store");
        return;
    }

    unit = left < 2 * NGX_HTTP_RIVERTY_DAY ? 60 * 60 : NGX_HTTP_RIVERTY_DAY;

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "riverty: key \"%*s\" of app \"%*s\" expires in %L %s "
                  "(%04d-%02d-%02d): %s",
                  key->id.len, key->id.data, app->name.len, app->name.data,
                  left / unit, unit == NGX_HTTP_RIVERTY_DAY ? "days" : "hours",
                  end.ngx_tm_year, end.ngx_tm_mon, end.ngx_tm_mday,
                  another ? "another one is valid then, take this one out of "
                            "the store"
                          : "no other is valid then, put a new one behind it");
}


/* Tells again what the API refuses, of the apps in the store. */

static void
ngx_http_riverty_alerts_refused(ngx_http_riverty_main_conf_t *rmcf)
{
    size_t                      i;
    ngx_uint_t                  open;
    const riverty_store_t      *store;
    ngx_http_riverty_shared_t  *shared;

    shared = rmcf->zone->data;

    if (!shared->faults_open) {
        return;
    }

    /* first, since another worker may tell of one meanwhile */

    shared->faults_open = 0;

    store = rmcf->key_store->store;
    open = 0;

    for (i = 0; i < store->apps_count; i++) {
        open |= ngx_http_riverty_alerts_refused_app(rmcf, &store->apps[i]);
    }

    if (open) {
        shared->faults_open = 1;
    }
}


static ngx_uint_t
ngx_http_riverty_alerts_refused_app(ngx_http_riverty_main_conf_t *rmcf,
    const riverty_app_t *app)
{
    size_t                      i;
    ngx_uint_t                  open, bit;
    ngx_http_riverty_refused_t  refused;

    open = 0;
    refused.app = app;
    refused.operation = NGX_HTTP_RIVERTY_UNKNOWN;

    for (i = 0; i < app->keys_count; i++) {
        refused.key = &app->keys[i];
        open |= ngx_http_riverty_alerts_again(rmcf, &refused);
    }

    refused.key = NULL;

    for (bit = NGX_HTTP_RIVERTY_CREATE; bit <= NGX_HTTP_RIVERTY_OTHER;
         bit <<= 1)
    {
        refused.operation = bit;
        open |= ngx_http_riverty_alerts_again(rmcf, &refused);
    }

    return open;
}


/* Does it last? */

static ngx_uint_t
ngx_http_riverty_alerts_again(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_refused_t *refused)
{
    ngx_atomic_t  *told;

    told = ngx_http_riverty_alerts_place(rmcf, refused, 0);

    if (told == NULL || *told == 0) {
        return 0;
    }

    if (ngx_http_riverty_zone_due(told)) {
        ngx_http_riverty_alerts_say_refused(refused, ngx_cycle->log);
    }

    return 1;
}


/* When it was told, in the memory of all workers. */

static ngx_atomic_t *
ngx_http_riverty_alerts_place(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_refused_t *refused, ngx_uint_t create)
{
    riverty_span_t  what;

    /* no id is a bit of an operation */

    what = refused->key ? refused->key->id
           : (riverty_span_t) { (u_char *) &refused->operation,
                                sizeof(refused->operation) };

    return ngx_http_riverty_alerts_place_of(rmcf, refused->app, what, create);
}


static ngx_atomic_t *
ngx_http_riverty_alerts_place_of(ngx_http_riverty_main_conf_t *rmcf,
    const riverty_app_t *app, riverty_span_t what, ngx_uint_t create)
{
    uint32_t  crc;

    ngx_crc32_init(crc);
    ngx_crc32_update(&crc, (u_char *) app->name.data, app->name.len);
    ngx_crc32_update(&crc, (u_char *) "", 1);
    ngx_crc32_update(&crc, (u_char *) what.data, what.len);
    ngx_crc32_final(crc);

    return ngx_http_riverty_zone_fault(rmcf, (ngx_atomic_uint_t) crc | 1,
                                       create);
}


void
ngx_http_riverty_alerts_mode(ngx_http_riverty_request_t *state)
{
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_get_module_main_conf(state->request,
                                         ngx_riverty_customer_module);

    /* no id of a key has a blank */

    if (ngx_http_riverty_zone_due(
            ngx_http_riverty_alerts_place_of(rmcf, state->app.app,
                                             riverty_span("its mode"), 1)))
    {
        ngx_log_error(NGX_LOG_ERR, state->request->connection->log, 0,
                      "riverty: \"riverty_mode\" says neither \"on\" nor "
                      "\"monitor\" of app \"%*s\", and counts as \"on\": "
                      "look at the map behind it, in %V:%ui",
                      state->app.app->name.len, state->app.app->name.data,
                      &state->conf->file, state->conf->line);
    }
}


void
ngx_http_riverty_alerts_key_refused(ngx_http_riverty_request_t *state)
{
    ngx_http_riverty_refused_t     refused;
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_get_module_main_conf(state->request,
                                         ngx_riverty_customer_module);

    refused.app = state->app.app;
    refused.key = state->keys.key;
    refused.operation = NGX_HTTP_RIVERTY_UNKNOWN;

    ngx_http_riverty_alerts_tell_refused(rmcf, &refused,
                                         state->request->connection->log);
}


void
ngx_http_riverty_alerts_app_refused(ngx_http_riverty_request_t *state)
{
    ngx_http_riverty_refused_t     refused;
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_get_module_main_conf(state->request,
                                         ngx_riverty_customer_module);

    refused.app = state->app.app;
    refused.key = NULL;
    refused.operation = state->route.operation;

    ngx_http_riverty_alerts_tell_refused(rmcf, &refused,
                                         state->request->connection->log);
}


static void
ngx_http_riverty_alerts_tell_refused(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_refused_t *refused, ngx_log_t *log)
{
    if (ngx_http_riverty_zone_due(ngx_http_riverty_alerts_place(rmcf, refused,
                                                                1)))
    {
        ((ngx_http_riverty_shared_t *) rmcf->zone->data)->faults_open = 1;

        ngx_http_riverty_alerts_say_refused(refused, log);
    }
}


static void
ngx_http_riverty_alerts_say_refused(ngx_http_riverty_refused_t *refused,
    ngx_log_t *log)
{
    const riverty_app_t  *app;
    const riverty_key_t  *key;

    app = refused->app;
    key = refused->key;

    if (key != NULL) {
        ngx_log_error(NGX_LOG_ERR, log, 0,
                      "riverty: the API refuses key \"%*s\" of app \"%*s\": "
                      "renew it, or take it out of the store",
                      key->id.len, key->id.data, app->name.len,
                      app->name.data);
        return;
    }

    ngx_log_error(NGX_LOG_ALERT, log, 0,
                  "riverty: the API takes no key of app \"%*s\" for \"%V\": "
                  "look at its keys, and at an Authorization header that its "
                  "clients may send",
                  app->name.len, app->name.data,
                  &ngx_http_riverty_operation_row(refused->operation)->name);
}


void
ngx_http_riverty_alerts_key_taken(ngx_http_riverty_request_t *state)
{
    ngx_log_t                     *log;
    ngx_http_riverty_refused_t     refused;
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_get_module_main_conf(state->request,
                                         ngx_riverty_customer_module);

    if (!((ngx_http_riverty_shared_t *) rmcf->zone->data)->faults_open) {
        return;
    }

    log = state->request->connection->log;

    refused.app = state->app.app;
    refused.key = state->keys.key;
    refused.operation = state->route.operation;

    ngx_http_riverty_alerts_tell_taken(rmcf, &refused, log);

    refused.key = NULL;

    ngx_http_riverty_alerts_tell_taken(rmcf, &refused, log);
}


static void
ngx_http_riverty_alerts_tell_taken(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_refused_t *refused, ngx_log_t *log)
{
    ngx_atomic_t         *told;
    const riverty_app_t  *app;
    const riverty_key_t  *key;

    told = ngx_http_riverty_alerts_place(rmcf, refused, 0);

    if (told == NULL
        || ngx_time() - (time_t) *told < NGX_HTTP_RIVERTY_REFUSED_LEAST
        || !ngx_http_riverty_zone_over(told))
    {
        return;
    }

    app = refused->app;
    key = refused->key;

    if (key != NULL) {
        ngx_log_error(NGX_LOG_ERR, log, 0,
                      "riverty: the API takes key \"%*s\" of app \"%*s\" again",
                      key->id.len, key->id.data, app->name.len,
                      app->name.data);
        return;
    }

    ngx_log_error(NGX_LOG_ERR, log, 0,
                  "riverty: the API takes a key of app \"%*s\" for \"%V\" "
                  "again",
                  app->name.len, app->name.data,
                  &ngx_http_riverty_operation_row(refused->operation)->name);
}
