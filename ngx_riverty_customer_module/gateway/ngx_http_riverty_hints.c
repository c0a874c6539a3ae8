/*
 * What nginx -t warns of once the whole configuration is known: it works, but
 * hardly as it is meant.
 */

#include "ngx_http_riverty_hints.h"
#include "ngx_http_riverty_key_store.h"
#include "ngx_http_riverty_nginx.h"


static void ngx_http_riverty_hints_store(ngx_cycle_t *cycle,
    ngx_http_riverty_main_conf_t *rmcf);
static void ngx_http_riverty_hints_error_log(ngx_cycle_t *cycle,
    ngx_http_riverty_loc_conf_t *conf);
static void ngx_http_riverty_hints_sandbox(ngx_cycle_t *cycle,
    ngx_http_riverty_loc_conf_t *conf);
static ngx_uint_t ngx_http_riverty_hints_answers(ngx_cycle_t *cycle,
    ngx_module_t *module);


void
ngx_http_riverty_hints(ngx_cycle_t *cycle, ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_http_riverty_hints_store(cycle, rmcf);
    ngx_http_riverty_hints_error_log(cycle, rmcf->protects);

    if (rmcf->https != NULL) {
        ngx_http_riverty_hints_sandbox(cycle, rmcf->https);
    }
}


static void
ngx_http_riverty_hints_store(ngx_cycle_t *cycle,
    ngx_http_riverty_main_conf_t *rmcf)
{
    const char  *what;

    if (rmcf->key_store == NULL
        || ngx_http_riverty_key_store_valid(rmcf->key_store, ngx_time()) > 0)
    {
        return;
    }

    what = rmcf->key_store->store->apps_count == 0
           ? "has no app, so everybody is answered 401: add one (riverty-"
             "customer keys new-token makes a token)"
           : "has no key that is valid now, so every app is answered 503: add "
             "one (riverty-customer keys list shows when each is valid)";

    ngx_log_error(NGX_LOG_WARN, cycle->log, 0,
                  "\"riverty_key_store\" \"%V\" %s, in %V:%ui",
                  &rmcf->key_store_file, what, &rmcf->key_store_conf,
                  rmcf->key_store_line);
}


/* A daemon has /dev/null for its standard error. */

static void
ngx_http_riverty_hints_error_log(ngx_cycle_t *cycle,
    ngx_http_riverty_loc_conf_t *conf)
{
    ngx_core_conf_t  *ccf;

    static ngx_str_t  standard = ngx_string("stderr");

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    if (cycle->new_log.log_level != 0 || !ccf->daemon
        || (cycle->error_log.len != 0
            && (cycle->error_log.len != standard.len
                || ngx_strncmp(cycle->error_log.data, standard.data,
                               standard.len) != 0)))
    {
        return;
    }

    ngx_log_error(NGX_LOG_WARN, cycle->log, 0,
                  "\"riverty_customer\": there is no \"error_log\" outside of "
                  "http, so alerts about keys and audit go to the standard "
                  "error of a daemon, where nobody sees them: say \"error_log "
                  "/var/log/nginx/error.log notice;\", in %V:%ui",
                  &conf->file, conf->line);
}


static void
ngx_http_riverty_hints_sandbox(ngx_cycle_t *cycle,
    ngx_http_riverty_loc_conf_t *conf)
{
    ngx_module_t  *sandbox;

    sandbox = ngx_http_riverty_nginx_module(cycle,
                                            "ngx_riverty_sandbox_module");

    if (sandbox == NULL || !ngx_http_riverty_hints_answers(cycle, sandbox)) {
        return;
    }

    ngx_log_error(NGX_LOG_WARN, cycle->log, 0,
                  "\"riverty_sandbox\" stands beside a \"proxy_pass\" to "
                  "https: the sandbox keeps what it is sent, and has no "
                  "place where a real API is; take it out, where "
                  "\"riverty_customer\" is in %V:%ui",
                  &conf->file, conf->line);
}


/* A sandbox that answers anywhere has asked nginx for shared memory. */

static ngx_uint_t
ngx_http_riverty_hints_answers(ngx_cycle_t *cycle, ngx_module_t *module)
{
    ngx_uint_t        i;
    ngx_shm_zone_t   *zone;
    ngx_list_part_t  *part;

    for (part = &cycle->shared_memory.part; part; part = part->next) {

        zone = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (zone[i].tag == module) {
                return 1;
            }
        }
    }

    return 0;
}
