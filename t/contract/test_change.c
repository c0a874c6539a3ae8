/*
 * What has changed in a key store: its lists end where they have no room.
 */
#include "stored.h"

#include "contract/store/change.h"

#define APPS 400

#define KEY(id, value) "{\"id\":\"" id "\",\"value\":\"" value "\"}"
#define APP(name, keys)                                               \
    "{\"name\":\"" name "\",\"tokens\":[],\"operations\":[\"read\"]," \
    "\"keys\":[" keys "]}"
#define STORE(apps) "{\"apps\":[" apps "]}"


static riverty_outline_t *
outline_of(const char *text)
{
    riverty_outline_t *outline;
    riverty_store_t *store;

    stored_put("apps.json", text);
    store = stored_load();
    outline = riverty_outline(store);
    assert_non_null(outline);
    riverty_store_free(store);
    return outline;
}


static void
lists(const riverty_change_list_t *list, const char *wanted)
{
    assert_int_equal(list->len, strlen(wanted));
    assert_memory_equal(list->text, wanted, list->len);
}


/* Compares two stores, which tells of one in the other's place, too. */
static void
changes(const char *before, const char *after, const char *added,
        const char *removed, const char *changed)
{
    riverty_outline_t *old = outline_of(before), *new = outline_of(after);
    riverty_change_t change;

    riverty_change(&change, old, new);
    lists(&change.added, added);
    lists(&change.removed, removed);
    lists(&change.changed, changed);

    riverty_change(&change, old, old);
    lists(&change.added, "[]");
    lists(&change.removed, "[]");
    lists(&change.changed, "[]");

    riverty_outline_free(old);
    riverty_outline_free(new);
}


static void
test_changes(void **state)
{
    (void) state;
    changes(STORE(""), STORE(APP("a", KEY("k", "key-1"))),
            "[\"app:a=read\",\"key:a/k\"]", "[]", "[]");
    changes(STORE(APP("a", KEY("k", "key-1"))), STORE(""), "[]",
            "[\"app:a\",\"key:a/k\"]", "[]");
    changes(STORE(APP("a", KEY("k", "key-1"))),
            STORE(APP("a", KEY("k", "key-2"))), "[]", "[]",
            "[\"key:a/k:value\"]");
    changes(STORE(APP("a", KEY("k", "key-1") "," KEY("l", "key-2"))),
            STORE(APP("a", KEY("l", "key-2") "," KEY("k", "key-1"))), "[]",
            "[]", "[\"app:a:order\"]");
    /* what comes in between moves nothing */
    changes(STORE(APP("a", KEY("k", "key-1") "," KEY("l", "key-2"))),
            STORE(APP("a", KEY("k", "key-1") "," KEY("m", "key-3") "," KEY(
                               "l", "key-2"))),
            "[\"key:a/m\"]", "[]", "[]");
    /* a name that another one begins with; the store's order is nothing */
    changes(STORE(APP("ab", KEY("k", "key-1")) "," APP("a", KEY("k", "key-2"))),
            STORE(APP("a", KEY("k", "key-2")) "," APP(
                "abc", KEY("k", "key-1")) "," APP("ab", KEY("k", "key-1"))),
            "[\"app:abc=read\",\"key:abc/k\"]", "[]", "[]");
}


static void
test_a_digest_knows_no_secret(void **state)
{
    riverty_outline_t *one, *other;

    (void) state;
    one = outline_of(STORE(APP("a", KEY("k", "key-1"))));
    other = outline_of(STORE(APP("a", KEY("k", "key-2"))));
    assert_memory_equal(one->digest, other->digest, RIVERTY_DIGEST_SIZE);
    assert_memory_not_equal(one->content, other->content, RIVERTY_DIGEST_SIZE);
    riverty_outline_free(other);

    other = outline_of(STORE(APP("a", KEY("l", "key-1"))));
    assert_memory_not_equal(one->digest, other->digest, RIVERTY_DIGEST_SIZE);
    riverty_outline_free(other);
    riverty_outline_free(one);
}


/* Names of 64 bytes: the room ends before the number of entries does. */
static void
test_long_lists(void **state)
{
    char *text = calloc(APPS, 256);
    size_t len = (size_t) sprintf(text, "{\"apps\":[");
    riverty_outline_t *outline;
    riverty_change_t change;

    (void) state;

    for (unsigned i = 0; i < APPS; i++) {
        len += (size_t) sprintf(text + len,
                                "%s{\"name\":\"%064u\",\"operations\":[],"
                                "\"keys\":[{\"id\":\"k\",\"value\":\"v%u\"}]}",
                                i > 0 ? "," : "", i, i);
    }

    sprintf(text + len, "]}");
    outline = outline_of(text);
    riverty_change(&change, NULL, outline);

    assert_int_equal(change.added.total, 2 * APPS);
    assert_true(change.added.len <= RIVERTY_CHANGE_SIZE);
    assert_true(change.added.len > RIVERTY_CHANGE_SIZE - 90);
    assert_true(change.added.shown < RIVERTY_CHANGE_ENTRIES);
    assert_memory_equal(change.added.text + change.added.len - 2, "\"]", 2);

    riverty_outline_free(outline);
    free(text);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_a_digest_knows_no_secret),
        cmocka_unit_test(test_long_lists),
    };

    return cmocka_run_group_tests(tests, stored_setup, stored_teardown);
}
