/*
 * The records that one turn of the event loop makes join a batch, and leave it
 * in one write.  epoll's handlers run first and the posted events behind them,
 * so a batch that the first record has posted is written before the worker
 * waits for anything again: with a single request in a turn, at once.
 *
 * A record that the log did not take has had no number: the chain goes back to
 * what stands in the log.
 */

#include "ngx_http_riverty_audit_batch.h"
#include "ngx_http_riverty_audit_log.h"
#include "ngx_http_riverty_audit_syslog.h"
#include "ngx_http_riverty_metrics.h"


/* Pages that no batch has reached take no memory. */
#define NGX_HTTP_RIVERTY_BATCH_SIZE   (128 * 1024)

#define NGX_HTTP_RIVERTY_BATCH_LINES  128


struct ngx_http_riverty_audit_batch_s {
    ngx_http_riverty_audit_log_t   *log;
    ngx_event_t                     event;      /* the end of the turn */
    u_char                         *start;
    size_t                          ends[NGX_HTTP_RIVERTY_BATCH_LINES];
    ngx_uint_t                      count;      /* of lines */
    ngx_uint_t                      most;       /* of them */
    uint64_t                        since;      /* microsecond of the first */
    ngx_queue_t                     waiting;    /* for this batch */
    ngx_queue_t                     decided;    /* waiters of written ones */
};


static ngx_http_riverty_audit_batch_t *ngx_http_riverty_audit_batch_create(
    ngx_cycle_t *cycle, ngx_http_riverty_audit_log_t *log);
static size_t ngx_http_riverty_audit_batch_size(
    ngx_http_riverty_audit_batch_t *batch, ngx_uint_t count);
static void ngx_http_riverty_audit_batch_handler(ngx_event_t *ev);
static void ngx_http_riverty_audit_batch_decide(
    ngx_http_riverty_audit_batch_t *batch, ngx_uint_t taken);
static void ngx_http_riverty_audit_batch_chain(
    ngx_http_riverty_audit_batch_t *batch, ngx_uint_t taken);


