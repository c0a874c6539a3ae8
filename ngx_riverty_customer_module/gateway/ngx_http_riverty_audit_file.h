/*
 * The audit log as a file.
 */
#ifndef NGX_HTTP_RIVERTY_AUDIT_FILE_H
#define NGX_HTTP_RIVERTY_AUDIT_FILE_H

#include "ngx_http_riverty.h"


/*
 * Ignores SIGXFSZ.  Past the limit of a file's size (ulimit -f) write(2) sends
 * it, and it would end the worker with all of its requests.  Ignored, it is an
 * error like that of a full disk.
 */
void ngx_http_riverty_audit_file_init_process(void);

/*
 * Would the file take a record now?  Returns 0, or why not.  It asks for room
 * behind the end of a regular file, which the next records use.
 */
ngx_err_t ngx_http_riverty_audit_file_probe(ngx_http_riverty_audit_log_t *log);

/*
 * Appends lines; returns how many of them the file has now, and *err why not
 * all of them, else 0.
 */
ngx_uint_t ngx_http_riverty_audit_file_write(ngx_http_riverty_audit_log_t *log,
    ngx_http_riverty_audit_lines_t *lines, ngx_err_t *err);

#endif
