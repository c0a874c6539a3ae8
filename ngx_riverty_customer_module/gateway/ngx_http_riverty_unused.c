/*
 * Settings that no protected location uses: a rule or a field that is changed
 * in a place where, and below which, riverty_customer is off.
 */

#include "ngx_http_riverty_unused.h"


typedef struct {
    ngx_http_riverty_loc_conf_t  *conf;
    ngx_str_t                     name;
    ngx_str_t                     value;
    ngx_str_t                     file;
    ngx_uint_t                    line;
} ngx_http_riverty_setting_t;


ngx_int_t
ngx_http_riverty_unused_note(ngx_conf_t *cf, ngx_http_riverty_loc_conf_t *conf)
{
    ngx_str_t                     *value;
    ngx_http_riverty_setting_t    *setting;
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_conf_get_module_main_conf(cf, ngx_riverty_customer_module);

    if (rmcf->settings == NULL) {
        rmcf->settings = ngx_array_create(cf->pool, 8,
                                          sizeof(ngx_http_riverty_setting_t));
        if (rmcf->settings == NULL) {
            return NGX_ERROR;
        }
    }

    setting = ngx_array_push(rmcf->settings);
    if (setting == NULL) {
        return NGX_ERROR;
    }

    value = cf->args->elts;

    setting->conf = conf;
    setting->name = value[0];
    setting->value = value[1];
    setting->file = cf->conf_file->file.name;
    setting->line = cf->conf_file->line;

    return NGX_OK;
}


void
ngx_http_riverty_unused_mark(ngx_http_riverty_loc_conf_t *conf)
{
    for ( /* void */ ; conf && !conf->used; conf = conf->outer) {
        conf->used = 1;
    }
}


void
ngx_http_riverty_unused_warn(ngx_conf_t *cf,
    ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_uint_t                   i;
    ngx_http_riverty_setting_t  *setting;

    if (rmcf->settings == NULL) {
        return;
    }

    setting = rmcf->settings->elts;

    for (i = 0; i < rmcf->settings->nelts; i++) {

        if (setting[i].conf->used) {
            continue;
        }

        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "\"%V %V\" is never used: \"riverty_customer\" is off "
                      "there and in all that is inside; say it where it is on, "
                      "or take it out, in %V:%ui",
                      &setting[i].name, &setting[i].value, &setting[i].file,
                      setting[i].line);
    }
}
