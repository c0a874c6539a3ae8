/*
 * The request's body: read into memory only, whatever its framing; judged; and
 * put into the form in which it goes upstream.
 */
#ifndef NGX_HTTP_RIVERTY_BODY_H
#define NGX_HTTP_RIVERTY_BODY_H

#include "ngx_http_riverty.h"
#include "ngx_http_riverty_headers.h"


/*
 * Reads the body.  Returns NGX_OK where another module had it read before: its
 * bytes are taken, or state->body.elsewhere says that they are not in memory.
 * Otherwise returns what a phase handler returns; the phases run again when
 * the body is there.
 */
ngx_int_t ngx_http_riverty_body_read(ngx_http_riverty_request_t *state);

/* The request body filter, in front of nginx's own. */
ngx_int_t ngx_http_riverty_body_filter_init(ngx_conf_t *cf);

/*
 * Configuration: does nginx read the bodies of this server before it has found
 * a location (client_body_early_read, where this nginx has it)?
 */
ngx_uint_t ngx_http_riverty_body_read_early(ngx_conf_t *cf);

/* NGX_OK where the media type is application/json and any charset is UTF-8. */
ngx_int_t ngx_http_riverty_body_media_type(
    ngx_http_riverty_headers_seen_t *seen);

/* NGX_OK where no content coding is named. */
ngx_int_t ngx_http_riverty_body_coding(ngx_http_riverty_headers_seen_t *seen);

/*
 * Judges the body as the document of the operation.  Returns NGX_OK with
 * state->body.document filled, or NGX_ERROR where there is no memory.
 */
ngx_int_t ngx_http_riverty_body_judge(ngx_http_riverty_request_t *state);

/* Makes nginx forward the body as it was judged, with the edits applied. */
ngx_int_t ngx_http_riverty_body_replace(ngx_http_riverty_request_t *state);

#endif
