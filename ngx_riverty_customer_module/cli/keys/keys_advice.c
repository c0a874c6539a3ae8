/*
 * Advice on the content of a key store: apps that can do nothing; keys that
 * end, that two apps share or that have no second; tokens that can be guessed.
 */

#include <stdlib.h>
#include <string.h>

#include "keys_advice.h"
#include "cli/memory.h"
#include "keys.h"
#include "keys_say.h"
#include "contract/core/sha256.h"

#define DAY  86400
#define SOON (30 * DAY)

/* A key and whose it is. */
typedef struct {
    const riverty_app_t *app;
    const riverty_key_t *key;
} owned_t;

/* What people use as a token while they try; also an app's own name. */
static const char *const guesses[] = {
    "test",   "pass",     "password", "token", "secret",  "changeme", "admin",
    "123456", "12345678", "example",  "demo",  "sandbox", "app-token"
};

#define GUESSES (sizeof(guesses) / sizeof(guesses[0]))

/* A span for "%.*s". */
#define shown(span) (int) (span).len, (const char *) (span).data


static void
advise_end(riverty_cli_lint_t *lint, const riverty_app_t *app,
           const riverty_key_t *key)
{
    char end[RIVERTY_CLI_TIME_SIZE];
    int64_t days;

    riverty_cli_keys_time(end, key->not_after);

    if (lint->now >= key->not_after) {
        riverty_cli_keys_advise(lint,
                                "app \"%.*s\": key \"%.*s\" has expired (%s)",
                                shown(app->name), shown(key->id), end);

    } else if (key->not_after - lint->now < SOON) {
        days = (key->not_after - lint->now) / DAY;
        riverty_cli_keys_advise(
            lint, "app \"%.*s\": key \"%.*s\" expires in %d day%s (%s)%s",
            shown(app->name), shown(key->id), (int) days, days == 1 ? "" : "s",
            end,
            riverty_app_key(app, 0, key->not_after) == NULL
                ? ", and no other is valid then"
                : "");
    }
}


static void
advise_keys(riverty_cli_lint_t *lint, const riverty_app_t *app)
{
    size_t left = 0;

    if (riverty_app_key(app, 0, lint->now) == NULL) {
        riverty_cli_keys_advise(lint,
                                "app \"%.*s\": no key is valid now: its "
                                "requests are answered 503",
                                shown(app->name));
    }

    for (size_t i = 0; i < app->keys_count; i++) {
        advise_end(lint, app, &app->keys[i]);
        left += lint->now < app->keys[i].not_after;
    }

    if (left == 1) {
        riverty_cli_keys_advise(lint,
                                "app \"%.*s\": a single key: when it is "
                                "revoked there is none to go on with",
                                shown(app->name));
    }
}


static void
advise_app(riverty_cli_lint_t *lint, const riverty_app_t *app)
{
    if (app->tokens_count == 0) {
        riverty_cli_keys_advise(lint,
                                "app \"%.*s\": no token: only riverty_app can "
                                "tell that it calls",
                                shown(app->name));
    }

    if (app->grants == 0) {
        riverty_cli_keys_advise(lint,
                                "app \"%.*s\": no operation: its requests are "
                                "answered 403",
                                shown(app->name));
    }

    advise_keys(lint, app);
}


static void
advise_guess(riverty_cli_lint_t *lint, riverty_span_t word)
{
    unsigned char digest[RIVERTY_DIGEST_SIZE];
    const riverty_token_t *token;

    riverty_sha256(word, digest);
    token = riverty_store_by_token(lint->store, digest);
    if (token != NULL) {
        riverty_cli_keys_advise(lint,
                                "app \"%.*s\": token \"%.*s\" is easily "
                                "guessed; \"" RIVERTY_CLI_PROGRAM
                                " keys new-token\" makes one",
                                shown(token->app->name), shown(token->id));
    }
}


static void
advise_guesses(riverty_cli_lint_t *lint)
{
    for (size_t i = 0; i < GUESSES; i++) {
        advise_guess(lint, riverty_span_of(guesses[i]));
    }

    for (size_t i = 0; i < lint->store->apps_count; i++) {
        advise_guess(lint, lint->store->apps[i].name);
    }
}


static int
compare_values(const void *left, const void *right)
{
    riverty_span_t a = ((const owned_t *) left)->key->value;
    riverty_span_t b = ((const owned_t *) right)->key->value;

    if (a.len != b.len) {
        return a.len < b.len ? -1 : 1;
    }

    return memcmp(a.data, b.data, a.len);
}


/* By value, then in the order of the store. */
static int
compare(const void *left, const void *right)
{
    const owned_t *a = left, *b = right;
    int order = compare_values(a, b);

    if (order != 0) {
        return order;
    }

    if (a->app != b->app) {
        return a->app < b->app ? -1 : 1;
    }

    return a->key < b->key ? -1 : a->key > b->key;
}


static void
advise_same(riverty_cli_lint_t *lint, const owned_t *a, const owned_t *b)
{
    if (a->app == b->app) {
        riverty_cli_keys_advise(lint,
                                "app \"%.*s\": keys \"%.*s\" and \"%.*s\" are "
                                "the same: there is no second to go on with",
                                shown(a->app->name), shown(a->key->id),
                                shown(b->key->id));
    } else {
        riverty_cli_keys_advise(lint,
                                "app \"%.*s\": key \"%.*s\" is key \"%.*s\" of "
                                "app \"%.*s\", too: it cannot be revoked for "
                                "one app alone",
                                shown(b->app->name), shown(b->key->id),
                                shown(a->key->id), shown(a->app->name));
    }
}


static size_t
collect(const riverty_store_t *store, owned_t *all)
{
    size_t n = 0;

    for (size_t i = 0; i < store->apps_count; i++) {
        const riverty_app_t *app = &store->apps[i];

        for (size_t j = 0; j < app->keys_count; j++, n++) {
            if (all != NULL) {
                all[n] = (owned_t){ app, &app->keys[j] };
            }
        }
    }

    return n;
}


static void
advise_shared(riverty_cli_lint_t *lint)
{
    size_t count = collect(lint->store, NULL);
    owned_t *all = riverty_cli_allocate((count + 1) * sizeof(*all));

    (void) collect(lint->store, all);
    qsort(all, count, sizeof(*all), compare);

    for (size_t i = 1; i < count; i++) {
        if (compare_values(&all[i - 1], &all[i]) == 0) {
            advise_same(lint, &all[i - 1], &all[i]);
        }
    }
}


void
riverty_cli_keys_advise_apps(riverty_cli_lint_t *lint)
{
    for (size_t i = 0; i < lint->store->apps_count; i++) {
        advise_app(lint, &lint->store->apps[i]);
    }

    advise_shared(lint);
    advise_guesses(lint);
}
