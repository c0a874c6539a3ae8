/*
 * The batches of the audit logs: the records of one turn of the event loop.
 */
#ifndef NGX_HTTP_RIVERTY_AUDIT_BATCH_H
#define NGX_HTTP_RIVERTY_AUDIT_BATCH_H

#include "ngx_http_riverty.h"
#include "contract/audit/record.h"


/* Init process: a batch for each log. */
ngx_int_t ngx_http_riverty_audit_batch_init_process(ngx_cycle_t *cycle,
    ngx_http_riverty_main_conf_t *rmcf);

/* Exit process: what the batches still hold goes into the logs. */
void ngx_http_riverty_audit_batch_exit_process(
    ngx_http_riverty_main_conf_t *rmcf);

/*
 * Where the next record of the log is to be written: RIVERTY_RECORD_SIZE bytes.
 * No other record may join before this one does.  log->chain is at the record's
 * number.
 */
u_char *ngx_http_riverty_audit_batch_room(ngx_http_riverty_audit_log_t *log);

/*
 * The line of that record, so many bytes that were written there, its line feed
 * included, joins the batch, and the chain moves on.  The batch is written when
 * this turn of the event loop ends, or sooner.  waiter, which may be NULL, is
 * told then; it stays the caller's, who takes it out of its queue where it goes
 * before.
 */
void ngx_http_riverty_audit_batch_join(ngx_http_riverty_audit_log_t *log,
    const riverty_record_t *record, size_t len,
    ngx_http_riverty_audit_waiter_t *waiter);

/*
 * Writes the batch now; whoever waits for it is told later.  NGX_OK: the log
 * has taken all of it.
 */
ngx_int_t ngx_http_riverty_audit_batch_flush(ngx_http_riverty_audit_log_t *log);

#endif
