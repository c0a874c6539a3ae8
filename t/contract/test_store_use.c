/*
 * The key store in use: who is behind a token or a name, which key is valid,
 * and whether a file has changed since.
 */
#include "stored.h"
#include "in_range.h"

#include <openssl/sha.h>

#define APPS  10000
#define LOADS 3

#define APP_SIZE 320


static riverty_span_t
name_of(unsigned app)
{
    static char name[16];

    snprintf(name, sizeof(name), "app%u", app);
    return riverty_span_of(name);
}


static void
digest_of(unsigned app, unsigned token, unsigned char *digest)
{
    char text[32];

    snprintf(text, sizeof(text), "token %u of app%u", token, app);
    SHA256((unsigned char *) text, strlen(text), digest);
}


static int
write_token(char *out, unsigned app, unsigned token)
{
    unsigned char digest[RIVERTY_DIGEST_SIZE];
    int len = sprintf(out, "\"sha256:");

    digest_of(app, token, digest);

    for (size_t i = 0; i < sizeof(digest); i++) {
        len += sprintf(out + len, "%02x", digest[i]);
    }

    return len + sprintf(out + len, "\"");
}


/* Each with two keys, and a token or two. */
static void
write_apps(unsigned count)
{
    char *text = malloc((size_t) count * APP_SIZE + 64);
    size_t len = (size_t) sprintf(text, "{\"apps\":[");

    for (unsigned i = 0; i < count; i++) {
        len +=
            (size_t) sprintf(text + len, "%s{\"name\":\"app%u\",\"tokens\":[",
                             i > 0 ? "," : "", i);
        len += (size_t) write_token(text + len, i, 0);

        if (i % 10 == 0) {
            text[len++] = ',';
            len += (size_t) write_token(text + len, i, 1);
        }

        len += (size_t) sprintf(
            text + len,
            "],\"operations\":[\"create\",\"read\"],\"keys\":["
            "{\"id\":\"primary\",\"value\":\"key-a-0123456789-%u\"},"
            "{\"id\":\"secondary\",\"value\":\"key-b-0123456789-%u\"}]}",
            i, i);
    }

    len += (size_t) sprintf(text + len, "]}");
    stored_write("apps.json", text, len, 0600);
    free(text);
}


static riverty_app_t *
app_of(const riverty_store_t *store, const unsigned char *digest)
{
    const riverty_token_t *token = riverty_store_by_token(store, digest);

    return token != NULL ? token->app : NULL;
}


static void
test_ten_thousand_apps(void **state)
{
    unsigned char digest[RIVERTY_DIGEST_SIZE];
    riverty_store_t *store;

    (void) state;
    write_apps(APPS);
    store = stored_load();
    assert_int_equal(store->apps_count, APPS);

    for (unsigned i = 0; i < APPS; i++) {
        riverty_app_t *app = riverty_store_by_name(store, name_of(i));

        assert_ptr_equal(app, &store->apps[i]);
        assert_true(riverty_span_equal(app->name, name_of(i)));

        digest_of(i, 0, digest);
        assert_ptr_equal(app_of(store, digest), app);

        digest[RIVERTY_DIGEST_SIZE - 1] ^= 1;
        assert_null(app_of(store, digest));

        digest_of(i, 1, digest);
        assert_ptr_equal(app_of(store, digest),
                         i % 10 == 0 ? app : NULL);
    }

    assert_null(riverty_store_by_name(store, name_of(APPS)));
    assert_null(riverty_store_by_name(store, riverty_span("")));
    assert_null(riverty_store_by_name(store, riverty_span("app")));
    assert_null(riverty_store_by_name(store, riverty_span("APP1")));
    riverty_store_free(store);
}


/* A bucket holds a few, however many there are. */
static void
test_a_look_up_does_not_grow(void **state)
{
    riverty_store_t *store;
    size_t longest = 0;

    (void) state;
    write_apps(APPS);
    store = stored_load();

    for (size_t i = 0; i <= store->mask; i++) {
        size_t tokens = 0, names = 0;

        for (riverty_token_t *t = store->tokens[i]; t != NULL; t = t->next) {
            tokens++;
        }
        for (riverty_app_t *app = store->names[i]; app != NULL;
             app = app->next) {
            names++;
        }
        longest = tokens > longest ? tokens : longest;
        longest = names > longest ? names : longest;
    }

    assert_uint_in_range(longest, 1, 8);
    riverty_store_free(store);
}


static double
milliseconds(clockid_t clock)
{
    struct timespec time;

    assert_int_equal(clock_gettime(clock, &time), 0);
    return (double) time.tv_sec * 1e3 + (double) time.tv_nsec / 1e6;
}


