/*
 * The filter of error.log.  nginx and other modules write paths, headers and
 * bytes of the API into their messages, and which ones do so differs from
 * version to version.  So the filter does not look for anything: in a message
 * about a guarded request plain words pass, and in quotes what the
 * configuration names. All else becomes "...".
 *
 * ngx_log_error_core() (the same in 1.22 to 1.31) writes a line into u_char
 * errstr[NGX_MAX_ERROR_STR] on its stack and calls the log handler with the
 * rest of that buffer.  So the line starts NGX_MAX_ERROR_STR before the end of
 * the rest.  The filter relies on this only where a line's head stands there.
 */

#include "ngx_http_riverty_log_filter.h"
#include "ngx_http_riverty_key_store.h"
#include "ngx_http_riverty_path_parse.h"


/* nginx's own words and numbers are not longer. */
#define NGX_HTTP_RIVERTY_LOG_WORD    24
#define NGX_HTTP_RIVERTY_LOG_DIGITS  8


typedef struct {
    ngx_http_request_t  *request;
    u_char              *pos;         /* of the message */
    u_char              *end;
    u_char              *out;
    u_char              *out_end;
    ngx_uint_t           cut;         /* it does not end as it should */
} ngx_http_riverty_log_line_t;

typedef ngx_uint_t (*ngx_http_riverty_log_name_pt)(ngx_http_request_t *r,
    ngx_str_t *s);


static void ngx_http_riverty_log_accept(ngx_connection_t *c);
static u_char *ngx_http_riverty_log_connection(ngx_log_t *log, u_char *buf,
    size_t len);
static u_char *ngx_http_riverty_log_unquoted(u_char *message, u_char *end,
    u_char *last);
static u_char *ngx_http_riverty_log_clean(ngx_http_request_t *r, u_char *buf,
    u_char *last);
static u_char *ngx_http_riverty_log_message(u_char *start, u_char *end);
static u_char *ngx_http_riverty_log_digits(u_char *p, u_char *end);
static u_char *ngx_http_riverty_log_tail(ngx_http_request_t *r, u_char *pos,
    u_char *end);
static void ngx_http_riverty_log_words(ngx_http_riverty_log_line_t *line);
static void ngx_http_riverty_log_word(ngx_http_riverty_log_line_t *line);
static void ngx_http_riverty_log_quoted(ngx_http_riverty_log_line_t *line);
static u_char *ngx_http_riverty_log_shown(ngx_http_riverty_log_line_t *line);
static void ngx_http_riverty_log_put(ngx_http_riverty_log_line_t *line,
    u_char *data, size_t len);
static ngx_uint_t ngx_http_riverty_log_quote(u_char *word, u_char *p);
static ngx_uint_t ngx_http_riverty_log_plain(ngx_str_t *word);
static ngx_uint_t ngx_http_riverty_log_names(ngx_http_request_t *r,
    ngx_str_t *s);
static ngx_uint_t ngx_http_riverty_log_directive(ngx_http_request_t *r,
    ngx_str_t *s);
static ngx_uint_t ngx_http_riverty_log_header(ngx_http_request_t *r,
    ngx_str_t *s);
static ngx_uint_t ngx_http_riverty_log_zone(ngx_http_request_t *r,
    ngx_str_t *s);
static ngx_uint_t ngx_http_riverty_log_file(ngx_http_request_t *r,
    ngx_str_t *s);
static ngx_uint_t ngx_http_riverty_log_app(ngx_http_request_t *r,
    ngx_str_t *s);
static ngx_uint_t ngx_http_riverty_log_same(ngx_str_t *s, ngx_str_t *other);


/* What may stand in quotes. */

static ngx_http_riverty_log_name_pt  ngx_http_riverty_log_allowed[] = {
    ngx_http_riverty_log_directive,
    ngx_http_riverty_log_header,
    ngx_http_riverty_log_zone,
    ngx_http_riverty_log_file,
    ngx_http_riverty_log_app,
    NULL
};

