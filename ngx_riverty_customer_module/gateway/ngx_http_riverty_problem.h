/*
 * Problem documents for what nginx itself answers: a location that error_page
 * leads to.
 */
#ifndef NGX_HTTP_RIVERTY_PROBLEM_H
#define NGX_HTTP_RIVERTY_PROBLEM_H

#include "ngx_http_riverty.h"


/* The setter of riverty_problem: the location answers by itself. */
char *ngx_http_riverty_problem_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* Answers with the problem of the status that led here. */
ngx_int_t ngx_http_riverty_problem_handler(ngx_http_request_t *r);

#endif
