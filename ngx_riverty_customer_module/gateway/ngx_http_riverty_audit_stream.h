/*
 * The audit log as a stream that nginx was started with, such as /dev/stdout
 * in a container.
 */
#ifndef NGX_HTTP_RIVERTY_AUDIT_STREAM_H
#define NGX_HTTP_RIVERTY_AUDIT_STREAM_H

#include "ngx_http_riverty.h"


/*
 * Opens the log where name means a stream of this process, also through
 * symbolic links.  NGX_OK; NGX_DECLINED where it is any other name; or
 * NGX_ERROR with the reason logged.
 */
ngx_int_t ngx_http_riverty_audit_stream_open(ngx_conf_t *cf,
    ngx_http_riverty_audit_log_t *log, ngx_str_t *name);

/*
 * Is the log /dev/null, which keeps nothing?  A daemon has it in place of its
 * standard output.
 */
ngx_uint_t ngx_http_riverty_audit_stream_null(ngx_file_info_t *info);

#endif