/* Words with digits: versions, and the codes of OpenSSL. */

static ngx_str_t  ngx_http_riverty_log_prefixes[] = {
    ngx_string("HTTP/"),
    ngx_string("SSL"),
    ngx_string("TLS"),
    ngx_string("error:"),
    ngx_null_string
};

static ngx_str_t  ngx_http_riverty_log_ours = ngx_string("riverty: ");

/* nginx's own, of a connection */
static ngx_log_handler_pt  ngx_http_riverty_log_next;


u_char *
ngx_http_riverty_log_error(ngx_http_request_t *r, ngx_http_request_t *sr,
    u_char *buf, size_t len)
{
    u_char                      *p, *last;
    ngx_http_upstream_t         *u;
    ngx_http_core_srv_conf_t    *cscf;
    ngx_http_riverty_request_t  *state;

    last = buf + len;

    state = ngx_http_riverty_request(r);
    cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);

    p = ngx_http_riverty_log_clean(r, buf, last);

    p = ngx_slprintf(p, last, ", server: %V", &cscf->server_name);

    if (state == NULL) {
        return p;
    }

    p = ngx_slprintf(p, last, ", request: \"%V\"", &state->guard.safe_line);

    if (r != sr) {
        p = ngx_slprintf(p, last, ", subrequest");
    }

    u = sr->upstream;

    if (u != NULL && u->peer.name != NULL) {
        p = ngx_slprintf(p, last, ", upstream: \"%V%V%V\"", &u->schema,
                         u->peer.name, &state->guard.safe_uri);
    }

    if (state->ids.event.len) {
        p = ngx_slprintf(p, last, ", event: %V", &state->ids.event);
    }

    return p;
}


void
ngx_http_riverty_log_filter_init(ngx_cycle_t *cycle)
{
    ngx_uint_t        i;
    ngx_listening_t  *ls;

    ls = cycle->listening.elts;

    for (i = 0; i < cycle->listening.nelts; i++) {
        if (ls[i].handler == ngx_http_init_connection
            && ls[i].type == SOCK_STREAM)
        {
            ls[i].handler = ngx_http_riverty_log_accept;
        }
    }
}


/*
 * A connection without the PROXY header that its socket asks for is logged at
 * level error with its first bytes, which are a request's head then.
 */

static void
ngx_http_riverty_log_accept(ngx_connection_t *c)
{
    /* `deferred` would have it read at once; epoll says again what is there */

    c->read->ready = 0;

    ngx_http_init_connection(c);

    if (c->destroyed) {
        return;
    }

    ngx_http_riverty_log_next = c->log->handler;
    c->log->handler = ngx_http_riverty_log_connection;
}


static u_char *
ngx_http_riverty_log_connection(ngx_log_t *log, u_char *buf, size_t len)
{
    u_char              *last, *message, *end;
    ngx_http_log_ctx_t  *ctx;

    ctx = log->data;

    if (ctx->request != NULL || len > NGX_MAX_ERROR_STR) {
        return ngx_http_riverty_log_next(log, buf, len);
    }

    last = buf + len;
    message = ngx_http_riverty_log_message(last - NGX_MAX_ERROR_STR, buf);
    end = message != NULL ? ngx_http_riverty_log_unquoted(message, buf, last)
                          : buf;

    return ngx_http_riverty_log_next(log, end, last - end);
}


/* From the first quote to the last, or to the end of what was cut off. */

static u_char *
ngx_http_riverty_log_unquoted(u_char *message, u_char *end, u_char *last)
{
    u_char  *open, *close;

    open = ngx_strlchr(message, end, '"');

    if (open == NULL) {
        return end;
    }

    for (close = end; close[-1] != '"'; close--) { /* void */ }

    if (close == open + 1 || end == last) {
        close = end;
    }

    if (last - open < (ssize_t) sizeof("\"...\"") - 1 + (end - close)) {
        return open;
    }

    ngx_memmove(open + sizeof("\"...\"") - 1, close, end - close);
    ngx_memcpy(open, "\"...\"", sizeof("\"...\"") - 1);

    return open + sizeof("\"...\"") - 1 + (end - close);
}


