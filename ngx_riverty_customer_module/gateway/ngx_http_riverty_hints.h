/*
 * What nginx -t warns of once the whole configuration is known.
 */
#ifndef NGX_HTTP_RIVERTY_HINTS_H
#define NGX_HTTP_RIVERTY_HINTS_H

#include "ngx_http_riverty.h"


/*
 * Init conf of the core module: warns of a key store that lets nobody through,
 * of alerts that nobody would see, and of a sandbox beside a real API.
 */
void ngx_http_riverty_hints(ngx_cycle_t *cycle,
    ngx_http_riverty_main_conf_t *rmcf);

#endif
