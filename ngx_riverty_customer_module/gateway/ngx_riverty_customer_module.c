/*
 * ngx_riverty_customer_module: the table of contents.  The directives, how they
 * are inherited, and which room sits in which phase:
 *
 *   POST_READ    log_guard   no line of error.log shows a customer number
 *   REWRITE      route       operation, number, ids; the client's keys go
 *   PRECONTENT   gate        app, body, contract, key, intent
 *   content      seal        the key behind the finished header block
 *   upstream     reply       no key comes back
 *   filters      reply       what the API calls the customer
 *   LOG          audit       one record
 */

#include "ngx_http_riverty.h"
#include "ngx_http_riverty_alerts.h"
#include "ngx_http_riverty_allow.h"
#include "ngx_http_riverty_audit.h"
#include "ngx_http_riverty_audit_alarm.h"
#include "ngx_http_riverty_audit_batch.h"
#include "ngx_http_riverty_audit_chain.h"
#include "ngx_http_riverty_audit_checkpoint.h"
#include "ngx_http_riverty_audit_file.h"
#include "ngx_http_riverty_audit_log.h"
#include "ngx_http_riverty_audit_store.h"
#include "ngx_http_riverty_audit_tear.h"
#include "ngx_http_riverty_body.h"
#include "ngx_http_riverty_directives.h"
#include "ngx_http_riverty_gate.h"
#include "ngx_http_riverty_headers.h"
#include "ngx_http_riverty_health.h"
#include "ngx_http_riverty_hints.h"
#include "ngx_http_riverty_ids.h"
#include "ngx_http_riverty_key_store.h"
#include "ngx_http_riverty_location.h"
#include "ngx_http_riverty_log_filter.h"
#include "ngx_http_riverty_log_guard.h"
#include "ngx_http_riverty_metrics.h"
#include "ngx_http_riverty_nginx.h"
#include "ngx_http_riverty_problem.h"
#include "ngx_http_riverty_problem_conf.h"
#include "ngx_http_riverty_protect.h"
#include "ngx_http_riverty_redaction_key.h"
#include "ngx_http_riverty_reply.h"
#include "ngx_http_riverty_route.h"
#include "ngx_http_riverty_seal.h"
#include "ngx_http_riverty_status.h"
#include "ngx_http_riverty_status_access.h"
#include "ngx_http_riverty_trace.h"
#include "ngx_http_riverty_unused.h"
#include "ngx_http_riverty_variables.h"
#include "ngx_http_riverty_zone.h"


static ngx_int_t ngx_http_riverty_preconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_http_riverty_postconfiguration(ngx_conf_t *cf);
static char *ngx_http_riverty_init_conf(ngx_cycle_t *cycle, void *conf);
static ngx_int_t ngx_http_riverty_init_process(ngx_cycle_t *cycle);
static void ngx_http_riverty_exit_process(ngx_cycle_t *cycle);
static ngx_http_riverty_main_conf_t *ngx_http_riverty_worker_conf(
    ngx_cycle_t *cycle);
static void *ngx_http_riverty_create_main_conf(ngx_conf_t *cf);
static void *ngx_http_riverty_create_srv_conf(ngx_conf_t *cf);
static void *ngx_http_riverty_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_riverty_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);
static char *ngx_http_riverty_merge_array(ngx_conf_t *cf, ngx_array_t *prev,
    ngx_array_t **conf);
static char *ngx_http_riverty_merge_levels(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *prev, ngx_http_riverty_loc_conf_t *conf);


#define NGX_HTTP_RIVERTY_ANY_CONF                                             \
    NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF


static ngx_conf_post_t  ngx_http_riverty_max_body_post = {
    ngx_http_riverty_max_body_check
};


