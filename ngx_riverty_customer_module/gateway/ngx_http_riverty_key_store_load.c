/*
 * Reading a key store: JSON through jansson, strictly.  Whatever is not exactly
 * what DESIGN section 4 says is refused with its place, never with a value.
 */

#include "ngx_http_riverty_key_store.h"
#include "contract/check.h"

#include <jansson.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>


#define NGX_HTTP_RIVERTY_STORE_MAX     (16 * 1024 * 1024)
#define NGX_HTTP_RIVERTY_KEY_MAX       4096
#define NGX_HTTP_RIVERTY_KEY_ID_MAX    64
#define NGX_HTTP_RIVERTY_APP_NAME_MAX  64


typedef struct {
    ngx_http_riverty_key_store_t  *store;
    ngx_str_t                      directory;  /* of the store, with its / */
    ngx_uid_t                      user;
    ngx_http_riverty_app_t        *app;        /* at hand */
    ngx_http_riverty_error_t      *error;
} ngx_http_riverty_loader_t;


typedef ngx_int_t (*ngx_http_riverty_member_pt)(
    ngx_http_riverty_loader_t *loader, json_t *value);

typedef struct {
    const char                    *name;
    ngx_http_riverty_member_pt     read;
    ngx_uint_t                     required;
} ngx_http_riverty_store_member_t;


static ngx_http_riverty_key_store_t *ngx_http_riverty_store_create(void);
static json_t *ngx_http_riverty_store_parse(ngx_str_t *text,
    ngx_http_riverty_error_t *error);
static void *ngx_http_riverty_wiping_malloc(size_t size);
static void ngx_http_riverty_wiping_free(void *p);
static void ngx_http_riverty_store_digest(ngx_http_riverty_key_store_t *store,
    ngx_str_t *part);
static ngx_int_t ngx_http_riverty_store_apps(ngx_http_riverty_loader_t *loader,
    json_t *root);
static ngx_int_t ngx_http_riverty_store_members(
    ngx_http_riverty_loader_t *loader, json_t *object,
    ngx_http_riverty_store_member_t *members);
static ngx_int_t ngx_http_riverty_app_name(ngx_http_riverty_loader_t *loader,
    json_t *value);
static ngx_int_t ngx_http_riverty_app_operations(
    ngx_http_riverty_loader_t *loader, json_t *value);
static ngx_int_t ngx_http_riverty_app_tokens(ngx_http_riverty_loader_t *loader,
    json_t *value);
static ngx_int_t ngx_http_riverty_app_keys(ngx_http_riverty_loader_t *loader,
    json_t *value);
static ngx_int_t ngx_http_riverty_read_key(ngx_http_riverty_loader_t *loader,
    ngx_http_riverty_key_t *key, json_t *value);
static ngx_int_t ngx_http_riverty_key_value(ngx_http_riverty_loader_t *loader,
    ngx_http_riverty_key_t *key, json_t *file, json_t *value);
static ngx_int_t ngx_http_riverty_key_check(ngx_http_riverty_loader_t *loader,
    ngx_http_riverty_key_t *key);
static ngx_int_t ngx_http_riverty_key_time(ngx_http_riverty_loader_t *loader,
    ngx_http_riverty_key_t *key, const char *member, json_t *value,
    time_t *time);
static ngx_int_t ngx_http_riverty_store_string(
    ngx_http_riverty_loader_t *loader, json_t *value, ngx_str_t *string);
static ngx_uint_t ngx_http_riverty_plain_name(ngx_str_t *name, size_t max);


static ngx_http_riverty_store_member_t  ngx_http_riverty_app_members[] = {
    { "name", ngx_http_riverty_app_name, 1 },
    { "tokens", ngx_http_riverty_app_tokens, 0 },
    { "operations", ngx_http_riverty_app_operations, 1 },
    { "keys", ngx_http_riverty_app_keys, 1 },
    { NULL, NULL, 0 }
};


/* What templates leave behind where nobody filled a key in (trap 17). */

static const char  *ngx_http_riverty_placeholders[] = {
    "YOUR_API_SUBSCRIPTION_TOKEN", "${", "$secret://", "{{", "vault:", NULL
};


