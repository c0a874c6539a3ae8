/*
 * The setters of the directives.  A bad value ends nginx -t with the name of
 * the directive, what is wrong, and what to write instead.
 */

#include "ngx_http_riverty_directives.h"
#include "ngx_http_riverty_names.h"
#include "ngx_http_riverty_near.h"
#include "ngx_http_riverty_path_parse.h"
#include "ngx_http_riverty_protect.h"
#include "ngx_http_riverty_unused.h"
#include "contract/customer/settings.h"


/* The lower-case copy of a header name stands behind the name itself. */
#define ngx_http_riverty_lower(name)  ((ngx_str_t *) (name) + 1)


/*
 * HTTP itself, nginx or the gateway needs these headers.  The first ones can
 * neither be stripped nor carry a key or a token; the others can be stripped,
 * but cannot carry one.
 */

#define NGX_HTTP_RIVERTY_NEEDED_HEADERS  10

static ngx_str_t  ngx_http_riverty_taken_headers[] = {
    ngx_string("host"),
    ngx_string("connection"),
    ngx_string("content-length"),
    ngx_string("content-type"),
    ngx_string("content-encoding"),
    ngx_string("transfer-encoding"),
    ngx_string("expect"),
    ngx_string("upgrade"),
    ngx_string("te"),
    ngx_string("x-request-id"),

    ngx_string("cookie"),
    ngx_string("x-forwarded-for"),
    ngx_string("traceparent"),
    ngx_string("tracestate")
};

#define NGX_HTTP_RIVERTY_TAKEN_HEADERS                                        \
    (sizeof(ngx_http_riverty_taken_headers) / sizeof(ngx_str_t))

/*
 * A client can write these, so they cannot name an app; "_" at the end marks a
 * prefix.
 */

static ngx_str_t  ngx_http_riverty_client_variables[] = {
    ngx_string("http_"),
    ngx_string("arg_"),
    ngx_string("cookie_"),
    ngx_string("request_"),
    ngx_string("request"),
    ngx_string("args"),
    ngx_string("query_string"),
    ngx_string("uri"),
    ngx_string("document_uri"),
    ngx_string("host"),
    ngx_string("content_type"),
    ngx_string("content_length"),
    ngx_string("ssl_server_name"),
    ngx_null_string
};


/* An answer needs these for something else than its id. */

static ngx_str_t  ngx_http_riverty_answer_headers[] = {
    ngx_string("allow"),
    ngx_string("cache-control"),
    ngx_string("connection"),
    ngx_string("content-encoding"),
    ngx_string("content-length"),
    ngx_string("content-type"),
    ngx_string("date"),
    ngx_string("etag"),
    ngx_string("last-modified"),
    ngx_string("location"),
    ngx_string("retry-after"),
    ngx_string("server"),
    ngx_string("set-cookie"),
    ngx_string("trailer"),
    ngx_string("transfer-encoding"),
    ngx_string("vary"),
    ngx_string("www-authenticate")
};

#define NGX_HTTP_RIVERTY_ANSWER_HEADERS                                       \
    (sizeof(ngx_http_riverty_answer_headers) / sizeof(ngx_str_t))


static char *ngx_http_riverty_header_name(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *name, ngx_str_t *lower, ngx_str_t *taken, ngx_uint_t n);
static ngx_uint_t ngx_http_riverty_forged(ngx_conf_t *cf, ngx_command_t *cmd,
    const char *remedy);
static ngx_uint_t ngx_http_riverty_client_writes(u_char *p, u_char *end);
static void ngx_http_riverty_field_near(ngx_conf_t *cf,
    riverty_contract_t *contract, ngx_str_t *pointer);


char *
ngx_http_riverty_customer_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_riverty_loc_conf_t  *rlcf = conf;

    ngx_str_t  *value;

    if (rlcf->mode != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    rlcf->mode = ngx_http_riverty_mode_find(&value[1]);

    if (rlcf->mode == NGX_CONF_UNSET_UINT) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid \"%V\": \"%V\" must be \"on\", "
                           "\"monitor\" or \"off\"", &cmd->name, &value[1]);
        return NGX_CONF_ERROR;
    }

    /* whether anything is missing shows only when all is merged */

    rlcf->file = cf->conf_file->file.name;
    rlcf->line = cf->conf_file->line;

    return NGX_CONF_OK;
}


