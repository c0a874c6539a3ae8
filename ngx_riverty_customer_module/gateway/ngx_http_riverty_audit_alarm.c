/*
 * The state of an audit log over all workers: error.log gets one line when the
 * first worker fails to write, the same line every hour while that lasts, and
 * one when it is over.
 */

#include "ngx_http_riverty_audit_alarm.h"
#include "ngx_http_riverty_zone.h"


/* Behind another worker's last failure that a success ends it, in seconds. */
#define NGX_HTTP_RIVERTY_ALARM_STALE  10


static ngx_http_riverty_shared_alarm_t *ngx_http_riverty_audit_alarm_place(
    ngx_http_riverty_shared_t *shared, ngx_http_riverty_audit_log_t *log);
static void ngx_http_riverty_audit_alarm_fails(
    ngx_http_riverty_audit_log_t *log, ngx_uint_t missed, ngx_err_t err);
static void ngx_http_riverty_audit_alarm_works(
    ngx_http_riverty_audit_log_t *log);
static void ngx_http_riverty_audit_alarm_tell(
    ngx_http_riverty_audit_log_t *log);
static void ngx_http_riverty_audit_alarm_remind(
    ngx_http_riverty_audit_log_t *log);


void
ngx_http_riverty_audit_alarm_init_process(ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_uint_t                      i;
    ngx_http_riverty_audit_log_t  **log;

    log = rmcf->audit_logs.elts;

    for (i = 0; i < rmcf->audit_logs.nelts; i++) {
        log[i]->alarm = ngx_http_riverty_audit_alarm_place(rmcf->zone->data,
                                                           log[i]);
    }

    if (rmcf->checkpoint_log != NULL) {
        rmcf->checkpoint_log->alarm =
            ngx_http_riverty_audit_alarm_place(rmcf->zone->data,
                                               rmcf->checkpoint_log);
    }
}


/* Where all places are taken, logs share one, and its name may be another's. */

static ngx_http_riverty_shared_alarm_t *
ngx_http_riverty_audit_alarm_place(ngx_http_riverty_shared_t *shared,
    ngx_http_riverty_audit_log_t *log)
{
    uint32_t                          crc;
    ngx_uint_t                        i;
    ngx_atomic_uint_t                 id;
    ngx_http_riverty_shared_alarm_t  *place;

    ngx_crc32_init(crc);
    ngx_crc32_update(&crc, log->name.data, log->name.len);

    if (log->syslog != NULL) {

        /* each has a socket, and a queue, of its own */

        ngx_crc32_update(&crc, log->conf.data, log->conf.len);
        ngx_crc32_update(&crc, (u_char *) &log->line, sizeof(log->line));
    }

    ngx_crc32_final(crc);

    id = (ngx_atomic_uint_t) crc | 1;

    for (i = 0; i < NGX_HTTP_RIVERTY_ALARMS; i++) {

        place = &shared->alarms[(id / 2 + i) % NGX_HTTP_RIVERTY_ALARMS];

        if (place->id == 0) {
            (void) ngx_atomic_cmp_set(&place->id, 0, id);
        }

        if (place->id == id) {
            return place;
        }
    }

    return &shared->alarms[id / 2 % NGX_HTTP_RIVERTY_ALARMS];
}


void
ngx_http_riverty_audit_alarm(ngx_http_riverty_audit_log_t *log,
    ngx_uint_t missed, ngx_err_t err)
{
    if (missed) {
        ngx_http_riverty_audit_alarm_fails(log, missed, err);

    } else if (log->alarm->told || log->alarm->missed) {
        ngx_http_riverty_audit_alarm_works(log);
    }
}


static void
ngx_http_riverty_audit_alarm_fails(ngx_http_riverty_audit_log_t *log,
    ngx_uint_t missed, ngx_err_t err)
{
    ngx_http_riverty_shared_alarm_t  *alarm;

    alarm = log->alarm;

    (void) ngx_atomic_fetch_add(&alarm->missed, missed);

    alarm->err = err;
    alarm->failed = ngx_time();
    alarm->worker = ngx_pid;

    /*
     * A queue may be full and have room again a thousand times a second.  So
     * there is at most one alert a second; what is told of the end includes
     * what was missed since the last one.
     */

    if (err == NGX_EAGAIN && alarm->told == 0
        && alarm->changed == (ngx_atomic_uint_t) ngx_time())
    {
        return;
    }

    if (ngx_http_riverty_zone_due(&alarm->told)) {
        alarm->changed = ngx_time();
        ngx_http_riverty_audit_alarm_tell(log);
    }
}


static void
ngx_http_riverty_audit_alarm_works(ngx_http_riverty_audit_log_t *log)
{
    ngx_uint_t                        over;
    ngx_atomic_uint_t                 missed;
    ngx_http_riverty_shared_alarm_t  *alarm;

    alarm = log->alarm;

    /* another worker may fail where this one does not */

    if (alarm->told && alarm->worker != (ngx_atomic_uint_t) ngx_pid
        && ngx_time() - (time_t) alarm->failed < NGX_HTTP_RIVERTY_ALARM_STALE)
    {
        return;
    }

    over = ngx_http_riverty_zone_over(&alarm->told);

    if (!over && alarm->changed == (ngx_atomic_uint_t) ngx_time()) {
        return;
    }

    do {
        missed = alarm->missed;
    } while (!ngx_atomic_cmp_set(&alarm->missed, missed, 0));

    if (!over && missed == 0) {
        return;     /* another worker has told it */
    }

    alarm->changed = ngx_time();

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "riverty: the audit log \"%V\" takes records again; %uA were "
                  "not written, %ui lines of this worker are torn",
                  &log->name, missed, log->tears);

    log->tears = 0;
}


static void
ngx_http_riverty_audit_alarm_tell(ngx_http_riverty_audit_log_t *log)
{
    ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, (ngx_err_t) log->alarm->err,
                  "riverty: the audit log \"%V\" takes no records", &log->name);
}


void
ngx_http_riverty_audit_alarm_again(ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_uint_t                      i;
    ngx_http_riverty_audit_log_t  **log;

    log = rmcf->audit_logs.elts;

    for (i = 0; i < rmcf->audit_logs.nelts; i++) {
        ngx_http_riverty_audit_alarm_remind(log[i]);
    }

    if (rmcf->checkpoint_log != NULL) {
        ngx_http_riverty_audit_alarm_remind(rmcf->checkpoint_log);
    }
}


static void
ngx_http_riverty_audit_alarm_remind(ngx_http_riverty_audit_log_t *log)
{
    if (log->alarm->told && ngx_http_riverty_zone_due(&log->alarm->told)) {
        ngx_http_riverty_audit_alarm_tell(log);
    }
}
