/*
 * The log guard: no line that nginx logs shows a customer number or a query.
 */
#ifndef NGX_HTTP_RIVERTY_LOG_GUARD_H
#define NGX_HTTP_RIVERTY_LOG_GUARD_H

#include "ngx_http_riverty.h"


/* POST_READ: makes the state, where the server protects any location. */
ngx_int_t ngx_http_riverty_post_read_handler(ngx_http_request_t *r);

/*
 * The same for a request that nginx's parser refused before any phase ran: it
 * gets an answer all the same.  NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_http_riverty_log_guard_begin(ngx_http_request_t *r);

/*
 * LOG, before nginx's own handler: variables become their redacted forms.
 * This includes requests that nginx's parser refused before any phase ran.
 */
ngx_int_t ngx_http_riverty_guard_log_handler(ngx_http_request_t *r);

/* LOG, behind nginx's own handler: after a subrequest its request runs on. */
ngx_int_t ngx_http_riverty_guard_logged_handler(ngx_http_request_t *r);

/* The location is protected: lines of error.log are redacted. */
void ngx_http_riverty_log_guard_close(ngx_http_riverty_request_t *state);

/* It is not: all logs show what the client sent. */
void ngx_http_riverty_log_guard_open(ngx_http_riverty_request_t *state);

/*
 * A variable is cached once it has been read: those that show the request are
 * read anew.
 */
void ngx_http_riverty_log_guard_forget(ngx_http_request_t *r);

#endif
