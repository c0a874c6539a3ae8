/*
 * Locations that answer by themselves (riverty_health, riverty_status,
 * riverty_problem).
 */

#include "ngx_http_riverty_location.h"


char *
ngx_http_riverty_location_set(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_riverty_loc_conf_t *rlcf, ngx_http_handler_pt handler)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->handler == handler) {
        return "is duplicate";
    }

    if (clcf->handler != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" stands beside another directive that "
                           "answers in location \"%V\"; keep one of them",
                           &cmd->name, &clcf->name);
        return NGX_CONF_ERROR;
    }

    clcf->handler = handler;

    rlcf->answers = cmd->name;
    rlcf->answers_handler = handler;
    rlcf->answers_file = cf->conf_file->file.name;
    rlcf->answers_line = cf->conf_file->line;

    return NGX_CONF_OK;
}


ngx_int_t
ngx_http_riverty_location_merge(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *rlcf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->handler != rlcf->answers_handler) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"%V\" stands beside another directive that answers in "
                      "location \"%V\"; keep one of them, in %V:%ui",
                      &rlcf->answers, &clcf->name, &rlcf->answers_file,
                      rlcf->answers_line);
        return NGX_ERROR;
    }

    if (rlcf->problem) {
        return NGX_OK;   /* a page of its server's */
    }

    if (rlcf->says_mode && rlcf->mode != NGX_HTTP_RIVERTY_OFF) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"%V\" answers by itself, so \"riverty_customer\" "
                      "protects nothing in its location: take one of them out, "
                      "in %V:%ui",
                      &rlcf->answers, &rlcf->answers_file, rlcf->answers_line);
        return NGX_ERROR;
    }

    rlcf->mode = NGX_HTTP_RIVERTY_OFF;

    return NGX_OK;
}