char *
ngx_http_riverty_prefix_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_riverty_loc_conf_t  *rlcf = conf;

    ngx_str_t  *value, *prefix;

    if (rlcf->prefix.data) {
        return "is duplicate";
    }

    value = cf->args->elts;
    prefix = &value[1];

    if (prefix->len && prefix->data[prefix->len - 1] == '/') {
        prefix->len--;
    }

    if (prefix->len && prefix->data[0] != '/') {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid \"%V\": \"%V\" must start with \"/\"",
                           &cmd->name, &value[1]);
        return NGX_CONF_ERROR;
    }

    if (prefix->data == NULL) {
        ngx_str_set(prefix, "");
    }

    rlcf->prefix = *prefix;

    return NGX_CONF_OK;
}


char *
ngx_http_riverty_header_name_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_str_t  *value, *name;

    name = (ngx_str_t *) ((char *) conf + cmd->offset);

    if (name->data) {
        return "is duplicate";
    }

    value = cf->args->elts;
    *name = value[1];

    return ngx_http_riverty_header_name(cf, cmd, name,
                                        ngx_http_riverty_lower(name),
                                        ngx_http_riverty_taken_headers,
                                        NGX_HTTP_RIVERTY_TAKEN_HEADERS);
}


char *
ngx_http_riverty_request_id_header_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_str_t  *value, *name, lower;

    name = (ngx_str_t *) ((char *) conf + cmd->offset);

    if (name->data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        ngx_str_set(name, "");
        return NGX_CONF_OK;
    }

    *name = value[1];

    return ngx_http_riverty_header_name(cf, cmd, name, &lower,
                                        ngx_http_riverty_answer_headers,
                                        NGX_HTTP_RIVERTY_ANSWER_HEADERS);
}


char *
ngx_http_riverty_strip_header_set(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_str_t    *value, *lower;
    ngx_uint_t    i;
    ngx_array_t **names;

    names = (ngx_array_t **) ((char *) conf + cmd->offset);

    if (*names == NULL) {
        *names = ngx_array_create(cf->pool, 4, sizeof(ngx_str_t));
        if (*names == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        lower = ngx_array_push(*names);
        if (lower == NULL) {
            return NGX_CONF_ERROR;
        }

        if (ngx_http_riverty_header_name(cf, cmd, &value[i], lower,
                                         ngx_http_riverty_taken_headers,
                                         NGX_HTTP_RIVERTY_NEEDED_HEADERS)
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


/* Checks a name against the first n taken ones; writes its lower case. */

static char *
ngx_http_riverty_header_name(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *name, ngx_str_t *lower, ngx_str_t *taken, ngx_uint_t n)
{
    size_t  i;
    u_char  c;

    for (i = 0; i < name->len; i++) {
        c = name->data[i];

        if (!ngx_http_riverty_letter(c) && !ngx_http_riverty_digit(c)
            && c != '-')
        {
            break;
        }
    }

    if (name->len == 0 || i < name->len) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid \"%V\": \"%V\" is not a header name of "
                           "letters, digits and \"-\"", &cmd->name, name);
        return NGX_CONF_ERROR;
    }

    lower->len = name->len;
    lower->data = ngx_pnalloc(cf->pool, lower->len);
    if (lower->data == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_strlow(lower->data, name->data, name->len);

    for (i = 0; i < n; i++) {
        if (lower->len == taken[i].len
            && ngx_memcmp(lower->data, taken[i].data, lower->len) == 0)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid \"%V\": HTTP or the gateway needs the "
                               "header \"%V\" for something else; choose "
                               "another name",
                               &cmd->name, name);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


char *
ngx_http_riverty_app_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    return ngx_http_riverty_forged(cf, cmd, "use what nginx has verified, such "
                                   "as a map of $ssl_client_s_dn")
           ? NGX_CONF_ERROR
           : ngx_http_set_complex_value_slot(cf, cmd, conf);
}


char *
ngx_http_riverty_mode_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_riverty_loc_conf_t  *rlcf = conf;

    char        *rv;
    ngx_str_t   *value;
    ngx_uint_t   mode;

    if (ngx_http_riverty_forged(cf, cmd, "use a map of $riverty_app")) {
        return NGX_CONF_ERROR;
    }

    rv = ngx_http_set_complex_value_slot(cf, cmd, conf);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    value = cf->args->elts;
    mode = ngx_http_riverty_mode_find(&value[1]);

    if (rlcf->app_mode->lengths == NULL && mode != NGX_HTTP_RIVERTY_ON
        && mode != NGX_HTTP_RIVERTY_MONITOR)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\": it is \"on\", "
                           "\"monitor\" or a variable that says one of them, "
                           "such as a map of $riverty_app", &value[1],
                           &cmd->name);
        return NGX_CONF_ERROR;
    }

    return ngx_http_riverty_unused_note_on(cf, rlcf) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* Does the directive's value hold what a client can write?  Then says so. */

static ngx_uint_t
ngx_http_riverty_forged(ngx_conf_t *cf, ngx_command_t *cmd, const char *remedy)
{
    u_char     *p, *end;
    ngx_str_t  *value;

    value = cf->args->elts;
    end = value[1].data + value[1].len;

    for (p = value[1].data; p < end; p++) {

        if (*p == '$' && ngx_http_riverty_client_writes(p + 1, end)) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid \"%V\": a client can write \"%V\" "
                               "itself; %s", &cmd->name, &value[1], remedy);
            return 1;
        }
    }

    return 0;
}


