/*
 * The nginx that runs (configuration, upstream).  --with-compat keeps the
 * members for TLS in nginx's structures whether or not nginx has TLS; without
 * --with-compat a module loads only where both have TLS or neither has it.  A
 * debug build is known by a function that no other build has.
 */

#include "ngx_http_riverty_nginx.h"
#include "ngx_http_riverty_compat.h"
#include "contract/core/version.h"

#include <v2/ngx_http_v2.h>

#if (NGX_HTTP_RIVERTY_PROXIES_HTTP2)
#include <ngx_http_proxy_module.h>
#endif


#if (NGX_HTTP_SSL || NGX_COMPAT)

#define NGX_HTTP_RIVERTY_TLS  1

#include <ngx_event_openssl.h>

#endif


/* nginx's configuration of events where that is built for debug. */

#if (NGX_DEBUG)

typedef ngx_event_conf_t  ngx_http_riverty_debug_event_conf_t;

#else

typedef struct {
    ngx_event_conf_t  conf;
    ngx_array_t       debug_connection;
} ngx_http_riverty_debug_event_conf_t;

#endif


extern ngx_module_t  ngx_http_proxy_module;


/* Only a debug build has this function; elsewhere its address is 0. */

void ngx_debug_accepted_connection(ngx_event_conf_t *ecf, ngx_connection_t *c)
    __attribute__((weak));


ngx_uint_t
ngx_http_riverty_nginx_verifies(ngx_http_upstream_conf_t *conf)
{
#if (NGX_HTTP_RIVERTY_TLS)
    return conf->ssl_verify == 1;
#else
    (void) conf;

    return 0;
#endif
}


ngx_buf_t *
ngx_http_riverty_nginx_tls_buf(ngx_connection_t *c)
{
#if (NGX_HTTP_RIVERTY_TLS)
    return c != NULL && c->ssl != NULL ? c->ssl->buf : NULL;
#else
    (void) c;

    return NULL;
#endif
}


void
ngx_http_riverty_nginx_skip_body(ngx_http_request_t *r)
{
    if (r->stream != NULL) {
        r->stream->skip_data = 1;
    }
}


ngx_uint_t
ngx_http_riverty_nginx_debug_connection(ngx_cycle_t *cycle)
{
    ngx_http_riverty_debug_event_conf_t  *ecf;

    if (ngx_debug_accepted_connection == NULL) {
        return 0;
    }

    ecf = ngx_event_get_conf(cycle->conf_ctx, ngx_event_core_module);

    return ecf->debug_connection.nelts != 0;
}


ngx_uint_t
ngx_http_riverty_nginx_proxies_http2(ngx_conf_t *cf)
{
#if (NGX_HTTP_RIVERTY_PROXIES_HTTP2)
    ngx_http_proxy_loc_conf_t  *plcf;

    plcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_proxy_module);

    return plcf->http_version == NGX_HTTP_VERSION_20
           && (plcf->upstream.upstream != NULL || plcf->proxy_lengths != NULL);
#else
    (void) cf;

    return 0;
#endif
}


ngx_uint_t
ngx_http_riverty_nginx_is_proxy(ngx_http_upstream_t *u)
{
    return u->output.tag == (ngx_buf_tag_t) &ngx_http_proxy_module;
}


ngx_uint_t
ngx_http_riverty_nginx_is_http2(ngx_http_upstream_t *u)
{
    ngx_uint_t  i;

    for (i = 0; ngx_cycle->modules[i]; i++) {
        if (u->output.tag == (ngx_buf_tag_t) ngx_cycle->modules[i]) {
            return ngx_strcmp(ngx_cycle->modules[i]->name,
                              "ngx_http_proxy_v2_module") == 0;
        }
    }

    return 0;
}


ngx_command_t *
ngx_http_riverty_nginx_command(ngx_module_t *module, const char *name)
{
    ngx_command_t  *cmd;

    for (cmd = module->commands; cmd->name.len; cmd++) {
        if (ngx_strcmp(cmd->name.data, name) == 0) {
            return cmd;
        }
    }

    return NULL;
}


ngx_module_t *
ngx_http_riverty_nginx_module(ngx_cycle_t *cycle, const char *name)
{
    ngx_uint_t  i;

    for (i = 0; cycle->modules[i]; i++) {
        if (ngx_strcmp(cycle->modules[i]->name, name) == 0) {
            return cycle->modules[i];
        }
    }

    return NULL;
}


void *
ngx_http_riverty_nginx_loc_conf(ngx_conf_t *cf, const char *name)
{
    ngx_module_t  *module;

    module = ngx_http_riverty_nginx_module(cf->cycle, name);

    return module == NULL ? NULL
           : ((ngx_http_conf_ctx_t *) cf->ctx)->loc_conf[module->ctx_index];
}


ngx_http_complex_value_t *
ngx_http_riverty_nginx_realm(ngx_conf_t *cf)
{
    ngx_http_complex_value_t  *realm, **basic;

    /* the realm is the first member of auth_basic's configuration */

    basic = ngx_http_riverty_nginx_loc_conf(cf, "ngx_http_auth_basic_module");
    realm = basic != NULL ? *basic : NULL;

    return realm != NULL
           && (realm->lengths != NULL
               || realm->value.len != 3
               || ngx_strncmp(realm->value.data, "off", 3) != 0)
           ? realm : NULL;
}


ngx_int_t
ngx_http_riverty_say_version(ngx_cycle_t *cycle)
{
    if (!ngx_test_config) {
        ngx_log_error(NGX_LOG_NOTICE, cycle->log, 0,
                      "ngx_riverty_customer_module/" RIVERTY_VERSION);
    }

    return NGX_OK;
}
