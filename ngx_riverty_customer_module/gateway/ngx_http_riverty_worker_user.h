/*
 * Whom the workers run as: that user must be able to read the secrets.
 */
#ifndef NGX_HTTP_RIVERTY_WORKER_USER_H
#define NGX_HTTP_RIVERTY_WORKER_USER_H

#include <ngx_config.h>
#include <ngx_core.h>


/* The workers' user: of `user` as far as it is read, else of nginx's build. */
ngx_uid_t ngx_http_riverty_worker_user(ngx_cycle_t *cycle);

#endif
