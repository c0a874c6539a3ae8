/*
 * Reading a key store: an app's tokens.  One is "sha256:" and 64 hex digits,
 * or an object with such a "sha256", the word before it or not, and an "id" for
 * records.
 */
#include "store_tokens.h"

#include <stdio.h>

#include "contract/core/bytes.h"


#define PREFIX        "sha256:"
#define PREFIX_LENGTH (sizeof(PREFIX) - 1)
#define HEX_LENGTH    ((size_t) (2 * RIVERTY_DIGEST_SIZE))

/* #, and a number of 64 bits. */
#define PLACE_SIZE 24

/* SHA-256 of no bytes: the digest of an empty header. */
static const unsigned char empty[RIVERTY_DIGEST_SIZE] = {
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
    0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
    0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55
};


static bool
fail_token(riverty_loader_t *loader, const char *fault)
{
    return riverty_fail(loader->error, "token %zu of app \"%.*s\" %s",
                        loader->app->tokens_count,
                        riverty_shown(loader->app->name), fault);
}


static bool
read_hex(const char *text, unsigned char *digest)
{
    for (size_t i = 0; i < RIVERTY_DIGEST_SIZE; i++) {
        unsigned char high = (unsigned char) text[2 * i];
        unsigned char low = (unsigned char) text[2 * i + 1];

        if (!riverty_byte_is(high, RIVERTY_BYTE_HEX) ||
            !riverty_byte_is(low, RIVERTY_BYTE_HEX)) {
            return false;
        }

        digest[i] = (unsigned char) (riverty_byte_hex(high) << 4 |
                                     riverty_byte_hex(low));
    }

    return true;
}


/* bare: the digits may stand without the word before them. */
static bool
read_digest(json_t *word, bool bare, unsigned char *digest)
{
    const char *text = json_string_value(word);
    size_t len = json_string_length(word);

    if (text == NULL) {
        return false;
    }

    if (len == PREFIX_LENGTH + HEX_LENGTH &&
        memcmp(text, PREFIX, PREFIX_LENGTH) == 0) {
        return read_hex(text + PREFIX_LENGTH, digest);
    }

    return bare && len == HEX_LENGTH && read_hex(text, digest);
}


/* The id of a token that has none. */
static bool
set_place(riverty_loader_t *loader, riverty_token_t *token)
{
    char *text = riverty_secrets_alloc(loader->store->secrets, PLACE_SIZE);

    if (text == NULL) {
        return riverty_fail(loader->error, "out of memory");
    }

    token->id.len =
        (size_t) snprintf(text, PLACE_SIZE, "#%zu", loader->app->tokens_count);
    token->id.data = (const unsigned char *) text;
    return true;
}


static bool
is_twice(const riverty_app_t *app, const riverty_token_t *token)
{
    for (const riverty_token_t *before = app->tokens; before < token;
         before++) {
        if (riverty_span_equal(before->id, token->id)) {
            return true;
        }
    }

    return false;
}


/* Each record shows the id, so it must not be what it stands for. */
static bool
is_token(const riverty_token_t *token)
{
    unsigned char digest[RIVERTY_DIGEST_SIZE];

    riverty_sha256(token->id, digest);
    return riverty_sha256_equal(digest, token->digest);
}


static bool
load_id(riverty_loader_t *loader, riverty_token_t *token, json_t *id)
{
    if (!riverty_load_string(loader, id, &token->id) ||
        !riverty_store_id(token->id)) {
        return riverty_fail(loader->error,
                            "the \"id\" of token %zu of app \"%.*s\" must be 1 "
                            "to %d letters, digits, . _ - or @",
                            loader->app->tokens_count,
                            riverty_shown(loader->app->name),
                            RIVERTY_STORE_ID_MAX);
    }

    if (is_token(token)) {
        return fail_token(loader, "has itself as its \"id\", which records "
                                  "would show");
    }

    if (is_twice(loader->app, token)) {
        return riverty_fail(loader->error,
                            "app \"%.*s\" has two tokens "
                            "\"%.*s\"",
                            riverty_shown(loader->app->name),
                            riverty_shown(token->id));
    }

    return true;
}


static bool
load_named(riverty_loader_t *loader, riverty_token_t *token, json_t *object)
{
    json_t *id = json_object_get(object, "id");
    json_t *digest = json_object_get(object, "sha256");

    if ((size_t) (id != NULL) + (digest != NULL) != json_object_size(object)) {
        return fail_token(loader, "has a member that is none of id, sha256");
    }

    if (!read_digest(digest, true, token->digest)) {
        return fail_token(loader, "must have a \"sha256\" of 64 hex digits");
    }

    return id == NULL ? set_place(loader, token) : load_id(loader, token, id);
}


static bool
load_plain(riverty_loader_t *loader, riverty_token_t *token, json_t *word)
{
    if (!read_digest(word, false, token->digest)) {
        return fail_token(loader, "must be \"" PREFIX "\" and 64 hex digits, "
                                  "or an object of \"id\" and \"sha256\"");
    }

    return set_place(loader, token);
}


static bool
load_token(riverty_loader_t *loader, riverty_token_t *token, json_t *value)
{
    token->app = loader->app;

    if (json_is_object(value) ? !load_named(loader, token, value)
                              : !load_plain(loader, token, value)) {
        return false;
    }

    if (memcmp(token->digest, empty, sizeof(empty)) == 0) {
        return fail_token(loader, "is the digest of nothing");
    }

    return riverty_store_add_token(loader->store, token) ||
           fail_token(loader, "stands in the store twice");
}


bool
riverty_load_tokens(riverty_loader_t *loader, json_t *value)
{
    riverty_app_t *app = loader->app;
    size_t count = json_array_size(value);

    if (!json_is_array(value)) {
        return riverty_fail(loader->error,
                            "\"tokens\" of app \"%.*s\" is not an array",
                            riverty_shown(app->name));
    }

    app->tokens = riverty_secrets_alloc(loader->store->secrets,
                                        (count + 1) * sizeof(riverty_token_t));
    if (app->tokens == NULL) {
        return riverty_fail(loader->error, "out of memory");
    }

    for (size_t i = 0; i < count; i++) {
        app->tokens_count++;

        if (!load_token(loader, &app->tokens[i], json_array_get(value, i))) {
            return false;
        }
    }

    return true;
}
