/*
 * Records of the logs themselves.
 */
#ifndef NGX_HTTP_RIVERTY_AUDIT_INFO_H
#define NGX_HTTP_RIVERTY_AUDIT_INFO_H

#include "ngx_http_riverty.h"
#include "contract/audit/record.h"


/*
 * Writes a record of type info at once, with the time, the log's chain, the
 * gateway's version and that of the key store.  NGX_OK: the log has taken it.
 */
ngx_int_t ngx_http_riverty_audit_info(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_audit_log_t *log, riverty_span_t action,
    const riverty_record_store_t *store);

#endif
