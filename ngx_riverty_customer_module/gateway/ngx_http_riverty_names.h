/*
 * The API's names, each once: its operations; the headers and the arguments
 * that carry a key or name another method or path; and the words for what
 * became of a request.
 */
#ifndef NGX_HTTP_RIVERTY_NAMES_H
#define NGX_HTTP_RIVERTY_NAMES_H

#include "ngx_http_riverty.h"


#define NGX_HTTP_RIVERTY_OPERATION_ROWS  5

typedef struct {
    ngx_http_riverty_operation_t   operation;
    ngx_http_riverty_path_t        path;
    ngx_uint_t                     method;       /* 0: any */
    ngx_str_t                      method_name;
    ngx_str_t                      name;         /* $riverty_operation */
    ngx_str_t                      action;       /* event.action */
} ngx_http_riverty_operation_row_t;


/*
 * The operation of a method on a path; UNKNOWN where the path does not take
 * the method, or is misspelled.
 */
ngx_http_riverty_operation_t ngx_http_riverty_operation(
    ngx_http_riverty_path_t path, ngx_uint_t method);

/* The row of an operation, UNKNOWN among them; static. */
const ngx_http_riverty_operation_row_t *ngx_http_riverty_operation_row(
    ngx_http_riverty_operation_t operation);

/* The number of that row, and the row of a number. */
ngx_uint_t ngx_http_riverty_operation_number(
    ngx_http_riverty_operation_t operation);
const ngx_http_riverty_operation_row_t *ngx_http_riverty_operation_of(
    ngx_uint_t number);

/*
 * Writes the methods of a path, such as "GET, PUT", into allow.  NGX_OK, or
 * NGX_ERROR where pool has no memory.
 */
ngx_int_t ngx_http_riverty_operation_allow(ngx_pool_t *pool,
    ngx_http_riverty_path_t path, ngx_str_t *allow);

/* "off", "on" or "monitor", by NGX_HTTP_RIVERTY_OFF and so on; static. */
ngx_str_t *ngx_http_riverty_mode_name(ngx_uint_t mode);

/* The mode of such a word; NGX_CONF_UNSET_UINT where it is none. */
ngx_uint_t ngx_http_riverty_mode_find(ngx_str_t *word);

/* "forwarded", "denied" and so on; static. */
ngx_str_t *ngx_http_riverty_outcome_name(ngx_http_riverty_outcome_t outcome);


/*
 * Headers that carry a key, in lower case, whatever riverty_key_header names.
 */
#define NGX_HTTP_RIVERTY_KEY_HEADERS  2

extern ngx_str_t  ngx_http_riverty_key_headers[NGX_HTTP_RIVERTY_KEY_HEADERS];

/* The query argument that carries a key. */
extern ngx_str_t  ngx_http_riverty_key_argument;

/*
 * Headers, in lower case, by which some servers take another method or path
 * than those of the request line, and the argument that does the same.
 */
#define NGX_HTTP_RIVERTY_STEERING_HEADERS  5

extern ngx_str_t
    ngx_http_riverty_steering_headers[NGX_HTTP_RIVERTY_STEERING_HEADERS];

extern ngx_str_t  ngx_http_riverty_method_argument;

#endif
