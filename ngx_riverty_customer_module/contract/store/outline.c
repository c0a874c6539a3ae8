/*
 * The outline of a key store and its digest.
 */
#include "outline.h"

#include <stdlib.h>

#include "contract/core/timestamp.h"


/* A line: two names, four operations or two times, and the words between. */
#define LINE_SIZE 256

/* 2026-12-01T00:00:00, which begins a longer text. */
#define TIME_PART 19

typedef struct {
    riverty_outline_take_pt take;
    void *data;
} sink_t;


static bool
copy_span(riverty_secrets_t *secrets, riverty_span_t from, riverty_span_t *to)
{
    unsigned char *copy = riverty_secrets_alloc(secrets, from.len + 1);

    if (copy != NULL) {
        memcpy(copy, from.data, from.len);
    }

    *to = (riverty_span_t){ copy, from.len };
    return copy != NULL;
}


static riverty_outline_item_t *
allocate_items(riverty_secrets_t *secrets, size_t count)
{
    return riverty_secrets_alloc(secrets,
                                 (count + 1) * sizeof(riverty_outline_item_t));
}


static bool
outline_keys(riverty_secrets_t *secrets, const riverty_app_t *app,
             riverty_outline_app_t *to)
{
    to->keys = allocate_items(secrets, app->keys_count);
    to->keys_count = app->keys_count;

    for (size_t i = 0; to->keys != NULL && i < app->keys_count; i++) {
        const riverty_key_t *key = &app->keys[i];

        to->keys[i].not_before = key->not_before;
        to->keys[i].not_after = key->not_after;
        riverty_sha256(key->value, to->keys[i].value);

        if (!copy_span(secrets, key->id, &to->keys[i].id)) {
            return false;
        }
    }

    return to->keys != NULL;
}


static bool
outline_tokens(riverty_secrets_t *secrets, const riverty_app_t *app,
               riverty_outline_app_t *to)
{
    to->tokens = allocate_items(secrets, app->tokens_count);
    to->tokens_count = app->tokens_count;

    for (size_t i = 0; to->tokens != NULL && i < app->tokens_count; i++) {
        const riverty_token_t *token = &app->tokens[i];

        to->tokens[i].not_before = INT64_MIN;
        to->tokens[i].not_after = INT64_MAX;
        memcpy(to->tokens[i].value, token->digest, RIVERTY_DIGEST_SIZE);

        if (!copy_span(secrets, token->id, &to->tokens[i].id)) {
            return false;
        }
    }

    return to->tokens != NULL;
}


static bool
outline_app(riverty_outline_t *outline, const riverty_app_t *app,
            riverty_outline_app_t *to)
{
    to->grants = app->grants;
    outline->keys_count += app->keys_count;
    outline->tokens_count += app->tokens_count;

    return copy_span(outline->secrets, app->name, &to->name) &&
           outline_keys(outline->secrets, app, to) &&
           outline_tokens(outline->secrets, app, to);
}


int
riverty_outline_compare(riverty_span_t name, riverty_span_t other)
{
    size_t len = name.len < other.len ? name.len : other.len;
    int order = memcmp(name.data, other.data, len);

    return order != 0 ? order : (name.len > other.len) - (name.len < other.len);
}


static int
compare_apps(const void *left, const void *right)
{
    const riverty_outline_app_t *a = left, *b = right;

    return riverty_outline_compare(a->name, b->name);
}


void
riverty_outline_grants(riverty_out_t *out, unsigned mask)
{
    const char *before = "";

    for (size_t i = 0; i < RIVERTY_GRANT_COUNT; i++) {
        if ((mask & riverty_grants[i].grant) != 0) {
            riverty_out_text(out, before);
            riverty_out_text(out, riverty_grants[i].name);
            before = ",";
        }
    }

    if (mask == 0) {
        riverty_out_literal(out, "-");
    }
}


