/*
 * Reading a key store: JSON through jansson, strictly.  Whatever is not exactly
 * docs/directives.md says is refused with its place, never with a value.
 */

#include "ngx_http_riverty_key_store_loader.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>


#define NGX_HTTP_RIVERTY_STORE_MAX  (16 * 1024 * 1024)


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
static ngx_int_t ngx_http_riverty_store_apps(ngx_http_riverty_loader_t *loader,
    json_t *root);
static ngx_int_t ngx_http_riverty_store_members(
    ngx_http_riverty_loader_t *loader, json_t *object,
    ngx_http_riverty_store_member_t *members);


static ngx_http_riverty_store_member_t  ngx_http_riverty_app_members[] = {
    { "name", ngx_http_riverty_app_name, 1 },
    { "tokens", ngx_http_riverty_app_tokens, 0 },
    { "operations", ngx_http_riverty_app_operations, 1 },
    { "keys", ngx_http_riverty_app_keys, 1 },
    { NULL, NULL, 0 }
};


ngx_http_riverty_key_store_t *
ngx_http_riverty_key_store_load(ngx_str_t *file, ngx_uid_t user,
    ngx_http_riverty_error_t *error)
{
    json_t                        *root;
    u_char                        *slash;
    json_free_t                    release;
    json_malloc_t                  allocate;
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

    json_get_alloc_funcs(&allocate, &release);
    json_set_alloc_funcs(ngx_http_riverty_wiping_malloc,
                         ngx_http_riverty_wiping_free);

    root = ngx_http_riverty_store_parse(&text, error);

    rc = NGX_ERROR;

    if (root != NULL) {
        ngx_http_riverty_store_digest(store, &text);

        rc = ngx_http_riverty_store_apps(&loader, root);
        json_decref(root);
    }

    json_set_alloc_funcs(allocate, release);

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


/* What the store holds, key files included: content = SHA-256(content, part). */

void
ngx_http_riverty_store_digest(ngx_http_riverty_key_store_t *store,
    ngx_str_t *part)
{
    u_char  text[2 * NGX_HTTP_RIVERTY_DIGEST_LEN];

    ngx_memcpy(text, store->content, NGX_HTTP_RIVERTY_DIGEST_LEN);
    SHA256(part->data, part->len, text + NGX_HTTP_RIVERTY_DIGEST_LEN);
    SHA256(text, sizeof(text), store->content);

    OPENSSL_cleanse(text, sizeof(text));
}


ngx_int_t
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


ngx_uint_t
ngx_http_riverty_store_plain(ngx_str_t *name, size_t max)
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
