/*
 * The memory of the metrics.  nginx's zones are lost where a binary takes the
 * place of another one, so this is a memfd: the new master inherits its
 * descriptor, finds it among its own by the seals that only such a file has and
 * by what stands at its beginning, and goes on in it.  A reload finds it in the
 * same way.  While two masters run, both count into it.  Where the system has
 * no memfd the counters begin anew with each configuration.
 *
 * A worker that is killed leaves nothing half done: counters are single cells,
 * and a place that is taken has its name before it has its length.
 */

#include "ngx_http_riverty_metrics_memory.h"
#include "ngx_http_riverty_zone.h"
#include "contract/core/siphash.h"

#include <sys/mman.h>
#include <sys/resource.h>


#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL  0x0008U
#endif

#define NGX_HTTP_RIVERTY_METRICS_MAGIC  0x79747265766972ff

/* Descriptors that are looked at: a master has few, and from the lowest on. */
#define NGX_HTTP_RIVERTY_METRICS_FDS    65536

/* Neighbours that are looked at for a name, and for a key. */
#define NGX_HTTP_RIVERTY_METRICS_NEAR   64

/* Places of keys for each place of an app. */
#define NGX_HTTP_RIVERTY_METRICS_KEYS   4


static ngx_fd_t ngx_http_riverty_metrics_find(ngx_conf_t *cf, size_t size);
static ngx_uint_t ngx_http_riverty_metrics_known(ngx_fd_t fd, size_t size,
    ngx_uint_t *ours);
static ngx_fd_t ngx_http_riverty_metrics_create(ngx_conf_t *cf, size_t size);
static ngx_int_t ngx_http_riverty_metrics_map(ngx_conf_t *cf,
    ngx_http_riverty_metrics_t *metrics, size_t size);
static void ngx_http_riverty_metrics_divide(
    ngx_http_riverty_metrics_t *metrics, size_t size);
static ngx_int_t ngx_http_riverty_metrics_begin(
    ngx_http_riverty_metrics_t *metrics, size_t size);
static ngx_int_t ngx_http_riverty_metrics_mutexes(
    ngx_http_riverty_counters_t *counters);
static void ngx_http_riverty_metrics_unmap(void *data);
static uint64_t ngx_http_riverty_metrics_layout(void);
static uint64_t ngx_http_riverty_metrics_hash(uint64_t hash,
    riverty_span_t text);
static ngx_int_t ngx_http_riverty_metrics_trylock(pthread_mutex_t *mutex);
static void ngx_http_riverty_metrics_lock(pthread_mutex_t *mutex);
static ngx_http_riverty_metrics_store_t *ngx_http_riverty_metrics_store(
    const riverty_store_t *store);
static ngx_http_riverty_app_place_t *ngx_http_riverty_metrics_app_place(
    ngx_http_riverty_metrics_t *metrics, riverty_span_t name);
static ngx_http_riverty_key_place_t *ngx_http_riverty_metrics_key_place(
    ngx_http_riverty_metrics_t *metrics, uint64_t id, ngx_uint_t take);


ngx_http_riverty_metrics_t *
ngx_http_riverty_metrics_memory(ngx_conf_t *cf, size_t size)
{
    ngx_pool_cleanup_t          *cln;
    ngx_http_riverty_metrics_t  *metrics;

    cln = ngx_pool_cleanup_add(cf->pool, sizeof(ngx_http_riverty_metrics_t));
    if (cln == NULL) {
        return NULL;
    }

    metrics = cln->data;
    ngx_memzero(metrics, sizeof(ngx_http_riverty_metrics_t));

    size = ngx_align(size, ngx_pagesize);

    metrics->fd = ngx_http_riverty_metrics_find(cf, size);

    if (metrics->fd == NGX_INVALID_FILE) {
        metrics->fd = ngx_http_riverty_metrics_create(cf, size);
    }

    if (ngx_http_riverty_metrics_map(cf, metrics, size) != NGX_OK) {
        if (metrics->fd != NGX_INVALID_FILE) {
            (void) ngx_close_file(metrics->fd);
        }

        return NULL;
    }

    cln->handler = ngx_http_riverty_metrics_unmap;

    return metrics;
}


