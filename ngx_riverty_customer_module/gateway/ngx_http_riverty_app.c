/*
 * Who calls: the app of the token, or of the value of riverty_app.  This runs
 * in precontent, because the access phase would lose the verdict under
 * `satisfy any`.
 */

#include "ngx_http_riverty_app.h"
#include "ngx_http_riverty_alerts.h"
#include "ngx_http_riverty_headers.h"
#include "ngx_http_riverty_key_store.h"
#include "ngx_http_riverty_names.h"
#include "contract/core/sha256.h"


static riverty_app_t *ngx_http_riverty_app_find(
    ngx_http_riverty_request_t *state);
static riverty_app_t *ngx_http_riverty_app_of_token(
    ngx_http_riverty_request_t *state);
static ngx_str_t ngx_http_riverty_app_token(ngx_http_riverty_request_t *state,
    ngx_str_t *value);


void
ngx_http_riverty_app_note_token(ngx_http_riverty_request_t *state,
    ngx_http_riverty_headers_seen_t *seen)
{
    ngx_str_t         token;
    ngx_table_elt_t  *h;

    h = seen->first[NGX_HTTP_RIVERTY_HEADER_TOKEN];

    if (h != NULL) {
        token = ngx_http_riverty_app_token(state, &h->value);

        riverty_sha256(ngx_http_riverty_span(&token), state->app.token_digest);
        state->app.tokens += seen->count[NGX_HTTP_RIVERTY_HEADER_TOKEN];
    }
}


/* In an Authorization header the token stands behind its scheme (RFC 6750). */

static ngx_str_t
ngx_http_riverty_app_token(ngx_http_riverty_request_t *state, ngx_str_t *value)
{
    ngx_str_t  token;

    static ngx_str_t  authorization = ngx_string("authorization");
    static ngx_str_t  bearer = ngx_string("Bearer ");

    token = *value;

    if (state->conf->token_header_lower.len == authorization.len
        && ngx_memcmp(state->conf->token_header_lower.data, authorization.data,
                      authorization.len) == 0
        && token.len > bearer.len
        && ngx_strncasecmp(token.data, bearer.data, bearer.len) == 0)
    {
        token.data += bearer.len;
        token.len -= bearer.len;
    }

    return token;
}


void
ngx_http_riverty_app_distrust(ngx_http_request_t *r)
{
    ngx_http_riverty_srv_conf_t  *rscf;

    rscf = ngx_http_get_module_srv_conf(r, ngx_riverty_customer_module);

    if (rscf->names_apps) {

        /* as nginx itself notes that there is no user */

        ngx_str_set(&r->headers_in.user, "");
        ngx_str_set(&r->headers_in.passwd, "");
    }
}


void
ngx_http_riverty_app_trust(ngx_http_request_t *r)
{
    ngx_http_riverty_loc_conf_t   *rlcf;
    ngx_http_riverty_srv_conf_t   *rscf;
    ngx_http_riverty_main_conf_t  *rmcf;

    rscf = ngx_http_get_module_srv_conf(r, ngx_riverty_customer_module);
    rlcf = ngx_http_get_module_loc_conf(r, ngx_riverty_customer_module);

    if (!rscf->names_apps
        || (rlcf->mode != NGX_HTTP_RIVERTY_OFF && rlcf->app != NULL
            && !rlcf->verifies_user))
    {
        return;
    }

    /* nginx reads the header again */

    ngx_str_null(&r->headers_in.user);
    ngx_str_null(&r->headers_in.passwd);

    rmcf = ngx_http_get_module_main_conf(r, ngx_riverty_customer_module);

    r->variables[rmcf->remote_user_index].valid = 0;
    r->variables[rmcf->remote_user_index].not_found = 0;
}


ngx_int_t
ngx_http_riverty_app_take_password(ngx_http_riverty_request_t *state)
{
    ngx_int_t         rc;
    ngx_table_elt_t  *authorization;

    static u_char  basic[] = "Basic ";

    authorization = state->request->headers_in.authorization;

    if (!state->conf->asks_user || !ngx_http_riverty_enforces(state)
        || authorization == NULL
        || authorization->value.len < sizeof(basic) - 1
        || ngx_strncasecmp(authorization->value.data, basic, sizeof(basic) - 1)
           != 0)
    {
        return NGX_OK;
    }

    rc = ngx_http_riverty_headers_remove(state->request, state->conf->headers,
                                   ngx_http_riverty_header_bit(AUTHORIZATION));

    /* $remote_user looks whether there is one */

    state->request->headers_in.authorization = authorization;

    return rc;
}


void
ngx_http_riverty_app_identify(ngx_http_riverty_request_t *state)
{
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_get_module_main_conf(state->request,
                                         ngx_riverty_customer_module);

    state->app.identified = 1;

    /* a store that others have replaced may name an app that is gone */

    if (!rmcf->key_store_stale) {
        state->app.app = ngx_http_riverty_app_find(state);
    }
}


ngx_int_t
ngx_http_riverty_app_ask_mode(ngx_http_riverty_request_t *state)
{
    ngx_str_t                     mode;
    ngx_uint_t                    said;
    ngx_http_riverty_loc_conf_t  *conf;

    conf = state->conf;

    if (conf->app_mode == NULL || !ngx_http_riverty_enforces(state)) {
        return NGX_OK;
    }

    if (ngx_http_complex_value(state->request, conf->app_mode, &mode)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    said = ngx_http_riverty_mode_find(&mode);

    state->app.watched = (said == NGX_HTTP_RIVERTY_MONITOR);

    if (said != NGX_HTTP_RIVERTY_ON && !state->app.watched) {
        ngx_http_riverty_alerts_mode(state);
    }

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, state->request->connection->log, 0,
                   "riverty gate: the app is watched:%ui",
                   (ngx_uint_t) state->app.watched);

    return NGX_OK;
}


/* NULL where the request has none. */

static riverty_app_t *
ngx_http_riverty_app_find(ngx_http_riverty_request_t *state)
{
    ngx_str_t                      name;
    ngx_http_riverty_main_conf_t  *rmcf;

    rmcf = ngx_http_get_module_main_conf(state->request,
                                         ngx_riverty_customer_module);

    if (state->app.store == NULL) {
        state->app.store = ngx_http_riverty_key_store_acquire(rmcf);

        if (state->app.store == NULL) {
            return NULL;
        }
    }

    if (state->conf->app == NULL) {
        return ngx_http_riverty_app_of_token(state);
    }

    if (ngx_http_complex_value(state->request, state->conf->app, &name)
        != NGX_OK)
    {
        return NULL;
    }

    return riverty_store_by_name(state->app.store->store,
                                 ngx_http_riverty_span(&name));
}


static riverty_app_t *
ngx_http_riverty_app_of_token(ngx_http_riverty_request_t *state)
{
    /* two tokens count as none: which one would name the app? */

    if (state->app.tokens != 1) {
        return NULL;
    }

    state->app.token = riverty_store_by_token(state->app.store->store,
                                              state->app.token_digest);

    return state->app.token ? state->app.token->app : NULL;
}


riverty_app_t *
ngx_http_riverty_app_known(ngx_http_riverty_request_t *state)
{
    if (state->app.identified) {
        return state->app.app;
    }

    return state->conf ? ngx_http_riverty_app_find(state) : NULL;
}


riverty_app_t *
ngx_http_riverty_app_certain(ngx_http_riverty_request_t *state)
{
    return state->app.identified || state->conf->app == NULL
           ? ngx_http_riverty_app_known(state) : NULL;
}
