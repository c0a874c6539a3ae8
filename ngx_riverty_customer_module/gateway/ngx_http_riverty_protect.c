/*
 * What a protected location needs (a key store, an audit log, a contract), and
 * what it overrides in nginx: body limits that would leave no record,
 * temporary files, and headers of the reply that steer nginx.
 */

#include "ngx_http_riverty_protect.h"
#include "ngx_http_riverty_allow.h"
#include "ngx_http_riverty_body.h"
#include "ngx_http_riverty_cache.h"
#include "ngx_http_riverty_forward.h"
#include "ngx_http_riverty_nginx.h"
#include "ngx_http_riverty_proxy_conf.h"
#include "ngx_http_riverty_trace.h"
#include "ngx_http_riverty_unused.h"

#include <openssl/rand.h>


/* nginx's own defaults, which are overridden without a warning. */
#define NGX_HTTP_RIVERTY_NGINX_MAX_BODY  (1 * 1024 * 1024)
#define NGX_HTTP_RIVERTY_NGINX_MAX_TEMP  (1024 * 1024 * 1024)


static char *ngx_http_riverty_protect_contract(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *prev, ngx_http_riverty_loc_conf_t *conf);
static char *ngx_http_riverty_protect_fields(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf);
static void ngx_http_riverty_shapes_cleanup(void *data);
static char *ngx_http_riverty_protect_needs(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf);
static ngx_int_t ngx_http_riverty_user_check(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, const char *directive,
    ngx_http_complex_value_t *value);
static void ngx_http_riverty_find_password(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf);
static void ngx_http_riverty_protect_overrides(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, ngx_http_upstream_conf_t *ucf);


char *
ngx_http_riverty_protect(ngx_conf_t *cf, ngx_http_riverty_loc_conf_t *prev,
    ngx_http_riverty_loc_conf_t *conf)
{
    ngx_http_riverty_srv_conf_t    *rscf;
    ngx_http_riverty_main_conf_t   *rmcf;
    ngx_http_riverty_proxy_conf_t   proxy;

    if (ngx_http_riverty_protect_needs(cf, conf) != NGX_CONF_OK
        || ngx_http_riverty_protect_contract(cf, prev, conf) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    rmcf = ngx_http_conf_get_module_main_conf(cf, ngx_riverty_customer_module);
    rscf = ngx_http_conf_get_module_srv_conf(cf, ngx_riverty_customer_module);

    ngx_http_riverty_unused_mark(conf);

    conf->watch_body = conf->max_body;

    if (rmcf->protects == NULL) {
        rmcf->protects = conf;
    }

    rscf->protects = 1;
    rscf->names_apps |= (conf->app != NULL);

    ngx_http_riverty_proxy_conf(cf, &proxy);

    if (ngx_http_riverty_cache_check(cf, conf, proxy.upstream) != NGX_OK
        || ngx_http_riverty_allow_upstream(cf, conf, &proxy) != NGX_OK
        || ngx_http_riverty_trace_conf(cf, conf, &proxy) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (conf->mode == NGX_HTTP_RIVERTY_ON) {

        if (ngx_http_riverty_forward_check(cf, conf, &proxy) != NGX_OK
            || ngx_http_riverty_allow_remember(cf, conf) != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }

        ngx_http_riverty_protect_overrides(cf, conf, proxy.upstream);
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_riverty_protect_needs(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf)
{
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_conf_get_module_main_conf(cf, ngx_riverty_customer_module);

    if (conf->audit == NGX_CONF_UNSET_PTR) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"riverty_customer\" needs a \"riverty_audit_log\": "
                      "name a file or a syslog server, or say \"off\" to keep "
                      "no records, in %V:%ui", &conf->file, conf->line);
        return NGX_CONF_ERROR;
    }

    if (conf->mode == NGX_HTTP_RIVERTY_ON && rmcf->key_store == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"riverty_customer on\" needs a \"riverty_key_store\" "
                      "in http: say \"riverty_key_store FILE;\" there; it "
                      "says which app may do what, and with which key, in "
                      "%V:%ui", &conf->file, conf->line);
        return NGX_CONF_ERROR;
    }

    if (ngx_http_riverty_nginx_proxies_http2(cf)) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"riverty_customer\" cannot put a key into a request of "
                      "HTTP/2: say \"proxy_http_version 1.1\" beside "
                      "\"proxy_pass\", in %V:%ui", &conf->file, conf->line);
        return NGX_CONF_ERROR;
    }

    if (conf->mode == NGX_HTTP_RIVERTY_ON
        && ngx_http_riverty_body_read_early(cf))
    {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"client_body_early_read\" in the server of a location "
                      "with \"riverty_customer on\" reads bodies before the "
                      "location is known, and may write them to files: say it "
                      "in other servers only, in %V:%ui",
                      &conf->file, conf->line);
        return NGX_CONF_ERROR;
    }

    ngx_http_riverty_find_password(cf, conf);

    if (conf->verifies_user) {
        return NGX_CONF_OK;
    }

    return ngx_http_riverty_user_check(cf, conf, "riverty_app", conf->app)
           == NGX_OK
           && ngx_http_riverty_user_check(cf, conf, "riverty_mode",
                                          conf->app_mode) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* $remote_user, where no password stands behind it. */