/*
 * A descriptor of this cycle's own: that of the cycle before is closed with its
 * cycle.  What a new binary inherits belongs to nobody else.
 */

static ngx_fd_t
ngx_http_riverty_metrics_find(ngx_conf_t *cf, size_t size)
{
    ngx_fd_t       fd, found, last;
    ngx_uint_t     inherited, known, ours;
    struct rlimit  limit;

    found = NGX_INVALID_FILE;
    last = NGX_HTTP_RIVERTY_METRICS_FDS;
    inherited = ngx_is_init_cycle(cf->cycle->old_cycle);

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0
        && limit.rlim_cur < NGX_HTTP_RIVERTY_METRICS_FDS)
    {
        last = (ngx_fd_t) limit.rlim_cur;
    }

    for (fd = STDERR_FILENO + 1; fd < last; fd++) {

        if (fcntl(fd, F_GET_SEALS) == -1) {
            continue;   /* no memfd */
        }

        known = ngx_http_riverty_metrics_known(fd, size, &ours);

        if (known && found == NGX_INVALID_FILE) {
            found = inherited ? fd : dup(fd);

        } else if (ours && inherited) {
            (void) ngx_close_file(fd);
        }
    }

    return found;
}


static ngx_uint_t
ngx_http_riverty_metrics_known(ngx_fd_t fd, size_t size, ngx_uint_t *ours)
{
    ngx_file_info_t  info;
    uint64_t         head[3];

    *ours = pread(fd, head, sizeof(head), 0) == sizeof(head)
            && head[0] == NGX_HTTP_RIVERTY_METRICS_MAGIC;

    return *ours
           && head[1] == ngx_http_riverty_metrics_layout()
           && head[2] == size
           && ngx_fd_info(fd, &info) != NGX_FILE_ERROR
           && (size_t) ngx_file_size(&info) == size;
}


static ngx_fd_t
ngx_http_riverty_metrics_create(ngx_conf_t *cf, size_t size)
{
    ngx_fd_t  fd;

    static const char  name[] = "riverty_metrics";

    fd = memfd_create(name, MFD_NOEXEC_SEAL);

    if (fd == NGX_INVALID_FILE && ngx_errno == NGX_EINVAL) {
        fd = memfd_create(name, 0);   /* before Linux 6.3 */
    }

    if (fd == NGX_INVALID_FILE) {
        ngx_log_error(NGX_LOG_NOTICE, cf->log, ngx_errno,
                      "riverty: no memfd, so the metrics begin anew with each "
                      "configuration");
        return NGX_INVALID_FILE;
    }

    if (ftruncate(fd, (off_t) size) == -1) {
        ngx_log_error(NGX_LOG_NOTICE, cf->log, ngx_errno,
                      "riverty: no memory behind a memfd, so the metrics begin "
                      "anew with each configuration");
        (void) ngx_close_file(fd);
        return NGX_INVALID_FILE;
    }

    return fd;
}


static ngx_int_t
ngx_http_riverty_metrics_map(ngx_conf_t *cf,
    ngx_http_riverty_metrics_t *metrics, size_t size)
{
    int  flags;

    flags = metrics->fd == NGX_INVALID_FILE ? MAP_SHARED|MAP_ANONYMOUS
                                            : MAP_SHARED;

    metrics->counters = mmap(NULL, size, PROT_READ|PROT_WRITE, flags,
                             metrics->fd, 0);

    if (metrics->counters == MAP_FAILED) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, ngx_errno,
                      "riverty: no memory of %uz bytes for the metrics", size);
        return NGX_ERROR;
    }

    ngx_http_riverty_metrics_divide(metrics, size);

    if (metrics->counters->magic != NGX_HTTP_RIVERTY_METRICS_MAGIC
        && ngx_http_riverty_metrics_begin(metrics, size) != NGX_OK)
    {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "riverty: the system has no robust mutexes");
        (void) munmap(metrics->counters, size);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* Behind the shared part each app gets its place, and some for its keys. */

