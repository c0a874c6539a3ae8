/*
 * Files with secrets: who may read and write them, and those of hex digits.
 */
#include "stored.h"

#define HEX_64 \
    "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F"

/* Reads the file "secret"; returns what is wrong with it, "" for nothing. */
static const char *
read_secret(uid_t user, bool hex)
{
    static riverty_error_t error;
    riverty_secrets_t *secrets = riverty_secrets_create();
    const char *path = stored_path("secret");
    riverty_bytes_t bytes;
    bool good;

    assert_non_null(secrets);
    good = hex ? riverty_secret_hex(secrets, path, user, &bytes, &error)
               : riverty_secret_file(secrets, path, user, 4096, &bytes, NULL,
                                     &error);
    if (good && hex) {
        assert_in_range(bytes.len, 32, 512);
        assert_int_equal(bytes.data[31], 0x1f);
    }

    riverty_secrets_free(secrets);
    return good ? "" : error.text;
}


static void
test_modes(void **state)
{
    static const struct {
        mode_t mode;
        const char *words;
    } rows[] = {
        { 0600, "" },
        { 0640, "" },
        { 0400, "" },
        { 0710, "" },
        { 0644, "can be read by every user" },
        { 0604, "can be read by every user" },
        { 0660, "can be written by other users" },
        { 0602, "can be written by other users" },
    };

    (void) state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *found;

        stored_write("secret", "x", 1, rows[i].mode);
        found = read_secret(geteuid(), false);
        assert_true(rows[i].words[0] == '\0'
                        ? found[0] == '\0'
                        : strstr(found, rows[i].words) != NULL);
    }
}


/* Only root can give a file away. */
static void
test_owner(void **state)
{
    (void) state;

    if (geteuid() != 0) {
        skip();
    }

    stored_write("secret", "x", 1, 0600);
    assert_int_equal(chown(stored_path("secret"), 4711, (gid_t) -1), 0);
    assert_string_equal(read_secret(4711, false), "");
    assert_non_null(
        strstr(read_secret(4712, false), "belongs to another user"));
}


static void
test_kinds(void **state)
{
    (void) state;

    (void) unlink(stored_path("secret"));
    assert_non_null(strstr(read_secret(geteuid(), false), "cannot be opened"));

    stored_put("secret", "");
    assert_non_null(strstr(read_secret(geteuid(), false), "is empty"));
    assert_int_equal(unlink(stored_path("secret")), 0);

    assert_int_equal(mkdir(stored_path("secret"), 0700), 0);
    assert_non_null(
        strstr(read_secret(geteuid(), false), "is no regular file"));
    assert_int_equal(rmdir(stored_path("secret")), 0);
}


static void
test_hex(void **state)
{
    static const char *const bad[] = {
        "",         "\n",           "00",       HEX_64 "0",  HEX_64 "\n\n",
        HEX_64 " ", "g" HEX_64 "0", " " HEX_64, HEX_64 "0g", HEX_64 "\r\n",
    };
    char longest[1024 + 3];

    (void) state;

    stored_put("secret", HEX_64);
    assert_string_equal(read_secret(geteuid(), true), "");
    stored_put("secret", HEX_64 "\n");
    assert_string_equal(read_secret(geteuid(), true), "");

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        stored_put("secret", bad[i]);
        assert_string_not_equal(read_secret(geteuid(), true), "");
    }

    /* 63 digits */
    stored_put("secret", HEX_64 + 1);
    assert_non_null(strstr(read_secret(geteuid(), true), "64 or more"));

    memset(longest, '1', sizeof(longest));
    memcpy(longest, HEX_64, sizeof(HEX_64) - 1);
    stored_write("secret", longest, 1024, 0600);
    assert_string_equal(read_secret(geteuid(), true), "");
    stored_write("secret", longest, 1026, 0600);
    assert_string_not_equal(read_secret(geteuid(), true), "");
}


static void
test_memory(void **state)
{
    riverty_secrets_t *secrets = riverty_secrets_create();
    unsigned char *first;

    (void) state;

    assert_null(riverty_secrets_alloc(secrets, SIZE_MAX));
    assert_null(riverty_secrets_alloc(secrets, SIZE_MAX / 2));

    first = riverty_secrets_alloc(secrets, 3);
    assert_non_null(first);
    assert_memory_equal(first, "\0\0\0", 3);
    riverty_secrets_lock(secrets);
    riverty_secrets_free(secrets);
    riverty_secrets_free(NULL);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_modes),  cmocka_unit_test(test_owner),
        cmocka_unit_test(test_kinds),  cmocka_unit_test(test_hex),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, stored_setup, stored_teardown);
}
