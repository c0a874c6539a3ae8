/*
 * riverty_redaction_key: the secrets of the pseudonyms in logs.  The file's
 * text is wiped as soon as the keys are made; the keys are wiped when the
 * cycle ends.
 */

#include "ngx_http_riverty_redaction_key.h"
#include "ngx_http_riverty_worker_user.h"


static ngx_int_t ngx_http_riverty_redaction_key_load(ngx_conf_t *cf,
    ngx_str_t *id, ngx_str_t *file, riverty_pseudonym_key_t **key,
    riverty_error_t *error);
static ngx_int_t ngx_http_riverty_redaction_key_read(ngx_conf_t *cf,
    riverty_secrets_t *secrets, ngx_str_t *id, ngx_str_t *file,
    riverty_pseudonym_key_t **key, riverty_error_t *error);
static void ngx_http_riverty_redaction_key_cleanup(void *data);


char *
ngx_http_riverty_redaction_key_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_riverty_main_conf_t  *rmcf = conf;

    ngx_str_t                 *value;
    ngx_uint_t                 i;
    riverty_error_t            error;
    riverty_pseudonym_key_t  **key;

    if (rmcf->pseudonym_keys_n) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 4) {
        return "takes ID FILE, or ID FILE ID FILE";
    }

    if (cf->args->nelts == 5 && value[1].len == value[3].len
        && ngx_strncmp(value[1].data, value[3].data, value[1].len) == 0)
    {
        return "has the same id twice";
    }

    for (i = 1; i + 1 < cf->args->nelts; i += 2) {

        key = &rmcf->pseudonym_keys[rmcf->pseudonym_keys_n];

        if (ngx_http_riverty_redaction_key_load(cf, &value[i], &value[i + 1],
                                                key, &error)
            != NGX_OK)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" \"%V\": %s",
                               &cmd->name, &value[i], error.text);
            return NGX_CONF_ERROR;
        }

        rmcf->pseudonym_keys_n++;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_riverty_redaction_key_load(ngx_conf_t *cf, ngx_str_t *id,
    ngx_str_t *file, riverty_pseudonym_key_t **key, riverty_error_t *error)
{
    ngx_int_t            rc;
    riverty_secrets_t   *secrets;
    ngx_pool_cleanup_t  *cln;

    if (ngx_conf_full_name(cf->cycle, file, 1) != NGX_OK) {
        riverty_fail(error, "out of memory");
        return NGX_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    secrets = riverty_secrets_create();

    if (cln == NULL || secrets == NULL) {
        riverty_secrets_free(secrets);
        riverty_fail(error, "out of memory");
        return NGX_ERROR;
    }

    rc = ngx_http_riverty_redaction_key_read(cf, secrets, id, file, key, error);

    riverty_secrets_free(secrets);

    if (rc == NGX_OK) {
        cln->handler = ngx_http_riverty_redaction_key_cleanup;
        cln->data = *key;
    }

    return rc;
}


static ngx_int_t
ngx_http_riverty_redaction_key_read(ngx_conf_t *cf, riverty_secrets_t *secrets,
    ngx_str_t *id, ngx_str_t *file, riverty_pseudonym_key_t **key,
    riverty_error_t *error)
{
    riverty_bytes_t  secret;

    if (!riverty_secret_hex(secrets, (char *) file->data,
                            ngx_http_riverty_worker_user(cf->cycle), &secret,
                            error))
    {
        return NGX_ERROR;
    }

    *key = riverty_pseudonym_key_create(ngx_http_riverty_span(id),
                              (riverty_span_t) { secret.data, secret.len });

    if (*key == NULL) {
        riverty_fail(error, "the id must be 1 to %d letters, digits, _ or -",
                     RIVERTY_PSEUDONYM_ID_MAX);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static void
ngx_http_riverty_redaction_key_cleanup(void *data)
{
    riverty_pseudonym_key_free(data);
}


void
ngx_http_riverty_redaction_key_init_process(
    ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_uint_t  i;

    for (i = 0; i < rmcf->pseudonym_keys_n; i++) {
        riverty_pseudonym_key_lock(rmcf->pseudonym_keys[i]);
    }
}
