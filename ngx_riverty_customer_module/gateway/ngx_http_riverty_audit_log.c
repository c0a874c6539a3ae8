/*
 * The audit log itself: the directive, and the way of a record to a file or a
 * syslog server.
 */

#include "ngx_http_riverty_audit_log.h"
#include "ngx_http_riverty_audit_alarm.h"
#include "ngx_http_riverty_audit_file.h"
#include "ngx_http_riverty_audit_stream.h"
#include "ngx_http_riverty_audit_syslog.h"


static char *ngx_http_riverty_audit_log_open_file(ngx_conf_t *cf,
    ngx_http_riverty_audit_log_t *log);
static ngx_int_t ngx_http_riverty_audit_log_directory(ngx_conf_t *cf,
    ngx_http_riverty_audit_log_t *log);
static void ngx_http_riverty_audit_log_guard_file(ngx_cycle_t *cycle,
    ngx_http_riverty_audit_log_t *log);
static char *ngx_http_riverty_audit_log_register(ngx_conf_t *cf,
    ngx_http_riverty_audit_log_t *log);
static char *ngx_http_riverty_audit_log_param(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_http_riverty_audit_log_t *log, ngx_str_t *value);


static ngx_conf_enum_t  ngx_http_riverty_client_ip[] = {
    { ngx_string("client_ip=keep"), NGX_HTTP_RIVERTY_IP_KEEP },
    { ngx_string("client_ip=prefix"), NGX_HTTP_RIVERTY_IP_PREFIX },
    { ngx_string("client_ip=drop"), NGX_HTTP_RIVERTY_IP_DROP },
    { ngx_null_string, 0 }
};


char *
ngx_http_riverty_audit_log_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_riverty_loc_conf_t  *rlcf = conf;

    char                          *rv;
    ngx_str_t                     *value;
    ngx_uint_t                     i;
    ngx_http_riverty_audit_log_t  *log;

    if (rlcf->audit != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {

        if (cf->args->nelts > 2) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V off\" takes no parameter \"%V\"",
                               &cmd->name, &value[2]);
            return NGX_CONF_ERROR;
        }

        rlcf->audit = NULL;
        return NGX_CONF_OK;
    }

    if (value[1].len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid \"%V\": name a file or a syslog server, or "
                           "say \"off\"", &cmd->name);
        return NGX_CONF_ERROR;
    }

    log = ngx_pcalloc(cf->pool, sizeof(ngx_http_riverty_audit_log_t));
    if (log == NULL) {
        return NGX_CONF_ERROR;
    }

    rv = ngx_http_riverty_audit_log_open(cf, cmd, log, &value[1]);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    for (i = 2; i < cf->args->nelts; i++) {
        rv = ngx_http_riverty_audit_log_param(cf, cmd, log, &value[i]);

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    if (log->required && ngx_http_riverty_audit_syslog_udp(log)) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "\"required\" of \"%V\" proves little over UDP, "
                           "which takes a record whether or not it arrives; "
                           "name a unix socket or a file", &cmd->name);
    }

    rlcf->audit = log;

    return ngx_http_riverty_audit_log_register(cf, log);
}


char *
ngx_http_riverty_audit_log_open(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_riverty_audit_log_t *log, ngx_str_t *value)
{
    log->name = *value;
    log->directive = cmd->name;
    log->conf = cf->conf_file->file.name;
    log->line = cf->conf_file->line;
    log->stream = NGX_ERROR;

    if (ngx_strncmp(value->data, "syslog:", 7) != 0) {
        return ngx_http_riverty_audit_log_open_file(cf, log);
    }

    ngx_str_set(&log->name, "syslog");

    log->syslog = ngx_pcalloc(cf->pool, sizeof(ngx_syslog_peer_t));
    if (log->syslog == NULL) {
        return NGX_CONF_ERROR;
    }

    return ngx_syslog_process_conf(cf, log->syslog);
}


static char *
ngx_http_riverty_audit_log_open_file(ngx_conf_t *cf,
    ngx_http_riverty_audit_log_t *log)
{
    ngx_int_t        rc;
    ngx_uint_t       known;
    ngx_file_info_t  info;

    rc = ngx_http_riverty_audit_stream_open(cf, log, &log->name);

    if (rc == NGX_ERROR) {
        return NGX_CONF_ERROR;
    }

    if (rc == NGX_OK) {
        known = ngx_fd_info(log->file->fd, &info) != NGX_FILE_ERROR;

    } else {
        log->file = ngx_conf_open_file(cf->cycle, &log->name);

        if (log->file == NULL) {
            return NGX_CONF_ERROR;
        }

        log->name = log->file->name;

        if (ngx_http_riverty_audit_log_directory(cf, log) != NGX_OK) {
            return NGX_CONF_ERROR;
        }

        known = ngx_file_info(log->name.data, &info) != NGX_FILE_ERROR;
    }

    if (known && ngx_http_riverty_audit_stream_null(&info)) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "\"%V\" \"%V\" is /dev/null, which "
                           "keeps no record; where a record is \"required\" "
                           "every request is refused", &log->directive,
                           &log->name);
    }

    return NGX_CONF_OK;
}


