/*
 * Reading a key store: JSON through jansson, strictly.  What is not exactly
 * what docs/directives.md says is refused with its place, never with a value.
 */
#include "store_loader.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <stdlib.h>


#define STORE_MAX (16 * 1024 * 1024)

/* Before each block that jansson gets: its size, for the wipe. */
#define HEADER 16

typedef bool (*read_pt)(riverty_loader_t *loader, json_t *value);

typedef struct {
    const char *name;
    read_pt read;
    bool required;
} member_t;

static const member_t members[] = {
    { "name", riverty_load_name, true },
    { "tokens", riverty_load_tokens, false },
    { "operations", riverty_load_operations, true },
    { "keys", riverty_load_keys, true },
};

#define MEMBERS (sizeof(members) / sizeof(members[0]))


/* jansson keeps copies of what it reads: they are wiped when it frees them. */
static void *
wiping_malloc(size_t size)
{
    unsigned char *block = malloc(HEADER + size);

    if (block == NULL) {
        return NULL;
    }

    memcpy(block, &size, sizeof(size));
    return block + HEADER;
}


static void
wiping_free(void *bytes)
{
    unsigned char *block = bytes;
    size_t size;

    if (block == NULL) {
        return;
    }

    block -= HEADER;
    memcpy(&size, block, sizeof(size));
    OPENSSL_cleanse(bytes, size);
    free(block);
}


static json_t *
parse(riverty_bytes_t text, riverty_error_t *error)
{
    json_error_t e;
    json_t *root = json_loadb((const char *) text.data, text.len,
                              JSON_REJECT_DUPLICATES, &e);

    if (root == NULL) {
        /* jansson's own words quote the input */
        riverty_fail(error,
                     "no JSON, or a member name twice, at line %d, column %d",
                     e.line, e.column);
        OPENSSL_cleanse(&e, sizeof(e));
    }

    return root;
}


bool
riverty_load_plain(riverty_span_t name, size_t max)
{
    size_t i;

    for (i = 0; i < name.len; i++) {
        unsigned char c = name.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' ||
              c == '@')) {
            return false;
        }
    }

    return name.len > 0 && name.len <= max;
}


bool
riverty_load_string(riverty_loader_t *loader, json_t *value,
                    riverty_span_t *string)
{
    unsigned char *copy;

    if (!json_is_string(value)) {
        return false;
    }

    string->len = json_string_length(value);

    copy = riverty_secrets_alloc(loader->store->secrets, string->len + 1);
    if (copy == NULL) {
        return false;
    }

    memcpy(copy, json_string_value(value), string->len);
    string->data = copy;
    return true;
}


/* content = SHA-256(content, SHA-256(data)) */
static void
digest(riverty_store_t *store, riverty_bytes_t data)
{
    unsigned char text[2 * RIVERTY_DIGEST_SIZE];

    memcpy(text, store->content, RIVERTY_DIGEST_SIZE);
    SHA256(data.data, data.len, text + RIVERTY_DIGEST_SIZE);
    SHA256(text, sizeof(text), store->content);
    OPENSSL_cleanse(text, sizeof(text));
}


bool
riverty_load_file(riverty_loader_t *loader, const char *path, size_t max,
                  riverty_bytes_t *data, riverty_error_t *error)
{
    riverty_store_t *store = loader->store;
    riverty_store_file_t *file;

    file = riverty_secrets_alloc(store->secrets, sizeof(*file));
    if (file == NULL) {
        return riverty_fail(error, "out of memory");
    }

    if (!riverty_secret_file(store->secrets, path, loader->user, max, data,
                             &file->id, error)) {
        return false;
    }

    file->path = path;
    file->next = store->files;
    store->files = file;

    digest(store, *data);
    return true;
}


