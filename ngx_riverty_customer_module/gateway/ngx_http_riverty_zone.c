/*
 * The shared memory of the gateway.  It is laid out once; later only numbers
 * in it change, so a worker that dies leaves nothing half done.
 */

#include "ngx_http_riverty_zone.h"
#include "ngx_http_riverty_audit_checkpoint.h"
#include "ngx_http_riverty_audit_tear.h"


#define NGX_HTTP_RIVERTY_ZONE_SIZE    (1024 * 1024)

/* Faults are told again while they last, in seconds. */
#define NGX_HTTP_RIVERTY_ALERT_AGAIN  3600

/* How long to wait for a worker that was stopped while it had a lock. */
#define NGX_HTTP_RIVERTY_LOCK_NSEC  250000000

/* A worker that has told nothing for so long is dead, or as good as that. */
#define NGX_HTTP_RIVERTY_TELLS_FOR  10000


static ngx_http_riverty_credentials_t *ngx_http_riverty_zone_renew(
    ngx_http_riverty_credentials_t *place, ngx_uint_t version,
    ngx_uint_t create);
static ngx_int_t ngx_http_riverty_zone_init(ngx_shm_zone_t *zone, void *data);
static ngx_http_riverty_told_t *ngx_http_riverty_zone_told_place(
    ngx_http_riverty_main_conf_t *rmcf, ngx_http_riverty_audit_log_t *log);


char *
ngx_http_riverty_zone_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_riverty_main_conf_t  *rmcf = conf;

    ssize_t     size;
    ngx_str_t  *value;

    if (rmcf->zone_size) {
        return "is duplicate";
    }

    value = cf->args->elts;
    size = ngx_parse_size(&value[1]);

    if (size < NGX_HTTP_RIVERTY_ZONE_SIZE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid \"%V\": \"%V\" must be a size of at least "
                           "1m", &cmd->name, &value[1]);
        return NGX_CONF_ERROR;
    }

    rmcf->zone_size = size;

    return NGX_CONF_OK;
}


ngx_int_t
ngx_http_riverty_zone_add(ngx_conf_t *cf)
{
    ngx_http_riverty_main_conf_t  *rmcf;

    static ngx_str_t  name = ngx_string("riverty_customer");

    rmcf = ngx_http_conf_get_module_main_conf(cf, ngx_riverty_customer_module);

    rmcf->zone = ngx_shared_memory_add(cf, &name,
                                       rmcf->zone_size
                                       ? rmcf->zone_size
                                       : NGX_HTTP_RIVERTY_ZONE_SIZE,
                                       &ngx_riverty_customer_module);
    if (rmcf->zone == NULL) {
        return NGX_ERROR;
    }

    rmcf->zone->init = ngx_http_riverty_zone_init;

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_zone_init(ngx_shm_zone_t *zone, void *data)
{
    ngx_slab_pool_t  *pool;

    if (data) {
        zone->data = data;
        return NGX_OK;
    }

    pool = (ngx_slab_pool_t *) zone->shm.addr;

    if (zone->shm.exists) {
        zone->data = pool->data;
        return NGX_OK;
    }

    pool->data = ngx_slab_calloc(pool, sizeof(ngx_http_riverty_shared_t));
    zone->data = pool->data;

    return zone->data != NULL
           && ngx_http_riverty_audit_tear_init(zone->data) == NGX_OK
           ? ngx_http_riverty_audit_checkpoint_zone(zone->data) : NGX_ERROR;
}


ngx_int_t
ngx_http_riverty_zone_lock_init(pthread_mutex_t *mutex)
{
    int                  rc;
    pthread_mutexattr_t  attr;

    if (pthread_mutexattr_init(&attr) != 0) {
        return NGX_ERROR;
    }

    rc = pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);

    if (rc == 0) {
        rc = pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
    }

    if (rc == 0) {
        rc = pthread_mutex_init(mutex, &attr);
    }

    (void) pthread_mutexattr_destroy(&attr);

    return rc == 0 ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_http_riverty_zone_lock(pthread_mutex_t *mutex)
{
    int              rc;
    struct timespec  until;

    rc = pthread_mutex_trylock(mutex);

    if (rc == NGX_EBUSY) {
        (void) clock_gettime(CLOCK_MONOTONIC, &until);

        until.tv_nsec += NGX_HTTP_RIVERTY_LOCK_NSEC;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;

        rc = pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &until);
    }

    if (rc == EOWNERDEAD) {
        return pthread_mutex_consistent(mutex) == 0 ? NGX_DONE : NGX_BUSY;
    }

    return rc == 0 ? NGX_OK : NGX_BUSY;
}


