/*
 * The chains of the audit logs (contract/audit/chain.h).  A worker that dies
 * leaves its chain open; a worker that exits in order ends it.
 */

#include "ngx_http_riverty_audit_chain.h"
#include "ngx_http_riverty_audit_batch.h"
#include "ngx_http_riverty_worker_user.h"
#include "contract/audit/record.h"

#include <openssl/rand.h>


static void ngx_http_riverty_audit_key_cleanup(void *data);
static void ngx_http_riverty_audit_chain_write(
    ngx_http_riverty_main_conf_t *rmcf, ngx_http_riverty_audit_log_t *log,
    riverty_span_t action);


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
        ngx_http_riverty_audit_chain_write(rmcf, log[i], action);
    }
}


static void
ngx_http_riverty_audit_chain_write(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_audit_log_t *log, riverty_span_t action)
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
    record.chain = log->chain;

    if (rmcf->key_store_version) {
        record.store_version = rmcf->key_store_version;
    }

    riverty_out_init(&out, ngx_http_riverty_audit_batch_room(log),
                     RIVERTY_RECORD_SIZE);
    riverty_record_write(&out, &record);

    if (!out.full) {
        ngx_http_riverty_audit_batch_join(log, &record,
                                          riverty_out_length(&out), NULL);
    }

    /* at the start and at the end of a worker no event loop runs */

    ngx_http_riverty_audit_batch_flush(log);
}
