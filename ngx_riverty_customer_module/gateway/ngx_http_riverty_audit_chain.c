/*
 * The chains of the audit logs (contract/audit/chain.h).  A worker that dies
 * leaves its chain open; a worker that exits in order ends it.
 */

#include "ngx_http_riverty_audit_chain.h"
#include "ngx_http_riverty_audit_info.h"
#include "ngx_http_riverty_worker_user.h"

#include <openssl/rand.h>


static void ngx_http_riverty_audit_key_cleanup(void *data);


char *
ngx_http_riverty_audit_key_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_riverty_main_conf_t  *rmcf = conf;

    ngx_str_t           *value;
    riverty_error_t      error;
    ngx_pool_cleanup_t  *cln;

    if (rmcf->audit_secrets) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_conf_full_name(cf->cycle, &value[1], 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    rmcf->audit_secrets = riverty_secrets_create();

    if (cln == NULL || rmcf->audit_secrets == NULL) {
        return NGX_CONF_ERROR;
    }

    cln->handler = ngx_http_riverty_audit_key_cleanup;
    cln->data = rmcf;

    if (!riverty_secret_hex(rmcf->audit_secrets, (char *) value[1].data,
                            ngx_http_riverty_worker_user(cf->cycle),
                            &rmcf->audit_root, &error))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" \"%V\": %s",
                           &cmd->name, &value[1], error.text);
        return NGX_CONF_ERROR;
    }

    /* an older cycle: our workers take the place of its workers */

    rmcf->reloads = cf->cycle->old_cycle != NULL
                    && cf->cycle->old_cycle->conf_ctx != NULL;

    return NGX_CONF_OK;
}


static void
ngx_http_riverty_audit_key_cleanup(void *data)
{
    ngx_http_riverty_main_conf_t  *rmcf = data;

    riverty_secrets_free(rmcf->audit_secrets);
    riverty_secrets_free(rmcf->chain_secrets);

    rmcf->audit_secrets = NULL;
    rmcf->chain_secrets = NULL;
}


ngx_int_t
ngx_http_riverty_audit_chain_init_process(ngx_http_riverty_main_conf_t *rmcf)
{
    u_char                          id[RIVERTY_CHAIN_ID_SIZE];
    ngx_uint_t                      i;
    riverty_span_t                  root;
    ngx_http_riverty_audit_log_t  **log;

    if (rmcf->audit_secrets == NULL || rmcf->audit_logs.nelts == 0) {
        return NGX_OK;
    }

    rmcf->chain_secrets = riverty_secrets_create();

    if (rmcf->chain_secrets == NULL) {
        return NGX_ERROR;
    }

    root.data = rmcf->audit_root.data;
    root.len = rmcf->audit_root.len;

    log = rmcf->audit_logs.elts;

    for (i = 0; i < rmcf->audit_logs.nelts; i++) {

        log[i]->chain = riverty_secrets_alloc(rmcf->chain_secrets,
                                              sizeof(riverty_chain_t));

        log[i]->chain_before = riverty_secrets_alloc(rmcf->chain_secrets,
                                                     sizeof(riverty_chain_t));

        if (log[i]->chain == NULL
            || log[i]->chain_before == NULL
            || RAND_bytes(id, sizeof(id)) != 1)
        {
            return NGX_ERROR;
        }

        riverty_chain_start(log[i]->chain, root, id);
    }

    /* this is a copy: the master keeps the root for later workers */

    riverty_secrets_free(rmcf->audit_secrets);
    rmcf->audit_secrets = NULL;

    ngx_http_riverty_audit_chain_note(rmcf, rmcf->reloads
                                            ? riverty_span("reload")
                                            : riverty_span("start"));

    return NGX_OK;
}


void
ngx_http_riverty_audit_chain_exit_process(ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_http_riverty_audit_chain_note(rmcf, riverty_span("end"));
}


void
ngx_http_riverty_audit_chain_note(ngx_http_riverty_main_conf_t *rmcf,
    riverty_span_t action)
{
    ngx_uint_t                      i;
    ngx_http_riverty_audit_log_t  **log;

    if (rmcf->chain_secrets == NULL) {
        return;
    }

    log = rmcf->audit_logs.elts;

    for (i = 0; i < rmcf->audit_logs.nelts; i++) {
        (void) ngx_http_riverty_audit_info(rmcf, log[i], action, NULL);
    }
}
