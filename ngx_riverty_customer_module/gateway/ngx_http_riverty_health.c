/*
 * Can this worker serve?  200 while a store is in force, an app has a valid
 * key, and each log that is required takes records; else 503, and the body
 * names what is wrong.  No name, no path and no key is shown, with ?verbose
 * only counts.
 */

#include "ngx_http_riverty_health.h"
#include "ngx_http_riverty_answer.h"
#include "ngx_http_riverty_audit_file.h"
#include "ngx_http_riverty_audit_syslog.h"
#include "ngx_http_riverty_key_store.h"
#include "ngx_http_riverty_location.h"


#define NGX_HTTP_RIVERTY_HEALTH_MAX  512   /* bytes of a body */


/* What may be wrong: bits, and how the body calls them. */

enum {
    NGX_HTTP_RIVERTY_HEALTH_UNUSED = 0x1,
    NGX_HTTP_RIVERTY_HEALTH_STORE = 0x2,
    NGX_HTTP_RIVERTY_HEALTH_KEY = 0x4,
    NGX_HTTP_RIVERTY_HEALTH_AUDIT = 0x8
};

static const struct {
    ngx_uint_t   bit;
    const char  *name;
} ngx_http_riverty_health_problems[] = {
    { NGX_HTTP_RIVERTY_HEALTH_UNUSED, "nothing-protected" },
    { NGX_HTTP_RIVERTY_HEALTH_STORE, "no-store-in-force" },
    { NGX_HTTP_RIVERTY_HEALTH_KEY, "no-valid-key" },
    { NGX_HTTP_RIVERTY_HEALTH_AUDIT, "audit-unavailable" }
};

#define NGX_HTTP_RIVERTY_HEALTH_PROBLEMS                                      \
    (sizeof(ngx_http_riverty_health_problems)                                 \
     / sizeof(ngx_http_riverty_health_problems[0]))


typedef struct {
    ngx_uint_t  problems;       /* a mask of the bits above */
    ngx_uint_t  apps;
    ngx_uint_t  apps_valid;     /* of them, with a key that is valid now */
    ngx_uint_t  logs;           /* that are required */
    ngx_uint_t  logs_failed;    /* of them */
} ngx_http_riverty_health_t;


static ngx_int_t ngx_http_riverty_health_handler(ngx_http_request_t *r);
static void ngx_http_riverty_health_look(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_health_t *health);
static void ngx_http_riverty_health_look_store(
    ngx_http_riverty_main_conf_t *rmcf, ngx_http_riverty_health_t *health);
static void ngx_http_riverty_health_look_logs(
    ngx_http_riverty_main_conf_t *rmcf, ngx_http_riverty_health_t *health);
static u_char *ngx_http_riverty_health_print(u_char *p, u_char *end,
    ngx_http_riverty_health_t *health);
static ngx_uint_t ngx_http_riverty_health_verbose(ngx_str_t *args);


char *
ngx_http_riverty_health_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    return ngx_http_riverty_location_set(cf, cmd, conf,
                                        ngx_http_riverty_health_handler);
}


