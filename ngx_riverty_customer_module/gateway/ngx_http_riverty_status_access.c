/*
 * Who may see a status page (nginx -t).  The types of these configurations are
 * private to nginx; what is asked stands in their first members (1.22 to 1.31).
 */

#include "ngx_http_riverty_status_access.h"
#include "ngx_http_riverty_nginx.h"
#include "ngx_http_riverty_proxy_conf.h"


/* A rule of allow or deny for IPv4; `all` stands among them, too. */

typedef struct {
    in_addr_t   mask;
    in_addr_t   addr;
    ngx_uint_t  deny;
} ngx_http_riverty_access_rule_t;


static ngx_uint_t ngx_http_riverty_status_rules(ngx_conf_t *cf);
static ngx_uint_t ngx_http_riverty_status_asks(ngx_conf_t *cf);
static ngx_uint_t ngx_http_riverty_status_local(ngx_conf_t *cf);


ngx_int_t
ngx_http_riverty_status_access(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf)
{
    if (ngx_http_riverty_status_rules(cf)
        || ngx_http_riverty_status_asks(cf)
        || ngx_http_riverty_status_local(cf))
    {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "\"riverty_status\" would show the names of apps and keys to "
                  "everybody: say who may see it, by \"allow 10.0.0.0/8; deny "
                  "all;\", \"auth_basic\" or \"auth_request\", or let its "
                  "server listen on 127.0.0.1 only (\"allow all;\" where "
                  "something else decides), in %V:%ui",
                  &conf->answers_file, conf->answers_line);

    return NGX_ERROR;
}


/* An allow without a deny keeps nobody out, unless it says that all may. */

static ngx_uint_t
ngx_http_riverty_status_rules(ngx_conf_t *cf)
{
    ngx_uint_t                        i;
    ngx_array_t                     **rules;
    ngx_http_riverty_access_rule_t   *rule;

    rules = ngx_http_riverty_nginx_loc_conf(cf, "ngx_http_access_module");

    if (rules == NULL || *rules == NULL) {
        return 0;
    }

    rule = (*rules)->elts;

    for (i = 0; i < (*rules)->nelts; i++) {
        if (rule[i].deny || rule[i].mask == 0) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_riverty_status_asks(ngx_conf_t *cf)
{
    ngx_str_t  *uri;

    if (ngx_http_riverty_nginx_realm(cf) != NULL) {
        return 1;
    }

    uri = ngx_http_riverty_nginx_loc_conf(cf, "ngx_http_auth_request_module");

    return uri != NULL && uri->len != 0;
}


/* Are all addresses that the server listens on certain to be on this host? */

static ngx_uint_t
ngx_http_riverty_status_local(ngx_conf_t *cf)
{
    ngx_uint_t                   p, a, s;
    ngx_http_conf_port_t        *port;
    ngx_http_conf_addr_t        *addr;
    ngx_http_core_srv_conf_t    *cscf, **server;
    ngx_http_core_main_conf_t   *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);

    port = cmcf->ports->elts;

    for (p = 0; p < cmcf->ports->nelts; p++) {
        addr = port[p].addrs.elts;

        for (a = 0; a < port[p].addrs.nelts; a++) {
            server = addr[a].servers.elts;

            for (s = 0; s < addr[a].servers.nelts; s++) {
                if (server[s] == cscf
                    && !ngx_http_riverty_proxy_conf_local(addr[a].opt.sockaddr))
                {
                    return 0;
                }
            }
        }
    }

    return 1;
}
