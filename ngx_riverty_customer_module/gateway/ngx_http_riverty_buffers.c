/*
 * The memory of requests.  malloc() gives the end of the heap back to the
 * system when a request with a large body ends, and takes it again, page by
 * page, for the next one.  So each worker keeps a list of what its requests
 * have used last.  The list is bounded, and what nobody asked for for the
 * longest time leaves it first.
 *
 * A request's state and its small pieces share a block, which is one of these
 * buffers, too: nginx's pool of the request needs no second one for them.
 */

#include "ngx_http_riverty_buffers.h"


/*
 * What a worker keeps at most, in bytes.  Where nginx is built to show misuse
 * of its pools, each piece has memory of its own, which is freed at once, so
 * that such misuse shows here, too.
 */
#if (NGX_DEBUG_PALLOC)
#define NGX_HTTP_RIVERTY_BUFFERS_KEPT   0
#else
#define NGX_HTTP_RIVERTY_BUFFERS_KEPT   (2 * 1024 * 1024)
#endif

/* Buffers have a multiple of this size: so many are kept at most, 2048. */
#define NGX_HTTP_RIVERTY_BUFFERS_STEP   1024

/*
 * The block of a request: the state, a body of 1 kB and what is known of it; or
 * the state alone where each piece has its own.
 */
#if (NGX_DEBUG_PALLOC)
#define NGX_HTTP_RIVERTY_BUFFERS_BLOCK  sizeof(ngx_http_riverty_request_t)
#else
#define NGX_HTTP_RIVERTY_BUFFERS_BLOCK                                        \
    (6 * NGX_HTTP_RIVERTY_BUFFERS_STEP - sizeof(ngx_http_riverty_buffer_t))
#endif

/* How many are looked at for one that fits. */
#define NGX_HTTP_RIVERTY_BUFFERS_TRIED  16


/* What stands before the memory that is given out, aligned as malloc() does. */

typedef struct {
    ngx_queue_t  queue;           /* of the request, or of the worker's list */
    size_t       size;            /* of what follows */
    size_t       unused;
} ngx_http_riverty_buffer_t;


static void *ngx_http_riverty_buffer_of_block(
    ngx_http_riverty_request_t *state, size_t size);
static void *ngx_http_riverty_buffer_new(ngx_http_riverty_request_t *state,
    size_t size);
static ngx_http_riverty_buffer_t *ngx_http_riverty_buffer_get(ngx_log_t *log,
    size_t size);
static ngx_http_riverty_buffer_t *ngx_http_riverty_buffer_kept(size_t size);
static void ngx_http_riverty_buffer_keep(ngx_http_riverty_buffer_t *buffer);
static void *ngx_http_riverty_buffer_allocate(void *data, size_t size);
static void ngx_http_riverty_buffer_release(void *data, void *allocated);


/* The worker's list, the last that was given back first. */

static ngx_queue_t  ngx_http_riverty_buffers = {
    &ngx_http_riverty_buffers, &ngx_http_riverty_buffers
};

static size_t  ngx_http_riverty_buffers_size;


ngx_http_riverty_request_t *
ngx_http_riverty_buffers_begin(ngx_http_request_t *r)
{
    ngx_http_riverty_buffer_t   *buffer;
    ngx_http_riverty_request_t  *state;

    buffer = ngx_http_riverty_buffer_get(r->connection->log,
                                         NGX_HTTP_RIVERTY_BUFFERS_BLOCK);
    if (buffer == NULL) {
        return NULL;
    }

    state = (ngx_http_riverty_request_t *) (buffer + 1);
    ngx_memzero(state, sizeof(ngx_http_riverty_request_t));

    state->request = r;
    state->buffers.pos = (u_char *) (state + 1);
    state->buffers.end = (u_char *) state + buffer->size;

    ngx_queue_init(&state->buffers.queue);
    ngx_queue_insert_head(&state->buffers.queue, &buffer->queue);

    return state;
}


void *
ngx_http_riverty_buffer_take(ngx_http_riverty_request_t *state, size_t size)
{
    void  *p;

    p = ngx_http_riverty_buffer_of_block(state, ngx_align(size, NGX_ALIGNMENT));

    if (p != NULL) {
        return p;
    }

    return size <= state->request->pool->max
           ? ngx_palloc(state->request->pool, size)
           : ngx_http_riverty_buffer_new(state, size);
}


/* A piece of the request's block; NULL where it has no room for it. */

static void *
ngx_http_riverty_buffer_of_block(ngx_http_riverty_request_t *state,
    size_t size)
{
#if (NGX_DEBUG_PALLOC)
    (void) state;
    (void) size;

    return NULL;
#else
    u_char  *p;

    p = state->buffers.pos;

    if (size > (size_t) (state->buffers.end - p)) {
        return NULL;
    }

    state->buffers.pos = p + size;

    return p;
#endif
}


