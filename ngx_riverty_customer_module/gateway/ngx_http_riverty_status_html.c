/*
 * The status page for people.
 */

#include "ngx_http_riverty_status_html.h"


ngx_int_t
ngx_http_riverty_status_html(ngx_http_request_t *r)
{
    (void) r;

    return 406;   /* not acceptable */
}
