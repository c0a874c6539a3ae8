/*
 * The key store in a worker.  A replaced store stays until the last request
 * that uses it has ended.  A bad new store is refused and logged once, and the
 * old one stays in force.
 */

#include "ngx_http_riverty_key_store.h"
#include "ngx_http_riverty_alerts.h"
#include "ngx_http_riverty_audit_store.h"
#include "ngx_http_riverty_metrics.h"
#include "ngx_http_riverty_worker_user.h"
#include "ngx_http_riverty_zone.h"
#include "contract/store/store_load.h"

#include <grp.h>
#include <sys/wait.h>


#define NGX_HTTP_RIVERTY_CHECK_DEFAULT  5000

/* Files that are looked at in one go, with one stat(2) each. */
#define NGX_HTTP_RIVERTY_CHECK_SLICE    64


static char *ngx_http_riverty_key_store_param(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_http_riverty_main_conf_t *rmcf, ngx_str_t *value);
static ngx_http_riverty_key_store_t *ngx_http_riverty_key_store_load(
    ngx_str_t *file, ngx_uid_t user, riverty_error_t *error);
static void ngx_http_riverty_key_store_cleanup(void *data);
static void ngx_http_riverty_key_store_watch(ngx_event_t *ev);
static void ngx_http_riverty_key_store_catch_up(
    ngx_http_riverty_main_conf_t *rmcf);
static void ngx_http_riverty_key_store_reread(
    ngx_http_riverty_main_conf_t *rmcf);
static riverty_store_file_t *ngx_http_riverty_key_store_probe(
    ngx_http_riverty_key_store_t *store, ngx_core_conf_t *ccf);
static void ngx_http_riverty_key_store_try(ngx_http_riverty_key_store_t *store,
    int out);


char *
ngx_http_riverty_key_store_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_riverty_main_conf_t  *rmcf = conf;

    char                *rv;
    ngx_str_t           *value;
    riverty_error_t      error;
    ngx_pool_cleanup_t  *cln;

    if (rmcf->key_store) {
        return "is duplicate";
    }

    value = cf->args->elts;

    rmcf->key_store_check = NGX_HTTP_RIVERTY_CHECK_DEFAULT;

    if (cf->args->nelts == 3) {
        rv = ngx_http_riverty_key_store_param(cf, cmd, rmcf, &value[2]);

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    if (ngx_conf_full_name(cf->cycle, &value[1], 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_CONF_ERROR;
    }

    rmcf->key_store_file = value[1];
    rmcf->key_store_conf = cf->conf_file->file.name;
    rmcf->key_store_line = cf->conf_file->line;
    rmcf->key_store = ngx_http_riverty_key_store_load(&value[1],
                           ngx_http_riverty_worker_user(cf->cycle), &error);

    if (rmcf->key_store == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" \"%V\": %s",
                           &cmd->name, &value[1], error.text);
        return NGX_CONF_ERROR;
    }

    cln->handler = ngx_http_riverty_key_store_cleanup;
    cln->data = rmcf;

    ngx_http_riverty_audit_store_hand_over(cf, rmcf);

    return NGX_CONF_OK;
}


static char *
ngx_http_riverty_key_store_param(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_riverty_main_conf_t *rmcf, ngx_str_t *value)
{
    ngx_str_t  time;
    ngx_int_t  check;

    check = NGX_ERROR;

    if (ngx_strncmp(value->data, "check=", 6) == 0) {
        time.data = value->data + 6;
        time.len = value->len - 6;

        check = ngx_parse_time(&time, 0);
    }

    if (check == NGX_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" of \"%V\"; it may be "
                           "\"check=TIME\", such as check=5s, or check=0 to "
                           "read the store at start and on reload only",
                           value, &cmd->name);
        return NGX_CONF_ERROR;
    }

    rmcf->key_store_check = check;

    return NGX_CONF_OK;
}


static ngx_http_riverty_key_store_t *
ngx_http_riverty_key_store_load(ngx_str_t *file, ngx_uid_t user,
    riverty_error_t *error)
{
    riverty_store_t               *loaded;
    ngx_http_riverty_key_store_t  *store;

    loaded = riverty_store_load((char *) file->data, user, error);
    if (loaded == NULL) {
        return NULL;
    }

    store = riverty_secrets_alloc(loaded->secrets,
                                  sizeof(ngx_http_riverty_key_store_t));
    if (store == NULL) {
        riverty_store_free(loaded);
        riverty_fail(error, "out of memory");
        return NULL;
    }

    store->store = loaded;
    store->references = 1;

    return store;
}