/* Filters the line that ends in buf; returns its new end. */

static u_char *
ngx_http_riverty_log_clean(ngx_http_request_t *r, u_char *buf, u_char *last)
{
    u_char                       *message, *tail;
    ngx_http_riverty_log_line_t   line;
    u_char                        text[NGX_MAX_ERROR_STR];

    if (last - buf > NGX_MAX_ERROR_STR) {
        return buf;
    }

    message = ngx_http_riverty_log_message(last - NGX_MAX_ERROR_STR, buf);

    if (message == NULL
        || (buf - message >= (ssize_t) ngx_http_riverty_log_ours.len
            && ngx_memcmp(message, ngx_http_riverty_log_ours.data,
                          ngx_http_riverty_log_ours.len) == 0))
    {
        return buf;
    }

    tail = ngx_http_riverty_log_tail(r, message, buf);

    line.request = r;
    line.pos = message;
    line.end = tail;
    line.cut = (tail == buf);
    line.out = text;
    line.out_end = text + (last - message);

    ngx_http_riverty_log_words(&line);
    ngx_http_riverty_log_put(&line, tail, buf - tail);

    return ngx_cpymem(message, text, line.out - text);
}


/* Behind "2026/11/28 05:52:17 [error] 17#17: *1 "; NULL where none stands. */

static u_char *
ngx_http_riverty_log_message(u_char *start, u_char *end)
{
    u_char  *p, *shape;

    static u_char  time[] = "dddd/dd/dd dd:dd:dd [";

    p = start;

    for (shape = time; *shape; shape++, p++) {
        if (p == end || (*shape == 'd' ? !ngx_http_riverty_digit(*p)
                                       : *p != *shape))
        {
            return NULL;
        }
    }

    while (p < end && *p >= 'a' && *p <= 'z') {
        p++;
    }

    if (end - p < 2 || p[0] != ']' || p[1] != ' ') {
        return NULL;
    }

    p = ngx_http_riverty_log_digits(p + 2, end);

    if (p == NULL || p == end || *p != '#') {
        return NULL;
    }

    p = ngx_http_riverty_log_digits(p + 1, end);

    if (p == NULL || end - p < 2 || p[0] != ':' || p[1] != ' ') {
        return NULL;
    }

    p += 2;

    if (p < end && *p == '*') {
        p = ngx_http_riverty_log_digits(p + 1, end);

        if (p == NULL || p == end || *p != ' ') {
            return NULL;
        }

        p++;
    }

    return p;
}


/* Behind one digit or more, or NULL. */

static u_char *
ngx_http_riverty_log_digits(u_char *p, u_char *end)
{
    u_char  *start;

    for (start = p; p < end && ngx_http_riverty_digit(*p); p++) { /* void */ }

    return p == start ? NULL : p;
}


/*
 * Finds where " while ACTION, client: ADDRESS" of ngx_http_log_error() begins;
 * end where there was no room for it.
 */

static u_char *
ngx_http_riverty_log_tail(ngx_http_request_t *r, u_char *pos, u_char *end)
{
    u_char            *p;
    size_t             len;
    ngx_connection_t  *c;
    u_char             text[NGX_MAX_ERROR_STR];

    c = r->connection;

    p = ngx_snprintf(text, sizeof(text), "%s%s, client: %V",
                     c->log->action ? " while " : "",
                     c->log->action ? c->log->action : "", &c->addr_text);

    len = p - text;

    return len <= (size_t) (end - pos) && ngx_memcmp(end - len, text, len) == 0
           ? end - len : end;
}


