/*
 * Checkpoints of the audit logs' chains: signed notes of how far each has come
 * (contract/audit/checkpoint.h).
 */
#ifndef NGX_HTTP_RIVERTY_AUDIT_CHECKPOINT_H
#define NGX_HTTP_RIVERTY_AUDIT_CHECKPOINT_H

#include "ngx_http_riverty.h"
#include "ngx_http_riverty_zone.h"


/* The setter of riverty_audit_checkpoint. */
char *ngx_http_riverty_audit_checkpoint_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * Postconfiguration: NGX_ERROR, with the reason logged, where the configuration
 * makes no chain.
 */
ngx_int_t ngx_http_riverty_audit_checkpoint_check(ngx_conf_t *cf,
    ngx_http_riverty_main_conf_t *rmcf);

/* Lays out the zone's series of notes, once. */
ngx_int_t ngx_http_riverty_audit_checkpoint_zone(
    ngx_http_riverty_shared_t *shared);

/*
 * Init process, when the chains have begun: the first note of this worker, and
 * its timer.
 */
ngx_int_t ngx_http_riverty_audit_checkpoint_init_process(ngx_cycle_t *cycle,
    ngx_http_riverty_main_conf_t *rmcf);

/* Exit process, when the chains have ended: the last note of this worker. */
void ngx_http_riverty_audit_checkpoint_exit_process(
    ngx_http_riverty_main_conf_t *rmcf);

#endif
