/*
 * The audit log as a stream that nginx was started with: /dev/stdout and its
 * like, as containers have it.
 */
#ifndef NGX_HTTP_RIVERTY_AUDIT_STREAM_H
#define NGX_HTTP_RIVERTY_AUDIT_STREAM_H

#include "ngx_http_riverty.h"


/*
 * Opens the log where name is that of a stream of this process, through
 * symbolic links, too.  NGX_OK, NGX_DECLINED where it is any other name, or
 * NGX_ERROR, which has been told then.
 */
ngx_int_t ngx_http_riverty_audit_stream_open(ngx_conf_t *cf,
    ngx_http_riverty_audit_log_t *log, ngx_str_t *name);

/*
 * Does a file keep nothing of what is written to it: is it /dev/null?  A daemon
 * has it in place of its standard output.
 */
ngx_uint_t ngx_http_riverty_audit_stream_null(ngx_file_info_t *info);

#endif
