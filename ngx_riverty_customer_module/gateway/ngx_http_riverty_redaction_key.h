/*
 * riverty_redaction_key: the secrets of the pseudonyms in logs.
 */
#ifndef NGX_HTTP_RIVERTY_REDACTION_KEY_H
#define NGX_HTTP_RIVERTY_REDACTION_KEY_H

#include "ngx_http_riverty.h"


/* The setter of riverty_redaction_key. */
char *ngx_http_riverty_redaction_key_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* A worker has its own copy of the keys: locks their memory. */
void ngx_http_riverty_redaction_key_init_process(
    ngx_http_riverty_main_conf_t *rmcf);

#endif
