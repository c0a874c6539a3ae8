/*
 * Whom the workers run as.  It may be asked before nginx has settled it.
 */

#include "ngx_http_riverty_worker_user.h"


ngx_uid_t
ngx_http_riverty_worker_user(ngx_cycle_t *cycle)
{
    ngx_core_conf_t  *ccf;
    struct passwd    *pwd;

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    if (ccf->user != (ngx_uid_t) NGX_CONF_UNSET_UINT) {
        return ccf->user;
    }

    pwd = getpwnam(NGX_USER);

    return pwd ? pwd->pw_uid : 0;
}