/* A buffer of its own. */

static void *
ngx_http_riverty_buffer_new(ngx_http_riverty_request_t *state, size_t size)
{
    ngx_http_riverty_buffer_t  *buffer;

    buffer = ngx_http_riverty_buffer_get(state->request->pool->log, size);
    if (buffer == NULL) {
        return NULL;
    }

    ngx_queue_insert_head(&state->buffers.queue, &buffer->queue);

    return buffer + 1;
}


/* One of the worker's list, or of malloc(). */

static ngx_http_riverty_buffer_t *
ngx_http_riverty_buffer_get(ngx_log_t *log, size_t size)
{
    ngx_http_riverty_buffer_t  *buffer;

    buffer = ngx_http_riverty_buffer_kept(size);

    if (buffer == NULL) {

        size = ngx_align(size + sizeof(ngx_http_riverty_buffer_t),
                         NGX_HTTP_RIVERTY_BUFFERS_STEP);

        buffer = ngx_alloc(size, log);
        if (buffer == NULL) {
            return NULL;
        }

        buffer->size = size - sizeof(ngx_http_riverty_buffer_t);
    }

    return buffer;
}


/* One of the list that is large enough and not much larger, or NULL. */

static ngx_http_riverty_buffer_t *
ngx_http_riverty_buffer_kept(size_t size)
{
    ngx_uint_t                  i;
    ngx_queue_t                *q;
    ngx_http_riverty_buffer_t  *buffer;

    q = ngx_queue_head(&ngx_http_riverty_buffers);

    for (i = 0; i < NGX_HTTP_RIVERTY_BUFFERS_TRIED
                && q != ngx_queue_sentinel(&ngx_http_riverty_buffers); i++)
    {
        buffer = ngx_queue_data(q, ngx_http_riverty_buffer_t, queue);

        if (buffer->size >= size && buffer->size / 2 <= size) {
            ngx_queue_remove(q);
            ngx_http_riverty_buffers_size -= buffer->size;
            return buffer;
        }

        q = ngx_queue_next(q);
    }

    return NULL;
}


void
ngx_http_riverty_buffer_give(ngx_http_riverty_request_t *state, void *data)
{
    ngx_queue_t                *q;
    ngx_http_riverty_buffer_t  *buffer;

    for (q = ngx_queue_head(&state->buffers.queue);
         q != ngx_queue_sentinel(&state->buffers.queue);
         q = ngx_queue_next(q))
    {
        buffer = ngx_queue_data(q, ngx_http_riverty_buffer_t, queue);

        if (buffer + 1 == data) {
            ngx_queue_remove(q);
            ngx_http_riverty_buffer_keep(buffer);
            return;
        }
    }
}


void
ngx_http_riverty_buffers_give(ngx_http_riverty_request_t *state)
{
    ngx_uint_t    last;
    ngx_queue_t  *q;

    /* the last one is the block, and the state stands in it */

    do {
        q = ngx_queue_head(&state->buffers.queue);
        last = q == ngx_queue_last(&state->buffers.queue);
        ngx_queue_remove(q);

        ngx_http_riverty_buffer_keep(ngx_queue_data(q,
                                           ngx_http_riverty_buffer_t, queue));
    } while (!last);
}


static void
ngx_http_riverty_buffer_keep(ngx_http_riverty_buffer_t *buffer)
{
    ngx_queue_insert_head(&ngx_http_riverty_buffers, &buffer->queue);
    ngx_http_riverty_buffers_size += buffer->size;

    while (ngx_http_riverty_buffers_size > NGX_HTTP_RIVERTY_BUFFERS_KEPT) {

        buffer = ngx_queue_data(ngx_queue_last(&ngx_http_riverty_buffers),
                                ngx_http_riverty_buffer_t, queue);

        ngx_queue_remove(&buffer->queue);
        ngx_http_riverty_buffers_size -= buffer->size;
        ngx_free(buffer);
    }
}


riverty_memory_t
ngx_http_riverty_buffers_memory(ngx_http_riverty_request_t *state)
{
    return (riverty_memory_t) { ngx_http_riverty_buffer_allocate, state,
                                ngx_http_riverty_buffer_release };
}


static void *
ngx_http_riverty_buffer_allocate(void *data, size_t size)
{
    return ngx_http_riverty_buffer_take(data, size);
}


static void
ngx_http_riverty_buffer_release(void *data, void *allocated)
{
    ngx_http_riverty_buffer_give(data, allocated);
}
