/*
 * Keys in memory: where they are while a store is loaded, and that they are
 * nowhere before and after.  All memory of the process is searched for keys
 * that only a child has ever known.
 */
#include "stored.h"
#include "memory_map.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define KEY_SIZE 32 /* hex digits */
#define KEYS     2  /* one in the store, one in a file */
#define MASK     0x5a

#define CHUNK (1024 * 1024)

/* The keys, masked. */
static unsigned char masked[KEYS][KEY_SIZE];

/* What memory is read into; it is not searched itself. */
static unsigned char *window;
static int memory;

typedef struct {
    size_t hidden; /* in memory that no core dump shows */
    size_t open;
} found_t;


static int
setup(void **state)
{
    unsigned char random[KEY_SIZE];

    for (int key = 0; key < KEYS; key++) {
        if (RAND_bytes(random, sizeof(random)) != 1) {
            return -1;
        }
        for (int i = 0; i < KEY_SIZE; i++) {
            masked[key][i] =
                (unsigned char) "0123456789abcdef"[random[i] % 16] ^ MASK;
        }
    }

    window = mmap(NULL, CHUNK + KEY_SIZE, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memory = open("/proc/self/mem", O_RDONLY);

    return window != MAP_FAILED && memory != -1 ? stored_setup(state) : -1;
}


static bool
is_key(const unsigned char *bytes, const unsigned char *mask)
{
    for (int i = 0; i < KEY_SIZE; i++) {
        if ((bytes[i] ^ MASK) != mask[i]) {
            return false;
        }
    }

    return true;
}


static size_t
count_in_window(size_t len)
{
    size_t count = 0;

    for (size_t i = 0; i + KEY_SIZE <= len; i++) {
        for (int key = 0; key < KEYS; key++) {
            count += is_key(window + i, masked[key]);
        }
    }

    return count;
}


/* Chunks overlap by a key less a byte. */
static size_t
count_in(const mapping_t *mapping)
{
    size_t count = 0;

    for (uintptr_t at = mapping->start; at < mapping->end; at += CHUNK) {
        size_t left = mapping->end - at;
        ssize_t got =
            pread(memory, window,
                  left < CHUNK + KEY_SIZE - 1 ? left : CHUNK + KEY_SIZE - 1,
                  (off_t) at);

        count += got > 0 ? count_in_window((size_t) got) : 0;
    }

    return count;
}


static found_t
search(void)
{
    FILE *smaps = fopen("/proc/self/smaps", "r");
    found_t found = { 0, 0 };
    mapping_t mapping;

    assert_non_null(smaps);

    while (next_mapping(smaps, &mapping)) {
        bool own = mapping.start <= (uintptr_t) window &&
                   (uintptr_t) window < mapping.end;

        if (!mapping.readable || own ||
            mapping.end - mapping.start > MAPPING_MAX) {
            continue;
        }

        if (mapping.undumped) {
            found.hidden += count_in(&mapping);
        } else {
            found.open += count_in(&mapping);
        }
    }

    fclose(smaps);
    return found;
}


static void
assert_nowhere(void)
{
    found_t found = search();

    assert_int_equal(found.hidden, 0);
    assert_int_equal(found.open, 0);
}


static void
unmask(volatile char *key, int number)
{
    for (int i = 0; i < KEY_SIZE; i++) {
        key[i] = (char) (masked[number][i] ^ MASK);
    }
    key[KEY_SIZE] = '\0';
}


/* A child writes the store: format has one %s for the key. */
static void
write_store(const char *format)
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        char keys[KEYS][KEY_SIZE + 1], text[1024];

        unmask(keys[0], 0);
        unmask(keys[1], 1);
        snprintf(text, sizeof(text), format, keys[0]);
        stored_put("apps.json", text);
        stored_put("primary.key", keys[1]);
        _exit(0);
    }

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}


/* The judge is judged: a key in plain memory is found. */
static void
test_the_search(void **state)
{
    static char key[KEY_SIZE + 1];
    found_t found;

    (void) state;
    assert_nowhere();
    unmask(key, 1);
    found = search();
    OPENSSL_cleanse(key, sizeof(key));
    assert_int_equal(found.open, 1);
    assert_int_equal(found.hidden, 0);
    assert_nowhere();
}


#define APP(keys) \
    "{\"apps\":[{\"name\":\"a\",\"operations\":[],\"keys\":[" keys "]}]}"
#define IN_FILE  "{\"id\":\"f\",\"file\":\"primary.key\"}"
#define IN_STORE "{\"id\":\"v\",\"value\":\"%s\"}"


static void
test_a_store(void **state)
{
    riverty_store_t *store;
    mapping_t mapping;
    found_t found;

    (void) state;
    write_store(APP(IN_FILE "," IN_STORE));
    assert_nowhere();

    store = stored_load();
    found = search();
    assert_int_equal(found.open, 0);
    assert_int_equal(found.hidden, 2);
    assert_true(mapping_of(store, &mapping));
    assert_true(mapping.undumped);

    riverty_store_free(store);
    assert_nowhere();
}


/* Two stores at a time, as while a request still has the old one. */
static void
test_a_store_that_is_replaced(void **state)
{
    riverty_store_t *old, *new;

    (void) state;
    write_store(APP(IN_FILE "," IN_STORE));
    old = stored_load();
    new = stored_load();
    assert_int_equal(search().hidden, 4);
    riverty_store_free(old);
    assert_int_equal(search().hidden, 2);
    assert_int_equal(search().open, 0);
    riverty_store_free(new);
    assert_nowhere();
}


/* Whatever is wrong with it, however far the load has come. */
static void
test_a_store_that_is_refused(void **state)
{
    static const char *const stores[] = {
        APP(IN_FILE "," IN_STORE) "x",
        APP(IN_FILE ",{\"id\":\"v\",\"value\":\"%s"),
        APP(IN_FILE ",{\"id\":\"v\",\"value\":\"%s\\ud800\"}"),
        APP(IN_FILE ",{\"id\":\"v\",\"value\":\"%s \"}"),
        APP(IN_FILE ",{\"id\":\"v\",\"value\":\"{{%s}}\"}"),
        APP(IN_FILE "," IN_STORE ",{\"id\":\"v\"}"),
        APP(IN_FILE ",{\"id\":\"%s\",\"value\":\"v\",\"x\":1}"),
        APP(IN_FILE ",{\"id\":\"v\",\"file\":\"%s\"}"),
        APP(IN_FILE ",{\"id\":\"v\",\"value\":\"v\"},{\"%s\":1}"),
    };
    riverty_error_t error;

    (void) state;

    for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]); i++) {
        write_store(stores[i]);
        assert_null(
            riverty_store_load(stored_path("apps.json"), geteuid(), &error));
        memset(&error, 0, sizeof(error)); /* an id may be shown */
        assert_nowhere();
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_search),
        cmocka_unit_test(test_a_store),
        cmocka_unit_test(test_a_store_that_is_replaced),
        cmocka_unit_test(test_a_store_that_is_refused),
    };

    return cmocka_run_group_tests(tests, setup, stored_teardown);
}