/* The goal is 100 ms; told and not judged, as this may run under valgrind. */
static void
test_the_time_of_a_load(void **state)
{
    double best = 1e9;

    (void) state;
    write_apps(APPS);

    for (int i = 0; i < LOADS; i++) {
        double start = milliseconds(CLOCK_PROCESS_CPUTIME_ID);
        riverty_store_t *store = stored_load();
        double time = milliseconds(CLOCK_PROCESS_CPUTIME_ID) - start;

        best = time < best ? time : best;
        riverty_store_free(store);
    }

    print_message("# %d apps with two keys each load in %.0f ms\n", APPS, best);
}


static void
test_duplicates_among_many(void **state)
{
    char *text, *at;
    struct stat info;
    int fd;

    (void) state;
    write_apps(APPS);
    assert_int_equal(stat(stored_path("apps.json"), &info), 0);
    text = calloc(1, (size_t) info.st_size + 1);
    fd = open(stored_path("apps.json"), O_RDONLY);
    assert_int_equal(read(fd, text, (size_t) info.st_size), info.st_size);
    close(fd);

    at = strstr(text, "\"app9999\"");
    memcpy(at, "\"app5555\"", 9);
    stored_put("apps.json", text);
    stored_refused("there are two apps \"app5555\"");
    memcpy(at, "\"app9999\"", 9);

    memcpy(strstr(at, "sha256:"), strstr(text, "sha256:"), 71);
    stored_put("apps.json", text);
    stored_refused("token 1 of app \"app9999\" stands in the store twice");
    free(text);
}


static void
test_windows(void **state)
{
    static const int64_t start = 1796083200, end = 1798761599;
    riverty_store_t *store;
    riverty_app_t *app;
    riverty_key_t *keys;

    (void) state;
    stored_put("apps.json",
               "{\"apps\":[{\"name\":\"a\",\"operations\":[],\"keys\":["
               "{\"id\":\"from\",\"value\":\"1\","
               "\"not_before\":\"2026-12-01T00:00:00Z\"},"
               "{\"id\":\"until\",\"value\":\"2\","
               "\"not_after\":\"2026-12-31T23:59:59Z\"},"
               "{\"id\":\"while\",\"value\":\"3\","
               "\"not_before\":\"2026-12-01T00:00:00Z\","
               "\"not_after\":\"2026-12-31T23:59:59Z\"},"
               "{\"id\":\"past\",\"value\":\"4\","
               "\"not_after\":\"1970-01-01T00:00:00Z\"}]}]}");
    store = stored_load();
    app = store->apps;
    keys = app->keys;

    assert_false(riverty_key_valid(&keys[0], start - 1));
    assert_true(riverty_key_valid(&keys[0], start));
    assert_true(riverty_key_valid(&keys[1], end - 1));
    assert_false(riverty_key_valid(&keys[1], end));
    assert_false(riverty_key_valid(&keys[2], start - 1));
    assert_true(riverty_key_valid(&keys[2], start));
    assert_true(riverty_key_valid(&keys[2], end - 1));
    assert_false(riverty_key_valid(&keys[2], end));
    assert_false(riverty_key_valid(&keys[3], 0));
    assert_false(riverty_key_valid(&keys[3], start));

    assert_ptr_equal(riverty_app_key(app, 0, start - 1), &keys[1]);
    assert_ptr_equal(riverty_app_key(app, 0, start), &keys[0]);
    assert_ptr_equal(riverty_app_key(app, 1, start), &keys[1]);
    assert_ptr_equal(riverty_app_key(app, 2, start), &keys[2]);
    assert_null(riverty_app_key(app, 3, start));
    assert_null(riverty_app_key(app, 1, end));
    assert_null(riverty_app_key(app, 4, start));
    riverty_store_free(store);
}


static bool
changed(const riverty_store_t *store)
{
    const riverty_store_file_t *at = NULL;

    return riverty_store_changed(store, &at, SIZE_MAX);
}


/* The good store, loaded when its files have been as they are for a while. */
static riverty_store_t *
settled(void)
{
    riverty_store_t *store;

    stored_put("apps.json", good_store);
    stored_put("primary.key", GOOD_KEY);
    stored_settle();
    store = stored_load();
    assert_false(changed(store));
    return store;
}


static void
touch_rename(const char *name)
{
    stored_put("new", strcmp(name, "apps.json") == 0 ? good_store : GOOD_KEY);
    assert_int_equal(rename(stored_path("new"), stored_path(name)), 0);
}


static void
touch_write(const char *name)
{
    int fd = open(stored_path(name), O_WRONLY);

    assert_int_equal(pwrite(fd, " ", 1, 1), 1); /* no byte more or less */
    close(fd);
}


static void
touch_append(const char *name)
{
    int fd = open(stored_path(name), O_WRONLY | O_APPEND);

    assert_int_equal(write(fd, "\n", 1), 1);
    close(fd);
}