/* The end of the cycle: releases the store that is in force then. */

static void
ngx_http_riverty_key_store_cleanup(void *data)
{
    ngx_http_riverty_main_conf_t  *rmcf = data;

    ngx_http_riverty_key_store_release(rmcf->key_store);
    rmcf->key_store = NULL;

    riverty_outline_free(rmcf->store_before);
    rmcf->store_before = NULL;
}


ngx_http_riverty_key_store_t *
ngx_http_riverty_key_store_acquire(ngx_http_riverty_main_conf_t *rmcf)
{
    if (rmcf->key_store != NULL) {
        rmcf->key_store->references++;
    }

    return rmcf->key_store;
}


void
ngx_http_riverty_key_store_release(ngx_http_riverty_key_store_t *store)
{
    if (store != NULL && --store->references == 0) {
        riverty_store_free(store->store);   /* itself included */
    }
}


ngx_uint_t
ngx_http_riverty_key_store_valid(const ngx_http_riverty_key_store_t *store,
    time_t now)
{
    size_t      i;
    ngx_uint_t  count;

    count = 0;

    for (i = 0; i < store->store->apps_count; i++) {
        count += riverty_app_key(&store->store->apps[i], 0, now) != NULL;
    }

    return count;
}


ngx_int_t
ngx_http_riverty_key_store_init_process(ngx_cycle_t *cycle,
    ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_event_t  *ev;

    if (rmcf->key_store == NULL || rmcf->protects == NULL) {
        return NGX_OK;
    }

    riverty_secrets_lock(rmcf->key_store->store->secrets);

    rmcf->key_store->version =
        ngx_http_riverty_zone_version(rmcf, rmcf->key_store->store->content);
    rmcf->key_store_version = rmcf->key_store->version;
    rmcf->key_store_loaded = ngx_time();

    ngx_http_riverty_metrics_store_places(rmcf, rmcf->key_store);

    if (rmcf->key_store_check == 0) {
        ngx_http_riverty_metrics_store_good(rmcf);
        ngx_http_riverty_zone_set_current(rmcf, rmcf->key_store->version);
        return NGX_OK;
    }

    ngx_http_riverty_key_store_catch_up(rmcf);

    ev = ngx_pcalloc(cycle->pool, sizeof(ngx_event_t));
    if (ev == NULL) {
        return NGX_ERROR;
    }

    ev->handler = ngx_http_riverty_key_store_watch;
    ev->data = rmcf;
    ev->log = cycle->log;
    ev->cancelable = 1;

    ngx_add_timer(ev, rmcf->key_store_check);

    return NGX_OK;
}


/*
 * A new worker starts with the master's store, which may be older: it must not
 * bring back an app or a key that was taken out.
 */

static void
ngx_http_riverty_key_store_catch_up(ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_uint_t  current;

    rmcf->key_store_at = NULL;

    if (!riverty_store_changed(rmcf->key_store->store, &rmcf->key_store_at,
                               (size_t) -1))
    {
        ngx_http_riverty_metrics_store_good(rmcf);
        ngx_http_riverty_zone_set_current(rmcf, rmcf->key_store->version);
        return;
    }

    rmcf->key_store_at = NULL;

    ngx_http_riverty_key_store_reread(rmcf);

    current = ngx_http_riverty_zone_current(rmcf);

    if (rmcf->key_store_alarmed && current != 0
        && current != rmcf->key_store->version)
    {
        rmcf->key_store_stale = 1;

        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                      "riverty: the key store that was in force cannot be read "
                      "again, this worker answers 503 until a good one is "
                      "there");
    }
}


static void
ngx_http_riverty_key_store_watch(ngx_event_t *ev)
{
    ngx_msec_t                     next;
    ngx_http_riverty_main_conf_t  *rmcf = ev->data;

    if (ngx_exiting) {
        return;
    }

    next = rmcf->key_store_check;

    if (rmcf->key_store_alarmed
        || riverty_store_changed(rmcf->key_store->store, &rmcf->key_store_at,
                                 NGX_HTTP_RIVERTY_CHECK_SLICE))
    {
        rmcf->key_store_at = NULL;
        ngx_http_riverty_key_store_reread(rmcf);

    } else if (rmcf->key_store_at != NULL) {
        next = 1;   /* the next slice, once other events have had their turn */
    }

    ngx_add_timer(ev, next);
}