/* nginx opens its files later, and then names no line. */

static ngx_int_t
ngx_http_riverty_audit_log_directory(ngx_conf_t *cf,
    ngx_http_riverty_audit_log_t *log)
{
    u_char           *last;
    ngx_int_t         rc;
    ngx_str_t        *name;
    ngx_file_info_t   info;

    name = &log->name;

    last = name->data + name->len - 1;

    while (last > name->data && *last != '/') {
        last--;
    }

    if (last == name->data) {
        return NGX_OK;
    }

    *last = '\0';
    rc = ngx_file_info(name->data, &info);

    if (rc == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "\"%V\": there is no directory "
                           "\"%s\" for its file: make it, for instance with "
                           "\"install -d -m 750 %s\"", &log->directive,
                           name->data, name->data);
    }

    *last = '/';

    return rc == NGX_FILE_ERROR ? NGX_ERROR : NGX_OK;
}


void
ngx_http_riverty_audit_log_guard(ngx_cycle_t *cycle,
    ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_uint_t                      i;
    ngx_http_riverty_audit_log_t  **log;

    if (ngx_process == NGX_PROCESS_SIGNALLER) {
        return;
    }

    log = rmcf->audit_logs.elts;

    for (i = 0; i < rmcf->audit_logs.nelts; i++) {
        ngx_http_riverty_audit_log_guard_file(cycle, log[i]);
    }

    if (rmcf->checkpoint_log != NULL) {
        ngx_http_riverty_audit_log_guard_file(cycle, rmcf->checkpoint_log);
    }
}


static void
ngx_http_riverty_audit_log_guard_file(ngx_cycle_t *cycle,
    ngx_http_riverty_audit_log_t *log)
{
    ngx_fd_t         fd;
    ngx_file_info_t  info;

    if (log->syslog != NULL || log->stream != NGX_ERROR) {
        return;
    }

    /* nginx would make the file one that everybody can read */

    fd = ngx_open_file(log->name.data, NGX_FILE_APPEND, O_CREAT|O_EXCL,
                       NGX_HTTP_RIVERTY_AUDIT_ACCESS);

    if (fd != NGX_INVALID_FILE) {
        (void) ngx_close_file(fd);
        return;
    }

    if (ngx_file_info(log->name.data, &info) != NGX_FILE_ERROR
        && ngx_is_file(&info)
        && (info.st_mode & S_IROTH))
    {
        ngx_log_error(NGX_LOG_WARN, cycle->log, 0,
                      "\"%V\" \"%V\" can be read by every user; chmod it to "
                      "640, and let logrotate create it so, in %V:%ui",
                      &log->directive, &log->name, &log->conf, log->line);
    }
}


/* Each worker gives each log a chain. */

static char *
ngx_http_riverty_audit_log_register(ngx_conf_t *cf,
    ngx_http_riverty_audit_log_t *log)
{
    ngx_http_riverty_audit_log_t  **place;
    ngx_http_riverty_main_conf_t   *rmcf;

    rmcf = ngx_http_conf_get_module_main_conf(cf, ngx_riverty_customer_module);

    place = ngx_array_push(&rmcf->audit_logs);
    if (place == NULL) {
        return NGX_CONF_ERROR;
    }

    *place = log;

    return NGX_CONF_OK;
}


static char *
ngx_http_riverty_audit_log_param(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_riverty_audit_log_t *log, ngx_str_t *value)
{
    ngx_uint_t  i;

    if (ngx_strcmp(value->data, "required") == 0) {
        log->required = 1;
        return NGX_CONF_OK;
    }

    for (i = 0; ngx_http_riverty_client_ip[i].name.len; i++) {
        if (ngx_strcmp(value->data, ngx_http_riverty_client_ip[i].name.data)
            == 0)
        {
            log->client_ip = ngx_http_riverty_client_ip[i].value;
            return NGX_CONF_OK;
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\" of \"%V\"; it may be "
                       "\"required\" and \"client_ip=keep\", "
                       "\"client_ip=prefix\" or \"client_ip=drop\"",
                       value, &cmd->name);

    return NGX_CONF_ERROR;
}


ngx_uint_t
ngx_http_riverty_audit_log_write(ngx_http_riverty_audit_log_t *log,
    ngx_http_riverty_audit_lines_t *lines)
{
    ngx_err_t   err, lost;
    ngx_uint_t  taken;

    lost = 0;
    taken = log->file
            ? ngx_http_riverty_audit_file_write(log, lines, &err)
            : ngx_http_riverty_audit_syslog_write(log, lines, &err, &lost);

    ngx_http_riverty_audit_alarm(log, lines->count - taken + (lost != 0),
                                 err ? err : lost);

    return taken;
}