static ngx_int_t
ngx_http_riverty_health_handler(ngx_http_request_t *r)
{
    u_char                        *p, *end;
    ngx_uint_t                     status;
    ngx_http_complex_value_t       body;
    ngx_http_riverty_health_t      health;
    ngx_http_riverty_main_conf_t  *rmcf;

    static ngx_str_t  type = ngx_string("application/json");
    static ngx_str_t  no_store = ngx_string("no-store");

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    rmcf = ngx_http_get_module_main_conf(r, ngx_riverty_customer_module);

    ngx_http_riverty_health_look(rmcf, &health);

    status = health.problems ? NGX_HTTP_SERVICE_UNAVAILABLE : NGX_HTTP_OK;

    p = ngx_pnalloc(r->pool, NGX_HTTP_RIVERTY_HEALTH_MAX);

    if (p == NULL
        || ngx_http_riverty_answer_header(r, "Cache-Control", &no_store)
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memzero(&body, sizeof(ngx_http_complex_value_t));

    body.value.data = p;
    end = p + NGX_HTTP_RIVERTY_HEALTH_MAX;

    p = ngx_http_riverty_health_print(p, end, &health);

    if (ngx_http_riverty_health_verbose(&r->args)) {
        p = ngx_slprintf(p, end,
                         ",\"store\":{\"version\":%ui,\"bad\":%s,"
                         "\"loaded\":%T},\"apps\":{\"all\":%ui,"
                         "\"valid\":%ui},\"audit\":{\"required\":%ui,"
                         "\"failed\":%ui}",
                         rmcf->key_store_version,
                         rmcf->key_store_alarmed ? "true" : "false",
                         rmcf->key_store_loaded, health.apps,
                         health.apps_valid, health.logs, health.logs_failed);
    }

    p = ngx_slprintf(p, end, "}\n");

    body.value.len = p - body.value.data;

    r->disable_not_modified = 1;    /* a condition is no status of health */

    return ngx_http_send_response(r, status, &type, &body);
}


static void
ngx_http_riverty_health_look(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_health_t *health)
{
    ngx_memzero(health, sizeof(ngx_http_riverty_health_t));

    if (rmcf->protects == NULL) {
        health->problems = NGX_HTTP_RIVERTY_HEALTH_UNUSED;
        return;
    }

    ngx_http_riverty_health_look_store(rmcf, health);
    ngx_http_riverty_health_look_logs(rmcf, health);
}


/* Monitor needs no store. */

static void
ngx_http_riverty_health_look_store(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_health_t *health)
{
    if (rmcf->key_store == NULL) {
        return;
    }

    if (rmcf->key_store_stale) {
        health->problems |= NGX_HTTP_RIVERTY_HEALTH_STORE;
        return;
    }

    health->apps = rmcf->key_store->store->apps_count;
    health->apps_valid = ngx_http_riverty_key_store_valid(rmcf->key_store,
                                                          ngx_time());

    if (health->apps_valid == 0) {
        health->problems |= NGX_HTTP_RIVERTY_HEALTH_KEY;
    }
}


/*
 * A log is asked anew each time, whatever the last record met: where no request
 * comes any more nothing else would find out that it takes records again.
 */

static void
ngx_http_riverty_health_look_logs(ngx_http_riverty_main_conf_t *rmcf,
    ngx_http_riverty_health_t *health)
{
    ngx_err_t                       err;
    ngx_uint_t                      i;
    ngx_http_riverty_audit_log_t  **log;

    log = rmcf->audit_logs.elts;

    for (i = 0; i < rmcf->audit_logs.nelts; i++) {

        if (!log[i]->required) {
            continue;
        }

        err = log[i]->file ? ngx_http_riverty_audit_file_probe(log[i])
                           : ngx_http_riverty_audit_syslog_probe(log[i]);

        health->logs++;
        health->logs_failed += (err != 0);
    }

    if (health->logs_failed) {
        health->problems |= NGX_HTTP_RIVERTY_HEALTH_AUDIT;
    }
}


/* The members that are always there; the object stays open. */

static u_char *
ngx_http_riverty_health_print(u_char *p, u_char *end,
    ngx_http_riverty_health_t *health)
{
    ngx_uint_t   i;
    const char  *comma;

    if (health->problems == 0) {
        return ngx_slprintf(p, end, "{\"status\":\"ok\"");
    }

    p = ngx_slprintf(p, end, "{\"status\":\"unavailable\",\"problems\":[");
    comma = "";

    for (i = 0; i < NGX_HTTP_RIVERTY_HEALTH_PROBLEMS; i++) {

        if (health->problems & ngx_http_riverty_health_problems[i].bit) {
            p = ngx_slprintf(p, end, "%s\"%s\"", comma,
                             ngx_http_riverty_health_problems[i].name);
            comma = ",";
        }
    }

    return ngx_slprintf(p, end, "]");
}


/* ?verbose, with or without a value. */

static ngx_uint_t
ngx_http_riverty_health_verbose(ngx_str_t *args)
{
    static ngx_str_t  verbose = ngx_string("verbose");

    return args->len >= verbose.len
           && ngx_strncmp(args->data, verbose.data, verbose.len) == 0
           && (args->len == verbose.len || args->data[verbose.len] == '='
               || args->data[verbose.len] == '&');
}
