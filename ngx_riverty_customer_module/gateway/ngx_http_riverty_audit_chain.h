/*
 * The chains of the audit logs: one for each worker and log.
 */
#ifndef NGX_HTTP_RIVERTY_AUDIT_CHAIN_H
#define NGX_HTTP_RIVERTY_AUDIT_CHAIN_H

#include "ngx_http_riverty.h"


/* The setter of riverty_audit_key. */
char *ngx_http_riverty_audit_key_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * Init process: starts a chain for each log, with a first record, and wipes the
 * root secret from this worker.
 */
ngx_int_t ngx_http_riverty_audit_chain_init_process(
    ngx_http_riverty_main_conf_t *rmcf);

/* Exit process: the last record of each chain. */
void ngx_http_riverty_audit_chain_exit_process(
    ngx_http_riverty_main_conf_t *rmcf);

/* A record of each chain: "start", "reload" or "end". */
void ngx_http_riverty_audit_chain_note(ngx_http_riverty_main_conf_t *rmcf,
    riverty_span_t action);

#endif
