/*
 * Reading a key store: an app's keys, their values and when they are valid.
 */

#include "ngx_http_riverty_key_store_loader.h"
#include "contract/check.h"


#define NGX_HTTP_RIVERTY_KEY_MAX     4096
#define NGX_HTTP_RIVERTY_KEY_ID_MAX  64


static ngx_int_t ngx_http_riverty_read_key(ngx_http_riverty_loader_t *loader,
    ngx_http_riverty_key_t *key, json_t *value);
static ngx_int_t ngx_http_riverty_key_value(ngx_http_riverty_loader_t *loader,
    ngx_http_riverty_key_t *key, json_t *file, json_t *value);
static ngx_int_t ngx_http_riverty_key_check(ngx_http_riverty_loader_t *loader,
    ngx_http_riverty_key_t *key);
static ngx_int_t ngx_http_riverty_key_time(ngx_http_riverty_loader_t *loader,
    ngx_http_riverty_key_t *key, const char *member, json_t *value,
    time_t *time);


/* What templates leave behind where nobody filled a key in (trap 17). */

static const char  *ngx_http_riverty_placeholders[] = {
    "YOUR_API_SUBSCRIPTION_TOKEN", "${", "$secret://", "{{", "vault:", NULL
};


ngx_int_t
ngx_http_riverty_app_keys(ngx_http_riverty_loader_t *loader, json_t *value)
{
    size_t                   i, j;
    json_t                  *key;
    ngx_http_riverty_app_t  *app;

    app = loader->app;

    if (!json_is_array(value) || json_array_size(value) == 0) {
        return ngx_http_riverty_fail(loader->error,
                   "\"keys\" of app \"%V\" must be an array with a key",
                   &app->name);
    }

    app->keys = ngx_http_riverty_secrets_alloc(loader->store->secrets,
                    json_array_size(value) * sizeof(ngx_http_riverty_key_t));
    if (app->keys == NULL) {
        return ngx_http_riverty_fail(loader->error, "out of memory");
    }

    json_array_foreach(value, i, key) {

        if (ngx_http_riverty_read_key(loader, &app->keys[i], key) != NGX_OK) {
            return NGX_ERROR;
        }

        for (j = 0; j < i; j++) {
            if (app->keys[j].id.len == app->keys[i].id.len
                && ngx_strncmp(app->keys[j].id.data, app->keys[i].id.data,
                               app->keys[i].id.len) == 0)
            {
                return ngx_http_riverty_fail(loader->error,
                           "app \"%V\" has two keys \"%V\"", &app->name,
                           &app->keys[i].id);
            }
        }

        app->keys_n++;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_read_key(ngx_http_riverty_loader_t *loader,
    ngx_http_riverty_key_t *key, json_t *object)
{
    json_t  *id, *file, *value, *before, *after;

    id = json_object_get(object, "id");
    file = json_object_get(object, "file");
    value = json_object_get(object, "value");
    before = json_object_get(object, "not_before");
    after = json_object_get(object, "not_after");

    if (ngx_http_riverty_store_string(loader, id, &key->id) != NGX_OK
        || !ngx_http_riverty_store_plain(&key->id, NGX_HTTP_RIVERTY_KEY_ID_MAX))
    {
        return ngx_http_riverty_fail(loader->error,
                   "the \"id\" of a key of app \"%V\" must be 1 to %d letters, "
                   "digits, . _ - or @", &loader->app->name,
                   NGX_HTTP_RIVERTY_KEY_ID_MAX);
    }

    if (json_object_size(object)
        != (size_t) 1 + !!file + !!value + !!before + !!after)
    {
        return ngx_http_riverty_fail(loader->error,
                   "key \"%V\" of app \"%V\" has a member that is none of id, "
                   "file, value, not_before, not_after", &key->id,
                   &loader->app->name);
    }

    if (ngx_http_riverty_key_time(loader, key, "not_before", before,
                                  &key->not_before) != NGX_OK
        || ngx_http_riverty_key_time(loader, key, "not_after", after,
                                     &key->not_after) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (key->not_after && key->not_before >= key->not_after) {
        return ngx_http_riverty_fail(loader->error,
                   "key \"%V\" of app \"%V\" is never valid: not_after is not "
                   "later than not_before", &key->id, &loader->app->name);
    }

    if (ngx_http_riverty_key_value(loader, key, file, value) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_http_riverty_key_check(loader, key) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_riverty_store_digest(loader->store, &key->value);

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_key_value(ngx_http_riverty_loader_t *loader,
    ngx_http_riverty_key_t *key, json_t *file, json_t *value)
{
    u_char                    *p;
    ngx_str_t                  name, path;
    ngx_http_riverty_error_t   why;

    if (!file == !value) {
        return ngx_http_riverty_fail(loader->error,
                   "key \"%V\" of app \"%V\" must have either \"file\" or "
                   "\"value\"", &key->id, &loader->app->name);
    }

    if (ngx_http_riverty_store_string(loader, file ? file : value, &name)
        != NGX_OK)
    {
        return ngx_http_riverty_fail(loader->error,
                   "\"%s\" of key \"%V\" of app \"%V\" is no string",
                   file ? "file" : "value", &key->id, &loader->app->name);
    }

    if (value) {
        key->value = name;
        return NGX_OK;
    }

    path.data = ngx_http_riverty_secrets_alloc(loader->store->secrets,
                                   loader->directory.len + name.len + 1);
    if (path.data == NULL) {
        return ngx_http_riverty_fail(loader->error, "out of memory");
    }

    p = path.data;

    if (name.len && name.data[0] != '/') {
        p = ngx_cpymem(p, loader->directory.data, loader->directory.len);
    }

    p = ngx_cpymem(p, name.data, name.len);
    path.len = p - path.data;

    if (ngx_http_riverty_secret_file(loader->store->secrets, &path,
                                     loader->user, NGX_HTTP_RIVERTY_KEY_MAX, &key->value,
                                     &why) != NGX_OK)
    {
        return ngx_http_riverty_fail(loader->error,
                   "key \"%V\" of app \"%V\": %*s", &key->id,
                   &loader->app->name, why.len, why.text);
    }

    /* one line feed at the end is the editor's, not the key's */

    if (key->value.data[key->value.len - 1] == '\n') {
        key->value.len--;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_key_check(ngx_http_riverty_loader_t *loader,
    ngx_http_riverty_key_t *key)
{
    size_t       i;
    const char  *what;

    what = key->value.len == 0 ? "is empty"
           : key->value.len > NGX_HTTP_RIVERTY_KEY_MAX ? "is too long" : NULL;

    for (i = 0; i < key->value.len; i++) {
        if (key->value.data[i] <= ' ' || key->value.data[i] >= 0x7f) {
            what = "has white space, a control character or no ASCII in it";
        }
    }

    for (i = 0; ngx_http_riverty_placeholders[i]; i++) {
        if (key->value.len
            && ngx_strlcasestrn(key->value.data,
                                key->value.data + key->value.len,
                                (u_char *) ngx_http_riverty_placeholders[i],
                                ngx_strlen(ngx_http_riverty_placeholders[i])
                                - 1) != NULL)
        {
            what = "was never filled in: a template's placeholder stands there";
        }
    }

    if (what != NULL) {
        return ngx_http_riverty_fail(loader->error,
                   "key \"%V\" of app \"%V\" %s", &key->id,
                   &loader->app->name, what);
    }

    return NGX_OK;
}


/* RFC 3339, UTC: 2026-12-01T00:00:00Z */

static ngx_int_t
ngx_http_riverty_key_time(ngx_http_riverty_loader_t *loader,
    ngx_http_riverty_key_t *key, const char *member, json_t *value,
    time_t *time)
{
    int64_t      days;
    ngx_int_t    h, m, s;
    const char  *text;

    if (value == NULL) {
        return NGX_OK;
    }

    text = json_string_value(value);

    if (text != NULL && json_string_length(value) == 20
        && riverty_date_parse((riverty_span_t) { (u_char *) text, 10 }, &days)
        && text[10] == 'T' && text[13] == ':' && text[16] == ':'
        && text[19] == 'Z')
    {
        h = ngx_atoi((u_char *) text + 11, 2);
        m = ngx_atoi((u_char *) text + 14, 2);
        s = ngx_atoi((u_char *) text + 17, 2);

        if (h >= 0 && h < 24 && m >= 0 && m < 60 && s >= 0 && s < 60) {
            *time = (time_t) (days * 86400 + h * 3600 + m * 60 + s);
            return NGX_OK;
        }
    }

    return ngx_http_riverty_fail(loader->error,
               "\"%s\" of key \"%V\" of app \"%V\" must be a UTC time such as "
               "2026-12-01T00:00:00Z", member, &key->id, &loader->app->name);
}
