/*
 * The status page for people: the same bytes for everyone.  Its script asks
 * this location for JSON, so the page holds no number and no name.
 */

#include "ngx_http_riverty_status_html.h"
#include "ngx_http_riverty_answer.h"
#include "ngx_http_riverty_status_page.h"


/* Beside Content-Type and the policy. */

static struct {
    const char  *name;
    ngx_str_t    value;
} ngx_http_riverty_status_html_headers[] = {
    { "Cache-Control", ngx_string("no-store") },
    { "Vary", ngx_string("Accept") },
    { "X-Content-Type-Options", ngx_string("nosniff") },
    { "Referrer-Policy", ngx_string("no-referrer") },
    { NULL, ngx_null_string }
};


ngx_int_t
ngx_http_riverty_status_html(ngx_http_request_t *r)
{
    ngx_uint_t                i;
    ngx_http_complex_value_t  body;

    static ngx_str_t  type = ngx_string("text/html");

    for (i = 0; ngx_http_riverty_status_html_headers[i].name; i++) {
        if (ngx_http_riverty_answer_header(r,
                               ngx_http_riverty_status_html_headers[i].name,
                               &ngx_http_riverty_status_html_headers[i].value)
            != NGX_OK)
        {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    if (ngx_http_riverty_answer_header(r, "Content-Security-Policy",
                                       &ngx_http_riverty_status_page_policy)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_str_set(&r->headers_out.charset, "utf-8");

    ngx_memzero(&body, sizeof(ngx_http_complex_value_t));

    body.value = ngx_http_riverty_status_page;

    return ngx_http_send_response(r, NGX_HTTP_OK, &type, &body);
}
