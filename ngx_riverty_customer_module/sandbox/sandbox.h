/*
 * The sandbox's configuration.
 */
#ifndef NGX_RIVERTY_SANDBOX_H
#define NGX_RIVERTY_SANDBOX_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "customers.h"


#define NGX_HTTP_RIVERTY_SANDBOX_MAX_DELAY  3600000


typedef struct {
    ngx_uint_t                         enable;   /* in any location */
    size_t                             zone_size;
    ngx_http_riverty_sandbox_store_t   store;
} ngx_http_riverty_sandbox_main_conf_t;


typedef struct {
    ngx_uint_t                         enable;
    ngx_array_t                       *keys;     /* of ngx_str_t; NULL: any */
    ngx_http_complex_value_t          *status;
    ngx_http_complex_value_t          *delay;
} ngx_http_riverty_sandbox_loc_conf_t;


extern ngx_module_t  ngx_riverty_sandbox_module;

#endif