ngx_uint_t
ngx_http_riverty_zone_version(ngx_http_riverty_main_conf_t *rmcf,
    const u_char *content)
{
    ngx_uint_t                  n;
    ngx_slab_pool_t            *pool;
    ngx_http_riverty_shared_t  *shared;

    shared = rmcf->zone->data;
    pool = (ngx_slab_pool_t *) rmcf->zone->shm.addr;

    ngx_shmtx_lock(&pool->mutex);

    n = ngx_http_riverty_zone_known(rmcf, content);

    if (n == 0) {
        n = shared->contents_n;
        ngx_memcpy(shared->contents[n % NGX_HTTP_RIVERTY_CONTENTS], content,
                   RIVERTY_DIGEST_SIZE);
        shared->contents_n = ++n;
    }

    ngx_shmtx_unlock(&pool->mutex);

    return n;
}


ngx_uint_t
ngx_http_riverty_zone_known(ngx_http_riverty_main_conf_t *rmcf,
    const u_char *content)
{
    ngx_uint_t                  n, oldest;
    ngx_http_riverty_shared_t  *shared;

    shared = rmcf->zone->data;

    /* from the newest back, as far as they are remembered */

    n = shared->contents_n;
    oldest = n > NGX_HTTP_RIVERTY_CONTENTS ? n - NGX_HTTP_RIVERTY_CONTENTS : 0;

    for ( /* void */ ; n > oldest; n--) {
        if (ngx_memcmp(shared->contents[(n - 1) % NGX_HTTP_RIVERTY_CONTENTS],
                       content, RIVERTY_DIGEST_SIZE) == 0)
        {
            return n;
        }
    }

    return 0;
}


/* The place of a log, by its name and its server's; NULL: all are taken. */

static ngx_http_riverty_told_t *
ngx_http_riverty_zone_told_place(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_audit_log_t *log)
{
    uint32_t                    crc;
    ngx_uint_t                  i, name;
    ngx_http_riverty_told_t    *place;
    ngx_http_riverty_shared_t  *shared;

    ngx_crc32_init(crc);
    ngx_crc32_update(&crc, log->name.data, log->name.len);

    if (log->syslog != NULL) {
        ngx_crc32_update(&crc, log->syslog->server.name.data,
                         log->syslog->server.name.len);
    }

    ngx_crc32_final(crc);

    name = (ngx_uint_t) crc | 1;
    shared = rmcf->zone->data;

    for (i = 0; i < NGX_HTTP_RIVERTY_TOLD_LOGS; i++) {

        place = &shared->told[(crc + i) % NGX_HTTP_RIVERTY_TOLD_LOGS];

        if (place->log == 0) {
            (void) ngx_atomic_cmp_set(&place->log, 0, name);
        }

        if (place->log == name) {
            return place;
        }
    }

    return NULL;
}


ngx_uint_t
ngx_http_riverty_zone_told(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_audit_log_t *log)
{
    ngx_http_riverty_told_t  *place;

    place = ngx_http_riverty_zone_told_place(rmcf, log);

    return place ? place->version : log->told;
}


ngx_int_t
ngx_http_riverty_zone_tell(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_audit_log_t *log, ngx_uint_t version)
{
    ngx_atomic_uint_t         now, teller;
    ngx_http_riverty_told_t  *place;

    place = ngx_http_riverty_zone_told_place(rmcf, log);

    if (place == NULL) {
        return log->told == version ? NGX_DONE : NGX_OK;
    }

    now = ngx_current_msec | 1;
    teller = place->teller;

    if (place->version == version) {
        return NGX_DONE;
    }

    if (teller != 0
        && (ngx_msec_int_t) (now - teller) < NGX_HTTP_RIVERTY_TELLS_FOR)
    {
        return NGX_AGAIN;
    }

    if (!ngx_atomic_cmp_set(&place->teller, teller, now)) {
        return NGX_AGAIN;
    }

    if (place->version == version) {
        place->teller = 0;
        return NGX_DONE;
    }

    return NGX_OK;
}


void
ngx_http_riverty_zone_tell_end(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_audit_log_t *log, ngx_uint_t version, ngx_uint_t told)
{
    ngx_http_riverty_told_t  *place;

    place = ngx_http_riverty_zone_told_place(rmcf, log);

    if (place == NULL) {
        log->told = told ? version : log->told;
        return;
    }

    if (told) {
        place->version = version;
    }

    place->teller = 0;
}


ngx_uint_t
ngx_http_riverty_zone_current(ngx_http_riverty_main_conf_t *rmcf)
{
    return ((ngx_http_riverty_shared_t *) rmcf->zone->data)->current;
}


void
ngx_http_riverty_zone_set_current(ngx_http_riverty_main_conf_t *rmcf,
    ngx_uint_t version)
{
    ((ngx_http_riverty_shared_t *) rmcf->zone->data)->current = version;
}


ngx_uint_t
ngx_http_riverty_zone_alarm(ngx_http_riverty_main_conf_t *rmcf, u_char *fault,
    size_t len)
{
    ngx_atomic_uint_t           hash, told;
    ngx_http_riverty_shared_t  *shared;

    shared = rmcf->zone->data;

    hash = len ? (ngx_atomic_uint_t) ngx_crc32_long(fault, len) | 1 : 0;
    told = shared->alarm;

    if (told == hash) {
        return hash && ngx_http_riverty_zone_due(&shared->alarm_told);
    }

    /* first, so that no other worker finds the new fault untold */

    shared->alarm_told = ngx_time();

    return ngx_atomic_cmp_set(&shared->alarm, told, hash);
}


