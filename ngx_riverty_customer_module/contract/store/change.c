/*
 * What has changed in a key store: both outlines are walked app by app, by
 * name, and within an app each key and token is looked for by its id.
 */
#include "change.h"


/* "token:", three names, ":operations", and what JSON puts around them. */
#define ENTRY_SIZE 256

typedef struct {
    riverty_change_t *change;
    const char *word; /* "key:" */
    riverty_span_t app;
} walk_t;

/* An entry on its way into a list. */
typedef struct {
    riverty_out_t out;
    unsigned char text[ENTRY_SIZE];
} entry_t;


/* An app's own. */
static const riverty_span_t no_id = { NULL, 0 };


/*
 * What the list shows ends where an entry has no room: behind it a shorter one
 * would seem to be the next.
 */
static void
add(riverty_change_list_t *list, riverty_span_t entry)
{
    bool whole = list->shown == list->total;

    list->total++;

    /* a comma before it, a bracket behind it */
    if (!whole || list->shown == RIVERTY_CHANGE_ENTRIES ||
        list->len + entry.len + 2 > RIVERTY_CHANGE_SIZE) {
        return;
    }

    if (list->shown > 0) {
        list->text[list->len++] = ',';
    }

    memcpy(list->text + list->len, entry.data, entry.len);
    list->len += entry.len;
    list->shown++;
}


/* Its beginning: "key:billing/primary"; no name needs an escape. */
static void
begin(entry_t *entry, const walk_t *walk, riverty_span_t id)
{
    riverty_out_t *out = &entry->out;

    riverty_out_init(out, entry->text, sizeof(entry->text));
    riverty_out_literal(out, "\"");
    riverty_out_text(out, walk->word);
    riverty_out_span(out, walk->app);

    if (id.len > 0) {
        riverty_out_literal(out, "/");
        riverty_out_span(out, id);
    }
}


/* Its end: the quote, and its place in the list. */
static void
end(entry_t *entry, riverty_change_list_t *list)
{
    riverty_out_literal(&entry->out, "\"");
    add(list, (riverty_span_t){ entry->text, riverty_out_length(&entry->out) });
}


static void
add_plain(riverty_change_list_t *list, const walk_t *walk, riverty_span_t id,
          const char *what)
{
    entry_t entry;

    begin(&entry, walk, id);
    riverty_out_text(&entry.out, what);
    end(&entry, list);
}


static void
add_grants(riverty_change_list_t *list, const walk_t *walk, const char *what,
           unsigned grants)
{
    entry_t entry;

    begin(&entry, walk, no_id);
    riverty_out_text(&entry.out, what);
    riverty_outline_grants(&entry.out, grants);
    end(&entry, list);
}


static void
add_validity(riverty_change_list_t *list, const walk_t *walk, const char *what,
             const riverty_outline_item_t *key)
{
    entry_t entry;

    begin(&entry, walk, key->id);
    riverty_out_text(&entry.out, what);
    riverty_outline_validity(&entry.out, key);
    end(&entry, list);
}


/* Tokens have no times: they are always valid. */
static void
add_item(const walk_t *walk, const riverty_outline_item_t *item)
{
    if (item->not_before != INT64_MIN || item->not_after != INT64_MAX) {
        add_validity(&walk->change->added, walk, "=", item);
    } else {
        add_plain(&walk->change->added, walk, item->id, "");
    }
}


/* Returns its index, or count where there is none. */
static size_t
find(const riverty_outline_item_t *items, size_t count, riverty_span_t id)
{
    size_t i = 0;

    while (i < count && !riverty_span_equal(items[i].id, id)) {
        i++;
    }

    return i;
}


static void
compare_item(const walk_t *walk, const riverty_outline_item_t *before,
             const riverty_outline_item_t *after)
{
    riverty_change_list_t *changed = &walk->change->changed;

    if (before->not_before != after->not_before ||
        before->not_after != after->not_after) {
        add_validity(changed, walk, ":validity=", after);
    }

    if (!riverty_sha256_equal(before->value, after->value)) {
        add_plain(changed, walk, after->id, ":value");
    }
}


/* Returns whether those that are in both stand in another order. */
static bool
compare_items(const walk_t *walk, const riverty_outline_item_t *before,
              size_t before_count, const riverty_outline_item_t *after,
              size_t after_count)
{
    size_t at = 0;
    bool moved = false;

    for (size_t i = 0; i < after_count; i++) {
        size_t place = find(before, before_count, after[i].id);

        if (place == before_count) {
            add_item(walk, &after[i]);
            continue;
        }

        compare_item(walk, &before[place], &after[i]);
        moved = moved || place < at;
        at = place;
    }

    for (size_t i = 0; i < before_count; i++) {
        if (find(after, after_count, before[i].id) == after_count) {
            add_plain(&walk->change->removed, walk, before[i].id, "");
        }
    }

    return moved;
}


/* One of them may be NULL: the app is new, or gone. */
static void
compare_apps(riverty_change_t *change, const riverty_outline_app_t *before,
             const riverty_outline_app_t *after)
{
    static const riverty_outline_app_t none;
    walk_t walk = { change,
                    "app:", before != NULL ? before->name : after->name };
    bool moved;

    if (before == NULL) {
        add_grants(&change->added, &walk, "=", after->grants);
        before = &none;
    } else if (after == NULL) {
        add_plain(&change->removed, &walk, no_id, "");
        after = &none;
    } else if (before->grants != after->grants) {
        add_grants(&change->changed, &walk, ":operations=", after->grants);
    }

    walk.word = "key:";
    moved = compare_items(&walk, before->keys, before->keys_count, after->keys,
                          after->keys_count);

    walk.word = "token:";
    (void) compare_items(&walk, before->tokens, before->tokens_count,
                         after->tokens, after->tokens_count);

    if (moved) {
        walk.word = "app:";
        add_plain(&change->changed, &walk, no_id, ":order");
    }
}


static void
begin_list(riverty_change_list_t *list)
{
    list->text[0] = '[';
    list->len = 1;
    list->shown = 0;
    list->total = 0;
}


static void
end_list(riverty_change_list_t *list)
{
    list->text[list->len++] = ']';
}


void
riverty_change(riverty_change_t *change, const riverty_outline_t *before,
               const riverty_outline_t *after)
{
    size_t before_count = before != NULL ? before->apps_count : 0;
    size_t i = 0, j = 0;

    begin_list(&change->added);
    begin_list(&change->removed);
    begin_list(&change->changed);

    while (i < before_count || j < after->apps_count) {
        const riverty_outline_app_t *old =
            i < before_count ? &before->apps[i] : NULL;
        const riverty_outline_app_t *new =
            j < after->apps_count ? &after->apps[j] : NULL;
        int order = old == NULL ? 1
                    : new == NULL
                        ? -1
                        : riverty_outline_compare(old->name, new->name);

        compare_apps(change, order <= 0 ? old : NULL, order >= 0 ? new : NULL);
        i += order <= 0;
        j += order >= 0;
    }

    end_list(&change->added);
    end_list(&change->removed);
    end_list(&change->changed);
}
