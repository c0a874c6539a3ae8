/*
 * malloc() that fails, below PCRE2 and OpenSSL: at whatever allocation it is,
 * there are no shapes, no key or no token, and nothing is left behind.
 *
 * The C library's functions stand behind the ones here.  A sanitizer has its
 * own, which it must keep: nothing is tested then.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "contract/redact.h"
#include "contract/shapes.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED
#endif

#ifndef SANITIZED

#define NEVER SIZE_MAX

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void __libc_free(void *block);

static size_t until_failure = NEVER; /* allocations that still succeed */
static size_t held;                  /* blocks that are not freed */


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

        /* Without its JIT's memory a pattern is there and slower. */
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


static riverty_token_key_t *
make_key(void)
{
    return riverty_token_key_create(
        riverty_span("k1"), riverty_span("0123456789abcdef0123456789abcdef"));
}


static void
test_key(void **state)
{
    riverty_token_key_t *key;
    size_t count = 0;

    (void) state;
    riverty_token_key_free(make_key()); /* OpenSSL starts, and keeps things */

    do {
        until_failure = count++;
        key = make_key();
        until_failure = NEVER;
    } while (key == NULL);

    assert_true(count > 3);
    riverty_token_key_free(key);
}


static void
test_token(void **state)
{
    riverty_token_key_t *key = make_key();
    unsigned char expected[RIVERTY_TOKEN_MAX], token[RIVERTY_TOKEN_MAX];
    size_t len, expected_len;
    size_t count = 0;

    (void) state;
    expected_len =
        riverty_token(key, riverty_span("/id"), riverty_span("1"), expected);

    do {
        until_failure = count++;
        len = riverty_token(key, riverty_span("/id"), riverty_span("1"), token);
        until_failure = NEVER;
    } while (len == 0 && count < 100);

    assert_int_equal(len, expected_len);
    assert_memory_equal(token, expected, expected_len);
    riverty_token_key_free(key);
}

#endif


int
main(void)
{
#ifdef SANITIZED
    return 0;
#else
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_shape),
        cmocka_unit_test(test_key),
        cmocka_unit_test(test_token),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
#endif
}