static ngx_command_t  ngx_http_riverty_commands[] = {

    { ngx_string("riverty_customer"),
      NGX_HTTP_RIVERTY_ANY_CONF|NGX_CONF_TAKE1,
      ngx_http_riverty_customer_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("riverty_prefix"),
      NGX_HTTP_RIVERTY_ANY_CONF|NGX_CONF_TAKE1,
      ngx_http_riverty_prefix_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("riverty_key_store"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE12,
      ngx_http_riverty_key_store_set,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("riverty_key_header"),
      NGX_HTTP_RIVERTY_ANY_CONF|NGX_CONF_TAKE1,
      ngx_http_riverty_header_name_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_riverty_loc_conf_t, key_header),
      NULL },

    { ngx_string("riverty_app"),
      NGX_HTTP_RIVERTY_ANY_CONF|NGX_CONF_TAKE1,
      ngx_http_riverty_app_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_riverty_loc_conf_t, app),
      NULL },

    { ngx_string("riverty_mode"),
      NGX_HTTP_RIVERTY_ANY_CONF|NGX_CONF_TAKE1,
      ngx_http_riverty_mode_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_riverty_loc_conf_t, app_mode),
      NULL },

    { ngx_string("riverty_app_token_header"),
      NGX_HTTP_RIVERTY_ANY_CONF|NGX_CONF_TAKE1,
      ngx_http_riverty_header_name_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_riverty_loc_conf_t, token_header),
      NULL },

    { ngx_string("riverty_strip_header"),
      NGX_HTTP_RIVERTY_ANY_CONF|NGX_CONF_1MORE,
      ngx_http_riverty_strip_header_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_riverty_loc_conf_t, strip),
      NULL },

    { ngx_string("riverty_rules"),
      NGX_HTTP_RIVERTY_ANY_CONF|NGX_CONF_TAKE1,
      ngx_http_riverty_rules_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("riverty_rule"),
      NGX_HTTP_RIVERTY_ANY_CONF|NGX_CONF_TAKE2,
      ngx_http_riverty_rule_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("riverty_field"),
      NGX_HTTP_RIVERTY_ANY_CONF|NGX_CONF_2MORE,
      ngx_http_riverty_field_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("riverty_max_body"),
      NGX_HTTP_RIVERTY_ANY_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_riverty_loc_conf_t, max_body),
      &ngx_http_riverty_max_body_post },

    { ngx_string("riverty_redaction_key"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE2|NGX_CONF_TAKE3|NGX_CONF_TAKE4,
      ngx_http_riverty_redaction_key_set,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("riverty_audit_log"),
      NGX_HTTP_RIVERTY_ANY_CONF|NGX_CONF_1MORE,
      ngx_http_riverty_audit_log_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("riverty_audit_key"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_riverty_audit_key_set,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("riverty_audit_checkpoint"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_riverty_audit_checkpoint_set,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("riverty_allow"),
      NGX_HTTP_RIVERTY_ANY_CONF|NGX_CONF_1MORE,
      ngx_http_riverty_allow_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_riverty_loc_conf_t, allow),
      &ngx_http_riverty_allow_mask },

    { ngx_string("riverty_health"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_riverty_health_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("riverty_traceparent"),
      NGX_HTTP_RIVERTY_ANY_CONF|NGX_CONF_FLAG,
      ngx_http_riverty_traceparent_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_riverty_loc_conf_t, makes_trace),
      NULL },

    { ngx_string("riverty_problem"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_riverty_problem_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("riverty_status"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS|NGX_CONF_TAKE1,
      ngx_http_riverty_status_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("riverty_request_id_header"),
      NGX_HTTP_RIVERTY_ANY_CONF|NGX_CONF_TAKE1,
      ngx_http_riverty_request_id_header_set,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_riverty_loc_conf_t, request_id_header),
      NULL },

    { ngx_string("riverty_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_riverty_zone_set,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_riverty_module_ctx = {
    ngx_http_riverty_preconfiguration,     /* preconfiguration */
    ngx_http_riverty_postconfiguration,    /* postconfiguration */

    ngx_http_riverty_create_main_conf,     /* create main configuration */
    NULL,                                  /* init main configuration */

    ngx_http_riverty_create_srv_conf,      /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_riverty_create_loc_conf,      /* create location configuration */
    ngx_http_riverty_merge_loc_conf        /* merge location configuration */
};


ngx_module_t  ngx_riverty_customer_module = {
    NGX_MODULE_V1,
    &ngx_http_riverty_module_ctx,          /* module context */
    ngx_http_riverty_commands,             /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    ngx_http_riverty_say_version,          /* init module */
    ngx_http_riverty_init_process,         /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_http_riverty_exit_process,         /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


/*
 * What needs the whole configuration: `user` may follow http{}, and filters
 * do.
 */

static ngx_core_module_t  ngx_riverty_core_module_ctx = {
    ngx_string("riverty"),
    NULL,
    ngx_http_riverty_init_conf
};


ngx_module_t  ngx_riverty_core_module = {
    NGX_MODULE_V1,
    &ngx_riverty_core_module_ctx,          /* module context */
    NULL,                                  /* module directives */
    NGX_CORE_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


/* Where the gateway sits in the way of a request. */

static const struct {
    ngx_http_phases      phase;
    ngx_http_handler_pt  handler;
} ngx_http_riverty_phases[] = {
    { NGX_HTTP_POST_READ_PHASE, ngx_http_riverty_post_read_handler },
    { NGX_HTTP_REWRITE_PHASE, ngx_http_riverty_rewrite_handler },
    { NGX_HTTP_PRECONTENT_PHASE, ngx_http_riverty_precontent_handler },
    { NGX_HTTP_CONTENT_PHASE, ngx_http_riverty_unsealed_handler },
    { NGX_HTTP_LOG_PHASE, ngx_http_riverty_guard_logged_handler },
    { NGX_HTTP_LOG_PHASE, ngx_http_riverty_log_handler }
};


static ngx_int_t
ngx_http_riverty_preconfiguration(ngx_conf_t *cf)
{
    return ngx_http_riverty_variables_add(cf);
}


static ngx_int_t
ngx_http_riverty_postconfiguration(ngx_conf_t *cf)
{
    ngx_uint_t                     i;
    ngx_http_handler_pt           *h, *first;
    ngx_http_core_main_conf_t     *cmcf;
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_conf_get_module_main_conf(cf, ngx_riverty_customer_module);

    ngx_http_riverty_unused_warn(cf, rmcf);
    ngx_http_riverty_problem_conf_warn(cf);

    if (rmcf->protects == NULL) {
        return NGX_OK;
    }

    if (ngx_http_riverty_audit_checkpoint_check(cf, rmcf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (rmcf->pseudonym_keys_n == 0) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "no \"riverty_redaction_key\": audit records have "
                           "no pseudonym of a customer, so nobody can search "
                           "for a customer: say \"riverty_redaction_key k1 "
                           "FILE;\", whose file \"openssl rand -hex 32\" "
                           "makes,");
    }

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    for (i = 0; i < sizeof(ngx_http_riverty_phases)
                    / sizeof(ngx_http_riverty_phases[0]); i++)
    {
        h = ngx_array_push(
               &cmcf->phases[ngx_http_riverty_phases[i].phase].handlers);
        if (h == NULL) {
            return NGX_ERROR;
        }

        *h = ngx_http_riverty_phases[i].handler;
    }

    /* nginx's own log handler stands there already: ours before it */

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_LOG_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    first = cmcf->phases[NGX_HTTP_LOG_PHASE].handlers.elts;

    ngx_memmove(first + 1, first, (h - first) * sizeof(ngx_http_handler_pt));
    *first = ngx_http_riverty_guard_log_handler;

    if (ngx_http_riverty_zone_add(cf) != NGX_OK
        || ngx_http_riverty_metrics_add(cf, rmcf->zone->shm.size) != NGX_OK
        || ngx_http_riverty_variables_index(cf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_riverty_body_filter_init(cf);
}


static char *
ngx_http_riverty_init_conf(ngx_cycle_t *cycle, void *conf)
{
    ngx_http_riverty_main_conf_t  *rmcf;

    (void) conf;

    rmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_riverty_customer_module);

    if (rmcf == NULL || rmcf->protects == NULL) {
        return NGX_CONF_OK;
    }

    ngx_http_riverty_reply_init();
    ngx_http_riverty_log_filter_init(cycle);
    ngx_http_riverty_audit_log_guard(cycle, rmcf);
    ngx_http_riverty_hints(cycle, rmcf);

    return ngx_http_riverty_allow_logs(cycle, rmcf) == NGX_OK
           && ngx_http_riverty_key_store_readable(cycle, rmcf) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static ngx_int_t
ngx_http_riverty_init_process(ngx_cycle_t *cycle)
{
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_riverty_worker_conf(cycle);

    if (rmcf == NULL) {
        return NGX_OK;
    }

    ngx_http_riverty_metrics_init_process(rmcf);

    if (ngx_http_riverty_key_store_init_process(cycle, rmcf) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_riverty_ids_init_process();
    ngx_http_riverty_redaction_key_init_process(rmcf);
    ngx_http_riverty_audit_file_init_process();
    ngx_http_riverty_audit_alarm_init_process(rmcf);
    ngx_http_riverty_audit_tear_init_process(rmcf);

    if (ngx_http_riverty_audit_batch_init_process(cycle, rmcf) != NGX_OK
        || ngx_http_riverty_audit_chain_init_process(rmcf) != NGX_OK
        || ngx_http_riverty_alerts_init_process(cycle, rmcf) != NGX_OK
        || ngx_http_riverty_audit_checkpoint_init_process(cycle, rmcf)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_riverty_audit_store_init_process(cycle, rmcf);

    return NGX_OK;
}


static void
ngx_http_riverty_exit_process(ngx_cycle_t *cycle)
{
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_riverty_worker_conf(cycle);

    if (rmcf != NULL) {
        ngx_http_riverty_audit_exit_process(rmcf);
        ngx_http_riverty_audit_chain_exit_process(rmcf);
        ngx_http_riverty_audit_checkpoint_exit_process(rmcf);
        ngx_http_riverty_audit_batch_exit_process(rmcf);
        ngx_http_riverty_metrics_exit_process(rmcf);
    }
}


/* Of a worker that has something to protect; NULL also in cache processes. */

static ngx_http_riverty_main_conf_t *
ngx_http_riverty_worker_conf(ngx_cycle_t *cycle)
{
    ngx_http_riverty_main_conf_t  *rmcf;

    if (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NULL;
    }

    rmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_riverty_customer_module);

    return rmcf != NULL && rmcf->protects != NULL ? rmcf : NULL;
}


static void *
ngx_http_riverty_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_riverty_main_conf_t  *rmcf;

    /* all of it is zero until a directive says otherwise */

    rmcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_riverty_main_conf_t));

    if (rmcf == NULL
        || ngx_array_init(&rmcf->audit_logs, cf->pool, 2, sizeof(void *))
           != NGX_OK)
    {
        return NULL;
    }

    ngx_queue_init(&rmcf->requests);

    return rmcf;
}


static void *
ngx_http_riverty_create_srv_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_riverty_srv_conf_t));
}


static void *
ngx_http_riverty_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_riverty_loc_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_http_riverty_loc_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     conf->outer = NULL;
     *     conf->used, says_mode, problem, status = 0;
     *     conf->error_pages = NULL;
     *     conf->file, answers, answers_file = { 0, NULL };
     *     conf->prefix, key_header, token_header = { 0, NULL };
     *     conf->request_id_header = { 0, NULL };
     *     conf->line, answers_line = 0;
     *     conf->strip = NULL;
     *     conf->headers = NULL;
     *     conf->traceparent = NULL;
     *     conf->app, app_mode = NULL;
     *     conf->watch_body = 0;
     *     conf->allow = 0;
     *     conf->levels = NULL;
     *     conf->fields = NULL;
     *     conf->contract = NULL;
     */

    conf->mode = NGX_CONF_UNSET_UINT;
    conf->profile = NGX_CONF_UNSET_UINT;
    conf->max_body = NGX_CONF_UNSET_SIZE;
    conf->makes_trace = NGX_CONF_UNSET;
    conf->audit = NGX_CONF_UNSET_PTR;

    return conf;
}


static char *
ngx_http_riverty_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_riverty_loc_conf_t  *prev = parent;
    ngx_http_riverty_loc_conf_t  *conf = child;

    conf->outer = prev;
    conf->says_mode = conf->mode != NGX_CONF_UNSET_UINT;

    if (!conf->says_mode) {
        conf->file = prev->file;
        conf->line = prev->line;
    }

    if (conf->answers.len
        && ngx_http_riverty_location_merge(cf, conf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (conf->status && ngx_http_riverty_status_access(cf, conf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    ngx_conf_merge_uint_value(conf->mode, prev->mode, NGX_HTTP_RIVERTY_OFF);
    ngx_conf_merge_size_value(conf->max_body, prev->max_body, 65536);
    ngx_conf_merge_value(conf->makes_trace, prev->makes_trace, 0);
    ngx_conf_merge_str_value(conf->prefix, prev->prefix, "");
    ngx_conf_merge_bitmask_value(conf->allow, prev->allow,
                                 NGX_CONF_BITMASK_SET);

    ngx_conf_merge_str_value(conf->key_header, prev->key_header,
                             "X-Subscription-Key");
    ngx_conf_merge_str_value(conf->key_header_lower, prev->key_header_lower,
                             "x-subscription-key");
    ngx_conf_merge_str_value(conf->token_header, prev->token_header,
                             "X-App-Token");
    ngx_conf_merge_str_value(conf->token_header_lower,
                             prev->token_header_lower, "x-app-token");

    ngx_conf_merge_str_value(conf->request_id_header, prev->request_id_header,
                             "X-Request-ID");

    if (conf->app == NULL) {
        conf->app = prev->app;
    }

    if (conf->app_mode == NULL) {
        conf->app_mode = prev->app_mode;
    }

    if (conf->audit == NGX_CONF_UNSET_PTR) {
        conf->audit = prev->audit;
    }

    if (ngx_http_riverty_merge_levels(cf, prev, conf) != NGX_CONF_OK
        || ngx_http_riverty_merge_array(cf, prev->fields, &conf->fields)
           != NGX_CONF_OK
        || ngx_http_riverty_merge_array(cf, prev->strip, &conf->strip)
           != NGX_CONF_OK
        || ngx_http_riverty_headers_conf(cf, prev, conf) != NGX_OK
        || ngx_http_riverty_problem_conf_check(cf, prev, conf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (conf->mode == NGX_HTTP_RIVERTY_OFF) {
        return NGX_CONF_OK;
    }

    return ngx_http_riverty_protect(cf, prev, conf);
}


/*
 * The nearer setting wins: a profile takes the place of all levels of outer
 * ones, and a level stands on top of the profile of its own level or an outer
 * one.
 */

static char *
ngx_http_riverty_merge_levels(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *prev, ngx_http_riverty_loc_conf_t *conf)
{
    ngx_uint_t  i;

    (void) cf;

    if (conf->profile != NGX_CONF_UNSET_UINT) {
        return NGX_CONF_OK;
    }

    conf->profile = prev->profile;

    if (conf->levels == NULL) {
        conf->levels = prev->levels;
        return NGX_CONF_OK;
    }

    for (i = 0; prev->levels && i < RIVERTY_RULE_COUNT; i++) {
        ngx_conf_merge_value(conf->levels[i], prev->levels[i],
                             NGX_CONF_UNSET);
    }

    return NGX_CONF_OK;
}


/* Outer settings come first, so that an inner one of the same field wins. */

static char *
ngx_http_riverty_merge_array(ngx_conf_t *cf, ngx_array_t *prev,
    ngx_array_t **conf)
{
    u_char       *p;
    ngx_array_t  *all;

    if (*conf == NULL || prev == NULL) {
        *conf = *conf ? *conf : prev;
        return NGX_CONF_OK;
    }

    all = ngx_array_create(cf->pool, prev->nelts + (*conf)->nelts, prev->size);
    if (all == NULL) {
        return NGX_CONF_ERROR;
    }

    p = ngx_array_push_n(all, prev->nelts + (*conf)->nelts);

    p = ngx_cpymem(p, prev->elts, prev->nelts * prev->size);
    ngx_memcpy(p, (*conf)->elts, (*conf)->nelts * prev->size);

    *conf = all;

    return NGX_CONF_OK;
}
