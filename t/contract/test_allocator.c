/*
 * malloc() and mmap() that fail, below PCRE2, OpenSSL and jansson: at whatever
 * allocation it is, there are no shapes, there is no key and no store, and
 * nothing is left behind; pseudonyms and chains need no memory.
 *
 * The C library's functions stand behind the ones here.  A sanitizer and
 * valgrind have their own, which they must keep: nothing is tested then.
 */
#include "stored.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "contract/audit/chain.h"
#include "contract/audit/pseudonym.h"
#include "contract/customer/shapes.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED
#endif

#define NEVER SIZE_MAX

/* Volatile, as compilers know that malloc() has no business with them. */
static volatile size_t until_failure = NEVER; /* calls that still succeed */
static volatile size_t held;                  /* blocks that are not freed */

#ifndef SANITIZED

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void __libc_free(void *block);


static bool
fails(void)
{
    if (until_failure == NEVER) {
        return false;
    }

    if (until_failure == 0) {
        return true;
    }

    until_failure--;
    return false;
}


void *
malloc(size_t size)
{
    if (fails()) {
        return NULL;
    }

    held++;
    return __libc_malloc(size);
}


void *
calloc(size_t count, size_t size)
{
    if (fails()) {
        return NULL;
    }

    held++;
    return __libc_calloc(count, size);
}


void *
realloc(void *block, size_t size)
{
    if (fails()) {
        return NULL;
    }

    held += block == NULL;
    return __libc_realloc(block, size);
}


void
free(void *block)
{
    held -= block != NULL;
    __libc_free(block);
}


void *
mmap(void *address, size_t len, int protection, int flags, int fd, off_t offset)
{
    if (fails()) {
        errno = ENOMEM;
        return MAP_FAILED;
    }

    return (void *) syscall(SYS_mmap, address, len, protection, flags, fd,
                            offset);
}

#endif


static bool
malloc_is_ours(void)
{
    void *(*volatile allocate)(size_t size) = malloc; /* not inline */
    size_t before = held;
    void *block = allocate(1);
    bool ours = held != before;

    free(block);
    return ours;
}


static void
test_shapes(void **state)
{
    riverty_shapes_t *shapes;
    size_t count = 0;

    (void) state;
    riverty_shapes_free(riverty_shapes_create()); /* what is kept for ever */

    do {
        size_t before = held;

        until_failure = count++;
        shapes = riverty_shapes_create();
        until_failure = NEVER;
        assert_true(shapes != NULL || held == before);
    } while (shapes == NULL);

    assert_true(count > RIVERTY_SHAPE_COUNT);
    riverty_shapes_free(shapes);
}


static void
test_shape(void **state)
{
    riverty_shapes_t *shapes = riverty_shapes_create();
    riverty_pattern_error_t error;
    riverty_shape_id_t shape;
    size_t count = 0;

    (void) state;

    do {
        until_failure = count++;
        shape = riverty_shapes_add(shapes, riverty_span("[a-z]+"), &error);
        until_failure = NEVER;
    } while (shape == RIVERTY_SHAPE_NONE);

    assert_true(count > 1);
    assert_non_null(strstr(error.message, "memory"));
    assert_int_equal(riverty_shape_match(shapes, shape, riverty_span("abc")),
                     RIVERTY_MATCH_YES);
    assert_int_equal(riverty_shape_match(shapes, shape, riverty_span("1")),
                     RIVERTY_MATCH_NO);
    riverty_shapes_free(shapes);
}


static riverty_pseudonym_key_t *
make_key(void)
{
    return riverty_pseudonym_key_create(
        riverty_span("k1"), riverty_span("0123456789abcdef0123456789abcdef"));
}


static void
test_key(void **state)
{
    riverty_pseudonym_key_t *key;
    size_t count = 0;

    (void) state;

    do {
        size_t before = held;

        until_failure = count++;
        key = make_key();
        until_failure = NEVER;
        assert_true(key != NULL || held == before);
    } while (key == NULL);

    assert_true(count > 1);
    riverty_pseudonym_key_free(key);
}


static void
test_without_memory(void **state)
{
    static const unsigned char id[RIVERTY_CHAIN_ID_SIZE] = { 2 };
    riverty_pseudonym_key_t *key = make_key();
    unsigned char pseudonym[RIVERTY_PSEUDONYM_MAX];
    riverty_chain_t chain;
    riverty_out_t out;
    char line[256];
    size_t len;
    bool ended;

    (void) state;
    riverty_out_init(&out, line, sizeof(line));

    until_failure = 0;
    len = riverty_pseudonym(key, riverty_span("/id"), riverty_span("1"),
                            pseudonym);
    riverty_chain_start(&chain, riverty_span("secret"), id);
    riverty_out_literal(&out, "{");
    ended = riverty_chain_mac(&chain, &out);
    riverty_chain_advance(&chain);
    until_failure = NEVER;

    assert_int_equal(len, sizeof("t:k1:") - 1 + 32);
    assert_true(ended);
    assert_int_equal(chain.seq, 1);
    riverty_pseudonym_key_free(key);
}


static void
test_store(void **state)
{
    riverty_store_t *store;
    riverty_error_t error;
    size_t count = 0;

    (void) state;
    stored_put("apps.json", good_store);
    stored_put("primary.key", GOOD_KEY);
    riverty_store_free(stored_load()); /* what is kept for ever */

    do {
        size_t before = held;

        error.text[0] = '\0';
        until_failure = count++;
        store = riverty_store_load(stored_path("apps.json"), geteuid(), &error);
        until_failure = NEVER;
        if (store == NULL) {
            assert_int_equal(held, before);
            assert_string_not_equal(error.text, "");
        }
    } while (store == NULL);

    assert_true(count > 1);
    riverty_store_free(store);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes), cmocka_unit_test(test_shape),
        cmocka_unit_test(test_key),    cmocka_unit_test(test_without_memory),
        cmocka_unit_test(test_store),
    };

    if (!malloc_is_ours()) {
        puts("1..0 # SKIP malloc() is another's");
        return 0;
    }

    return cmocka_run_group_tests(tests, stored_setup, stored_teardown);
}
