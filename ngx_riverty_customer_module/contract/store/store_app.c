/*
 * Reading a key store: an app's name and operations.
 */
#include "store_app.h"



bool
riverty_load_name(riverty_loader_t *loader, json_t *value)
{
    riverty_span_t name;

    if (!riverty_load_string(loader, value, &name) || !riverty_store_id(name)) {
        return riverty_fail(loader->error,
                            "app number %zu: the name of an app must be 1 to "
                            "%d letters, digits, . _ - or @",
                            loader->number, RIVERTY_STORE_ID_MAX);
    }

    loader->app->name = name;

    if (!riverty_store_add_name(loader->store, loader->app)) {
        return riverty_fail(loader->error, "there are two apps \"%.*s\"",
                            riverty_shown(name));
    }

    return true;
}


/* The grant of that name, or 0. */
static unsigned
find_grant(json_t *word)
{
    for (size_t i = 0; json_is_string(word) && i < RIVERTY_GRANT_COUNT; i++) {
        if (strcmp(riverty_grants[i].name, json_string_value(word)) == 0) {
            return riverty_grants[i].grant;
        }
    }

    return 0;
}


bool
riverty_load_operations(riverty_loader_t *loader, json_t *value)
{
    if (!json_is_array(value)) {
        return riverty_fail(loader->error,
                            "\"operations\" of app \"%.*s\" is not an array",
                            riverty_shown(loader->app->name));
    }

    for (size_t i = 0; i < json_array_size(value); i++) {
        unsigned grant = find_grant(json_array_get(value, i));

        if (grant == 0) {
            return riverty_fail(loader->error,
                                "\"operations\" of app \"%.*s\" may hold "
                                "create, read, update and other",
                                riverty_shown(loader->app->name));
        }

        loader->app->grants |= grant;
    }

    return true;
}
