/*
 * The variables.  None of them is cacheable: they change while the request
 * goes on, and the access log needs the last value.
 */

#include "ngx_http_riverty_variables.h"
#include "ngx_http_riverty_app.h"
#include "ngx_http_riverty_names.h"
#include "ngx_http_riverty_outcome.h"
#include "ngx_http_riverty_seal.h"


static ngx_int_t ngx_http_riverty_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_riverty_variables_guard(ngx_conf_t *cf,
    ngx_http_riverty_main_conf_t *rmcf);
static ngx_uint_t ngx_http_riverty_variable_guarded(ngx_str_t *name);
static ngx_int_t ngx_http_riverty_variable_app(
    ngx_http_riverty_request_t *state, ngx_str_t *value);
static ngx_int_t ngx_http_riverty_variable_token_id(
    ngx_http_riverty_request_t *state, ngx_str_t *value);
static ngx_int_t ngx_http_riverty_variable_operation(
    ngx_http_riverty_request_t *state, ngx_str_t *value);
static ngx_int_t ngx_http_riverty_variable_outcome(
    ngx_http_riverty_request_t *state, ngx_str_t *value);
static ngx_int_t ngx_http_riverty_variable_key_id(
    ngx_http_riverty_request_t *state, ngx_str_t *value);
static ngx_int_t ngx_http_riverty_variable_request(
    ngx_http_riverty_request_t *state, ngx_str_t *value);
static ngx_int_t ngx_http_riverty_variable_mode(
    ngx_http_riverty_request_t *state, ngx_str_t *value);
static ngx_int_t ngx_http_riverty_variable_findings(
    ngx_http_riverty_request_t *state, ngx_str_t *value);
static ngx_int_t ngx_http_riverty_variable_warnings(
    ngx_http_riverty_request_t *state, ngx_str_t *value);
static ngx_int_t ngx_http_riverty_variable_rules(
    ngx_http_riverty_request_t *state, riverty_level_t level,
    ngx_str_t *value);
static ngx_int_t ngx_http_riverty_variable_changes(
    ngx_http_riverty_request_t *state, ngx_str_t *value);
static u_char *ngx_http_riverty_list_add(ngx_str_t *list, u_char *p,
    const char *word);


/* NGX_DECLINED: there is no pseudonym. */

typedef ngx_int_t (*ngx_http_riverty_variable_pt)(
    ngx_http_riverty_request_t *state, ngx_str_t *value);

static const struct {
    ngx_str_t                     name;
    ngx_http_riverty_variable_pt  get;
} ngx_http_riverty_variables[] = {
    { ngx_string("riverty_app"), ngx_http_riverty_variable_app },
    { ngx_string("riverty_token_id"), ngx_http_riverty_variable_token_id },
    { ngx_string("riverty_operation"), ngx_http_riverty_variable_operation },
    { ngx_string("riverty_outcome"), ngx_http_riverty_variable_outcome },
    { ngx_string("riverty_key_id"), ngx_http_riverty_variable_key_id },
    { ngx_string("riverty_request"), ngx_http_riverty_variable_request },
    { ngx_string("riverty_mode"), ngx_http_riverty_variable_mode },
    { ngx_string("riverty_findings"), ngx_http_riverty_variable_findings },
    { ngx_string("riverty_warnings"), ngx_http_riverty_variable_warnings },
    { ngx_string("riverty_changes"), ngx_http_riverty_variable_changes },
    { ngx_null_string, NULL }
};


