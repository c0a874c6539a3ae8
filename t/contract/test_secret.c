/*
 * Secret memory (kept out of core dumps, locked, wiped) and secret files (who
 * may have been able to read or write them).
 */
#include "stored.h"
#include "in_range.h"
#include "memory_map.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define MAX    4096
#define BLOCKS 2000

#define HEX16 "0123456789abcdef"
#define HEX64 HEX16 HEX16 HEX16 HEX16

/* What our munmap() has seen. */
static size_t unmapped;
static size_t unwiped;


/* Takes the place of the library's: nothing may be left to see. */
int
munmap(void *address, size_t len)
{
    const unsigned char *bytes = address;

    unmapped += len;

    for (size_t i = 0; i < len; i++) {
        unwiped += bytes[i] != 0;
    }

    return (int) syscall(SYS_munmap, address, len);
}


static bool
is_zero(const unsigned char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }

    return true;
}


/* Blocks of many sizes: aligned, zeroed, and no two share a byte. */
static void
test_an_arena(void **state)
{
    static unsigned char *blocks[BLOCKS];
    riverty_secrets_t *secrets = riverty_secrets_create();

    (void) state;
    assert_non_null(secrets);

    for (size_t i = 0; i < BLOCKS; i++) {
        blocks[i] = riverty_secrets_alloc(secrets, i);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t) blocks[i] % 16, 0);
        assert_true(is_zero(blocks[i], i));
        memset(blocks[i], (int) (i % 251) + 1, i);
    }

    for (size_t i = 0; i < BLOCKS; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_int_equal(blocks[i][j], i % 251 + 1);
        }
    }

    riverty_secrets_free(secrets);
}


static void
test_a_large_block(void **state)
{
    static const size_t sizes[] = { 65535, 65536, 5000001 };
    riverty_secrets_t *secrets = riverty_secrets_create();

    (void) state;

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        unsigned char *block = riverty_secrets_alloc(secrets, sizes[i]);

        assert_non_null(block);
        assert_true(is_zero(block, sizes[i]));
        memset(block, 'x', sizes[i]);
    }

    riverty_secrets_free(secrets);
}


static void
test_more_than_there_is(void **state)
{
    riverty_secrets_t *secrets = riverty_secrets_create();

    (void) state;
    assert_null(riverty_secrets_alloc(secrets, SIZE_MAX));
    assert_null(riverty_secrets_alloc(secrets, SIZE_MAX - 15));
    assert_null(riverty_secrets_alloc(secrets, SIZE_MAX / 2));
    assert_non_null(riverty_secrets_alloc(secrets, 16));
    riverty_secrets_free(secrets);
}


static void
test_it_is_wiped(void **state)
{
    riverty_secrets_t *secrets = riverty_secrets_create();
    size_t len = 300000;

    (void) state;
    memset(riverty_secrets_alloc(secrets, 1000), 'x', 1000);
    memset(riverty_secrets_alloc(secrets, len), 'x', len);
    memset(riverty_secrets_alloc(secrets, 1000), 'x', 1000);

    unmapped = 0;
    unwiped = 0;
    riverty_secrets_free(secrets);
    assert_uint_in_range(unmapped, len + 2000, 2 * len);
    assert_int_equal(unwiped, 0);
    riverty_secrets_free(NULL);
}


/* Does it help to ask?  A sanitizer ignores it, and there are limits. */
static bool
may_lock(void)
{
    size_t size = 1024 * 1024;
    void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mapping_t mapping;
    bool locked = mlock(bytes, size) == 0 && mapping_of(bytes, &mapping) &&
                  mapping.locked;

    munmap(bytes, size);
    return locked;
}


