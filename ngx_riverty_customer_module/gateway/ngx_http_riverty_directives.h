/*
 * The setters of the directives that need more than a slot.
 */
#ifndef NGX_HTTP_RIVERTY_DIRECTIVES_H
#define NGX_HTTP_RIVERTY_DIRECTIVES_H

#include "ngx_http_riverty.h"


char *ngx_http_riverty_customer_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_riverty_prefix_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_riverty_header_name_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_riverty_strip_header_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_riverty_request_id_header_set(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
char *ngx_http_riverty_app_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_riverty_mode_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_riverty_rules_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_riverty_rule_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_riverty_field_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_riverty_max_body_check(ngx_conf_t *cf, void *post, void *data);

#endif