static void
ngx_http_riverty_log_words(ngx_http_riverty_log_line_t *line)
{
    static u_char  space[] = " ";

    while (line->pos < line->end) {

        if (*line->pos <= ' ') {
            ngx_http_riverty_log_put(line, space, 1);
            line->pos++;
            continue;
        }

        ngx_http_riverty_log_word(line);
    }
}


/* Up to the next space, or to the end of what is quoted. */

static void
ngx_http_riverty_log_word(ngx_http_riverty_log_line_t *line)
{
    u_char     *p;
    ngx_str_t   word;

    word.data = line->pos;

    for (p = line->pos; p < line->end && *p > ' '; p++) {
        if (ngx_http_riverty_log_quote(word.data, p)) {
            break;
        }
    }

    word.len = p - word.data;

    if (word.len) {
        if (ngx_http_riverty_log_plain(&word)) {
            ngx_http_riverty_log_put(line, word.data, word.len);

        } else {
            ngx_http_riverty_log_put(line, (u_char *) "...", 3);
        }
    }

    line->pos = p;

    if (p < line->end && *p > ' ') {
        ngx_http_riverty_log_quoted(line);
    }
}


/*
 * A value may hold quotes, too.  So either all quoted strings of the message
 * may be shown, or none is shown, nor what stands between the first quote and
 * the last.  Of a message that was cut off nothing behind the first quote is
 * shown.
 */

static void
ngx_http_riverty_log_quoted(ngx_http_riverty_log_line_t *line)
{
    u_char  *p, *close;

    close = ngx_http_riverty_log_shown(line);

    if (close != NULL) {
        ngx_http_riverty_log_put(line, line->pos, close - line->pos);
        line->pos = close;
        return;
    }

    ngx_http_riverty_log_put(line, (u_char *) "\"...\"", 5);

    p = line->end;

    while (!line->cut && p > line->pos + 1 && p[-1] != '"' && p[-1] != '\'') {
        p--;
    }

    line->pos = p > line->pos + 1 ? p : line->end;
}


/*
 * Returns the place behind the quoted string at pos where this string and all
 * that follow may be shown, or NULL.
 */

static u_char *
ngx_http_riverty_log_shown(ngx_http_riverty_log_line_t *line)
{
    u_char     *p, *open, *close;
    ngx_str_t   name;

    p = NULL;

    if (*line->pos != '"') {
        return NULL;
    }

    for (open = line->pos; open != NULL;
         open = ngx_strlchr(close + 1, line->end, '"'))
    {
        close = ngx_strlchr(open + 1, line->end, '"');

        if (close == NULL) {
            return NULL;
        }

        name.data = open + 1;
        name.len = close - name.data;

        if (!ngx_http_riverty_log_names(line->request, &name)) {
            return NULL;
        }

        p = p ? p : close + 1;
    }

    return p;
}


static void
ngx_http_riverty_log_put(ngx_http_riverty_log_line_t *line, u_char *data,
    size_t len)
{
    len = ngx_min(len, (size_t) (line->out_end - line->out));
    line->out = ngx_cpymem(line->out, data, len);
}


/* An apostrophe within a word is not a quote. */

static ngx_uint_t
ngx_http_riverty_log_quote(u_char *word, u_char *p)
{
    return *p == '"'
           || ((*p == '\'' || *p == '`')
               && (p == word || !ngx_http_riverty_letter(p[-1])));
}


/* A word of a language, or a number that counts something. */

