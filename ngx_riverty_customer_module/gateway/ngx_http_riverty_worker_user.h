/*
 * Whom the workers run as: he must be able to read the secrets.
 */
#ifndef NGX_HTTP_RIVERTY_WORKER_USER_H
#define NGX_HTTP_RIVERTY_WORKER_USER_H

#include <ngx_config.h>
#include <ngx_core.h>


/* Who workers run as: as `user` says so far, or as nginx was built. */
ngx_uid_t ngx_http_riverty_worker_user(ngx_cycle_t *cycle);

#endif