/* Every mapping, be it the first or a later one. */
static void
test_no_dump_and_no_swap(void **state)
{
    riverty_secrets_t *secrets = riverty_secrets_create();
    unsigned char *blocks[3];
    mapping_t mapping;

    (void) state;
    blocks[0] = riverty_secrets_alloc(secrets, 16);
    blocks[1] = riverty_secrets_alloc(secrets, 200000);
    blocks[2] = riverty_secrets_alloc(secrets, 70000);

    for (size_t i = 0; i < 3; i++) {
        assert_true(mapping_of(blocks[i], &mapping));
        assert_true(mapping.undumped);
        assert_true(mapping.locked || !may_lock());
    }

    riverty_secrets_free(secrets);
}


/* A fork keeps the one and loses the other, until it is asked for again. */
static void
test_after_a_fork(void **state)
{
    riverty_secrets_t *secrets = riverty_secrets_create();
    unsigned char *block = riverty_secrets_alloc(secrets, 200000);
    int status;
    pid_t pid = fork();

    (void) state;

    if (pid == 0) {
        mapping_t before, after;
        bool good = mapping_of(block, &before);

        riverty_secrets_lock(secrets);
        good = good && mapping_of(block, &after) && before.undumped &&
               after.undumped && !before.locked &&
               (after.locked || !may_lock());
        _exit(good ? 0 : 1);
    }

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    riverty_secrets_free(secrets);
}


/* Reads the file as user; returns what is wrong with it, "" for nothing. */
static const char *
fault_of(const char *name, uid_t user)
{
    static riverty_error_t error;
    riverty_secrets_t *secrets = riverty_secrets_create();
    riverty_bytes_t data;

    if (riverty_secret_file(secrets, stored_path(name), user, MAX, &data, NULL,
                            &error)) {
        error.text[0] = '\0';
    }

    riverty_secrets_free(secrets);
    return error.text;
}


static void
assert_fault(const char *name, const char *words)
{
    const char *fault = fault_of(name, geteuid());

    assert_non_null(strstr(fault, words));
    assert_non_null(strstr(fault, stored_path(name)));
}


static void
test_what_is_no_secret_file(void **state)
{
    char large[MAX + 1];

    (void) state;
    memset(large, 'x', sizeof(large));
    assert_fault("missing", "cannot be opened (2: ");
    assert_fault(".", "is not a regular file");
    assert_int_equal(mkfifo(stored_path("pipe"), 0600), 0);
    assert_fault("pipe", "is not a regular file"); /* and is not waited for */
    stored_put("empty", "");
    assert_fault("empty", "is empty");
    stored_write("large", large, MAX + 1, 0600);
    assert_fault("large", "is longer than 4096 bytes");
    stored_write("large", large, MAX, 0600);
    assert_string_equal(fault_of("large", geteuid()), "");
    assert_int_equal(symlink("large", stored_path("link")), 0);
    assert_string_equal(fault_of("link", geteuid()), "");
    assert_int_equal(symlink("loop", stored_path("loop")), 0);
    assert_fault("loop", "cannot be opened (40: ");
}


static void
test_modes(void **state)
{
    static const mode_t good[] = { 0600, 0400, 0640, 0440, 0700, 0750, 0641 };
    static const mode_t read[] = { 0644, 0604, 0444, 0666, 0777 };
    static const mode_t written[] = { 0660, 0620, 0602, 0622 };

    (void) state;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        stored_write("file", "x", 1, good[i]);
        assert_string_equal(fault_of("file", geteuid()), "");
        remove(stored_path("file"));
    }
    for (size_t i = 0; i < sizeof(read) / sizeof(read[0]); i++) {
        stored_write("file", "x", 1, read[i]);
        assert_fault("file", "can be read by every user; chmod it to 640");
        remove(stored_path("file"));
    }
    for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
        stored_write("file", "x", 1, written[i]);
        assert_fault("file", "can be written by other users; chmod it to 640");
        remove(stored_path("file"));
    }
}


