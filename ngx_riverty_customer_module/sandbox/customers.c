/*
 * The store of customers: a red-black tree in a slab, under a single lock.
 */
#include "customers.h"


/* Like the API's samples: "700427690" and 702091815. */
#define NGX_HTTP_RIVERTY_SANDBOX_FIRST_ACCOUNT     700000000
#define NGX_HTTP_RIVERTY_SANDBOX_FIRST_SIGN_UP_ID  702000000


struct ngx_http_riverty_sandbox_shared_s {
    ngx_rbtree_t                          rbtree;
    ngx_rbtree_node_t                     sentinel;
    ngx_uint_t                            made;
};


typedef struct {
    size_t                                len;
    u_char                                data[1];
} ngx_http_riverty_sandbox_text_t;


/*
 * The text hangs on a pointer, so that a new one takes the place of the old
 * one in a single store: a worker killed in between leaves one or the other.
 */
typedef struct {
    ngx_str_node_t                        sn;
    ngx_uint_t                            sequence;
    ngx_http_riverty_sandbox_text_t      *text;
    u_char                                number[1];
} ngx_http_riverty_sandbox_node_t;


static ngx_http_riverty_sandbox_node_t *ngx_http_riverty_sandbox_find(
    ngx_http_riverty_sandbox_store_t *store, ngx_str_t *number, uint32_t hash);
static ngx_http_riverty_sandbox_text_t *ngx_http_riverty_sandbox_new_text(
    ngx_http_riverty_sandbox_store_t *store, ngx_str_t *text);
static ngx_http_riverty_sandbox_node_t *ngx_http_riverty_sandbox_new_node(
    ngx_http_riverty_sandbox_store_t *store, ngx_str_t *number, uint32_t hash);
static void ngx_http_riverty_sandbox_numbers(
    ngx_http_riverty_sandbox_customer_t *customer,
    ngx_http_riverty_sandbox_node_t *node);
static void ngx_http_riverty_sandbox_tell_full(
    ngx_http_riverty_sandbox_store_t *store);


ngx_int_t
ngx_http_riverty_sandbox_store_init(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_http_riverty_sandbox_store_t  *old = data;

    ngx_slab_pool_t                   *shpool;
    ngx_http_riverty_sandbox_store_t  *store;

    store = shm_zone->data;

    if (old) {
        store->sh = old->sh;
        store->shpool = old->shpool;
        return NGX_OK;
    }

    shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;
    store->shpool = shpool;

    if (shm_zone->shm.exists) {
        store->sh = shpool->data;
        return NGX_OK;
    }

    store->sh = ngx_slab_calloc(shpool,
                                sizeof(ngx_http_riverty_sandbox_shared_t));
    if (store->sh == NULL) {
        return NGX_ERROR;
    }

    shpool->data = store->sh;

    /* we log a full zone ourselves, once a minute, with the remedy */
    shpool->log_nomem = 0;

    ngx_rbtree_init(&store->sh->rbtree, &store->sh->sentinel,
                    ngx_str_rbtree_insert_value);

    return NGX_OK;
}


ngx_int_t
ngx_http_riverty_sandbox_store_get(ngx_http_riverty_sandbox_store_t *store,
    ngx_pool_t *pool, ngx_http_riverty_sandbox_customer_t *customer)
{
    uint32_t                          hash;
    ngx_int_t                         rc;
    ngx_http_riverty_sandbox_node_t  *node;

    hash = ngx_crc32_long(customer->number.data, customer->number.len);

    ngx_shmtx_lock(&store->shpool->mutex);

    node = ngx_http_riverty_sandbox_find(store, &customer->number, hash);

    if (node == NULL) {
        rc = NGX_DECLINED;

    } else {
        ngx_http_riverty_sandbox_numbers(customer, node);

        customer->text.len = node->text->len;
        customer->text.data = ngx_pnalloc(pool, node->text->len);

        if (customer->text.data == NULL) {
            rc = NGX_ERROR;

        } else {
            ngx_memcpy(customer->text.data, node->text->data, node->text->len);
            rc = NGX_OK;
        }
    }

    ngx_shmtx_unlock(&store->shpool->mutex);

    return rc;
}


