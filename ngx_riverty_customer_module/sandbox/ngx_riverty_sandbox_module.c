/*
 * A stand-in for the API: directives, variables, configuration.  What happens
 * to a request is in request.c, keys.c and operations.c; customers.c keeps the
 * customers, replies.c reads and writes the JSON.
 */
#include "sandbox.h"
#include "request.h"
#include "keys.h"


static char *ngx_http_riverty_sandbox(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_riverty_sandbox_key(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_riverty_sandbox_status(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_riverty_sandbox_delay(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_riverty_sandbox_zone(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

static ngx_int_t ngx_http_riverty_sandbox_key_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_riverty_sandbox_body_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);

static void *ngx_http_riverty_sandbox_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_riverty_sandbox_init_main_conf(ngx_conf_t *cf,
    void *conf);
static void *ngx_http_riverty_sandbox_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_riverty_sandbox_merge_loc_conf(ngx_conf_t *cf,
    void *parent, void *child);
static ngx_int_t ngx_http_riverty_sandbox_add_variables(ngx_conf_t *cf);


static ngx_command_t  ngx_http_riverty_sandbox_commands[] = {

    { ngx_string("riverty_sandbox"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_riverty_sandbox,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("riverty_sandbox_key"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_riverty_sandbox_key,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("riverty_sandbox_status"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_riverty_sandbox_status,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_riverty_sandbox_loc_conf_t, status),
      NULL },

    { ngx_string("riverty_sandbox_delay"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_riverty_sandbox_delay,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_riverty_sandbox_loc_conf_t, delay),
      NULL },

    { ngx_string("riverty_sandbox_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_riverty_sandbox_zone,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_riverty_sandbox_main_conf_t, zone_size),
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_riverty_sandbox_module_ctx = {
    ngx_http_riverty_sandbox_add_variables,      /* preconfiguration */
    NULL,                                        /* postconfiguration */

    ngx_http_riverty_sandbox_create_main_conf,   /* create main conf */
    ngx_http_riverty_sandbox_init_main_conf,     /* init main conf */

    NULL,                                        /* create server conf */
    NULL,                                        /* merge server conf */

    ngx_http_riverty_sandbox_create_loc_conf,    /* create location conf */
    ngx_http_riverty_sandbox_merge_loc_conf      /* merge location conf */
};


ngx_module_t  ngx_riverty_sandbox_module = {
    NGX_MODULE_V1,
    &ngx_http_riverty_sandbox_module_ctx,        /* module context */
    ngx_http_riverty_sandbox_commands,           /* module directives */
    NGX_HTTP_MODULE,                             /* module type */
    NULL,                                        /* init master */
    NULL,                                        /* init module */
    NULL,                                        /* init process */
    NULL,                                        /* init thread */
    NULL,                                        /* exit thread */
    NULL,                                        /* exit process */
    NULL,                                        /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_http_variable_t  ngx_http_riverty_sandbox_vars[] = {

    { ngx_string("riverty_sandbox_key"), NULL,
      ngx_http_riverty_sandbox_key_variable, 0, 0, 0 },

    /* not cacheable: absent until the body has been read */
    { ngx_string("riverty_sandbox_body"), NULL,
      ngx_http_riverty_sandbox_body_variable, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


static ngx_str_t  ngx_http_riverty_sandbox_zone_name =
    ngx_string("riverty_sandbox");


static char *
ngx_http_riverty_sandbox(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_riverty_sandbox_loc_conf_t  *slcf = conf;

    ngx_http_core_loc_conf_t              *clcf;
    ngx_http_riverty_sandbox_main_conf_t  *smcf;

    if (slcf->enable) {
        return "is duplicate";
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->handler) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" stands beside another directive that "
                           "answers in location \"%V\"; keep one of them",
                           &cmd->name, &clcf->name);
        return NGX_CONF_ERROR;
    }

    smcf = ngx_http_conf_get_module_main_conf(cf, ngx_riverty_sandbox_module);
    smcf->enable = 1;

    slcf->enable = 1;
    clcf->handler = ngx_http_riverty_sandbox_handler;

    return NGX_CONF_OK;
}


/* A key is never printed, not even a refused one. */
static char *
ngx_http_riverty_sandbox_key(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_riverty_sandbox_loc_conf_t  *slcf = conf;

    ngx_str_t   *value, *key;
    ngx_uint_t   i;

    if (slcf->keys != NGX_CONF_UNSET_PTR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" is duplicate; name all keys in one "
                           "directive", &cmd->name);
        return NGX_CONF_ERROR;
    }

    slcf->keys = ngx_array_create(cf->pool, cf->args->nelts - 1,
                                  sizeof(ngx_str_t));
    if (slcf->keys == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        if (value[i].len == 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" has an empty key; leave the directive "
                               "out to accept every key", &cmd->name);
            return NGX_CONF_ERROR;
        }

        key = ngx_array_push(slcf->keys);
        if (key == NULL) {
            return NGX_CONF_ERROR;
        }

        *key = value[i];
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_riverty_sandbox_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                                 *rv;
    ngx_http_riverty_sandbox_loc_conf_t  *slcf = conf;

    rv = ngx_http_set_complex_value_slot(cf, cmd, conf);

    if (rv != NGX_CONF_OK || slcf->status->lengths) {
        return rv;
    }

    if (ngx_http_riverty_sandbox_parse_status(&slcf->status->value)
        == NGX_ERROR)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" has an invalid value \"%V\"; it takes a "
                           "status from 200 to 599, or 444 to close the "
                           "connection", &cmd->name, &slcf->status->value);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_riverty_sandbox_delay(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                                 *rv;
    ngx_http_riverty_sandbox_loc_conf_t  *slcf = conf;

    rv = ngx_http_set_complex_value_slot(cf, cmd, conf);

    if (rv != NGX_CONF_OK || slcf->delay->lengths) {
        return rv;
    }

    if (ngx_http_riverty_sandbox_parse_delay(&slcf->delay->value)
        == NGX_ERROR)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" has an invalid value \"%V\"; it takes a "
                           "time such as 200ms or 2s, one hour at most",
                           &cmd->name, &slcf->delay->value);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_riverty_sandbox_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                                  *rv;
    ngx_http_riverty_sandbox_main_conf_t  *smcf = conf;

    rv = ngx_conf_set_size_slot(cf, cmd, conf);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (smcf->zone_size < 8 * ngx_pagesize) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" is too small; it takes %uz bytes or more",
                           &cmd->name, 8 * ngx_pagesize);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_riverty_sandbox_key_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t                             keys;
    ngx_uint_t                            count;
    ngx_http_riverty_sandbox_loc_conf_t  *slcf;

    (void) data;

    slcf = ngx_http_get_module_loc_conf(r, ngx_riverty_sandbox_module);

    if (!slcf->enable) {
        v->not_found = 1;
        return NGX_OK;
    }

    if (ngx_http_riverty_sandbox_keys(r, &keys, &count) != NGX_OK) {
        return NGX_ERROR;
    }

    if (count == 0) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->len = keys.len;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->data = keys.data;

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_sandbox_body_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t  *body;

    (void) data;

    body = ngx_http_riverty_sandbox_body(r);

    if (body == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->len = body->len;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->data = body->data;

    return NGX_OK;
}


static void *
ngx_http_riverty_sandbox_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_riverty_sandbox_main_conf_t  *smcf;

    /* set by ngx_pcalloc(): enable, store */

    smcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_riverty_sandbox_main_conf_t));
    if (smcf == NULL) {
        return NULL;
    }

    smcf->zone_size = NGX_CONF_UNSET_SIZE;

    return smcf;
}


static char *
ngx_http_riverty_sandbox_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_http_riverty_sandbox_main_conf_t  *smcf = conf;

    ngx_shm_zone_t  *shm_zone;

    if (!smcf->enable) {
        return NGX_CONF_OK;
    }

    ngx_conf_init_size_value(smcf->zone_size, 1024 * 1024);

    shm_zone = ngx_shared_memory_add(cf, &ngx_http_riverty_sandbox_zone_name,
                                     smcf->zone_size,
                                     &ngx_riverty_sandbox_module);
    if (shm_zone == NULL) {
        return NGX_CONF_ERROR;
    }

    shm_zone->init = ngx_http_riverty_sandbox_store_init;
    shm_zone->data = &smcf->store;

    return NGX_CONF_OK;
}


static void *
ngx_http_riverty_sandbox_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_riverty_sandbox_loc_conf_t  *slcf;

    /* set by ngx_pcalloc(): enable */

    slcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_riverty_sandbox_loc_conf_t));
    if (slcf == NULL) {
        return NULL;
    }

    slcf->keys = NGX_CONF_UNSET_PTR;
    slcf->status = NGX_CONF_UNSET_PTR;
    slcf->delay = NGX_CONF_UNSET_PTR;

    return slcf;
}


static char *
ngx_http_riverty_sandbox_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child)
{
    ngx_http_riverty_sandbox_loc_conf_t  *prev = parent;
    ngx_http_riverty_sandbox_loc_conf_t  *conf = child;

    ngx_http_core_loc_conf_t  *clcf;

    ngx_conf_merge_ptr_value(conf->keys, prev->keys, NULL);
    ngx_conf_merge_ptr_value(conf->status, prev->status, NULL);
    ngx_conf_merge_ptr_value(conf->delay, prev->delay, NULL);

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    /* a content handler goes into "if" and "limit_except", no further */

    if (clcf->noname) {
        conf->enable = prev->enable;
        return NGX_CONF_OK;
    }

    if (conf->enable && clcf->handler != ngx_http_riverty_sandbox_handler) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"riverty_sandbox\" stands beside another "
                           "directive that answers in location \"%V\"; keep "
                           "one of them", &clcf->name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_riverty_sandbox_add_variables(ngx_conf_t *cf)
{
    ngx_http_variable_t  *var, *v;

    for (v = ngx_http_riverty_sandbox_vars; v->name.len; v++) {
        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}