/* Can a client write the variable whose name starts at p? */

static ngx_uint_t
ngx_http_riverty_client_writes(u_char *p, u_char *end)
{
    size_t       len;
    ngx_str_t   *name;
    ngx_uint_t   i;

    p += (p < end && *p == '{');

    for (len = 0; p + len < end
                  && (ngx_http_riverty_letter(p[len])
                      || ngx_http_riverty_digit(p[len]) || p[len] == '_');
         len++)
    {
        /* void */
    }

    /* $1: a regular expression took it out of the path */

    if (len && ngx_http_riverty_digit(*p)) {
        return 1;
    }

    for (i = 0; ngx_http_riverty_client_variables[i].len; i++) {
        name = &ngx_http_riverty_client_variables[i];

        if ((len == name->len
             || (len > name->len && name->data[name->len - 1] == '_'))
            && ngx_strncasecmp(p, name->data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


char *
ngx_http_riverty_rules_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_riverty_loc_conf_t  *rlcf = conf;

    ngx_str_t          *value;
    riverty_span_t      word;
    riverty_error_t     error;
    riverty_profile_t   profile;

    if (rlcf->profile != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;
    word = ngx_http_riverty_span(&value[1]);

    if (!riverty_setting_profile(&word, 1, &profile, &error)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid \"%V\": %s",
                           &cmd->name, error.text);
        return NGX_CONF_ERROR;
    }

    rlcf->profile = profile;

    return ngx_http_riverty_unused_note(cf, rlcf) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


char *
ngx_http_riverty_rule_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_riverty_loc_conf_t  *rlcf = conf;

    ngx_str_t          *value;
    ngx_uint_t          i;
    riverty_span_t      words[2];
    riverty_error_t     error;
    riverty_level_t     level;
    riverty_rule_id_t   rule;

    value = cf->args->elts;

    words[0] = ngx_http_riverty_span(&value[1]);
    words[1] = ngx_http_riverty_span(&value[2]);

    if (!riverty_setting_rule(words, 2, &rule, &level, &error)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid \"%V\": %s",
                           &cmd->name, error.text);
        return NGX_CONF_ERROR;
    }

    if (rlcf->levels == NULL) {
        rlcf->levels = ngx_palloc(cf->pool,
                                  RIVERTY_RULE_COUNT * sizeof(ngx_int_t));
        if (rlcf->levels == NULL) {
            return NGX_CONF_ERROR;
        }

        for (i = 0; i < RIVERTY_RULE_COUNT; i++) {
            rlcf->levels[i] = NGX_CONF_UNSET;
        }
    }

    if (rlcf->levels[rule] != NGX_CONF_UNSET) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate \"%V\": rule \"%V\" has a level here "
                           "already", &cmd->name, &value[1]);
        return NGX_CONF_ERROR;
    }

    rlcf->levels[rule] = level;

    return ngx_http_riverty_unused_note(cf, rlcf) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/*
 * Tries the change on the default contract, so that a fault is told with its
 * line.  The location's own contract takes it when all is merged.
 */

char *
ngx_http_riverty_field_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_riverty_loc_conf_t  *rlcf = conf;

    ngx_str_t                 *value;
    ngx_uint_t                 i;
    riverty_span_t            *words;
    riverty_error_t            error;
    riverty_memory_t           memory;
    riverty_shapes_t          *shapes;
    riverty_contract_t        *scratch;
    riverty_field_status_t     status;
    ngx_http_riverty_field_t  *field;

    static const uint64_t  seed[2] = { 0, 0 };

    value = cf->args->elts;

    if (rlcf->fields == NULL) {
        rlcf->fields = ngx_array_create(cf->pool, 4,
                                        sizeof(ngx_http_riverty_field_t));
        if (rlcf->fields == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    shapes = ngx_http_riverty_protect_shapes(cf);
    field = ngx_array_push(rlcf->fields);
    words = ngx_palloc(cf->temp_pool, cf->args->nelts * sizeof(riverty_span_t));
    scratch = ngx_palloc(cf->temp_pool, sizeof(riverty_contract_t));

    if (shapes == NULL || field == NULL || words == NULL || scratch == NULL) {
        return NGX_CONF_ERROR;
    }

    for (i = 2; i < cf->args->nelts; i++) {
        words[i - 2] = ngx_http_riverty_span(&value[i]);
    }

    field->pointer = value[1];

    if (!riverty_setting_field(words, cf->args->nelts - 2, shapes,
                               &field->options, &error))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid \"%V\" of \"%V\": %s",
                           &cmd->name, &value[1], error.text);
        return NGX_CONF_ERROR;
    }

    riverty_contract_init(scratch, shapes, seed);
    memory = ngx_http_riverty_memory(cf->temp_pool);

    ngx_http_riverty_field_near(cf, scratch, &value[1]);

    status = riverty_contract_field(scratch, ngx_http_riverty_span(&value[1]),
                                    &field->options, &memory);

    if (status != RIVERTY_FIELD_STATUS_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid \"%V\": \"%V\" %s",
                           &cmd->name, &value[1],
                           riverty_field_status_detail(status));
        return NGX_CONF_ERROR;
    }

    return ngx_http_riverty_unused_note(cf, rlcf) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* A member that the API does not know, but for one letter: a slip, mostly. */

static void
ngx_http_riverty_field_near(ngx_conf_t *cf, riverty_contract_t *contract,
    ngx_str_t *pointer)
{
    size_t          i;
    riverty_span_t  said;

    said = ngx_http_riverty_span(pointer);

    if (riverty_contract_find(contract, said) >= 0) {
        return;
    }

    for (i = 0; i < contract->fields_count; i++) {

        if (ngx_http_riverty_near(said,
                             riverty_span_of(contract->fields[i].pointer)))
        {
            ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                               "\"riverty_field\" declares a new member "
                               "\"%V\", which is nearly \"%s\": take that "
                               "name if you mean that member",
                               pointer, contract->fields[i].pointer);
            return;
        }
    }
}


char *
ngx_http_riverty_max_body_check(ngx_conf_t *cf, void *post, void *data)
{
    size_t  *size = data;

    (void) cf;
    (void) post;

    if (*size == 0 || *size > NGX_HTTP_RIVERTY_MAX_BODY) {
        return "must be between 1 byte and 16m: a body is held in memory";
    }

    return NGX_CONF_OK;
}
