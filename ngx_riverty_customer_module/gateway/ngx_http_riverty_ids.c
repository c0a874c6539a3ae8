/*
 * The ids of a request.  event.id is $request_id, which nobody outside can
 * choose: 128 random bits.  nginx asks libcrypto for them request by request,
 * at 6,600 instructions; here they are taken from a block of random bytes that
 * serves many requests.  The client's X-Request-ID counts where its form is
 * one that can be logged.
 */

#include "ngx_http_riverty_ids.h"
#include "ngx_http_riverty_headers.h"
#include "ngx_http_riverty_path_parse.h"
#include "contract/core/digits.h"

#include <openssl/rand.h>


#define NGX_HTTP_RIVERTY_ID_BYTES      (NGX_HTTP_RIVERTY_ID_LEN / 2)
#define NGX_HTTP_RIVERTY_RANDOM_BYTES  (256 * NGX_HTTP_RIVERTY_ID_BYTES)


static ngx_uint_t ngx_http_riverty_ids_valid(ngx_str_t *id);


static u_char  ngx_http_riverty_random[NGX_HTTP_RIVERTY_RANDOM_BYTES];
static size_t  ngx_http_riverty_random_left;


ngx_int_t
ngx_http_riverty_ids_read(ngx_http_riverty_request_t *state,
    ngx_http_riverty_headers_seen_t *seen)
{
    ngx_table_elt_t  *h;

    if (state->ids.read) {
        return NGX_OK;
    }

    state->ids.read = 1;

    h = seen->first[NGX_HTTP_RIVERTY_HEADER_REQUEST_ID];

    if (seen->count[NGX_HTTP_RIVERTY_HEADER_REQUEST_ID] == 1
        && ngx_http_riverty_ids_valid(&h->value)) {
        state->ids.client = h->value;
    }

    return ngx_http_riverty_ids_event(state);
}


ngx_int_t
ngx_http_riverty_ids_event(ngx_http_riverty_request_t *state)
{
    ngx_http_request_t            *r;
    ngx_http_variable_value_t     *vv;
    ngx_http_riverty_main_conf_t  *rmcf;

    if (state->ids.event.len) {
        return NGX_OK;
    }

    r = state->request;
    rmcf = ngx_http_get_module_main_conf(r, ngx_riverty_customer_module);

    vv = &r->variables[rmcf->request_id_index];

    if (!vv->valid && !vv->not_found
        && ngx_http_riverty_ids_random(state->ids.made,
                                       NGX_HTTP_RIVERTY_ID_BYTES)
           == NGX_OK)
    {
        vv->data = state->ids.made;
        vv->len = NGX_HTTP_RIVERTY_ID_LEN;
        vv->valid = 1;
        vv->no_cacheable = 0;
    }

    /* nginx's, where something has read $request_id before us */

    vv = ngx_http_get_indexed_variable(r, rmcf->request_id_index);

    if (vv == NULL || vv->not_found) {
        return NGX_ERROR;
    }

    state->ids.event.data = vv->data;
    state->ids.event.len = vv->len;

    return NGX_OK;
}


/*
 * Takes the next bytes of the block.  It is a worker's own: init_process drops
 * what the fork has copied.
 */

ngx_int_t
ngx_http_riverty_ids_random(u_char *text, size_t bytes)
{
    if (ngx_http_riverty_random_left < bytes) {

        if (RAND_bytes(ngx_http_riverty_random, sizeof(ngx_http_riverty_random))
            != 1)
        {
            return NGX_ERROR;
        }

        ngx_http_riverty_random_left = sizeof(ngx_http_riverty_random);
    }

    ngx_http_riverty_random_left -= bytes;

    riverty_hex(text, ngx_http_riverty_random + ngx_http_riverty_random_left,
                bytes);

    return NGX_OK;
}


void
ngx_http_riverty_ids_init_process(void)
{
    ngx_http_riverty_random_left = 0;
}


/* A UUID (RFC 9562) or 32 hex digits. */

static ngx_uint_t
ngx_http_riverty_ids_valid(ngx_str_t *id)
{
    u_char      c;
    size_t      i;
    ngx_uint_t  dash;

    if (id->len != 32 && id->len != 36) {
        return 0;
    }

    for (i = 0; i < id->len; i++) {
        c = id->data[i] | 0x20;
        dash = id->len == 36 && (i == 8 || i == 13 || i == 18 || i == 23);

        if (dash ? id->data[i] != '-'
                 : !(ngx_http_riverty_digit(id->data[i])
                     || (c >= 'a' && c <= 'f')))
        {
            return 0;
        }
    }

    return 1;
}