static void
ngx_http_riverty_key_store_reread(ngx_http_riverty_main_conf_t *rmcf)
{
    riverty_error_t                error;
    ngx_http_riverty_key_store_t  *before, *store;

    store = ngx_http_riverty_key_store_load(&rmcf->key_store_file, geteuid(),
                                            &error);

    if (store == NULL) {
        rmcf->key_store_alarmed = 1;
        ngx_http_riverty_metrics_store_bad(rmcf);

        if (ngx_http_riverty_zone_alarm(rmcf, (u_char *) error.text,
                                        ngx_strlen(error.text)))
        {
            ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                          "riverty: the key store \"%V\" has changed and is "
                          "bad, the old one stays in force: %s",
                          &rmcf->key_store_file, error.text);
        }

        return;
    }

    if (ngx_http_riverty_zone_alarm(rmcf, NULL, 0)) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "riverty: the key store \"%V\" is good again",
                      &rmcf->key_store_file);
    }

    store->version = ngx_http_riverty_zone_version(rmcf, store->store->content);

    if (rmcf->key_store_alarmed || store->version != rmcf->key_store->version) {
        ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                      "riverty: the key store \"%V\" is in force in version "
                      "%ui", &rmcf->key_store_file, store->version);
    }

    rmcf->key_store_alarmed = 0;
    rmcf->key_store_stale = 0;
    rmcf->key_store_loaded = ngx_time();

    ngx_http_riverty_metrics_store_places(rmcf, store);
    ngx_http_riverty_metrics_store_good(rmcf);
    ngx_http_riverty_zone_set_current(rmcf, store->version);

    before = rmcf->key_store;

    rmcf->key_store = store;
    rmcf->key_store_version = store->version;

    ngx_http_riverty_alerts_store(rmcf);
    ngx_http_riverty_audit_store_replaced(rmcf, before);
    ngx_http_riverty_key_store_release(before);
}


ngx_int_t
ngx_http_riverty_key_store_readable(ngx_cycle_t *cycle,
    ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_core_conf_t       *ccf;
    riverty_store_file_t  *file;

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    if (rmcf->key_store == NULL || rmcf->key_store_check == 0
        || geteuid() != 0 || ccf->user == 0
        || ccf->user == (ngx_uid_t) NGX_CONF_UNSET_UINT)
    {
        return NGX_OK;
    }

    file = ngx_http_riverty_key_store_probe(rmcf->key_store, ccf);

    if (file == NULL) {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cycle->log, 0,
                  "\"riverty_key_store\" \"%V\": the workers' user \"%s\" "
                  "cannot read \"%s\" again; chgrp the files to its group "
                  "with mode 640, or say check=0 to read them at start and on "
                  "reload only, in %V:%ui",
                  &rmcf->key_store_file, ccf->username, file->path,
                  &rmcf->key_store_conf, rmcf->key_store_line);

    return NGX_ERROR;
}


/*
 * A child process becomes that user and tries, because directories and ACLs
 * count, too.  Returns the file that the user cannot read, or NULL.
 */

static riverty_store_file_t *
ngx_http_riverty_key_store_probe(ngx_http_riverty_key_store_t *store,
    ngx_core_conf_t *ccf)
{
    int                    fds[2];
    pid_t                  pid;
    ssize_t                n;
    riverty_store_file_t  *file;

    if (pipe(fds) == -1) {
        return NULL;   /* the first check in a worker will tell */
    }

    pid = fork();

    if (pid == 0) {

        if (setgid(ccf->group) == 0
            && initgroups(ccf->username, ccf->group) == 0
            && setuid(ccf->user) == 0)
        {
            ngx_http_riverty_key_store_try(store, fds[1]);
        }

        _exit(0);
    }

    (void) close(fds[1]);

    /* what it writes is a pointer that is as good here */

    n = read(fds[0], &file, sizeof(file));

    (void) close(fds[0]);

    while (pid != -1 && waitpid(pid, NULL, 0) == -1 && ngx_errno == NGX_EINTR) {
        /* void */
    }

    return n == sizeof(file) ? file : NULL;
}


static void
ngx_http_riverty_key_store_try(ngx_http_riverty_key_store_t *store, int out)
{
    int                    fd;
    riverty_store_file_t  *file;

    for (file = store->store->files; file; file = file->next) {

        fd = open(file->path, O_RDONLY);

        if (fd == -1) {
            (void) !write(out, &file, sizeof(file));
            return;
        }

        (void) close(fd);
    }
}
