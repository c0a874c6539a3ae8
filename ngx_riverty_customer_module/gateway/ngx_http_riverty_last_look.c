/*
 * The last look (content).  After we have judged a request nginx can rewrite
 * its path, replace the path by a proxy_pass with a URI, and add headers and a
 * body. So the finished request is read once more, as a server would read it.
 */

#include "ngx_http_riverty_last_look.h"
#include "ngx_http_riverty_headers.h"
#include "ngx_http_riverty_path_parse.h"
#include "ngx_http_riverty_route.h"
#include "contract/core/runs.h"


typedef struct {
    ngx_http_riverty_request_t  *state;
    u_char                      *pos;
    u_char                      *end;
    ngx_uint_t                   stray;     /* the line has a lone LF */
    ngx_uint_t                   lengths;   /* Content-Length headers */
    off_t                        length;
} ngx_http_riverty_look_t;


static const char *ngx_http_riverty_look_line(ngx_http_riverty_look_t *look);
static const char *ngx_http_riverty_look_path(ngx_http_riverty_look_t *look,
    ngx_str_t *path);
static const char *ngx_http_riverty_look_headers(
    ngx_http_riverty_look_t *look);
static const char *ngx_http_riverty_look_header(ngx_http_riverty_look_t *look,
    ngx_str_t *name, ngx_str_t *value);
static const char *ngx_http_riverty_look_body(ngx_http_riverty_look_t *look,
    ngx_chain_t *body);
static ngx_uint_t ngx_http_riverty_look_split(ngx_http_riverty_look_t *look,
    ngx_str_t *name, ngx_str_t *value);
static ngx_uint_t ngx_http_riverty_look_is(ngx_str_t *name, ngx_str_t *other);
static ngx_uint_t ngx_http_riverty_look_same(ngx_str_t *s, ngx_str_t *other);
static ngx_uint_t ngx_http_riverty_look_next(ngx_http_riverty_look_t *look,
    ngx_str_t *line);


ngx_int_t
ngx_http_riverty_last_look(ngx_http_riverty_request_t *state,
    ngx_chain_t *request)
{
    const char               *fault;
    ngx_http_riverty_look_t   look;

    ngx_memzero(&look, sizeof(ngx_http_riverty_look_t));

    look.state = state;
    look.pos = request->buf->pos;
    look.end = request->buf->last;

    fault = ngx_http_riverty_look_line(&look);

    if (fault == NULL) {
        fault = ngx_http_riverty_look_headers(&look);
    }

    if (fault == NULL) {
        fault = ngx_http_riverty_look_body(&look, request->next);
    }

    if (fault != NULL) {
        ngx_log_error(NGX_LOG_ERR, state->request->connection->log, 0,
                      "riverty: nothing was sent: the request is not the one "
                      "that was judged: it has %s", fault);
        return NGX_DECLINED;
    }

    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, state->request->connection->log, 0,
                   "riverty: what leaves is what was judged");

    return NGX_OK;
}


static const char *
ngx_http_riverty_look_line(ngx_http_riverty_look_t *look)
{
    u_char              *p, *end;
    ngx_int_t            rc;
    ngx_str_t            line, path, args, clean, *method;
    ngx_http_request_t  *r;

    r = look->state->request;

    if (!ngx_http_riverty_look_next(look, &line)) {
        return "no request line";
    }

    p = line.data;
    end = line.data + line.len;

    method = &look->state->route.method;

    if (line.len <= method->len
        || ngx_memcmp(p, method->data, method->len) != 0
        || p[method->len] != ' ')
    {
        return "another method; look at \"proxy_method\" and "
               "\"ngx.req.set_method\"";
    }

    path.data = p + method->len + 1;

    p = memchr(path.data, ' ', end - path.data);

    if (p == NULL || memchr(p + 1, ' ', end - p - 1) != NULL
        || look->stray)
    {
        return "another request line; look at \"rewrite\" and \"proxy_pass\"";
    }

    path.len = p - path.data;
    args = path;
    path = ngx_http_riverty_uri_path(&path);

    if (path.len != args.len) {
        args.data += path.len + 1;
        args.len -= path.len + 1;

        rc = ngx_http_riverty_route_clean_args(r->pool, &args, &clean);

        if (rc != NGX_DECLINED && args.len) {
            return "a subscription-key argument; look at \"rewrite\", "
                   "\"set $args\" and \"proxy_pass\"";
        }

        if (ngx_http_riverty_route_names_method(r->pool, &args)
            != NGX_DECLINED)
        {
            return "a _method argument; look at \"rewrite\", "
                   "\"set $args\" and \"proxy_pass\"";
        }
    }

    return ngx_http_riverty_look_path(look, &path);
}


