/*
 * Torn lines, which all workers know.  The writers of a file take turns, so
 * that nobody writes behind a line that another one has just torn.
 */
#ifndef NGX_HTTP_RIVERTY_AUDIT_TEAR_H
#define NGX_HTTP_RIVERTY_AUDIT_TEAR_H

#include "ngx_http_riverty.h"
#include "ngx_http_riverty_zone.h"


/* Lays out the zone's files, once; NGX_ERROR where there can be no lock. */
ngx_int_t ngx_http_riverty_audit_tear_init(ngx_http_riverty_shared_t *shared);

/* Init process: the logs of this worker learn where the zone's files are. */
void ngx_http_riverty_audit_tear_init_process(
    ngx_http_riverty_main_conf_t *rmcf);

/* What the log has opened is this file now. */
void ngx_http_riverty_audit_tear_opened(ngx_http_riverty_audit_log_t *log,
    ngx_file_info_t *info);

/*
 * It is this worker's turn: log->torn says whether the file's last line is
 * torn, whoever tore it.  The turn ends with leave(), which tells the others
 * what log->torn is then.
 */
void ngx_http_riverty_audit_tear_enter(ngx_http_riverty_audit_log_t *log);
void ngx_http_riverty_audit_tear_leave(ngx_http_riverty_audit_log_t *log);

#endif
