/*
 * The directives that read secrets: the key store and the redaction keys.  What
 * they read lives in memory of its own and is wiped when the cycle ends.
 */

#include "ngx_http_riverty_directives.h"
#include "ngx_http_riverty_key_store.h"

#include <pwd.h>


#define NGX_HTTP_RIVERTY_HEX_MIN  64
#define NGX_HTTP_RIVERTY_HEX_MAX  1024


static ngx_uid_t ngx_http_riverty_worker_user(ngx_conf_t *cf);
static void ngx_http_riverty_key_store_version(ngx_conf_t *cf,
    ngx_http_riverty_key_store_t *store);
static void ngx_http_riverty_key_store_cleanup(void *data);
static ngx_int_t ngx_http_riverty_redaction_key_load(ngx_conf_t *cf,
    ngx_str_t *id, ngx_str_t *file, riverty_token_key_t **key,
    ngx_http_riverty_error_t *error);
static void ngx_http_riverty_redaction_key_cleanup(void *data);


char *
ngx_http_riverty_key_store_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_riverty_main_conf_t  *rmcf = conf;

    ngx_str_t                 *value;
    ngx_pool_cleanup_t        *cln;
    ngx_http_riverty_error_t   error;

    if (rmcf->key_store) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_conf_full_name(cf->cycle, &value[1], 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_CONF_ERROR;
    }

    rmcf->key_store = ngx_http_riverty_key_store_load(&value[1],
                                   ngx_http_riverty_worker_user(cf), &error);

    if (rmcf->key_store == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" \"%V\": %*s",
                           &cmd->name, &value[1], error.len, error.text);
        return NGX_CONF_ERROR;
    }

    cln->handler = ngx_http_riverty_key_store_cleanup;
    cln->data = rmcf->key_store;

    ngx_http_riverty_key_store_version(cf, rmcf->key_store);

    return NGX_CONF_OK;
}


/* Who the workers run as: as `user` says, or as nginx was built. */

static ngx_uid_t
ngx_http_riverty_worker_user(ngx_conf_t *cf)
{
    ngx_core_conf_t  *ccf;
    struct passwd    *pwd;

    ccf = (ngx_core_conf_t *) ngx_get_conf(cf->cycle->conf_ctx,
                                           ngx_core_module);

    if (ccf->user != (ngx_uid_t) NGX_CONF_UNSET_UINT) {
        return ccf->user;
    }

    pwd = getpwnam(NGX_USER);

    return pwd ? pwd->pw_uid : 0;
}


/* A version belongs to a content: a reload without a change keeps it. */

static void
ngx_http_riverty_key_store_version(ngx_conf_t *cf,
    ngx_http_riverty_key_store_t *store)
{
    ngx_uint_t                     i;
    ngx_cycle_t                   *old;
    ngx_http_riverty_main_conf_t  *rmcf;

    store->version = 1;
    old = cf->cycle->old_cycle;

    if (old == NULL || old->conf_ctx == NULL || old->modules == NULL) {
        return;
    }

    for (i = 0; old->modules[i] != &ngx_riverty_customer_module; i++) {
        if (old->modules[i] == NULL) {
            return;   /* load_module is new: the old cycle has no place for us */
        }
    }

    rmcf = ngx_http_cycle_get_module_main_conf(old,
                                               ngx_riverty_customer_module);

    if (rmcf == NULL || rmcf->key_store == NULL) {
        return;
    }

    store->version = rmcf->key_store->version;

    if (ngx_memcmp(store->content, rmcf->key_store->content,
                   NGX_HTTP_RIVERTY_DIGEST_LEN) != 0)
    {
        store->version++;
    }
}


static void
ngx_http_riverty_key_store_cleanup(void *data)
{
    ngx_http_riverty_key_store_free(data);
}


char *
ngx_http_riverty_redaction_key_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_riverty_main_conf_t  *rmcf = conf;

    ngx_str_t                 *value;
    ngx_uint_t                 i;
    ngx_http_riverty_error_t   error;

    if (rmcf->token_keys_n) {
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

        if (ngx_http_riverty_redaction_key_load(cf, &value[i], &value[i + 1],
                             &rmcf->token_keys[rmcf->token_keys_n], &error)
            != NGX_OK)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" \"%V\": %*s",
                               &cmd->name, &value[i], error.len, error.text);
            return NGX_CONF_ERROR;
        }

        rmcf->token_keys_n++;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_riverty_redaction_key_load(ngx_conf_t *cf, ngx_str_t *id,
    ngx_str_t *file, riverty_token_key_t **key,
    ngx_http_riverty_error_t *error)
{
    size_t                       i;
    ngx_int_t                    byte, rc;
    ngx_str_t                    text;
    ngx_pool_cleanup_t          *cln;
    ngx_http_riverty_secrets_t  *secrets;

    if (ngx_conf_full_name(cf->cycle, file, 1) != NGX_OK) {
        return ngx_http_riverty_fail(error, "out of memory");
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    secrets = ngx_http_riverty_secrets_create();

    if (cln == NULL || secrets == NULL) {
        ngx_http_riverty_secrets_free(secrets);
        return ngx_http_riverty_fail(error, "out of memory");
    }

    rc = ngx_http_riverty_secret_file(secrets, file,
                                      ngx_http_riverty_worker_user(cf),
                                      NGX_HTTP_RIVERTY_HEX_MAX, &text, error);

    if (rc == NGX_OK) {

        text.len -= (text.data[text.len - 1] == '\n');

        for (i = 0; i + 1 < text.len; i += 2) {
            byte = ngx_hextoi(text.data + i, 2);

            if (byte == NGX_ERROR) {
                break;
            }

            text.data[i / 2] = (u_char) byte;
        }

        if (i != text.len || text.len < NGX_HTTP_RIVERTY_HEX_MIN) {
            rc = ngx_http_riverty_fail(error,
                     "\"%V\" must hold 64 or more hex digits, an even number "
                     "of them; \"openssl rand -hex 32\" makes them", file);
        }
    }

    if (rc == NGX_OK) {
        *key = riverty_token_key_create(ngx_http_riverty_span(id),
                              (riverty_span_t) { text.data, text.len / 2 });

        if (*key == NULL) {
            rc = ngx_http_riverty_fail(error,
                     "the id must be 1 to %d letters, digits, _ or -",
                     RIVERTY_TOKEN_ID_MAX);

        } else {
            cln->handler = ngx_http_riverty_redaction_key_cleanup;
            cln->data = *key;
        }
    }

    ngx_http_riverty_secrets_free(secrets);

    return rc;
}


static void
ngx_http_riverty_redaction_key_cleanup(void *data)
{
    riverty_token_key_free(data);
}
