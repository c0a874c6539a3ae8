/*
 * Reading a key store: an app's name, operations and tokens.
 */
#include "store_app.h"

#include "contract/core/bytes.h"


#define NAME_MAX_LENGTH 64
#define PREFIX          "sha256:"
#define PREFIX_LENGTH   (sizeof(PREFIX) - 1)

/* SHA-256 of no bytes: the digest of an empty header. */
static const unsigned char empty[RIVERTY_DIGEST_SIZE] = {
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
    0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
    0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55
};

static const struct {
    const char *name;
    unsigned grant;
} grants[] = {
#define GRANT_ROW(NAME, name, bit) { #name, RIVERTY_GRANT_##NAME },
    RIVERTY_GRANTS(GRANT_ROW)
#undef GRANT_ROW
};

#define GRANTS (sizeof(grants) / sizeof(grants[0]))


bool
riverty_load_name(riverty_loader_t *loader, json_t *value)
{
    riverty_span_t name;

    if (!riverty_load_string(loader, value, &name) ||
        !riverty_load_plain(name, NAME_MAX_LENGTH)) {
        return riverty_fail(loader->error,
                            "app number %zu: the name of an app must be 1 to "
                            "%d letters, digits, . _ - or @",
                            loader->number, NAME_MAX_LENGTH);
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
    for (size_t i = 0; json_is_string(word) && i < GRANTS; i++) {
        if (strcmp(grants[i].name, json_string_value(word)) == 0) {
            return grants[i].grant;
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


static bool
read_digest(json_t *word, unsigned char *digest)
{
    const char *text = json_string_value(word);

    if (text == NULL ||
        json_string_length(word) != PREFIX_LENGTH + 2 * RIVERTY_DIGEST_SIZE ||
        memcmp(text, PREFIX, PREFIX_LENGTH) != 0) {
        return false;
    }

    for (size_t i = 0; i < RIVERTY_DIGEST_SIZE; i++) {
        unsigned char high = (unsigned char) text[PREFIX_LENGTH + 2 * i];
        unsigned char low = (unsigned char) text[PREFIX_LENGTH + 2 * i + 1];

        if (!riverty_byte_is(high, RIVERTY_BYTE_HEX) ||
            !riverty_byte_is(low, RIVERTY_BYTE_HEX)) {
            return false;
        }

        digest[i] = (unsigned char) (riverty_byte_hex(high) << 4 |
                                     riverty_byte_hex(low));
    }

    return true;
}


static bool
load_token(riverty_loader_t *loader, json_t *word, size_t number)
{
    riverty_store_t *store = loader->store;
    riverty_token_t *token;
    const char *fault = NULL;

    token = riverty_secrets_alloc(store->secrets, sizeof(*token));
    if (token == NULL) {
        return riverty_fail(loader->error, "out of memory");
    }

    token->app = loader->app;
    loader->app->tokens_count++;

    if (!read_digest(word, token->digest)) {
        fault = "must be \"" PREFIX "\" and 64 hex digits";
    } else if (memcmp(token->digest, empty, sizeof(empty)) == 0) {
        fault = "is the digest of nothing";
    } else if (!riverty_store_add_token(store, token)) {
        fault = "stands in the store twice";
    }

    if (fault != NULL) {
        return riverty_fail(loader->error, "token %zu of app \"%.*s\" %s",
                            number, riverty_shown(loader->app->name), fault);
    }

    return true;
}


bool
riverty_load_tokens(riverty_loader_t *loader, json_t *value)
{
    if (!json_is_array(value)) {
        return riverty_fail(loader->error,
                            "\"tokens\" of app \"%.*s\" is not an array",
                            riverty_shown(loader->app->name));
    }

    for (size_t i = 0; i < json_array_size(value); i++) {
        if (!load_token(loader, json_array_get(value, i), i + 1)) {
            return false;
        }
    }

    return true;
}