static void
touch_mode(const char *name)
{
    assert_int_equal(chmod(stored_path(name), 0604), 0);
}


static void
touch_remove(const char *name)
{
    assert_int_equal(remove(stored_path(name)), 0);
}


/* Its old times put back: only when its inode changed tells. */
static void
touch_secretly(const char *name)
{
    struct stat info;
    struct timespec times[2];

    assert_int_equal(stat(stored_path(name), &info), 0);
    touch_write(name);
    times[0] = info.st_atim;
    times[1] = info.st_mtim;
    assert_int_equal(utimensat(AT_FDCWD, stored_path(name), times, 0), 0);
}


static void
test_each_change_is_seen(void **state)
{
    static void (*const touches[])(const char *) = {
        touch_rename, touch_write,  touch_append,
        touch_mode,   touch_remove, touch_secretly,
    };
    static const char *const names[] = { "apps.json", "primary.key" };

    (void) state;

    for (size_t i = 0; i < sizeof(touches) / sizeof(touches[0]); i++) {
        for (size_t j = 0; j < 2; j++) {
            riverty_store_t *store = settled();

            touches[i](names[j]);
            assert_true(changed(store));
            riverty_store_free(store);
        }
    }
}


/* A file that is read in the tick in which it was written is read again. */
static void
test_a_fresh_file_counts_as_changed(void **state)
{
    riverty_store_t *store = NULL;
    bool fresh = false;

    (void) state;
    stored_put("apps.json", good_store);

    for (int i = 0; i < 1000 && !fresh; i++) {
        riverty_store_free(store);
        stored_put("primary.key", GOOD_KEY);
        store = stored_load();
        fresh = store->files->id.fresh;
    }

    if (fresh) {
        assert_true(changed(store));
    }
    riverty_store_free(store);

    stored_settle();
    store = stored_load();
    assert_false(changed(store));
    riverty_store_free(store);
}


static void
swap_link(const char *target, const char *name)
{
    assert_int_equal(symlink(target, stored_path("..data_tmp")), 0);
    assert_int_equal(rename(stored_path("..data_tmp"), stored_path(name)), 0);
}


/* As the kubelet does it: ..data is swapped, and both files with it. */
static void
test_a_swapped_directory(void **state)
{
    riverty_store_t *store;

    (void) state;
    remove(stored_path("apps.json"));
    remove(stored_path("primary.key"));
    assert_int_equal(mkdir(stored_path("..one"), 0700), 0);
    assert_int_equal(mkdir(stored_path("..two"), 0700), 0);
    stored_put("..one/apps.json", good_store);
    stored_put("..two/apps.json", good_store);
    stored_put("..one/primary.key", GOOD_KEY);
    stored_put("..two/primary.key", GOOD_KEY "2");
    swap_link("..one", "..data");
    swap_link("..data/apps.json", "apps.json");
    swap_link("..data/primary.key", "primary.key");
    stored_settle();

    store = stored_load();
    assert_false(changed(store));
    swap_link("..two", "..data");
    assert_true(changed(store));
    riverty_store_free(store);

    store = stored_load();
    assert_false(changed(store));
    assert_int_equal(store->apps[0].keys[0].value.len, strlen(GOOD_KEY) + 1);
    remove(stored_path("..data"));
    assert_true(changed(store));
    riverty_store_free(store);

    remove(stored_path("apps.json"));
    remove(stored_path("primary.key"));
}


/* One file a time, the whole way round, and found wherever it is. */
static void
test_in_slices(void **state)
{
    const riverty_store_file_t *at = NULL;
    riverty_store_t *store = settled();

    (void) state;
    assert_false(riverty_store_changed(store, &at, 1));
    assert_ptr_equal(at, store->files->next);
    assert_false(riverty_store_changed(store, &at, 1));
    assert_null(at);
    assert_false(riverty_store_changed(store, &at, 2));
    assert_null(at);

    touch_rename("apps.json"); /* the last */
    assert_false(riverty_store_changed(store, &at, 1));
    assert_true(riverty_store_changed(store, &at, 1));
    riverty_store_free(store);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ten_thousand_apps),
        cmocka_unit_test(test_a_look_up_does_not_grow),
        cmocka_unit_test(test_the_time_of_a_load),
        cmocka_unit_test(test_duplicates_among_many),
        cmocka_unit_test(test_windows),
        cmocka_unit_test(test_each_change_is_seen),
        cmocka_unit_test(test_a_fresh_file_counts_as_changed),
        cmocka_unit_test(test_a_swapped_directory),
        cmocka_unit_test(test_in_slices),
    };

    return cmocka_run_group_tests(tests, stored_setup, stored_teardown);
}
