/*
 * What nginx -t refuses unless riverty_allow permits it: logs at a level at
 * which nginx prints raw request heads, an upstream whose certificate is not
 * verified or that gets keys in clear, and replies on disk.
 */

#include "ngx_http_riverty_allow.h"
#include "ngx_http_riverty_nginx.h"


/* An error_log that may get lines about requests to a protected location. */

typedef struct {
    ngx_log_t                    *log;
    ngx_http_riverty_loc_conf_t  *conf;
} ngx_http_riverty_log_user_t;


static ngx_int_t ngx_http_riverty_allow_log(ngx_log_t *log,
    ngx_http_riverty_loc_conf_t *conf);
static ngx_int_t ngx_http_riverty_allow_default_servers(ngx_cycle_t *cycle);
static ngx_int_t ngx_http_riverty_allow_default_server(
    ngx_http_conf_addr_t *addr);
static ngx_int_t ngx_http_riverty_allow_refuse(ngx_log_t *log,
    ngx_http_riverty_loc_conf_t *conf, const char *what, const char *name);


ngx_conf_bitmask_t  ngx_http_riverty_allow_mask[] = {
    { ngx_string("verbose_log"), NGX_HTTP_RIVERTY_ALLOW_VERBOSE_LOG },
    { ngx_string("unverified_upstream"),
      NGX_HTTP_RIVERTY_ALLOW_UNVERIFIED_UPSTREAM },
    { ngx_string("cleartext_upstream"),
      NGX_HTTP_RIVERTY_ALLOW_CLEARTEXT_UPSTREAM },
    { ngx_string("cache"), NGX_HTTP_RIVERTY_ALLOW_CACHE },
    { ngx_null_string, 0 }
};


/* A bitmask slot that lists the words where one is none of them. */

char *
ngx_http_riverty_allow_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    u_char      *p, words[NGX_MAX_CONF_ERRSTR];
    ngx_str_t   *value;
    ngx_uint_t   i, w;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        p = words;

        for (w = 0; ngx_http_riverty_allow_mask[w].name.len; w++) {

            if (ngx_strcmp(value[i].data,
                           ngx_http_riverty_allow_mask[w].name.data)
                == 0)
            {
                break;
            }

            p = ngx_slprintf(p, words + sizeof(words), "%s \"%V\"",
                             w ? "," : "",
                             &ngx_http_riverty_allow_mask[w].name);
        }

        if (ngx_http_riverty_allow_mask[w].name.len == 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid \"%V\": \"%V\" is none of%*s",
                               &cmd->name, &value[i],
                               (size_t) (p - words), words);
            return NGX_CONF_ERROR;
        }
    }

    return ngx_conf_set_bitmask_slot(cf, cmd, conf);
}