static ngx_uint_t
ngx_http_riverty_log_plain(ngx_str_t *word)
{
    u_char      c;
    size_t      i, skip;
    ngx_str_t  *prefix;
    ngx_uint_t  letters, digits;

    letters = 0;
    digits = 0;

    for (i = 0; i < word->len; i++) {
        c = word->data[i];

        if (ngx_http_riverty_letter(c)) {
            letters++;

        } else if (ngx_http_riverty_digit(c)) {
            digits++;

        } else if (ngx_strchr("()[]{},.:;!?-_*+#/'", c) == NULL) {
            return 0;
        }
    }

    if (word->len > NGX_HTTP_RIVERTY_LOG_WORD
        || digits > NGX_HTTP_RIVERTY_LOG_DIGITS)
    {
        return 0;
    }

    skip = word->data[0] == '(';

    for (prefix = ngx_http_riverty_log_prefixes; prefix->len; prefix++) {
        if (word->len - skip >= prefix->len
            && ngx_strncasecmp(word->data + skip, prefix->data, prefix->len)
               == 0)
        {
            return 1;
        }
    }

    return (digits == 0 || letters == 0)
           && ngx_strlchr(word->data, word->data + word->len, '/') == NULL;
}


static ngx_uint_t
ngx_http_riverty_log_names(ngx_http_request_t *r, ngx_str_t *s)
{
    ngx_http_riverty_log_name_pt  *allowed;

    if (s->len == 0) {
        return 1;
    }

    for (allowed = ngx_http_riverty_log_allowed; *allowed; allowed++) {
        if ((*allowed)(r, s)) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_riverty_log_directive(ngx_http_request_t *r, ngx_str_t *s)
{
    ngx_uint_t      i;
    ngx_command_t  *command;

    (void) r;

    for (i = 0; ngx_cycle->modules[i]; i++) {

        command = ngx_cycle->modules[i]->commands;

        for ( /* void */ ; command && command->name.len; command++) {
            if (ngx_http_riverty_log_same(s, &command->name)) {
                return 1;
            }
        }
    }

    return 0;
}


/* A header name that nginx knows, of a request or of a reply. */

static ngx_uint_t
ngx_http_riverty_log_header(ngx_http_request_t *r, ngx_str_t *s)
{
    ngx_uint_t                      hash;
    ngx_http_core_main_conf_t      *cmcf;
    ngx_http_upstream_main_conf_t  *umcf;
    u_char                          lower[NGX_HTTP_RIVERTY_LOG_WORD];

    if (s->len > sizeof(lower)) {
        return 0;
    }

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);
    umcf = ngx_http_get_module_main_conf(r, ngx_http_upstream_module);

    hash = ngx_hash_strlow(lower, s->data, s->len);

    return ngx_hash_find(&cmcf->headers_in_hash, hash, lower, s->len) != NULL
           || ngx_hash_find(&umcf->headers_in_hash, hash, lower, s->len)
              != NULL;
}


static ngx_uint_t
ngx_http_riverty_log_zone(ngx_http_request_t *r, ngx_str_t *s)
{
    ngx_uint_t        i;
    ngx_shm_zone_t   *zone;
    ngx_list_part_t  *part;

    (void) r;

    for (part = (ngx_list_part_t *) &ngx_cycle->shared_memory.part; part;
         part = part->next)
    {
        zone = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (ngx_http_riverty_log_same(s, &zone[i].shm.name)) {
                return 1;
            }
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_riverty_log_file(ngx_http_request_t *r, ngx_str_t *s)
{
    ngx_uint_t        i;
    ngx_open_file_t  *file;
    ngx_list_part_t  *part;

    (void) r;

    for (part = (ngx_list_part_t *) &ngx_cycle->open_files.part; part;
         part = part->next)
    {
        file = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (ngx_http_riverty_log_same(s, &file[i].name)) {
                return 1;
            }
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_riverty_log_app(ngx_http_request_t *r, ngx_str_t *s)
{
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_get_module_main_conf(r, ngx_riverty_customer_module);

    return rmcf->key_store != NULL
           && riverty_store_by_name(rmcf->key_store->store,
                                    ngx_http_riverty_span(s)) != NULL;
}


static ngx_uint_t
ngx_http_riverty_log_same(ngx_str_t *s, ngx_str_t *other)
{
    return s->len == other->len
           && ngx_memcmp(s->data, other->data, s->len) == 0;
}