static void
write_time(riverty_out_t *out, int64_t time)
{
    unsigned char text[RIVERTY_TIMESTAMP_LENGTH];

    if (time == INT64_MIN || time == INT64_MAX) {
        riverty_out_literal(out, "..");
        return;
    }

    riverty_timestamp_write(text, time, 0);
    riverty_out_bytes(out, text, TIME_PART);
    riverty_out_literal(out, "Z");
}


void
riverty_outline_validity(riverty_out_t *out, const riverty_outline_item_t *key)
{
    write_time(out, key->not_before);
    riverty_out_literal(out, "/");
    write_time(out, key->not_after);
}


static void
begin_line(riverty_out_t *out, unsigned char *text, const char *word,
           riverty_span_t name)
{
    riverty_out_init(out, text, LINE_SIZE);
    riverty_out_text(out, word);
    riverty_out_span(out, name);
}


static void
end_line(const sink_t *sink, riverty_out_t *out)
{
    riverty_out_literal(out, "\n");
    sink->take(sink->data,
               (riverty_span_t){ out->start, riverty_out_length(out) });
}


static void
write_app(const sink_t *sink, const riverty_outline_app_t *app)
{
    unsigned char text[LINE_SIZE];
    riverty_out_t out;

    begin_line(&out, text, "app ", app->name);
    riverty_out_literal(&out, " ");
    riverty_outline_grants(&out, app->grants);
    end_line(sink, &out);

    for (size_t i = 0; i < app->keys_count; i++) {
        begin_line(&out, text, "key ", app->keys[i].id);
        riverty_out_literal(&out, " ");
        riverty_outline_validity(&out, &app->keys[i]);
        end_line(sink, &out);
    }

    for (size_t i = 0; i < app->tokens_count; i++) {
        begin_line(&out, text, "token ", app->tokens[i].id);
        end_line(sink, &out);
    }
}


void
riverty_outline_lines(const riverty_outline_t *outline,
                      riverty_outline_take_pt take, void *data)
{
    sink_t sink = { take, data };

    for (size_t i = 0; i < outline->apps_count; i++) {
        write_app(&sink, &outline->apps[i]);
    }
}


static void
hash_line(void *data, riverty_span_t line)
{
    riverty_sha256_update(data, line);
}


static void
set_digest(riverty_outline_t *outline)
{
    riverty_sha256_t hash;

    riverty_sha256_init(&hash);
    riverty_outline_lines(outline, hash_line, &hash);
    riverty_sha256_final(&hash, outline->digest);
}


static bool
fill(riverty_outline_t *outline, const riverty_store_t *store)
{
    outline->apps = riverty_secrets_alloc(outline->secrets,
                                          (store->apps_count + 1) *
                                              sizeof(riverty_outline_app_t));
    if (outline->apps == NULL) {
        return false;
    }

    for (size_t i = 0; i < store->apps_count; i++) {
        if (!outline_app(outline, &store->apps[i], &outline->apps[i])) {
            return false;
        }
    }

    outline->apps_count = store->apps_count;
    memcpy(outline->content, store->content, RIVERTY_DIGEST_SIZE);

    qsort(outline->apps, outline->apps_count, sizeof(riverty_outline_app_t),
          compare_apps);
    set_digest(outline);
    return true;
}


riverty_outline_t *
riverty_outline(const riverty_store_t *store)
{
    riverty_secrets_t *secrets = riverty_secrets_create();
    riverty_outline_t *outline;

    if (secrets == NULL) {
        return NULL;
    }

    outline = riverty_secrets_alloc(secrets, sizeof(*outline));

    if (outline != NULL) {
        outline->secrets = secrets;
        if (fill(outline, store)) {
            return outline;
        }
    }

    riverty_secrets_free(secrets);
    return NULL;
}


void
riverty_outline_free(riverty_outline_t *outline)
{
    if (outline != NULL) {
        riverty_secrets_free(outline->secrets);
    }
}
