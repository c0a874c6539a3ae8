/*
 * Can this worker serve?  The answer for a load balancer (riverty_health).
 */
#ifndef NGX_HTTP_RIVERTY_HEALTH_H
#define NGX_HTTP_RIVERTY_HEALTH_H

#include "ngx_http_riverty.h"


/* The setter of riverty_health: the location answers by itself. */
char *ngx_http_riverty_health_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

#endif
