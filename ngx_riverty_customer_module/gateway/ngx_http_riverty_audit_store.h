/*
 * The records of the key store: what each of its versions is.
 */
#ifndef NGX_HTTP_RIVERTY_AUDIT_STORE_H
#define NGX_HTTP_RIVERTY_AUDIT_STORE_H

#include "ngx_http_riverty.h"


/*
 * While the configuration is read: keeps the outline of the store that the
 * workers of before have from their master, for the record of the new one.
 */
void ngx_http_riverty_audit_store_hand_over(ngx_conf_t *cf,
    ngx_http_riverty_main_conf_t *rmcf);

/* Init process, behind the logs': tells of the version that is in force. */
void ngx_http_riverty_audit_store_init_process(ngx_cycle_t *cycle,
    ngx_http_riverty_main_conf_t *rmcf);

/* Another version has come into force in place of that one. */
void ngx_http_riverty_audit_store_replaced(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_key_store_t *before);

#endif
