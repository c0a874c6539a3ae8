/*
 * What a location's proxy is told to do, read where proxy's own table of
 * directives puts it.  A setting whose directive is set by another function
 * than the one that we know counts as not said.
 */

#include "ngx_http_riverty_proxy_conf.h"
#include "ngx_http_riverty_header_set.h"
#include "ngx_http_riverty_nginx.h"


#define NGX_HTTP_RIVERTY_HTTP   "http://"
#define NGX_HTTP_RIVERTY_HTTPS  "https://"


/*
 * What stands before http_version in proxy's configuration (1.22 to 1.31): the
 * parts of a proxy_pass, all empty where it has variables.
 */

typedef struct {
    ngx_str_t   key_start;
    ngx_str_t   scheme;
    ngx_str_t   host_header;
    ngx_str_t   port;
    ngx_str_t   uri;
    ngx_flag_t  redirect;
} ngx_http_riverty_proxy_url_t;


typedef char *(*ngx_http_riverty_setter_pt)(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


static void *ngx_http_riverty_proxy_conf_slot(void *conf, const char *name,
    ngx_http_riverty_setter_pt set);


extern ngx_module_t  ngx_http_proxy_module;


void
ngx_http_riverty_proxy_conf(ngx_conf_t *cf,
    ngx_http_riverty_proxy_conf_t *proxy)
{
    u_char                    *version;
    ngx_str_t                 *body;
    ngx_array_t              **headers;
    ngx_http_complex_value_t **method;

    ngx_memzero(proxy, sizeof(ngx_http_riverty_proxy_conf_t));

    /* proxy's configuration begins with that of the upstream */

    proxy->upstream = ngx_http_conf_get_module_loc_conf(cf,
                                                        ngx_http_proxy_module);

    headers = ngx_http_riverty_proxy_conf_slot(proxy->upstream,
                                               "proxy_set_header",
                                               ngx_conf_set_keyval_slot);

    if (headers != NULL && *headers != NGX_CONF_UNSET_PTR) {
        proxy->headers = *headers;
    }

    method = ngx_http_riverty_proxy_conf_slot(proxy->upstream, "proxy_method",
                                              ngx_http_set_complex_value_slot);

    if (method != NULL && *method != NULL && *method != NGX_CONF_UNSET_PTR) {
        proxy->method = (*method)->value;
    }

    body = ngx_http_riverty_proxy_conf_slot(proxy->upstream, "proxy_set_body",
                                            ngx_conf_set_str_slot);

    if (body != NULL) {
        proxy->body = *body;
    }

    version = ngx_http_riverty_proxy_conf_slot(proxy->upstream,
                                               "proxy_http_version",
                                               ngx_conf_set_enum_slot);

    if (version != NULL && proxy->upstream->upstream != NULL) {
        version -= sizeof(ngx_http_riverty_proxy_url_t);
        proxy->scheme = ((ngx_http_riverty_proxy_url_t *) version)->scheme;
    }
}


/* Where a directive of proxy puts its value; NULL where we do not know it. */

static void *
ngx_http_riverty_proxy_conf_slot(void *conf, const char *name,
    ngx_http_riverty_setter_pt set)
{
    ngx_command_t  *cmd;

    cmd = ngx_http_riverty_nginx_command(&ngx_http_proxy_module, name);

    return cmd != NULL && cmd->set == set ? (u_char *) conf + cmd->offset
                                          : NULL;
}


ngx_str_t *
ngx_http_riverty_proxy_conf_header(ngx_http_riverty_proxy_conf_t *proxy,
    ngx_str_t *name, ngx_uint_t *count)
{
    ngx_uint_t     i;
    ngx_str_t     *value;
    ngx_keyval_t  *header;

    value = NULL;
    *count = 0;

    header = proxy->headers ? proxy->headers->elts : NULL;

    for (i = 0; header && i < proxy->headers->nelts; i++) {
        if (ngx_http_riverty_header_name_is(&header[i].key, name)) {
            value = value ? value : &header[i].value;
            (*count)++;
        }
    }

    return value;
}


ngx_uint_t
ngx_http_riverty_proxy_conf_https(ngx_http_riverty_proxy_conf_t *proxy)
{
    return proxy->scheme.len == sizeof(NGX_HTTP_RIVERTY_HTTPS) - 1
           && ngx_strncasecmp(proxy->scheme.data,
                              (u_char *) NGX_HTTP_RIVERTY_HTTPS,
                              proxy->scheme.len) == 0;
}


ngx_uint_t
ngx_http_riverty_proxy_conf_http(ngx_http_riverty_proxy_conf_t *proxy)
{
    return proxy->scheme.len == sizeof(NGX_HTTP_RIVERTY_HTTP) - 1
           && ngx_strncasecmp(proxy->scheme.data,
                              (u_char *) NGX_HTTP_RIVERTY_HTTP,
                              proxy->scheme.len) == 0;
}


ngx_uint_t
ngx_http_riverty_proxy_conf_loopback(ngx_http_riverty_proxy_conf_t *proxy)
{
    ngx_uint_t                     i, j;
    ngx_http_upstream_server_t    *server;
    ngx_http_upstream_rr_peer_t   *peer;
    ngx_http_upstream_rr_peers_t  *peers;
    ngx_http_upstream_srv_conf_t  *upstream;

    upstream = proxy->upstream->upstream;

    if (upstream->servers == NULL) {

        /* a name in proxy_pass itself, which nginx has looked up by now */

        peers = upstream->peer.data;

        for (peer = peers->peer; peer; peer = peer->next) {
            if (!ngx_http_riverty_proxy_conf_local(peer->sockaddr)) {
                return 0;
            }
        }

        return 1;
    }

    server = upstream->servers->elts;

    for (i = 0; i < upstream->servers->nelts; i++) {

        if (server[i].naddrs == 0) {
            return 0;   /* "resolve": its addresses come and go */
        }

        for (j = 0; j < server[i].naddrs; j++) {
            if (!ngx_http_riverty_proxy_conf_local(server[i].addrs[j].sockaddr))
            {
                return 0;
            }
        }
    }

    return 1;
}


ngx_uint_t
ngx_http_riverty_proxy_conf_local(struct sockaddr *sockaddr)
{
    switch (sockaddr->sa_family) {

    case AF_UNIX:
        return 1;

    case AF_INET:
        return (ntohl(((struct sockaddr_in *) sockaddr)->sin_addr.s_addr) >> 24)
               == IN_LOOPBACKNET;

#if (NGX_HAVE_INET6)
    case AF_INET6:
        return IN6_IS_ADDR_LOOPBACK(
                   &((struct sockaddr_in6 *) sockaddr)->sin6_addr);
#endif

    default:
        return 0;
    }
}
