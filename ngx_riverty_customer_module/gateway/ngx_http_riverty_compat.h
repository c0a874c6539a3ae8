/*
 * What differs between the versions of nginx.  Each difference has a name
 * here, and no other file compares versions (t/house.t).
 */
#ifndef NGX_HTTP_RIVERTY_COMPAT_H
#define NGX_HTTP_RIVERTY_COMPAT_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/*
 * "next" links header lines of one name.  Before 1.23 there was no such
 * member: nginx kept arrays of the lines of some names.
 */
#define NGX_HTTP_RIVERTY_LINKED_HEADERS  (nginx_version >= 1023000)

/* HTTP/3, which no request uses before 1.25. */
#ifndef NGX_HTTP_VERSION_30
#define NGX_HTTP_VERSION_30  3000
#endif

/* "proxy_http_version 2", and a header for the types of proxy. */
#define NGX_HTTP_RIVERTY_PROXIES_HTTP2  (nginx_version >= 1029004)


#endif
