/*
 * The records of the key store: one for each version and log, of all workers.
 * The first worker that puts a version in force writes it, before it serves a
 * request under it; the zone says which version a log was told of last, and
 * whether somebody is about to tell.  Who dies in between is replaced after a
 * while, by whoever looks next; where a log takes no record, it is tried again.
 *
 * A log that was told of the version before last is told what has changed; any
 * other log is told of all that is in the store.
 */

#include "ngx_http_riverty_audit_store.h"
#include "ngx_http_riverty_audit_info.h"
#include "ngx_http_riverty_key_store.h"
#include "ngx_http_riverty_zone.h"
#include "contract/store/change.h"


#define NGX_HTTP_RIVERTY_STORE_RETRY  1000

/* A record's parts, made for the first log that needs them. */
typedef struct {
    u_char                         digest[2 * RIVERTY_DIGEST_SIZE];
    riverty_change_t               change;
    riverty_record_store_t         record;
    ngx_uint_t                     made;
} ngx_http_riverty_audit_store_t;


static ngx_http_riverty_main_conf_t *ngx_http_riverty_audit_store_old_conf(
    ngx_conf_t *cf);
static ngx_uint_t ngx_http_riverty_audit_store_pending(
    ngx_http_riverty_main_conf_t *rmcf);
static void ngx_http_riverty_audit_store_forget(
    ngx_http_riverty_main_conf_t *rmcf);
static void ngx_http_riverty_audit_store_retry(ngx_event_t *ev);
static void ngx_http_riverty_audit_store_tell(
    ngx_http_riverty_main_conf_t *rmcf);
static ngx_int_t ngx_http_riverty_audit_store_write(
    ngx_http_riverty_main_conf_t *rmcf, ngx_http_riverty_audit_log_t *log,
    ngx_http_riverty_audit_store_t *told);
static ngx_int_t ngx_http_riverty_audit_store_make(
    ngx_http_riverty_main_conf_t *rmcf, ngx_uint_t since,
    ngx_http_riverty_audit_store_t *told);
static riverty_record_list_t ngx_http_riverty_audit_store_list(
    const riverty_change_list_t *list);


void
ngx_http_riverty_audit_store_hand_over(ngx_conf_t *cf,
    ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_http_riverty_main_conf_t  *old;

    old = ngx_http_riverty_audit_store_old_conf(cf);

    if (old == NULL || old->key_store == NULL
        || ngx_memcmp(old->key_store->store->content,
                      rmcf->key_store->store->content, RIVERTY_DIGEST_SIZE)
           == 0)
    {
        return;
    }

    rmcf->store_before = riverty_outline(old->key_store->store);
}


/*
 * NULL at the start; also where the module itself was replaced, since another
 * build may lay its configuration out in another way.
 */

static ngx_http_riverty_main_conf_t *
ngx_http_riverty_audit_store_old_conf(ngx_conf_t *cf)
{
    ngx_cycle_t  *old;

    old = cf->cycle->old_cycle;

    if (old == NULL || old->conf_ctx == NULL
        || ngx_riverty_customer_module.index >= old->modules_n
        || old->modules[ngx_riverty_customer_module.index]
           != &ngx_riverty_customer_module
        || old->conf_ctx[ngx_http_module.index] == NULL)
    {
        return NULL;
    }

    return ngx_http_cycle_get_module_main_conf(old,
                                               ngx_riverty_customer_module);
}


void
ngx_http_riverty_audit_store_init_process(ngx_cycle_t *cycle,
    ngx_http_riverty_main_conf_t *rmcf)
{
    if (rmcf->key_store == NULL) {
        return;
    }

    if (rmcf->store_before != NULL && rmcf->store_before_version == 0) {

        rmcf->store_before_version =
            ngx_http_riverty_zone_known(rmcf, rmcf->store_before->content);

        if (rmcf->store_before_version == 0) {
            ngx_http_riverty_audit_store_forget(rmcf);
        }
    }

    rmcf->store_retry.handler = ngx_http_riverty_audit_store_retry;
    rmcf->store_retry.data = rmcf;
    rmcf->store_retry.log = cycle->log;
    rmcf->store_retry.cancelable = 1;

    ngx_time_update();   /* the master may have slept for long */

    ngx_http_riverty_audit_store_tell(rmcf);
}


void
ngx_http_riverty_audit_store_replaced(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_key_store_t *before)
{
    if (before->version == rmcf->key_store_version) {
        return;
    }

    ngx_http_riverty_audit_store_forget(rmcf);

    if (ngx_http_riverty_audit_store_pending(rmcf)) {
        rmcf->store_before = riverty_outline(before->store);
        rmcf->store_before_version = before->version;
    }

    if (rmcf->store_retry.handler != NULL) {
        ngx_http_riverty_audit_store_tell(rmcf);
    }
}


