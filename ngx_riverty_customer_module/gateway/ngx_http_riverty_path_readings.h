/*
 * The readings of a path: do servers agree on what it is?
 */
#ifndef NGX_HTTP_RIVERTY_PATH_READINGS_H
#define NGX_HTTP_RIVERTY_PATH_READINGS_H

#include "ngx_http_riverty.h"


/*
 * Returns NGX_OK where no reading of path is a customers path and all readings
 * name the same customers; NGX_DECLINED where that does not hold, or where
 * path has more readings than are followed; or NGX_ERROR.
 */
ngx_int_t ngx_http_riverty_path_readings_agree(ngx_pool_t *pool,
    ngx_str_t *path);

#endif