static void
ngx_http_riverty_metrics_divide(ngx_http_riverty_metrics_t *metrics,
    size_t size)
{
    u_char  *p;

    p = (u_char *) metrics->counters + sizeof(ngx_http_riverty_counters_t);

    metrics->apps_n = (size - sizeof(ngx_http_riverty_counters_t))
                      / (sizeof(ngx_http_riverty_app_place_t)
                         + NGX_HTTP_RIVERTY_METRICS_KEYS
                           * sizeof(ngx_http_riverty_key_place_t));

    metrics->apps = (ngx_http_riverty_app_place_t *) p;
    metrics->keys = (ngx_http_riverty_key_place_t *) (metrics->apps
                                                      + metrics->apps_n);
    metrics->keys_n = metrics->apps_n * NGX_HTTP_RIVERTY_METRICS_KEYS;
}


static ngx_int_t
ngx_http_riverty_metrics_begin(ngx_http_riverty_metrics_t *metrics, size_t size)
{
    ngx_uint_t                     i;
    ngx_http_riverty_counters_t   *counters;
    ngx_http_riverty_app_place_t  *place;

    static ngx_str_t  names[] = {
        [NGX_HTTP_RIVERTY_PLACE_UNKNOWN] = ngx_string("-"),
        [NGX_HTTP_RIVERTY_PLACE_OTHER] = ngx_string("other")
    };

    counters = metrics->counters;

    if (ngx_http_riverty_metrics_mutexes(counters) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        place = &metrics->apps[i];
        place->len = names[i].len;
        ngx_memcpy(place->name, names[i].data, names[i].len);
    }

    counters->layout = ngx_http_riverty_metrics_layout();
    counters->size = size;
    counters->since = ngx_time();
    counters->magic = NGX_HTTP_RIVERTY_METRICS_MAGIC;

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_metrics_mutexes(ngx_http_riverty_counters_t *counters)
{
    ngx_int_t   rc;
    ngx_uint_t  i;

    rc = ngx_http_riverty_zone_lock_init(&counters->mutex);

    for (i = 0; rc == NGX_OK && i < NGX_MAX_PROCESSES; i++) {
        rc = ngx_http_riverty_zone_lock_init(&counters->workers[i].alive);
    }

    return rc;
}


static void
ngx_http_riverty_metrics_unmap(void *data)
{
    ngx_http_riverty_metrics_t  *metrics = data;

    /* libc has the mutexes that a process holds in a list of its own */

    ngx_http_riverty_metrics_memory_exit_process(metrics);

    (void) munmap(metrics->counters, metrics->counters->size);

    if (metrics->fd != NGX_INVALID_FILE) {
        (void) ngx_close_file(metrics->fd);
    }
}


/* What the cells mean: another table, or other values, are another layout. */

static uint64_t
ngx_http_riverty_metrics_layout(void)
{
    uint64_t    hash;
    ngx_uint_t  i;

    hash = sizeof(ngx_http_riverty_counters_t);
    hash = hash << 16 ^ sizeof(ngx_http_riverty_app_place_t);
    hash = hash << 16 ^ sizeof(ngx_http_riverty_key_place_t);

#define METRIC(ID, name, TYPE, UNIT, WHERE, L1, L2, L3, ...)                  \
    hash = ngx_http_riverty_metrics_hash(hash,                                \
               riverty_span_of(name #TYPE #WHERE #L1 #L2 #L3));
#include "ngx_http_riverty_metric_table.h"
#undef METRIC

    for (i = 0; i < RIVERTY_RULE_COUNT; i++) {
        hash = ngx_http_riverty_metrics_hash(hash, riverty_rule_id(i));
    }

    for (i = 0; i < RIVERTY_PROBLEM_COUNT; i++) {
        hash = ngx_http_riverty_metrics_hash(hash,
                   riverty_span_of(riverty_problems[i].slug));
    }

    for (i = 0; i < RIVERTY_FIELD_COUNT; i++) {
        hash = ngx_http_riverty_metrics_hash(hash,
                   riverty_span_of(riverty_fields[i].pointer));
    }

    return hash;
}


static uint64_t
ngx_http_riverty_metrics_hash(uint64_t hash, riverty_span_t text)
{
    static const uint64_t  key[2] = { 0, 0 };   /* the same in all binaries */

    return riverty_siphash(key, hash, text);
}


void
ngx_http_riverty_metrics_memory_init_process(
    ngx_http_riverty_metrics_t *metrics)
{
    ngx_uint_t                        i;
    ngx_http_riverty_worker_place_t  *worker;

    /* a program that this worker starts is no new master */

    if (metrics->fd != NGX_INVALID_FILE) {
        (void) fcntl(metrics->fd, F_SETFD, FD_CLOEXEC);
    }

    worker = metrics->counters->workers;

    for (i = 0; i < NGX_MAX_PROCESSES; i++) {

        if (ngx_http_riverty_metrics_trylock(&worker[i].alive) == NGX_OK) {
            worker[i].requests = 0;
            metrics->worker = &worker[i];
            return;
        }
    }
}


void
ngx_http_riverty_metrics_memory_exit_process(
    ngx_http_riverty_metrics_t *metrics)
{
    if (metrics->worker != NULL) {
        metrics->worker->requests = 0;
        (void) pthread_mutex_unlock(&metrics->worker->alive);
        metrics->worker = NULL;
    }
}


uint64_t
ngx_http_riverty_metrics_in_flight(ngx_http_riverty_metrics_t *metrics)
{
    uint64_t                          count;
    ngx_uint_t                        i;
    ngx_http_riverty_worker_place_t  *worker;

    count = 0;
    worker = metrics->counters->workers;

    for (i = 0; i < NGX_MAX_PROCESSES; i++) {

        if (worker[i].requests == 0) {
            continue;
        }

        if (&worker[i] != metrics->worker
            && ngx_http_riverty_metrics_trylock(&worker[i].alive) == NGX_OK)
        {
            /* the worker was killed */

            worker[i].requests = 0;
            (void) pthread_mutex_unlock(&worker[i].alive);
        }

        count += worker[i].requests;
    }

    return count;
}


/* NGX_BUSY where a worker that lives holds it. */

static ngx_int_t
ngx_http_riverty_metrics_trylock(pthread_mutex_t *mutex)
{
    int  rc;

    rc = pthread_mutex_trylock(mutex);

    if (rc == EOWNERDEAD) {
        rc = pthread_mutex_consistent(mutex);
    }

    return rc == 0 ? NGX_OK : NGX_BUSY;
}


static void
ngx_http_riverty_metrics_lock(pthread_mutex_t *mutex)
{
    if (pthread_mutex_lock(mutex) == EOWNERDEAD) {
        (void) pthread_mutex_consistent(mutex);
    }
}


ngx_http_riverty_metrics_store_t *
ngx_http_riverty_metrics_places(ngx_http_riverty_metrics_t *metrics,
    const riverty_store_t *store)
{
    ngx_uint_t                         i, k;
    ngx_http_riverty_app_place_t      *other;
    ngx_http_riverty_metrics_key_t    *key;
    ngx_http_riverty_metrics_store_t  *places;

    places = ngx_http_riverty_metrics_store(store);
    if (places == NULL) {
        return NULL;
    }

    other = &metrics->apps[NGX_HTTP_RIVERTY_PLACE_OTHER];

    ngx_http_riverty_metrics_lock(&metrics->counters->mutex);

    for (i = 0; i < store->apps_count; i++) {
        places->apps[i] = ngx_http_riverty_metrics_app_place(metrics,
                                                        store->apps[i].name);
        places->others += (places->apps[i] == other
                           && !riverty_span_equal(store->apps[i].name,
                                                  riverty_span("other")));
    }

    /* those that are there first, so that no other one takes their place */

    for (k = 0; k < 2 * places->keys_n; k++) {
        key = &places->keys[k % places->keys_n];

        if (key->place == NULL) {
            key->place = ngx_http_riverty_metrics_key_place(metrics, key->id,
                                                       k >= places->keys_n);
        }
    }

    (void) pthread_mutex_unlock(&metrics->counters->mutex);

    return places;
}


/* Its apps and keys, in the store's own memory; they have no places yet. */

static ngx_http_riverty_metrics_store_t *
ngx_http_riverty_metrics_store(const riverty_store_t *store)
{
    size_t                             size, apps, first;
    ngx_uint_t                         i, j, n;
    riverty_app_t                     *app;
    ngx_http_riverty_metrics_key_t    *key;
    ngx_http_riverty_metrics_store_t  *places;

    n = 0;

    for (i = 0; i < store->apps_count; i++) {
        n += store->apps[i].keys_count;
    }

    apps = sizeof(ngx_http_riverty_metrics_store_t);
    first = apps + store->apps_count * sizeof(void *);
    size = first + store->apps_count * sizeof(ngx_uint_t);

    places = riverty_secrets_alloc(store->secrets,
                         size + n * sizeof(ngx_http_riverty_metrics_key_t));
    if (places == NULL) {
        return NULL;
    }

    places->apps = (void *) ((u_char *) places + apps);
    places->first = (void *) ((u_char *) places + first);
    places->keys = (void *) ((u_char *) places + size);

    for (i = 0; i < store->apps_count; i++) {
        app = &store->apps[i];
        places->first[i] = places->keys_n;

        for (j = 0; j < app->keys_count; j++) {
            key = &places->keys[places->keys_n++];
            key->app = app;
            key->key = &app->keys[j];
            key->id = ngx_http_riverty_metrics_hash(
                          ngx_http_riverty_metrics_hash(0, app->name),
                          app->keys[j].id) | 1;
        }
    }

    return places;
}


static ngx_http_riverty_app_place_t *
ngx_http_riverty_metrics_app_place(ngx_http_riverty_metrics_t *metrics,
    riverty_span_t name)
{
    uint64_t                       hash;
    ngx_uint_t                     i;
    ngx_http_riverty_app_place_t  *place;

    hash = ngx_http_riverty_metrics_hash(0, name);

    for (i = 0; i < NGX_HTTP_RIVERTY_METRICS_NEAR; i++) {

        place = &metrics->apps[i < 2 ? i : (hash + i) % metrics->apps_n];

        if (place->len == 0) {
            ngx_memcpy(place->name, name.data, name.len);
            ngx_memory_barrier();
            place->len = name.len;
            return place;
        }

        if (riverty_span_equal((riverty_span_t) { place->name, place->len },
                               name))
        {
            return place;
        }
    }

    return &metrics->apps[NGX_HTTP_RIVERTY_PLACE_OTHER];
}


/* With take also the place of the key that no store has had for longest. */

static ngx_http_riverty_key_place_t *
ngx_http_riverty_metrics_key_place(ngx_http_riverty_metrics_t *metrics,
    uint64_t id, ngx_uint_t take)
{
    uint64_t                       now;
    ngx_uint_t                     i;
    ngx_http_riverty_key_place_t  *place, *oldest;

    now = ngx_time();
    oldest = NULL;

    for (i = 0; i < NGX_HTTP_RIVERTY_METRICS_NEAR; i++) {

        place = &metrics->keys[(id + i) % metrics->keys_n];

        if (place->id == id) {
            place->seen = now;
            return place;
        }

        if (place->seen < now && (oldest == NULL || place->seen < oldest->seen))
        {
            oldest = place;   /* a free place was never seen */
        }
    }

    if (!take || oldest == NULL) {
        return NULL;
    }

    oldest->id = 0;
    oldest->accepted = 0;
    oldest->refused = 0;
    oldest->seen = now;
    ngx_memory_barrier();
    oldest->id = id;

    return oldest;
}