/* The API's base may stand before the path: proxy_pass https://host/base/. */

static const char *
ngx_http_riverty_look_path(ngx_http_riverty_look_t *look, ngx_str_t *path)
{
    u_char                      *p;
    ngx_int_t                    kind;
    ngx_str_t                    base, version, number;
    ngx_http_request_t          *r;
    ngx_http_riverty_request_t  *state;

    static ngx_str_t  subscriptions = ngx_string("/subscriptions/");

    state = look->state;
    r = state->request;

    base.data = path->data;
    base.len = 0;

    p = ngx_strnstr(path->data, (char *) subscriptions.data, path->len);

    if (p != NULL) {
        base.len = p - path->data;
    }

    if ((state->route.path == NGX_HTTP_RIVERTY_PATH_COLLECTION
         || state->route.path == NGX_HTTP_RIVERTY_PATH_ITEM)
        && base.len == state->conf->prefix.len
        && ngx_http_riverty_look_same(path, &state->route.judged))
    {
        /* the very text that was parsed, with the same base */

        return NULL;
    }

    kind = ngx_http_riverty_path_parse(r->pool, state->conf->contract, &base,
                                       path, &version, &number);

    if (kind != (ngx_int_t) state->route.path
        || !ngx_http_riverty_look_same(&version, &state->route.version)
        || !ngx_http_riverty_look_same(&number, &state->route.customer_number))
    {
        return "another path; look at \"proxy_pass\", \"rewrite\" and "
               "\"riverty_prefix\"";
    }

    return NULL;
}


static const char *
ngx_http_riverty_look_headers(ngx_http_riverty_look_t *look)
{
    ngx_str_t    name, value;
    const char  *fault;

    while (look->pos < look->end) {

        if (look->pos[0] == CR && look->end - look->pos > 1
            && look->pos[1] == LF)
        {
            return look->pos + 2 == look->end ? NULL
                   : "a body in the header block; look at \"proxy_set_body\"";
        }

        if (!ngx_http_riverty_look_split(look, &name, &value)) {
            return "a line that is not a header; look at \"proxy_set_header\"";
        }

        fault = ngx_http_riverty_look_header(look, &name, &value);

        if (fault != NULL) {
            return fault;
        }
    }

    return "no end of its headers; look at \"proxy_set_header\"";
}


/*
 * A server may take a lone CR or LF for the end of a line, and may or may not
 * take white space behind a name for a part of it: neither may stand there.
 */

static ngx_uint_t
ngx_http_riverty_look_split(ngx_http_riverty_look_t *look, ngx_str_t *name,
    ngx_str_t *value)
{
    u_char        *p, *end;
    const u_char  *last;

    end = look->end;

    name->data = look->pos;
    p = look->pos + (riverty_bytes_name(look->pos, end) - look->pos);

    if (p == end || *p != ':' || p == name->data) {
        return 0;
    }

    name->len = p - name->data;

    for (p++; p < end && (*p == ' ' || *p == '\t'); p++) { /* void */ }

    value->data = p;

    for (last = riverty_bytes_plain(p, end);
         last < end && *last != CR && *last != LF && *last != '\0';
         last = riverty_bytes_plain(last + 1, end))
    {
        /* void */
    }

    if (end - last < 2 || last[0] != CR || last[1] != LF) {
        return 0;
    }

    value->len = last - value->data;
    look->pos = value->data + value->len + 2;

    return 1;
}


