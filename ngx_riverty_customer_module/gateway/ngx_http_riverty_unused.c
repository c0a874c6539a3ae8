/*
 * Settings that no protected location uses: a rule or a field that is changed
 * in a place where, and below which, riverty_customer is off, and a mode of
 * apps where it is not on.
 */

#include "ngx_http_riverty_unused.h"


typedef struct {
    ngx_http_riverty_loc_conf_t  *conf;
    ngx_uint_t                    by;
    ngx_str_t                     name;
    ngx_str_t                     value;
    ngx_str_t                     file;
    ngx_uint_t                    line;
} ngx_http_riverty_setting_t;


static ngx_int_t ngx_http_riverty_unused_note_by(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, ngx_uint_t by);


ngx_int_t
ngx_http_riverty_unused_note(ngx_conf_t *cf, ngx_http_riverty_loc_conf_t *conf)
{
    return ngx_http_riverty_unused_note_by(cf, conf, NGX_HTTP_RIVERTY_USED);
}


ngx_int_t
ngx_http_riverty_unused_note_on(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf)
{
    return ngx_http_riverty_unused_note_by(cf, conf, NGX_HTTP_RIVERTY_USED_ON);
}


static ngx_int_t
ngx_http_riverty_unused_note_by(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *conf, ngx_uint_t by)
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
    setting->by = by;
    setting->name = value[0];
    setting->value = value[1];
    setting->file = cf->conf_file->file.name;
    setting->line = cf->conf_file->line;

    return NGX_OK;
}


void
ngx_http_riverty_unused_mark(ngx_http_riverty_loc_conf_t *conf)
{
    ngx_uint_t  by;

    by = conf->mode == NGX_HTTP_RIVERTY_ON
         ? NGX_HTTP_RIVERTY_USED|NGX_HTTP_RIVERTY_USED_ON
         : NGX_HTTP_RIVERTY_USED;

    for ( /* void */ ; conf && (conf->used & by) != by; conf = conf->outer) {
        conf->used |= by;
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

        if (setting[i].conf->used & setting[i].by) {
            continue;
        }

        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "\"%V %V\" is never %s there and in all that is inside; "
                      "say it where it is on, or take it out, in %V:%ui",
                      &setting[i].name, &setting[i].value,
                      setting[i].by == NGX_HTTP_RIVERTY_USED
                      ? "used: \"riverty_customer\" is off"
                      : "asked: \"riverty_customer\" is not on",
                      &setting[i].file, setting[i].line);
    }
}