ngx_int_t
ngx_http_riverty_allow_upstream(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, ngx_http_riverty_proxy_conf_t *proxy)
{
    ngx_uint_t                     https;
    ngx_http_upstream_conf_t      *ucf;
    ngx_http_riverty_main_conf_t  *rmcf;

    ucf = proxy->upstream;
    https = ngx_http_riverty_proxy_conf_https(proxy);
    rmcf = ngx_http_conf_get_module_main_conf(cf, ngx_riverty_customer_module);

    if (https) {
        rmcf->https = conf;
    }

    /*
     * This holds in monitor mode, too, where there are keys that it would
     * send. What cannot be known here the seal finds out before anything is
     * sent.
     */

    if (rmcf->key_store != NULL
        && !(conf->allow & NGX_HTTP_RIVERTY_ALLOW_UNVERIFIED_UPSTREAM)
        && !ngx_http_riverty_nginx_verifies(ucf)
        && https)
    {
        return ngx_http_riverty_allow_refuse(cf->log, conf,
                   "the API's certificate is not verified: say "
                   "\"proxy_ssl_verify on\" and "
                   "\"proxy_ssl_trusted_certificate\"",
                   "unverified_upstream");
    }

    if (conf->mode == NGX_HTTP_RIVERTY_ON
        && !(conf->allow & NGX_HTTP_RIVERTY_ALLOW_CLEARTEXT_UPSTREAM)
        && ngx_http_riverty_proxy_conf_http(proxy)
        && !ngx_http_riverty_proxy_conf_loopback(proxy))
    {
        return ngx_http_riverty_allow_refuse(cf->log, conf,
                   "\"proxy_pass\" sends keys and customers in clear to "
                   "another host: say \"https://\", and \"proxy_ssl_verify "
                   "on\"", "cleartext_upstream");
    }

    if (conf->mode == NGX_HTTP_RIVERTY_ON
        && !(conf->allow & NGX_HTTP_RIVERTY_ALLOW_CACHE)
        && (ucf->store > 0
#if (NGX_HTTP_CACHE)
            || ucf->cache > 0
#endif
            ))
    {
        return ngx_http_riverty_allow_refuse(cf->log, conf,
                   "\"proxy_cache\" and \"proxy_store\" write the API's "
                   "replies to disk: take them out", "cache");
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_riverty_allow_remember(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf)
{
    ngx_http_core_loc_conf_t      *clcf, *server;
    ngx_http_core_srv_conf_t      *cscf;
    ngx_http_riverty_log_user_t   *user;
    ngx_http_riverty_srv_conf_t   *rscf;
    ngx_http_riverty_main_conf_t  *rmcf;

    if (conf->allow & NGX_HTTP_RIVERTY_ALLOW_VERBOSE_LOG) {
        return NGX_OK;
    }

    rscf = ngx_http_conf_get_module_srv_conf(cf, ngx_riverty_customer_module);
    rscf->quiet = conf;

    rmcf = ngx_http_conf_get_module_main_conf(cf, ngx_riverty_customer_module);
    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);

    server = cscf->ctx->loc_conf[ngx_http_core_module.ctx_index];

    if (rmcf->log_users == NULL) {
        rmcf->log_users = ngx_array_create(cf->pool, 8,
                                          sizeof(ngx_http_riverty_log_user_t));
        if (rmcf->log_users == NULL) {
            return NGX_ERROR;
        }
    }

    user = ngx_array_push_n(rmcf->log_users, 2);
    if (user == NULL) {
        return NGX_ERROR;
    }

    /* the server's: until the location is known */

    user[0].log = clcf->error_log;
    user[0].conf = conf;
    user[1].log = server->error_log;
    user[1].conf = conf;

    return NGX_OK;
}


ngx_int_t
ngx_http_riverty_allow_logs(ngx_cycle_t *cycle,
    ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_uint_t                    i;
    ngx_http_riverty_log_user_t  *user;

    if (rmcf->log_users == NULL) {
        return NGX_OK;
    }

    user = rmcf->log_users->elts;

    for (i = 0; i < rmcf->log_users->nelts; i++) {
        if (ngx_http_riverty_allow_log(user[i].log, user[i].conf)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (ngx_http_riverty_nginx_debug_connection(cycle)) {
        return ngx_http_riverty_allow_refuse(cycle->log, user[0].conf,
                   "\"debug_connection\" prints raw request heads",
                   "verbose_log");
    }

    return ngx_http_riverty_allow_default_servers(cycle);
}


static ngx_int_t
ngx_http_riverty_allow_log(ngx_log_t *log, ngx_http_riverty_loc_conf_t *conf)
{
    for ( /* void */ ; log; log = log->next) {

        if (log->log_level >= NGX_LOG_INFO) {
            return ngx_http_riverty_allow_refuse(ngx_cycle->log, conf,
                       "\"error_log\" at level info or debug prints raw "
                       "request heads: say notice or less, also in the default "
                       "server of its addresses", "verbose_log");
        }
    }

    return NGX_OK;
}


/* Until its Host is known a request belongs to the default server. */

static ngx_int_t
ngx_http_riverty_allow_default_servers(ngx_cycle_t *cycle)
{
    ngx_uint_t                  p, a;
    ngx_http_conf_port_t       *port;
    ngx_http_conf_addr_t       *addr;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_core_module);

    if (cmcf->ports == NULL) {
        return NGX_OK;
    }

    port = cmcf->ports->elts;

    for (p = 0; p < cmcf->ports->nelts; p++) {

        addr = port[p].addrs.elts;

        for (a = 0; a < port[p].addrs.nelts; a++) {
            if (ngx_http_riverty_allow_default_server(&addr[a])
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_allow_default_server(ngx_http_conf_addr_t *addr)
{
    ngx_uint_t                     s;
    ngx_http_core_loc_conf_t      *clcf;
    ngx_http_core_srv_conf_t     **server;
    ngx_http_riverty_srv_conf_t   *rscf;

    server = addr->servers.elts;

    for (s = 0; s < addr->servers.nelts; s++) {

        rscf = server[s]->ctx->srv_conf[ngx_riverty_customer_module.ctx_index];

        if (rscf->quiet == NULL || addr->default_server == NULL) {
            continue;
        }

        clcf = addr->default_server->ctx
                   ->loc_conf[ngx_http_core_module.ctx_index];

        if (ngx_http_riverty_allow_log(clcf->error_log, rscf->quiet)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_allow_refuse(ngx_log_t *log,
    ngx_http_riverty_loc_conf_t *conf, const char *what, const char *name)
{
    ngx_log_error(NGX_LOG_EMERG, log, 0,
                  "\"riverty_customer %s\": %s; or say \"riverty_allow %s\", "
                  "in %V:%ui",
                  conf->mode == NGX_HTTP_RIVERTY_ON ? "on" : "monitor", what,
                  name, &conf->file, conf->line);

    return NGX_ERROR;
}