static const char *
ngx_http_riverty_look_header(ngx_http_riverty_look_t *look, ngx_str_t *name,
    ngx_str_t *value)
{
    ngx_uint_t  kinds;

    static ngx_str_t  length = ngx_string("Content-Length");
    static ngx_str_t  encoding = ngx_string("Transfer-Encoding");

    kinds = ngx_http_riverty_header_kinds(look->state->conf->headers, name,
                              ngx_http_riverty_header_bit(KEY)
                              | ngx_http_riverty_header_bit(TOKEN)
                              | ngx_http_riverty_header_bit(CONTENT_LENGTH)
                              | ngx_http_riverty_header_bit(TRANSFER_ENCODING));

    if (kinds & ngx_http_riverty_header_bit(KEY)) {
        return "a key that is not ours; look at \"proxy_set_header\"";
    }

    if (kinds & ngx_http_riverty_header_bit(TOKEN)) {
        return "an app token; look at \"proxy_set_header\"";
    }

    /* a server that parts messages by these two does not take "_" for "-" */

    if ((kinds & ngx_http_riverty_header_bit(TRANSFER_ENCODING))
        && ngx_http_riverty_look_is(name, &encoding))
    {
        return "a Transfer-Encoding; look at \"proxy_set_header\"";
    }

    if ((kinds & ngx_http_riverty_header_bit(CONTENT_LENGTH))
        && ngx_http_riverty_look_is(name, &length))
    {
        look->lengths++;
        look->length = ngx_atoof(value->data, value->len);
    }

    return NULL;
}


ngx_uint_t
ngx_http_riverty_carries_key(ngx_http_riverty_request_t *state,
    ngx_chain_t *request)
{
    u_char                   *colon;
    ngx_str_t                 line;
    ngx_http_riverty_look_t   look;

    look.pos = request->buf->pos;
    look.end = request->buf->last;

    while (ngx_http_riverty_look_next(&look, &line) && line.len) {

        colon = memchr(line.data, ':', line.len);

        if (colon != NULL) {
            line.len = colon - line.data;

            if (ngx_http_riverty_header_kinds(state->conf->headers, &line,
                                          ngx_http_riverty_header_bit(KEY)))
            {
                return 1;
            }
        }
    }

    return 0;
}


static const char *
ngx_http_riverty_look_body(ngx_http_riverty_look_t *look, ngx_chain_t *body)
{
    ngx_http_riverty_request_t  *state;

    state = look->state;

    if (look->lengths > 1
        || (look->lengths == 0 && state->body.forward_len != 0)
        || (look->lengths == 1
            && look->length != (off_t) state->body.forward_len))
    {
        return "another Content-Length; look at \"proxy_set_header\" and "
               "\"proxy_pass_request_body\"";
    }

    if (state->body.forward_len == 0) {
        return body == NULL ? NULL : "a body; look at \"proxy_set_body\"";
    }

    if (body == NULL || body->next != NULL
        || body->buf->pos != state->body.forward
        || body->buf->last != state->body.forward + state->body.forward_len)
    {
        return "another body; look at \"proxy_set_body\" and "
               "\"proxy_pass_request_body\"";
    }

    return NULL;
}


static ngx_uint_t
ngx_http_riverty_look_is(ngx_str_t *name, ngx_str_t *other)
{
    return name->len == other->len
           && (ngx_memcmp(name->data, other->data, name->len) == 0
               || ngx_strncasecmp(name->data, other->data, name->len) == 0);
}


/* Both may be absent. */

static ngx_uint_t
ngx_http_riverty_look_same(ngx_str_t *s, ngx_str_t *other)
{
    return s->len == other->len
           && (s->len == 0 || ngx_memcmp(s->data, other->data, s->len) == 0);
}


/* The next line without its CRLF; 0 where there is none. */

static ngx_uint_t
ngx_http_riverty_look_next(ngx_http_riverty_look_t *look, ngx_str_t *line)
{
    u_char  *p;

    look->stray = 0;

    for (p = look->pos; p < look->end; p++) {

        p = memchr(p, LF, look->end - p);

        if (p == NULL) {
            return 0;
        }

        if (p > look->pos && p[-1] == CR) {
            line->data = look->pos;
            line->len = p - 1 - look->pos;
            look->pos = p + 1;
            return 1;
        }

        look->stray = 1;
    }

    return 0;
}