ngx_int_t
ngx_http_riverty_variables_add(ngx_conf_t *cf)
{
    ngx_str_t             name;
    ngx_uint_t            i;
    ngx_http_variable_t  *var;

    for (i = 0; ngx_http_riverty_variables[i].name.len; i++) {

        name = ngx_http_riverty_variables[i].name;

        var = ngx_http_add_variable(cf, &name, NGX_HTTP_VAR_NOCACHEABLE);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = ngx_http_riverty_variable;
        var->data = i;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_riverty_variables_index(ngx_conf_t *cf)
{
    ngx_http_riverty_main_conf_t  *rmcf;

    static ngx_str_t  request_id = ngx_string("request_id");
    static ngx_str_t  remote_user = ngx_string("remote_user");

    rmcf = ngx_http_conf_get_module_main_conf(cf, ngx_riverty_customer_module);

    rmcf->request_id_index = ngx_http_get_variable_index(cf, &request_id);
    rmcf->remote_user_index = ngx_http_get_variable_index(cf, &remote_user);

    if (rmcf->request_id_index == NGX_ERROR
        || rmcf->remote_user_index == NGX_ERROR)
    {
        return NGX_ERROR;
    }

    return ngx_http_riverty_variables_guard(cf, rmcf);
}


/*
 * Notes the variables that the configuration names and the log guard redacts.
 */

static ngx_int_t
ngx_http_riverty_variables_guard(ngx_conf_t *cf,
    ngx_http_riverty_main_conf_t *rmcf)
{
    ngx_uint_t                 *index, i;
    ngx_http_variable_t        *var;
    ngx_http_core_main_conf_t  *cmcf;

    if (ngx_array_init(&rmcf->guarded_variables, cf->pool, 16,
                       sizeof(ngx_uint_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    var = cmcf->variables.elts;

    for (i = 0; i < cmcf->variables.nelts; i++) {

        if (!ngx_http_riverty_variable_guarded(&var[i].name)) {
            continue;
        }

        index = ngx_array_push(&rmcf->guarded_variables);
        if (index == NULL) {
            return NGX_ERROR;
        }

        *index = i;
    }

    return NGX_OK;
}


/* Does it show the request line, the body or a header that is guarded? */

static ngx_uint_t
ngx_http_riverty_variable_guarded(ngx_str_t *name)
{
    ngx_uint_t  i;

    /* a header may be one of those that have been taken away since */

    static ngx_str_t  prefixes[] = {
        ngx_string("arg_"),
        ngx_string("http_"),
        ngx_null_string
    };

    static ngx_str_t  names[] = {
        ngx_string("request"),
        ngx_string("request_uri"),
        ngx_string("uri"),
        ngx_string("document_uri"),
        ngx_string("request_filename"),
        ngx_string("args"),
        ngx_string("query_string"),
        ngx_string("is_args"),
        ngx_string("request_body"),
        ngx_string("sent_http_location"),
        ngx_string("sent_http_content_location"),
        ngx_string("sent_http_link"),
        ngx_string("sent_http_refresh"),
        ngx_string("upstream_http_location"),
        ngx_string("upstream_http_content_location"),
        ngx_string("upstream_http_link"),
        ngx_string("upstream_http_refresh"),
        ngx_null_string
    };

    for (i = 0; prefixes[i].len; i++) {
        if (name->len > prefixes[i].len
            && ngx_strncmp(name->data, prefixes[i].data, prefixes[i].len) == 0)
        {
            return 1;
        }
    }

    for (i = 0; names[i].len; i++) {
        if (name->len == names[i].len
            && ngx_strncmp(name->data, names[i].data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_http_riverty_variable(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_int_t                    rc;
    ngx_str_t                    value;
    ngx_http_riverty_request_t  *state;

    state = ngx_http_riverty_request(r->main);

    rc = state && state->conf
         ? ngx_http_riverty_variables[data].get(state, &value) : NGX_DECLINED;

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED || value.len == 0) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->data = value.data;
    v->len = value.len;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_variable_app(ngx_http_riverty_request_t *state,
    ngx_str_t *value)
{
    riverty_app_t  *app;

    app = ngx_http_riverty_app_known(state);

    if (app == NULL) {
        return NGX_DECLINED;
    }

    value->data = (u_char *) app->name.data;
    value->len = app->name.len;

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_variable_token_id(ngx_http_riverty_request_t *state,
    ngx_str_t *value)
{
    if (ngx_http_riverty_app_known(state) == NULL || state->app.token == NULL) {
        return NGX_DECLINED;
    }

    value->data = (u_char *) state->app.token->id.data;
    value->len = state->app.token->id.len;

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_variable_operation(ngx_http_riverty_request_t *state,
    ngx_str_t *value)
{
    *value = ngx_http_riverty_operation_row(state->route.operation)->name;

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_variable_outcome(ngx_http_riverty_request_t *state,
    ngx_str_t *value)
{
    *value = *ngx_http_riverty_outcome_name(ngx_http_riverty_outcome(state));

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_variable_key_id(ngx_http_riverty_request_t *state,
    ngx_str_t *value)
{
    riverty_key_t  *key;

    key = ngx_http_riverty_seal_key_sent(state);
    if (key == NULL) {
        return NGX_DECLINED;
    }

    value->data = (u_char *) key->id.data;
    value->len = key->id.len;

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_variable_request(ngx_http_riverty_request_t *state,
    ngx_str_t *value)
{
    *value = state->guard.safe_line;

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_variable_mode(ngx_http_riverty_request_t *state,
    ngx_str_t *value)
{
    *value = *ngx_http_riverty_mode_name(ngx_http_riverty_mode(state));

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_variable_findings(ngx_http_riverty_request_t *state,
    ngx_str_t *value)
{
    const char                *id;
    const riverty_document_t  *document;

    document = state->body.document;

    if (document == NULL || document->verdict != RIVERTY_MALFORMED) {
        return ngx_http_riverty_variable_rules(state, RIVERTY_LEVEL_REJECT,
                                               value);
    }

    id = riverty_scan_id(document->status);
    value->data = (u_char *) id;
    value->len = ngx_strlen(id);

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_variable_warnings(ngx_http_riverty_request_t *state,
    ngx_str_t *value)
{
    return ngx_http_riverty_variable_rules(state, RIVERTY_LEVEL_WARN, value);
}


/* The rules of the document's findings of a level. */

static ngx_int_t
ngx_http_riverty_variable_rules(ngx_http_riverty_request_t *state,
    riverty_level_t level, ngx_str_t *value)
{
    u_char                    *p;
    size_t                     i, len;
    const riverty_document_t  *document;

    document = state->body.document;

    if (document == NULL) {
        return NGX_DECLINED;
    }

    len = 0;

    for (i = 0; i < document->findings_count; i++) {
        len += ngx_strlen(riverty_rules[document->findings[i].rule].id) + 1;
    }

    p = ngx_pnalloc(state->request->pool, len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value->data = p;

    for (i = 0; i < document->findings_count; i++) {
        if (document->findings[i].level == level) {
            p = ngx_http_riverty_list_add(value, p,
                               riverty_rules[document->findings[i].rule].id);
        }
    }

    value->len = p - value->data;

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_variable_changes(ngx_http_riverty_request_t *state,
    ngx_str_t *value)
{
    u_char                    *p;
    size_t                     i, len;
    const riverty_field_t     *fields;
    const riverty_document_t  *document;

    document = state->body.document;

    if (document == NULL) {
        return NGX_DECLINED;
    }

    fields = state->conf->contract->fields;
    len = 0;

    for (i = 0; i < document->edits_count; i++) {
        len += ngx_strlen(fields[document->edits[i].field].pointer) + 1;
    }

    p = ngx_pnalloc(state->request->pool, len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value->data = p;

    for (i = 0; i < document->edits_count; i++) {
        p = ngx_http_riverty_list_add(value, p,
                                fields[document->edits[i].field].pointer);
    }

    value->len = p - value->data;

    return NGX_OK;
}


static u_char *
ngx_http_riverty_list_add(ngx_str_t *list, u_char *p, const char *word)
{
    if (p != list->data) {
        *p++ = ',';
    }

    return ngx_cpymem(p, word, ngx_strlen(word));
}
