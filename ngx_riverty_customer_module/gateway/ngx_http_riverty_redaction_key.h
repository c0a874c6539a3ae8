/*
 * Secrets in hex files: riverty_redaction_key, riverty_audit_key.
 */
#ifndef NGX_HTTP_RIVERTY_REDACTION_KEY_H
#define NGX_HTTP_RIVERTY_REDACTION_KEY_H

#include "ngx_http_riverty.h"


/* The setter of riverty_redaction_key. */
char *ngx_http_riverty_redaction_key_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * Reads a guarded file of 64 or more hex digits into secret, which is allocated
 * from secrets.  NGX_OK, or NGX_ERROR with error filled.
 */
ngx_int_t ngx_http_riverty_hex_secret(ngx_conf_t *cf,
    riverty_secrets_t *secrets, ngx_str_t *file, riverty_bytes_t *secret,
    riverty_error_t *error);

#endif
