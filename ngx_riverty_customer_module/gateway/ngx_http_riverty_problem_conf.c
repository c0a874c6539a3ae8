/*
 * What nginx -t asks of the ways to a location with riverty_problem: whoever
 * writes error_page learns there, and not from a client, that a status has no
 * problem document.  Targets with variables cannot be known.
 */

#include "ngx_http_riverty_problem_conf.h"


typedef struct {
    ngx_str_t   name;              /* of the location */
    ngx_str_t   file;
    ngx_uint_t  line;
    ngx_uint_t  found;             /* some error_page leads there, or may */
} ngx_http_riverty_problem_location_t;


static ngx_http_riverty_problem_location_t *ngx_http_riverty_problem_conf_find(
    ngx_array_t *locations, ngx_str_t *name);
static ngx_int_t ngx_http_riverty_problem_conf_page(ngx_conf_t *cf,
    ngx_array_t *locations, ngx_http_err_page_t *page);
static ngx_int_t ngx_http_riverty_problem_conf_status(ngx_conf_t *cf,
    ngx_http_riverty_problem_location_t *location, ngx_http_err_page_t *page);


ngx_int_t
ngx_http_riverty_problem_conf_note(ngx_conf_t *cf)
{
    ngx_http_core_loc_conf_t             *clcf;
    ngx_http_riverty_srv_conf_t          *rscf;
    ngx_http_riverty_problem_location_t  *location;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    rscf = ngx_http_conf_get_module_srv_conf(cf, ngx_riverty_customer_module);

    if (rscf->problems == NULL) {
        rscf->problems = ngx_array_create(cf->pool, 1,
                                  sizeof(ngx_http_riverty_problem_location_t));
        if (rscf->problems == NULL) {
            return NGX_ERROR;
        }
    }

    location = ngx_array_push(rscf->problems);
    if (location == NULL) {
        return NGX_ERROR;
    }

    location->name = clcf->name;
    location->file = cf->conf_file->file.name;
    location->line = cf->conf_file->line;
    location->found = 0;

    return NGX_OK;
}


ngx_int_t
ngx_http_riverty_problem_conf_check(ngx_conf_t *cf,
    ngx_http_riverty_loc_conf_t *prev, ngx_http_riverty_loc_conf_t *conf)
{
    ngx_uint_t                    i;
    ngx_http_err_page_t          *page;
    ngx_http_core_loc_conf_t     *clcf;
    ngx_http_riverty_srv_conf_t  *rscf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    rscf = ngx_http_conf_get_module_srv_conf(cf, ngx_riverty_customer_module);

    /* what is inherited was looked at where it is said */

    conf->error_pages = clcf->error_pages;

    if (rscf->problems == NULL || conf->error_pages == NULL
        || conf->error_pages == prev->error_pages)
    {
        return NGX_OK;
    }

    page = conf->error_pages->elts;

    for (i = 0; i < conf->error_pages->nelts; i++) {
        if (ngx_http_riverty_problem_conf_page(cf, rscf->problems, &page[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* NULL: it is no such location. */

static ngx_http_riverty_problem_location_t *
ngx_http_riverty_problem_conf_find(ngx_array_t *locations, ngx_str_t *name)
{
    ngx_uint_t                            i;
    ngx_http_riverty_problem_location_t  *location;

    location = locations->elts;

    for (i = 0; i < locations->nelts; i++) {
        if (location[i].name.len == name->len
            && ngx_memcmp(location[i].name.data, name->data, name->len) == 0)
        {
            return &location[i];
        }
    }

    return NULL;
}


static ngx_int_t
ngx_http_riverty_problem_conf_page(ngx_conf_t *cf, ngx_array_t *locations,
    ngx_http_err_page_t *page)
{
    ngx_uint_t                            i;
    ngx_http_riverty_problem_location_t  *location;

    location = locations->elts;

    if (page->value.lengths != NULL) {

        /* it has variables: it may lead to any of them */

        for (i = 0; i < locations->nelts; i++) {
            location[i].found = 1;
        }

        return NGX_OK;
    }

    location = ngx_http_riverty_problem_conf_find(locations,
                                                  &page->value.value);
    if (location == NULL) {
        return NGX_OK;
    }

    location->found = 1;

    return ngx_http_riverty_problem_conf_status(cf, location, page);
}


static ngx_int_t
ngx_http_riverty_problem_conf_status(ngx_conf_t *cf,
    ngx_http_riverty_problem_location_t *location, ngx_http_err_page_t *page)
{
    ngx_int_t  status;

    if (page->overwrite == 0) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"error_page %ui = %V\" hides the status from "
                      "\"riverty_problem\", which keeps it: take the \"=\" "
                      "out, in %V:%ui",
                      page->status, &location->name, &location->file,
                      location->line);
        return NGX_ERROR;
    }

    status = page->overwrite > 0 ? page->overwrite : page->status;

    if (riverty_problem_of_status(status) != RIVERTY_PROBLEM_COUNT) {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "\"error_page\" leads with status %i to location \"%V\", "
                  "but \"riverty_problem\" has no document for that: let it "
                  "lead elsewhere, or take the status out, in %V:%ui",
                  status, &location->name, &location->file, location->line);

    return NGX_ERROR;
}


void
ngx_http_riverty_problem_conf_warn(ngx_conf_t *cf)
{
    ngx_uint_t                             s, i;
    ngx_http_core_srv_conf_t             **cscf;
    ngx_http_core_main_conf_t             *cmcf;
    ngx_http_riverty_srv_conf_t           *rscf;
    ngx_http_riverty_problem_location_t   *location;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    cscf = cmcf->servers.elts;

    for (s = 0; s < cmcf->servers.nelts; s++) {

        rscf = cscf[s]->ctx->srv_conf[ngx_riverty_customer_module.ctx_index];

        if (rscf->problems == NULL) {
            continue;
        }

        location = rscf->problems->elts;

        for (i = 0; i < rscf->problems->nelts; i++) {

            if (location[i].found) {
                continue;
            }

            ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                          "\"riverty_problem\": no \"error_page\" leads to "
                          "location \"%V\": say \"error_page 400 403 404 500 "
                          "502 503 504 %V;\" in its server, in %V:%ui",
                          &location[i].name, &location[i].name,
                          &location[i].file, location[i].line);
        }
    }
}