ngx_http_riverty_key_store_t *
ngx_http_riverty_key_store_load(ngx_str_t *file, ngx_uid_t user,
    ngx_http_riverty_error_t *error)
{
    json_t                        *root;
    u_char                        *slash;
    ngx_int_t                      rc;
    ngx_str_t                      text;
    ngx_http_riverty_loader_t      loader;
    ngx_http_riverty_key_store_t  *store;

    store = ngx_http_riverty_store_create();
    if (store == NULL) {
        (void) ngx_http_riverty_fail(error, "out of memory");
        return NULL;
    }

    if (ngx_http_riverty_secret_file(store->secrets, file, user,
                                     NGX_HTTP_RIVERTY_STORE_MAX, &text, error)
        != NGX_OK)
    {
        ngx_http_riverty_key_store_free(store);
        return NULL;
    }

    ngx_memzero(&loader, sizeof(ngx_http_riverty_loader_t));

    loader.store = store;
    loader.error = error;
    loader.user = user;
    loader.directory.data = file->data;

    slash = (u_char *) strrchr((char *) file->data, '/');
    loader.directory.len = slash ? slash + 1 - file->data : 0;

    /* no other code runs meanwhile: jansson's allocators are ours alone */

    json_set_alloc_funcs(ngx_http_riverty_wiping_malloc,
                         ngx_http_riverty_wiping_free);

    root = ngx_http_riverty_store_parse(&text, error);

    rc = NGX_ERROR;

    if (root != NULL) {
        ngx_http_riverty_store_digest(store, &text);

        rc = ngx_http_riverty_store_apps(&loader, root);
        json_decref(root);
    }

    json_set_alloc_funcs(malloc, free);

    OPENSSL_cleanse(text.data, text.len);

    if (rc != NGX_OK) {
        ngx_http_riverty_key_store_free(store);
        return NULL;
    }

    return store;
}


static ngx_http_riverty_key_store_t *
ngx_http_riverty_store_create(void)
{
    ngx_http_riverty_secrets_t    *secrets;
    ngx_http_riverty_key_store_t  *store;

    secrets = ngx_http_riverty_secrets_create();
    if (secrets == NULL) {
        return NULL;
    }

    store = ngx_http_riverty_secrets_alloc(secrets,
                                         sizeof(ngx_http_riverty_key_store_t));

    /* cannot fail: the first mapping is larger */

    store->secrets = secrets;

    return store;
}


static json_t *
ngx_http_riverty_store_parse(ngx_str_t *text, ngx_http_riverty_error_t *error)
{
    json_t        *root;
    json_error_t   e;

    root = json_loadb((char *) text->data, text->len, JSON_REJECT_DUPLICATES,
                      &e);

    if (root == NULL) {
        /* jansson's own words quote the input */

        (void) ngx_http_riverty_fail(error,
                   "no JSON, or a member name twice, at line %d, column %d",
                   e.line, e.column);

        OPENSSL_cleanse(&e, sizeof(json_error_t));
    }

    return root;
}


/* jansson keeps copies of what it reads: wiped when they are freed. */

static void *
ngx_http_riverty_wiping_malloc(size_t size)
{
    size_t  *p;

    p = malloc(size + NGX_ALIGNMENT * 2);
    if (p == NULL) {
        return NULL;
    }

    *p = size;

    return (u_char *) p + NGX_ALIGNMENT * 2;
}


static void
ngx_http_riverty_wiping_free(void *p)
{
    size_t  *start;

    if (p != NULL) {
        start = (size_t *) ((u_char *) p - NGX_ALIGNMENT * 2);

        OPENSSL_cleanse(p, *start);
        free(start);
    }
}