ngx_uint_t
ngx_http_riverty_zone_due(ngx_atomic_t *told)
{
    time_t             passed;
    ngx_atomic_uint_t  before;

    before = *told;
    passed = ngx_time() - (time_t) before;

    /* a clock may be set back, and workers' clocks differ a little */

    if (before != 0 && passed < NGX_HTTP_RIVERTY_ALERT_AGAIN
        && passed > -NGX_HTTP_RIVERTY_ALERT_AGAIN)
    {
        return 0;
    }

    return ngx_atomic_cmp_set(told, before, (ngx_atomic_uint_t) ngx_time());
}


ngx_uint_t
ngx_http_riverty_zone_over(ngx_atomic_t *told)
{
    ngx_atomic_uint_t  before;

    before = *told;

    return before != 0 && ngx_atomic_cmp_set(told, before, 0);
}


ngx_atomic_t *
ngx_http_riverty_zone_fault(ngx_http_riverty_main_conf_t *rmcf,
    ngx_atomic_uint_t id, ngx_uint_t create)
{
    ngx_uint_t                        i;
    ngx_http_riverty_shared_t        *shared;
    ngx_http_riverty_shared_fault_t  *place;

    shared = rmcf->zone->data;

    for (i = 0; i < NGX_HTTP_RIVERTY_FAULTS / 16; i++) {

        place = &shared->faults[(id / 2 + i) % NGX_HTTP_RIVERTY_FAULTS];

        if (place->id == 0 && create) {
            (void) ngx_atomic_cmp_set(&place->id, 0, id);
        }

        if (place->id == id) {
            return &place->told;
        }

        if (place->id == 0) {
            return NULL;
        }
    }

    return create ? &shared->faults[id / 2 % NGX_HTTP_RIVERTY_FAULTS].told
                  : NULL;
}


void
ngx_http_riverty_zone_faults_forget(ngx_http_riverty_main_conf_t *rmcf,
    ngx_uint_t version)
{
    ngx_uint_t                  i;
    ngx_atomic_uint_t           before;
    ngx_http_riverty_shared_t  *shared;

    shared = rmcf->zone->data;
    before = shared->faults_version;

    if (before == version
        || !ngx_atomic_cmp_set(&shared->faults_version, before, version))
    {
        return;
    }

    /* long ago: told again now, or told to be over */

    (void) ngx_atomic_cmp_set(&shared->keys_told, shared->keys_told,
                              shared->keys_told != 0);

    shared->faults_open = 0;

    for (i = 0; i < NGX_HTTP_RIVERTY_FAULTS; i++) {
        shared->faults[i].told = 0;
        shared->faults[i].id = 0;
    }
}


ngx_http_riverty_credentials_t *
ngx_http_riverty_zone_credentials(ngx_http_riverty_main_conf_t *rmcf,
    const riverty_app_t *app, ngx_uint_t version, ngx_uint_t create)
{
    uint32_t                         crc;
    ngx_uint_t                       i, name;
    ngx_http_riverty_shared_t       *shared;
    ngx_http_riverty_credentials_t  *place;

    shared = rmcf->zone->data;

    ngx_crc32_init(crc);
    ngx_crc32_update(&crc, (u_char *) app->name.data, app->name.len);
    ngx_crc32_final(crc);

    /*
     * 0 is a free place.  Where two apps share a hash, one of them may try its
     * other key first, no more.
     */

    name = (ngx_uint_t) crc | 1;

    for (i = 0; i < NGX_HTTP_RIVERTY_CREDENTIALS / 16; i++) {

        place = &shared->credentials[(crc + i)
                                     % NGX_HTTP_RIVERTY_CREDENTIALS];

        if (place->app == 0 && create) {
            (void) ngx_atomic_cmp_set(&place->app, 0, name);
        }

        if (place->app == name) {
            return ngx_http_riverty_zone_renew(place, version, create);
        }

        if (place->app == 0) {
            return NULL;
        }
    }

    return NULL;
}


/* What is known of another store's keys does not hold for these. */

static ngx_http_riverty_credentials_t *
ngx_http_riverty_zone_renew(ngx_http_riverty_credentials_t *place,
    ngx_uint_t version, ngx_uint_t create)
{
    ngx_uint_t  i;

    if (place->version == version) {
        return place;
    }

    if (!create) {
        return NULL;
    }

    place->preferred = 0;

    for (i = 0; i < NGX_HTTP_RIVERTY_OPERATIONS; i++) {
        place->refused[i] = 0;
    }

    place->version = version;

    return place;
}


ngx_atomic_t *
ngx_http_riverty_zone_refused(ngx_http_riverty_credentials_t *known,
    ngx_http_riverty_operation_t operation)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_HTTP_RIVERTY_OPERATIONS - 1; i++) {
        if (operation == (ngx_http_riverty_operation_t) (1 << i)) {
            break;
        }
    }

    return &known->refused[i];
}
