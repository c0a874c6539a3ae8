/*
 * The status page as bytes: made by tools/generate-status-page of what stands
 * in status_page/.
 */
#ifndef NGX_HTTP_RIVERTY_STATUS_PAGE_H
#define NGX_HTTP_RIVERTY_STATUS_PAGE_H

#include <ngx_config.h>
#include <ngx_core.h>


/* An HTML document that asks nothing but the address that it came from. */
extern ngx_str_t  ngx_http_riverty_status_page;

/* Its Content-Security-Policy, which allows its own style and script alone. */
extern ngx_str_t  ngx_http_riverty_status_page_policy;


#endif /* NGX_HTTP_RIVERTY_STATUS_PAGE_H */
