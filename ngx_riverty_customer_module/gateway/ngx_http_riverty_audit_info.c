/*
 * Records of the logs themselves.  At the start and at the end of a worker no
 * event loop runs, so they do not wait for the end of a turn.
 */

#include "ngx_http_riverty_audit_info.h"
#include "ngx_http_riverty_audit_batch.h"
#include "contract/core/version.h"


ngx_int_t
ngx_http_riverty_audit_info(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_audit_log_t *log, riverty_span_t action,
    const riverty_record_store_t *store)
{
    riverty_out_t     out;
    struct timespec   ts;
    riverty_record_t  record;

    (void) clock_gettime(CLOCK_REALTIME, &ts);

    riverty_record_init(&record);

    record.seconds = ts.tv_sec;
    record.microseconds = ts.tv_nsec / 1000;
    record.event_type = riverty_span("info");
    record.action = action;
    record.store = store;
    record.version = riverty_span(RIVERTY_VERSION);
    record.chain = log->chain;

    if (rmcf->key_store_version) {
        record.store_version = rmcf->key_store_version;
    }

    riverty_out_init(&out, ngx_http_riverty_audit_batch_room(log),
                     RIVERTY_RECORD_SIZE);
    riverty_record_write(&out, &record);

    if (out.full) {
        return NGX_ERROR;
    }

    ngx_http_riverty_audit_batch_join(log, &record, riverty_out_length(&out),
                                      NULL);

    return ngx_http_riverty_audit_batch_flush(log);
}