/* Is there a log that was not told of the version in force? */

static ngx_uint_t
ngx_http_riverty_audit_store_pending(ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_uint_t                      i;
    ngx_http_riverty_audit_log_t  **log;

    log = rmcf->audit_logs.elts;

    for (i = 0; i < rmcf->audit_logs.nelts; i++) {
        if (ngx_http_riverty_zone_told(rmcf, log[i]) != rmcf->key_store_version)
        {
            return 1;
        }
    }

    return 0;
}


static void
ngx_http_riverty_audit_store_forget(ngx_http_riverty_main_conf_t *rmcf)
{
    riverty_outline_free(rmcf->store_before);

    rmcf->store_before = NULL;
    rmcf->store_before_version = 0;
}


static void
ngx_http_riverty_audit_store_retry(ngx_event_t *ev)
{
    if (!ngx_exiting) {
        ngx_http_riverty_audit_store_tell(ev->data);
    }
}


static void
ngx_http_riverty_audit_store_tell(ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_uint_t                       i, untold;
    ngx_http_riverty_audit_log_t   **log;
    ngx_http_riverty_audit_store_t   told[2];   /* all; what has changed */

    if (rmcf->key_store_stale) {
        return;   /* what this worker has is not in force */
    }

    untold = 0;
    told[0].made = 0;
    told[1].made = 0;

    log = rmcf->audit_logs.elts;

    for (i = 0; i < rmcf->audit_logs.nelts; i++) {
        if (ngx_http_riverty_audit_store_write(rmcf, log[i], told) != NGX_OK) {
            untold = 1;
        }
    }

    if (!untold) {
        ngx_http_riverty_audit_store_forget(rmcf);

    } else if (!rmcf->store_retry.timer_set) {
        ngx_add_timer(&rmcf->store_retry, NGX_HTTP_RIVERTY_STORE_RETRY);
    }
}


/* NGX_OK: the log has its record, from whomever. */

static ngx_int_t
ngx_http_riverty_audit_store_write(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_audit_log_t *log, ngx_http_riverty_audit_store_t *told)
{
    ngx_int_t   rc;
    ngx_uint_t  since;

    rc = ngx_http_riverty_zone_tell(rmcf, log, rmcf->key_store_version);

    if (rc != NGX_OK) {
        return rc == NGX_DONE ? NGX_OK : NGX_AGAIN;
    }

    since = rmcf->store_before != NULL
            && rmcf->store_before_version
               == ngx_http_riverty_zone_told(rmcf, log);

    rc = ngx_http_riverty_audit_store_make(rmcf, since, &told[since]);

    if (rc == NGX_OK) {
        rc = ngx_http_riverty_audit_info(rmcf, log, riverty_span("store"),
                                         &told[since].record);
    }

    ngx_http_riverty_zone_tell_end(rmcf, log, rmcf->key_store_version,
                                   rc == NGX_OK);

    return rc;
}


static ngx_int_t
ngx_http_riverty_audit_store_make(ngx_http_riverty_main_conf_t *rmcf,
    ngx_uint_t since, ngx_http_riverty_audit_store_t *told)
{
    riverty_outline_t       *outline;
    riverty_record_store_t  *record;

    if (told->made) {
        return NGX_OK;
    }

    outline = riverty_outline(rmcf->key_store->store);
    if (outline == NULL) {
        return NGX_ERROR;
    }

    riverty_change(&told->change, since ? rmcf->store_before : NULL, outline);

    ngx_hex_dump(told->digest, outline->digest, RIVERTY_DIGEST_SIZE);

    record = &told->record;

    record->digest.data = told->digest;
    record->digest.len = sizeof(told->digest);
    record->since = since ? rmcf->store_before_version : RIVERTY_RECORD_NONE;
    record->apps = outline->apps_count;
    record->keys = outline->keys_count;
    record->tokens = outline->tokens_count;
    record->added = ngx_http_riverty_audit_store_list(&told->change.added);
    record->removed = ngx_http_riverty_audit_store_list(&told->change.removed);
    record->changed = ngx_http_riverty_audit_store_list(&told->change.changed);

    riverty_outline_free(outline);

    told->made = 1;

    return NGX_OK;
}


static riverty_record_list_t
ngx_http_riverty_audit_store_list(const riverty_change_list_t *list)
{
    riverty_record_list_t  entries;

    entries.entries.data = list->text;
    entries.entries.len = list->len;
    entries.total = list->shown == list->total ? RIVERTY_RECORD_NONE
                                               : list->total;

    return entries;
}