static ngx_int_t
ngx_http_riverty_user_check(ngx_conf_t *cf, ngx_http_riverty_loc_conf_t *conf,
    const char *directive, ngx_http_complex_value_t *value)
{
    static ngx_str_t  remote_user = ngx_string("remote_user");

    if (value == NULL
        || ngx_strlcasestrn(value->value.data,
                            value->value.data + value->value.len,
                            remote_user.data, remote_user.len - 1) == NULL)
    {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "\"%s\" with $remote_user needs \"auth_basic\" in the same "
                  "location and \"satisfy all\": nginx fills the variable "
                  "with what a client wrote, verified or not, in %V:%ui",
                  directive, &conf->file, conf->line);

    return NGX_ERROR;
}


/* Is $remote_user certain to be a name whose password was right? */

static void
ngx_http_riverty_find_password(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf)
{
    ngx_http_complex_value_t  *realm;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    realm = ngx_http_riverty_nginx_realm(cf);

    conf->asks_user = realm != NULL;
    conf->verifies_user = realm != NULL && realm->lengths == NULL
                          && clcf->satisfy == NGX_HTTP_SATISFY_ALL;
}


static char *
ngx_http_riverty_protect_contract(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *prev, ngx_http_riverty_loc_conf_t *conf)
{
    ngx_uint_t                     i;
    riverty_shapes_t              *shapes;
    ngx_http_riverty_main_conf_t  *rmcf;

    if (conf->levels == prev->levels && conf->profile == prev->profile
        && conf->fields == prev->fields
        && prev->contract != NULL)
    {
        conf->contract = prev->contract;
        return NGX_CONF_OK;
    }

    shapes = ngx_http_riverty_protect_shapes(cf);
    if (shapes == NULL) {
        return NGX_CONF_ERROR;
    }

    conf->contract = ngx_palloc(cf->pool, sizeof(riverty_contract_t));
    if (conf->contract == NULL) {
        return NGX_CONF_ERROR;
    }

    rmcf = ngx_http_conf_get_module_main_conf(cf, ngx_riverty_customer_module);

    riverty_contract_init(conf->contract, shapes, rmcf->seed);

    if (conf->profile != NGX_CONF_UNSET_UINT) {
        riverty_contract_profile(conf->contract, conf->profile);
    }

    for (i = 0; conf->levels && i < RIVERTY_RULE_COUNT; i++) {
        if (conf->levels[i] != NGX_CONF_UNSET) {
            conf->contract->levels[i] = conf->levels[i];
        }
    }

    return ngx_http_riverty_protect_fields(cf, conf);
}