static void
test_owners(void **state)
{
    (void) state;

    if (geteuid() != 0) {
        skip(); /* only root can give files away */
    }

    stored_put("file", "x");
    assert_string_equal(fault_of("file", 12345), "");
    assert_int_equal(chown(stored_path("file"), 12345, 0), 0);
    assert_string_equal(fault_of("file", 12345), "");
    assert_non_null(strstr(fault_of("file", 0), "belongs to another user"));
    assert_non_null(strstr(fault_of("file", 54321), "belongs to another user"));
    remove(stored_path("file"));
}


static void
test_what_is_read(void **state)
{
    riverty_secrets_t *secrets = riverty_secrets_create();
    riverty_file_id_t id, again;
    riverty_error_t error;
    riverty_bytes_t data;

    (void) state;
    stored_write("file", "a\0b\n", 4, 0600);
    stored_settle();
    assert_true(riverty_secret_file(secrets, stored_path("file"), geteuid(), 4,
                                    &data, &id, &error));
    assert_int_equal(data.len, 4);
    assert_memory_equal(data.data, "a\0b\n", 4);
    assert_true(riverty_file_id(stored_path("file"), &again));
    assert_memory_equal(&id, &again, sizeof(id));
    assert_false(riverty_file_id(stored_path("missing"), &again));
    riverty_secrets_free(secrets);
}


static void
test_hex(void **state)
{
    static const struct {
        const char *text;
        size_t len; /* 0: it is refused */
    } files[] = {
        { HEX64, 32 },
        { HEX64 "\n", 32 },
        { HEX64 HEX64 "\n", 64 },
        { "ABCDEFabcdef" HEX64, 38 },
        { HEX64 "\n\n", 0 },
        { HEX64 "\r\n", 0 },
        { " " HEX64 " ", 0 },
        { HEX64 "0", 0 },
        { HEX64 "0g", 0 },
        { HEX16 HEX16 HEX16, 0 },
        { "\n", 0 },
    };
    riverty_error_t error;
    riverty_bytes_t bytes;

    (void) state;

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        riverty_secrets_t *secrets = riverty_secrets_create();
        bool good;

        stored_put("hex", files[i].text);
        good = riverty_secret_hex(secrets, stored_path("hex"), geteuid(),
                                  &bytes, &error);
        assert_int_equal(good, files[i].len > 0);

        if (good) {
            assert_int_equal(bytes.len, files[i].len);
        } else {
            assert_non_null(strstr(error.text, "must hold 64 or more hex"));
            assert_null(strstr(error.text, HEX16));
        }
        riverty_secrets_free(secrets);
    }
}


static void
test_hex_digits(void **state)
{
    riverty_secrets_t *secrets = riverty_secrets_create();
    riverty_error_t error;
    riverty_bytes_t bytes;
    char text[1024 + 4];

    (void) state;

    for (int i = 0; i < 256; i++) {
        sprintf(text + 2 * i, i % 2 == 0 ? "%02x" : "%02X", i);
    }
    memset(text + 512, '0', 512);
    strcpy(text + 1024, "\n");
    stored_put("hex", text);
    assert_true(riverty_secret_hex(secrets, stored_path("hex"), geteuid(),
                                   &bytes, &error));
    assert_int_equal(bytes.len, 512);

    for (int i = 0; i < 256; i++) {
        assert_int_equal(bytes.data[i], i);
    }

    strcpy(text + 1024, "00");
    stored_put("hex", text);
    assert_false(riverty_secret_hex(secrets, stored_path("hex"), geteuid(),
                                    &bytes, &error));
    riverty_secrets_free(secrets);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_arena),
        cmocka_unit_test(test_a_large_block),
        cmocka_unit_test(test_more_than_there_is),
        cmocka_unit_test(test_it_is_wiped),
        cmocka_unit_test(test_no_dump_and_no_swap),
        cmocka_unit_test(test_after_a_fork),
        cmocka_unit_test(test_what_is_no_secret_file),
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_owners),
        cmocka_unit_test(test_what_is_read),
        cmocka_unit_test(test_hex),
        cmocka_unit_test(test_hex_digits),
    };

    return cmocka_run_group_tests(tests, stored_setup, stored_teardown);
}
