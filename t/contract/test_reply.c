/*
 * The API's reply (reply.h): what it calls the customer.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "contract/customer/reply.h"

static const uint64_t seed[2] = { 1, 2 };

static unsigned char arena[4096];
static unsigned allowed; /* allocations, before there is no memory */


static void *
allocate(void *data, size_t size)
{
    unsigned char **free_bytes = data;
    unsigned char *block = *free_bytes;

    assert_true(size <= (size_t) (arena + sizeof(arena) - block));
    if (allowed == 0) {
        return NULL;
    }

    allowed--;
    *free_bytes += (size + 15) / 16 * 16;
    return block;
}


/* "customer|reference", - for what is absent; "unread". */
static const char *
reply_of(const char *body)
{
    static char text[256];
    unsigned char *free_bytes = arena;
    riverty_memory_t memory = { allocate, &free_bytes, NULL };
    riverty_names_t names;
    riverty_reply_t reply;
    riverty_span_t values[2];
    size_t len = strlen(body);
    unsigned char *copy = malloc(len + 1); /* of its own: no byte beyond */
    bool read;

    assert_non_null(copy);
    memcpy(copy, body, len);

    riverty_reply_names(&names, seed);
    read = riverty_reply_read(&reply, (riverty_span_t){ copy, len }, &names,
                              &memory);
    values[0] = reply.customer;
    values[1] = reply.reference;

    for (size_t i = 0; i < 2; i++) {
        if (values[i].data == NULL) {
            values[i] = riverty_span("-");
        }
    }

    snprintf(text, sizeof(text), "%.*s|%.*s", (int) values[0].len,
             (const char *) values[0].data, (int) values[1].len,
             (const char *) values[1].data);
    free(copy);

    if (!read) {
        assert_string_equal(text, "-|-");
        return "unread";
    }

    return text;
}


static void
test_read(void **state)
{
    /* clang-format off */
    static const char *const cases[][2] = {
        { "{\"signUpId\": 702091815, \"customerNumber\": \"700427690\","
          "\"externalCustomerReference\": \"c1\", \"contracts\": []}",
          "700427690|c1" },
        { "{\"externalCustomerReference\":\"c1\",\"customerNumber\":7}",
          "7|c1" },
        { "{\"external\\u0043ustomerReference\":\"\\u00631\\n\"}", "-|c1\n" },
        { "{\"externalCustomerReference\":\"\"}", "-|" },
        { "{\"externalCustomerReference\":null,\"customerNumber\":true}",
          "-|-" },
        { "{\"externalCustomerReference\":{\"customerNumber\":\"1\"}}", "-|-" },
        { "{\"customer\":{\"customerNumber\":\"1\"}}", "-|-" },
        { "{\"\":\"1\"}", "-|-" },
        { "[\"customerNumber\"]", "-|-" },
        { "17", "-|-" },
        { "", "unread" },
        { "<html>", "unread" },
        { "{\"customerNumber\":\"1\"", "unread" },
        { "{\"customerNumber\":\"1\"} {}", "unread" },
        { "{\"customerNumber\":\"1\",\"customerNumber\":\"2\"}", "unread" },
        { "{\"customerNumber\":\"\xff\"}", "unread" },
    };
    /* clang-format on */

    (void) state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        allowed = 10;
        assert_string_equal(reply_of(cases[i][0]), cases[i][1]);
    }
}


static void
test_no_memory(void **state)
{
    static const char escaped[] = "{\"customerNumber\":\"\\u0031\","
                                  "\"externalCustomerReference\":\"\\u0032\"}";

    (void) state;

    for (unsigned i = 0; i < 2; i++) {
        allowed = i;
        assert_string_equal(reply_of(escaped), "unread");
    }

    allowed = 2;
    assert_string_equal(reply_of(escaped), "1|2");

    allowed = 0;
    assert_string_equal(reply_of("{\"\\u0061\":1}"), "unread");
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