static bool
load_app(riverty_loader_t *loader, json_t *object)
{
    size_t known = 0;
    size_t i;

    if (!json_is_object(object)) {
        return riverty_fail(loader->error,
                            "an element of \"apps\" is no object");
    }

    for (i = 0; i < MEMBERS; i++) {
        json_t *value = json_object_get(object, members[i].name);

        if (value != NULL) {
            known++;
            if (!members[i].read(loader, value)) {
                return false;
            }
        } else if (members[i].required) {
            return riverty_fail(loader->error, "app \"%.*s\" has no \"%s\"",
                                riverty_shown(loader->app->name),
                                members[i].name);
        }
    }

    if (known != json_object_size(object)) {
        return riverty_fail(loader->error,
                            "app \"%.*s\" has a member that is none of name, "
                            "tokens, operations, keys",
                            riverty_shown(loader->app->name));
    }

    return true;
}


static size_t
count_tokens(json_t *apps)
{
    size_t count = 0;
    size_t i;

    for (i = 0; i < json_array_size(apps); i++) {
        count +=
            json_array_size(json_object_get(json_array_get(apps, i), "tokens"));
    }

    return count;
}


static bool
load_apps(riverty_loader_t *loader, json_t *root)
{
    riverty_store_t *store = loader->store;
    json_t *apps = json_object_get(root, "apps");
    size_t i;

    if (!json_is_array(apps) || json_object_size(root) != 1) {
        return riverty_fail(loader->error,
                            "the store must be an object with one member, "
                            "\"apps\", an array");
    }

    store->apps_count = json_array_size(apps);
    store->apps = riverty_secrets_alloc(
        store->secrets, (store->apps_count + 1) * sizeof(riverty_app_t));

    if (store->apps == NULL ||
        !riverty_store_tables(store, count_tokens(apps))) {
        return riverty_fail(loader->error, "out of memory");
    }

    for (i = 0; i < store->apps_count; i++) {
        loader->app = &store->apps[i];
        loader->app->name = riverty_span("(without a name)");

        if (!load_app(loader, json_array_get(apps, i))) {
            return false;
        }
    }

    return true;
}


static bool
load_text(riverty_loader_t *loader, riverty_bytes_t text)
{
    json_t *root = parse(text, loader->error);
    bool loaded;

    if (root == NULL) {
        return false;
    }

    loaded = load_apps(loader, root);
    json_decref(root);
    return loaded;
}


static bool
load(riverty_loader_t *loader, const char *path)
{
    json_malloc_t allocate;
    json_free_t release;
    riverty_bytes_t text;
    bool loaded;

    if (!riverty_load_file(loader, path, STORE_MAX, &text, loader->error)) {
        return false;
    }

    json_get_alloc_funcs(&allocate, &release);
    json_set_alloc_funcs(wiping_malloc, wiping_free);

    loaded = load_text(loader, text);

    json_set_alloc_funcs(allocate, release);
    OPENSSL_cleanse(text.data, text.len);
    return loaded;
}


riverty_store_t *
riverty_store_load(const char *path, uid_t user, riverty_error_t *error)
{
    riverty_secrets_t *secrets = riverty_secrets_create();
    riverty_loader_t loader = { .user = user, .error = error };
    riverty_span_t own;
    unsigned char *copy;

    if (secrets == NULL) {
        riverty_fail(error, "out of memory");
        return NULL;
    }

    /* neither can fail: the first mapping is larger */
    own = riverty_span_of(path);
    loader.store = riverty_secrets_alloc(secrets, sizeof(riverty_store_t));
    copy = riverty_secrets_alloc(secrets, own.len + 1);

    if (loader.store == NULL || copy == NULL) {
        riverty_secrets_free(secrets);
        riverty_fail(error, "out of memory");
        return NULL;
    }

    memcpy(copy, own.data, own.len);
    loader.store->secrets = secrets;

    loader.directory.data = copy;
    for (loader.directory.len = own.len;
         loader.directory.len > 0 && copy[loader.directory.len - 1] != '/';
         loader.directory.len--) {
    }

    if (!load(&loader, (const char *) copy)) {
        riverty_store_free(loader.store);
        return NULL;
    }

    return loader.store;
}