static ngx_int_t
ngx_http_riverty_store_apps(ngx_http_riverty_loader_t *loader, json_t *root)
{
    json_t                        *apps, *app;
    size_t                         i, tokens;
    ngx_http_riverty_key_store_t  *store;

    store = loader->store;
    apps = json_object_get(root, "apps");

    if (!json_is_array(apps) || json_object_size(root) != 1) {
        return ngx_http_riverty_fail(loader->error,
                   "the store must be an object with one member, \"apps\", an "
                   "array");
    }

    tokens = 0;

    json_array_foreach(apps, i, app) {
        tokens += json_array_size(json_object_get(app, "tokens"));
    }

    store->apps_n = json_array_size(apps);
    store->apps = ngx_http_riverty_secrets_alloc(store->secrets,
                       (store->apps_n + 1) * sizeof(ngx_http_riverty_app_t));

    if (store->apps == NULL
        || ngx_http_riverty_key_store_tables(store, tokens) != NGX_OK)
    {
        return ngx_http_riverty_fail(loader->error, "out of memory");
    }

    json_array_foreach(apps, i, app) {
        loader->app = &store->apps[i];

        /* until it has a name */
        ngx_str_set(&loader->app->name, "(without a name)");

        if (ngx_http_riverty_store_members(loader, app,
                                           ngx_http_riverty_app_members)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_store_members(ngx_http_riverty_loader_t *loader,
    json_t *object, ngx_http_riverty_store_member_t *members)
{
    json_t      *value;
    size_t       known;
    ngx_uint_t   i;

    if (!json_is_object(object)) {
        return ngx_http_riverty_fail(loader->error,
                                     "an element of \"apps\" is no object");
    }

    known = 0;

    for (i = 0; members[i].name; i++) {
        value = json_object_get(object, members[i].name);

        if (value == NULL) {
            if (members[i].required) {
                return ngx_http_riverty_fail(loader->error,
                           "app \"%V\" has no \"%s\"", &loader->app->name,
                           members[i].name);
            }

            continue;
        }

        known++;

        if (members[i].read(loader, value) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (known != json_object_size(object)) {
        return ngx_http_riverty_fail(loader->error,
                   "app \"%V\" has a member that is none of name, tokens, "
                   "operations, keys", &loader->app->name);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_riverty_app_name(ngx_http_riverty_loader_t *loader, json_t *value)
{
    ngx_str_t  name;

    if (ngx_http_riverty_store_string(loader, value, &name) != NGX_OK
        || !ngx_http_riverty_plain_name(&name, NGX_HTTP_RIVERTY_APP_NAME_MAX))
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


static ngx_int_t
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


static ngx_int_t
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


static ngx_int_t
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
        || !ngx_http_riverty_plain_name(&key->id, NGX_HTTP_RIVERTY_KEY_ID_MAX))
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


/* What the store holds, key files included: content = SHA-256(content, part). */

static void
ngx_http_riverty_store_digest(ngx_http_riverty_key_store_t *store,
    ngx_str_t *part)
{
    u_char  text[2 * NGX_HTTP_RIVERTY_DIGEST_LEN];

    ngx_memcpy(text, store->content, NGX_HTTP_RIVERTY_DIGEST_LEN);
    SHA256(part->data, part->len, text + NGX_HTTP_RIVERTY_DIGEST_LEN);
    SHA256(text, sizeof(text), store->content);

    OPENSSL_cleanse(text, sizeof(text));
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


/* A copy in the store's own memory, with a NUL behind it. */

static ngx_int_t
ngx_http_riverty_store_string(ngx_http_riverty_loader_t *loader, json_t *value,
    ngx_str_t *string)
{
    if (!json_is_string(value)) {
        return NGX_ERROR;
    }

    string->len = json_string_length(value);
    string->data = ngx_http_riverty_secrets_alloc(loader->store->secrets,
                                                  string->len + 1);
    if (string->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(string->data, json_string_value(value), string->len);

    return NGX_OK;
}


/* Names appear in logs and in records: nothing there may need an escape. */

static ngx_uint_t
ngx_http_riverty_plain_name(ngx_str_t *name, size_t max)
{
    size_t  i;
    u_char  c;

    for (i = 0; i < name->len; i++) {
        c = name->data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.' || c == '_' || c == '-' || c == '@'))
        {
            return 0;
        }
    }

    return name->len > 0 && name->len <= max;
}
