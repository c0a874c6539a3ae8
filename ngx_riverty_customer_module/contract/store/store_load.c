/*
 * Reading a key store, with jansson.  Whatever differs from docs/directives.md
 * is refused; the error names its place, never a value.
 */
#include "store_load.h"

#include <openssl/crypto.h>

#include "store_app.h"
#include "store_keys.h"
#include "store_loader.h"
#include "store_tokens.h"


#define STORE_MAX (16 * 1024 * 1024)

/* More than a load needs of the stack. */
#define STACK_SIZE 16384

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


/*
 * jansson copies what it reads.  During a load it allocates from this secret
 * memory, which is freed as a whole, with the tree, at the end.
 */
static riverty_secrets_t *scratch;

static void *
scratch_malloc(size_t size)
{
    return riverty_secrets_alloc(scratch, size);
}


static void
scratch_free(void *bytes)
{
    (void) bytes;
}


static json_t *
parse(riverty_bytes_t text, riverty_error_t *error)
{
    json_error_t e;
    json_t *root = json_loadb((const char *) text.data, text.len,
                              JSON_REJECT_DUPLICATES, &e);

    if (root == NULL) {
        riverty_fail(error,
                     "not JSON, or a member name twice, at line %d, column %d",
                     e.line, e.column);
    }

    OPENSSL_cleanse(&e, sizeof(e)); /* jansson's own words quote the input */
    return root;
}


static bool
fail_without(riverty_loader_t *loader, const char *member)
{
    riverty_span_t name = loader->app->name;

    if (name.len == 0) {
        return riverty_fail(loader->error, "app number %zu has no \"%s\"",
                            loader->number, member);
    }

    return riverty_fail(loader->error, "app \"%.*s\" has no \"%s\"",
                        riverty_shown(name), member);
}


static bool
load_app(riverty_loader_t *loader, json_t *object)
{
    size_t known = 0;

    for (size_t i = 0; i < MEMBERS; i++) {
        json_t *value = json_object_get(object, members[i].name);

        if (value != NULL) {
            known++;
            if (!members[i].read(loader, value)) {
                return false;
            }
        } else if (members[i].required) {
            return fail_without(loader, members[i].name);
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

    for (size_t i = 0; i < json_array_size(apps); i++) {
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

    for (size_t i = 0; i < store->apps_count; i++) {
        json_t *object = json_array_get(apps, i);

        if (!json_is_object(object)) {
            return riverty_fail(loader->error,
                                "element %zu of \"apps\" is not an object",
                                i + 1);
        }

        loader->app = &store->apps[i];
        loader->number = i + 1;

        if (!load_app(loader, object)) {
            return false;
        }
    }

    return true;
}


static bool
load_text(riverty_loader_t *loader, const char *path)
{
    riverty_bytes_t text;
    json_t *root;

    if (!riverty_load_file(loader, scratch, path, STORE_MAX, &text,
                           loader->error)) {
        return false;
    }

    root = parse(text, loader->error);
    return root != NULL && load_apps(loader, root);
}


static bool
load(riverty_loader_t *loader, const char *path)
{
    json_malloc_t allocate;
    json_free_t release;
    bool loaded;

    scratch = riverty_secrets_create();
    if (scratch == NULL) {
        return riverty_fail(loader->error, "out of memory");
    }

    json_get_alloc_funcs(&allocate, &release);
    json_set_alloc_funcs(scratch_malloc, scratch_free);

    loaded = load_text(loader, path);

    json_set_alloc_funcs(allocate, release);
    riverty_secrets_free(scratch);
    return loaded;
}


/* A copy of path, and its part up to the last slash. */
static const char *
copy_path(riverty_loader_t *loader, const char *path)
{
    riverty_span_t own = riverty_span_of(path);
    unsigned char *copy;

    copy = riverty_secrets_alloc(loader->store->secrets, own.len + 1);
    if (copy == NULL) {
        return NULL;
    }

    memcpy(copy, own.data, own.len);

    while (own.len > 0 && copy[own.len - 1] != '/') {
        own.len--;
    }

    loader->directory = (riverty_span_t){ copy, own.len };
    return (const char *) copy;
}


/* The store, empty, in memory of its own; NULL: there is none. */
static riverty_store_t *
create(void)
{
    riverty_secrets_t *secrets = riverty_secrets_create();
    riverty_store_t *store;

    if (secrets == NULL) {
        return NULL;
    }

    store = riverty_secrets_alloc(secrets, sizeof(*store));
    if (store == NULL) {
        riverty_secrets_free(secrets);
        return NULL;
    }

    store->secrets = secrets;
    return store;
}


/*
 * Wipes what a load leaves on the stack: a register that held a part of a key
 * may have been saved there by a signal, or by the dynamic linker at a first
 * call.
 */
static __attribute__((noinline)) void
wipe_stack(void)
{
    unsigned char stack[STACK_SIZE];

    OPENSSL_cleanse(stack, sizeof(stack));
}


riverty_store_t *
riverty_store_load(const char *path, uid_t user, riverty_error_t *error)
{
    riverty_loader_t loader = { .user = user, .error = error };
    bool loaded;

    loader.store = create();
    if (loader.store != NULL) {
        path = copy_path(&loader, path);
    }

    if (loader.store == NULL || path == NULL) {
        riverty_store_free(loader.store);
        riverty_fail(error, "out of memory");
        return NULL;
    }

    loaded = load(&loader, path);
    wipe_stack();

    if (!loaded) {
        riverty_store_free(loader.store);
        return NULL;
    }

    /* the memory of the load is free, so more of the store can be locked */
    riverty_secrets_lock(loader.store->secrets);
    return loader.store;
}