ngx_int_t
ngx_http_riverty_sandbox_store_put(ngx_http_riverty_sandbox_store_t *store,
    ngx_http_riverty_sandbox_customer_t *customer, ngx_uint_t create)
{
    uint32_t                          hash;
    ngx_http_riverty_sandbox_node_t  *node;
    ngx_http_riverty_sandbox_text_t  *text, *old;

    hash = ngx_crc32_long(customer->number.data, customer->number.len);

    ngx_shmtx_lock(&store->shpool->mutex);

    node = ngx_http_riverty_sandbox_find(store, &customer->number, hash);

    if (node == NULL && !create) {
        ngx_shmtx_unlock(&store->shpool->mutex);
        return NGX_DECLINED;
    }

    text = ngx_http_riverty_sandbox_new_text(store, &customer->text);
    if (text == NULL) {
        goto full;
    }

    if (node == NULL) {
        node = ngx_http_riverty_sandbox_new_node(store, &customer->number,
                                                 hash);
        if (node == NULL) {
            ngx_slab_free_locked(store->shpool, text);
            goto full;
        }

        node->text = text;
        ngx_rbtree_insert(&store->sh->rbtree, &node->sn.node);

    } else {
        old = node->text;
        node->text = text;
        ngx_slab_free_locked(store->shpool, old);
    }

    ngx_http_riverty_sandbox_numbers(customer, node);

    ngx_shmtx_unlock(&store->shpool->mutex);

    return NGX_OK;

full:

    ngx_shmtx_unlock(&store->shpool->mutex);

    ngx_http_riverty_sandbox_tell_full(store);

    return NGX_ABORT;
}


static ngx_http_riverty_sandbox_node_t *
ngx_http_riverty_sandbox_find(ngx_http_riverty_sandbox_store_t *store,
    ngx_str_t *number, uint32_t hash)
{
    return (ngx_http_riverty_sandbox_node_t *)
               ngx_str_rbtree_lookup(&store->sh->rbtree, number, hash);
}


static ngx_http_riverty_sandbox_text_t *
ngx_http_riverty_sandbox_new_text(ngx_http_riverty_sandbox_store_t *store,
    ngx_str_t *text)
{
    ngx_http_riverty_sandbox_text_t  *copy;

    copy = ngx_slab_alloc_locked(store->shpool,
                        offsetof(ngx_http_riverty_sandbox_text_t, data)
                        + text->len);
    if (copy == NULL) {
        return NULL;
    }

    copy->len = text->len;
    ngx_memcpy(copy->data, text->data, text->len);

    return copy;
}


static ngx_http_riverty_sandbox_node_t *
ngx_http_riverty_sandbox_new_node(ngx_http_riverty_sandbox_store_t *store,
    ngx_str_t *number, uint32_t hash)
{
    ngx_http_riverty_sandbox_node_t  *node;

    node = ngx_slab_alloc_locked(store->shpool,
                        offsetof(ngx_http_riverty_sandbox_node_t, number)
                        + number->len);
    if (node == NULL) {
        return NULL;
    }

    ngx_memcpy(node->number, number->data, number->len);

    node->sn.node.key = hash;
    node->sn.str.len = number->len;
    node->sn.str.data = node->number;
    node->sequence = ++store->sh->made;

    return node;
}


static void
ngx_http_riverty_sandbox_numbers(ngx_http_riverty_sandbox_customer_t *customer,
    ngx_http_riverty_sandbox_node_t *node)
{
    customer->account = NGX_HTTP_RIVERTY_SANDBOX_FIRST_ACCOUNT
                        + node->sequence;
    customer->sign_up_id = NGX_HTTP_RIVERTY_SANDBOX_FIRST_SIGN_UP_ID
                           + node->sequence;
}


/*
 * Logs to the cycle's log, not to the connection's: that one would append the
 * request line, and with it a customer number.
 */
static void
ngx_http_riverty_sandbox_tell_full(ngx_http_riverty_sandbox_store_t *store)
{
    if (ngx_time() - store->told < 60) {
        return;
    }

    store->told = ngx_time();

    ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                  "riverty_sandbox: the zone of %uz bytes is full, customers "
                  "are answered 507; give \"riverty_sandbox_zone\" a larger "
                  "size (a reload with another size starts empty)",
                  (size_t) (store->shpool->end - (u_char *) store->shpool));
}