ngx_int_t
ngx_http_riverty_audit_batch_init_process(ngx_cycle_t *cycle,
    ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_uint_t                      i;
    ngx_http_riverty_audit_log_t  **log;

    log = rmcf->audit_logs.elts;

    for (i = 0; i < rmcf->audit_logs.nelts; i++) {
        log[i]->batch = ngx_http_riverty_audit_batch_create(cycle, log[i]);

        if (log[i]->batch == NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_http_riverty_audit_batch_t *
ngx_http_riverty_audit_batch_create(ngx_cycle_t *cycle,
    ngx_http_riverty_audit_log_t *log)
{
    ngx_http_riverty_audit_batch_t  *batch;

    batch = ngx_pcalloc(cycle->pool, sizeof(ngx_http_riverty_audit_batch_t));
    if (batch == NULL) {
        return NULL;
    }

    batch->start = ngx_palloc(cycle->pool, NGX_HTTP_RIVERTY_BATCH_SIZE);
    if (batch->start == NULL) {
        return NULL;
    }

    batch->log = log;
    batch->most = log->syslog ? NGX_HTTP_RIVERTY_SYSLOG_BURST
                              : NGX_HTTP_RIVERTY_BATCH_LINES;

    batch->event.handler = ngx_http_riverty_audit_batch_handler;
    batch->event.data = batch;
    batch->event.log = cycle->log;

    ngx_queue_init(&batch->waiting);
    ngx_queue_init(&batch->decided);

    return batch;
}


void
ngx_http_riverty_audit_batch_exit_process(ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_uint_t                      i;
    ngx_http_riverty_audit_log_t  **log;

    log = rmcf->audit_logs.elts;

    for (i = 0; i < rmcf->audit_logs.nelts; i++) {
        (void) ngx_http_riverty_audit_batch_flush(log[i]);
    }
}


u_char *
ngx_http_riverty_audit_batch_room(ngx_http_riverty_audit_log_t *log)
{
    size_t                           size;
    ngx_http_riverty_audit_batch_t  *batch;

    batch = log->batch;
    size = ngx_http_riverty_audit_batch_size(batch, batch->count);

    if (batch->count == batch->most
        || NGX_HTTP_RIVERTY_BATCH_SIZE - size < RIVERTY_RECORD_SIZE)
    {
        (void) ngx_http_riverty_audit_batch_flush(log);
        return batch->start;
    }

    return batch->start + size;
}


/* The bytes of the first lines. */

static size_t
ngx_http_riverty_audit_batch_size(ngx_http_riverty_audit_batch_t *batch,
    ngx_uint_t count)
{
    return count ? batch->ends[count - 1] : 0;
}


void
ngx_http_riverty_audit_batch_join(ngx_http_riverty_audit_log_t *log,
    const riverty_record_t *record, size_t len,
    ngx_http_riverty_audit_waiter_t *waiter)
{
    ngx_http_riverty_audit_batch_t  *batch;

    batch = log->batch;

    if (batch->count == 0) {
        batch->since = (uint64_t) record->seconds * 1000000
                       + record->microseconds;

        if (log->chain != NULL) {
            *log->chain_before = *log->chain;
        }
    }

    batch->ends[batch->count] =
        ngx_http_riverty_audit_batch_size(batch, batch->count) + len;

    batch->count++;

    ngx_post_event(&batch->event, &ngx_posted_events);

    if (log->chain != NULL) {
        riverty_chain_advance(log->chain);
    }

    if (waiter != NULL) {
        waiter->line = batch->count - 1;
        ngx_queue_insert_tail(&batch->waiting, &waiter->queue);
    }
}


static void
ngx_http_riverty_audit_batch_handler(ngx_event_t *ev)
{
    ngx_queue_t                      *q;
    ngx_http_riverty_audit_batch_t   *batch;
    ngx_http_riverty_audit_waiter_t  *waiter;

    batch = ev->data;

    (void) ngx_http_riverty_audit_batch_flush(batch->log);

    while (!ngx_queue_empty(&batch->decided)) {

        q = ngx_queue_head(&batch->decided);
        ngx_queue_remove(q);

        waiter = ngx_queue_data(q, ngx_http_riverty_audit_waiter_t, queue);
        waiter->handler(waiter);
    }
}


ngx_int_t
ngx_http_riverty_audit_batch_flush(ngx_http_riverty_audit_log_t *log)
{
    ngx_uint_t                       taken;
    ngx_http_riverty_audit_batch_t  *batch;
    ngx_http_riverty_audit_lines_t   lines;

    batch = log->batch;

    if (batch->count == 0) {
        return NGX_OK;
    }

    lines.start = batch->start;
    lines.ends = batch->ends;
    lines.count = batch->count;

    taken = ngx_http_riverty_audit_log_write(log, &lines);

    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, ngx_cycle->log, 0,
                   "riverty: the audit log \"%V\" took %ui of %ui records",
                   &log->name, taken, lines.count);

    log->batches++;
    log->records += taken;
    log->bytes += ngx_http_riverty_audit_batch_size(batch, taken);

    ngx_http_riverty_metrics_audit(batch->since, batch->count, taken,
                              ngx_http_riverty_audit_batch_size(batch, taken));

    ngx_http_riverty_audit_batch_chain(batch, taken);
    ngx_http_riverty_audit_batch_decide(batch, taken);

    batch->count = 0;

    return taken == lines.count ? NGX_OK : NGX_ERROR;
}


static void
ngx_http_riverty_audit_batch_decide(ngx_http_riverty_audit_batch_t *batch,
    ngx_uint_t taken)
{
    ngx_queue_t                      *q;
    ngx_http_riverty_audit_waiter_t  *waiter;

    while (!ngx_queue_empty(&batch->waiting)) {

        q = ngx_queue_head(&batch->waiting);
        ngx_queue_remove(q);

        waiter = ngx_queue_data(q, ngx_http_riverty_audit_waiter_t, queue);
        waiter->rc = waiter->line < taken ? NGX_OK : NGX_ERROR;

        ngx_queue_insert_tail(&batch->decided, q);
    }
}


/*
 * The keys of this batch's records are erased.  Where the log did not take them
 * all, the chain goes the way of those that it took once more.
 */

static void
ngx_http_riverty_audit_batch_chain(ngx_http_riverty_audit_batch_t *batch,
    ngx_uint_t taken)
{
    u_char                        *start;
    ngx_uint_t                     i;
    riverty_link_t                 link;
    riverty_span_t                 line;
    ngx_http_riverty_audit_log_t  *log;

    log = batch->log;

    if (log->chain == NULL) {
        return;
    }

    if (taken < batch->count) {

        *log->chain = *log->chain_before;

        for (i = 0; i < taken; i++) {

            start = batch->start + ngx_http_riverty_audit_batch_size(batch, i);

            line.data = start;
            line.len = batch->start + batch->ends[i] - start - 1;

            if (!riverty_link_parse(line, &link)
                || !riverty_link_verify(log->chain, line, &link))
            {
                ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                              "riverty: the chain of the audit log \"%V\" is "
                              "broken", &log->name);
                break;
            }
        }
    }

    riverty_chain_wipe(log->chain_before);
}
