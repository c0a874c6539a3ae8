/*
 * The sandbox's customers, in shared memory: every worker sees the same ones,
 * and a reload keeps them.
 */
#ifndef NGX_RIVERTY_SANDBOX_CUSTOMERS_H
#define NGX_RIVERTY_SANDBOX_CUSTOMERS_H

#include <ngx_config.h>
#include <ngx_core.h>


typedef struct {
    ngx_str_t                          number;       /* the merchant's */
    ngx_str_t                          text;         /* the reply to a read */
    ngx_uint_t                         sign_up_id;
    ngx_uint_t                         account;      /* the API's own number */
} ngx_http_riverty_sandbox_customer_t;


typedef struct ngx_http_riverty_sandbox_shared_s
    ngx_http_riverty_sandbox_shared_t;

/* One for each cycle; sh and shpool go from cycle to cycle. */
typedef struct {
    ngx_http_riverty_sandbox_shared_t  *sh;
    ngx_slab_pool_t                    *shpool;
    time_t                              told;        /* of a full zone */
} ngx_http_riverty_sandbox_store_t;


/* The init of the zone, whose data is an ngx_http_riverty_sandbox_store_t. */
ngx_int_t ngx_http_riverty_sandbox_store_init(ngx_shm_zone_t *shm_zone,
    void *data);

/*
 * Looks customer->number up and copies its text into the pool.  NGX_OK,
 * NGX_DECLINED (no such customer), NGX_ERROR (the pool has no memory).
 */
ngx_int_t ngx_http_riverty_sandbox_store_get(
    ngx_http_riverty_sandbox_store_t *store, ngx_pool_t *pool,
    ngx_http_riverty_sandbox_customer_t *customer);

/*
 * Keeps a copy of customer->text under customer->number and fills in the
 * sandbox's own numbers.  A new customer, who is made only if create is set,
 * gets new ones; a known one keeps his.  NGX_OK, NGX_DECLINED (no such
 * customer), NGX_ABORT (the zone is full; nothing has changed).
 */
ngx_int_t ngx_http_riverty_sandbox_store_put(
    ngx_http_riverty_sandbox_store_t *store,
    ngx_http_riverty_sandbox_customer_t *customer, ngx_uint_t create);

#endif