static char *
ngx_http_riverty_protect_fields(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf)
{
    ngx_uint_t                 i;
    riverty_memory_t           memory;
    riverty_field_status_t     status;
    ngx_http_riverty_field_t  *field;

    if (conf->fields == NULL) {
        return NGX_CONF_OK;
    }

    memory = ngx_http_riverty_memory(cf->pool);
    field = conf->fields->elts;

    for (i = 0; i < conf->fields->nelts; i++) {

        status = riverty_contract_field(conf->contract,
                                   ngx_http_riverty_span(&field[i].pointer),
                                   &field[i].options, &memory);

        if (status != RIVERTY_FIELD_STATUS_OK) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "\"riverty_field\": \"%V\" %s, where "
                          "\"riverty_customer\" is in %V:%ui",
                          &field[i].pointer,
                          riverty_field_status_detail(status),
                          &conf->file, conf->line);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


riverty_shapes_t *
ngx_http_riverty_protect_shapes(ngx_conf_t *cf)
{
    ngx_pool_cleanup_t            *cln;
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_conf_get_module_main_conf(cf, ngx_riverty_customer_module);

    if (rmcf->shapes != NULL) {
        return rmcf->shapes;
    }

    if (RAND_bytes((u_char *) rmcf->seed, sizeof(rmcf->seed)) != 1) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "riverty: OpenSSL gives no random bytes");
        return NULL;
    }

    rmcf->reply_names = ngx_palloc(cf->pool, sizeof(riverty_names_t));
    if (rmcf->reply_names == NULL) {
        return NULL;
    }

    riverty_reply_names(rmcf->reply_names, rmcf->seed);

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    rmcf->shapes = riverty_shapes_create();

    if (rmcf->shapes == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "riverty: the contract's patterns do not compile here");
        return NULL;
    }

    cln->handler = ngx_http_riverty_shapes_cleanup;
    cln->data = rmcf->shapes;

    return rmcf->shapes;
}


static void
ngx_http_riverty_shapes_cleanup(void *data)
{
    riverty_shapes_free(data);
}


static void
ngx_http_riverty_protect_overrides(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, ngx_http_upstream_conf_t *ucf)
{
    off_t                      limit;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    /*
     * nginx's 413 comes before the location is known: it would leave no record
     */

    limit = clcf->client_max_body_size;

    if (limit && limit < (off_t) conf->max_body) {
        conf->max_body = (size_t) limit;
        conf->watch_body = conf->max_body;

    } else if (conf->app_mode != NULL) {

        /* a watched app's body is longer, but in memory, too */

        conf->watch_body = limit ? ngx_min(limit, NGX_HTTP_RIVERTY_MAX_BODY)
                                 : NGX_HTTP_RIVERTY_MAX_BODY;

    } else if (limit > (off_t) conf->max_body
               && limit != NGX_HTTP_RIVERTY_NGINX_MAX_BODY)
    {
        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "\"client_max_body_size\" is overridden by "
                      "\"riverty_max_body\" (%uz bytes) where "
                      "\"riverty_customer\" is on: raise that instead, "
                      "up to 16m, in %V:%ui",
                      conf->max_body, &conf->file, conf->line);
    }

    clcf->client_max_body_size = 0;

    if (ucf->max_temp_file_size != 0
        && ucf->max_temp_file_size != NGX_HTTP_RIVERTY_NGINX_MAX_TEMP)
    {
        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "\"proxy_max_temp_file_size\" is overridden by 0 where "
                      "\"riverty_customer\" is on, in %V:%ui",
                      &conf->file, conf->line);
    }

    ucf->max_temp_file_size = 0;

    /* one of these would make nginx serve a local file */

    ucf->ignore_headers |= NGX_HTTP_UPSTREAM_IGN_XA_REDIRECT
                           |NGX_HTTP_UPSTREAM_IGN_XA_EXPIRES
                           |NGX_HTTP_UPSTREAM_IGN_XA_LIMIT_RATE
                           |NGX_HTTP_UPSTREAM_IGN_XA_BUFFERING
                           |NGX_HTTP_UPSTREAM_IGN_XA_CHARSET;
}
