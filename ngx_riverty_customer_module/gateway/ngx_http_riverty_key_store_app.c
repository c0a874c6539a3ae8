/*
 * Reading a key store: an app's name, operations and tokens.
 */

#include "ngx_http_riverty_key_store_loader.h"


#define NGX_HTTP_RIVERTY_APP_NAME_MAX  64


ngx_int_t
ngx_http_riverty_app_name(ngx_http_riverty_loader_t *loader, json_t *value)
{
    ngx_str_t  name;

    if (ngx_http_riverty_store_string(loader, value, &name) != NGX_OK
        || !ngx_http_riverty_store_plain(&name, NGX_HTTP_RIVERTY_APP_NAME_MAX))
    {
        return ngx_http_riverty_fail(loader->error,
                   "the name of an app must be 1 to %d letters, digits, "
                   ". _ - or @", NGX_HTTP_RIVERTY_APP_NAME_MAX);
    }

    loader->app->name = name;

    if (ngx_http_riverty_key_store_add_name(loader->store, loader->app)
        != NGX_OK)
    {
        return ngx_http_riverty_fail(loader->error,
                                     "there are two apps \"%V\"", &name);
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_riverty_app_operations(ngx_http_riverty_loader_t *loader,
    json_t *value)
{
    size_t                         i;
    json_t                        *word;
    ngx_str_t                     *name;
    ngx_http_riverty_operation_t   operation;

    if (!json_is_array(value)) {
        return ngx_http_riverty_fail(loader->error,
                   "\"operations\" of app \"%V\" is no array",
                   &loader->app->name);
    }

    json_array_foreach(value, i, word) {

        for (operation = NGX_HTTP_RIVERTY_CREATE;
             operation <= NGX_HTTP_RIVERTY_OTHER;
             operation *= 2)
        {
            name = ngx_http_riverty_operation_name(operation);

            if (json_is_string(word)
                && ngx_strcmp(name->data, json_string_value(word)) == 0)
            {
                break;
            }
        }

        if (operation > NGX_HTTP_RIVERTY_OTHER) {
            return ngx_http_riverty_fail(loader->error,
                       "\"operations\" of app \"%V\" may hold create, read, "
                       "update and other", &loader->app->name);
        }

        loader->app->operations |= operation;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_riverty_app_tokens(ngx_http_riverty_loader_t *loader, json_t *value)
{
    size_t                     i, j, len;
    json_t                    *word;
    ngx_int_t                  byte;
    const char                *text;
    ngx_http_riverty_token_t  *token;

    static const u_char  empty[NGX_HTTP_RIVERTY_DIGEST_LEN] = {
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14,
        0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
        0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c,
        0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55
    };

    if (!json_is_array(value)) {
        return ngx_http_riverty_fail(loader->error,
                   "\"tokens\" of app \"%V\" is no array", &loader->app->name);
    }

    json_array_foreach(value, i, word) {

        text = json_is_string(word) ? json_string_value(word) : "";
        len = json_is_string(word) ? json_string_length(word) : 0;

        token = ngx_http_riverty_secrets_alloc(loader->store->secrets,
                                             sizeof(ngx_http_riverty_token_t));
        if (token == NULL) {
            return ngx_http_riverty_fail(loader->error, "out of memory");
        }

        token->app = loader->app;
        byte = NGX_ERROR;

        if (len == 7 + 2 * NGX_HTTP_RIVERTY_DIGEST_LEN
            && ngx_strncmp(text, "sha256:", 7) == 0)
        {
            for (j = 0; j < NGX_HTTP_RIVERTY_DIGEST_LEN; j++) {
                byte = ngx_hextoi((u_char *) text + 7 + 2 * j, 2);
                if (byte == NGX_ERROR) {
                    break;
                }

                token->digest[j] = (u_char) byte;
            }
        }

        if (byte == NGX_ERROR) {
            return ngx_http_riverty_fail(loader->error,
                       "token %uz of app \"%V\" must be \"sha256:\" and 64 hex "
                       "digits", i + 1, &loader->app->name);
        }

        if (ngx_memcmp(token->digest, empty, NGX_HTTP_RIVERTY_DIGEST_LEN)
            == 0)
        {
            return ngx_http_riverty_fail(loader->error,
                       "token %uz of app \"%V\" is the digest of nothing",
                       i + 1, &loader->app->name);
        }

        if (ngx_http_riverty_key_store_add_token(loader->store, token)
            != NGX_OK)
        {
            return ngx_http_riverty_fail(loader->error,
                       "token %uz of app \"%V\" stands in the store twice",
                       i + 1, &loader->app->name);
        }
    }

    return NGX_OK;
}
