/*
 * The patterns of values and of the configuration, limits; that none takes more
 * than linear time.
 */
#include <time.h>

#include "customer.h"
#include "contract/customer/codes.h"
#include "contract/customer/shapes.h"

#define LONG 65536


static bool
matches(riverty_shape_id_t shape, const char *text)
{
    return riverty_shape_match(customer_shapes, shape, riverty_span_of(text)) ==
           RIVERTY_MATCH_YES;
}


static void
test_anchored(void **state)
{
    (void) state;

    assert_true(matches(RIVERTY_SHAPE_CUSTOMER_NUMBER, "c1"));
    assert_false(matches(RIVERTY_SHAPE_CUSTOMER_NUMBER, "c1\n"));
    assert_false(matches(RIVERTY_SHAPE_CUSTOMER_NUMBER, " c1"));
    assert_false(matches(RIVERTY_SHAPE_CUSTOMER_NUMBER, ""));
    assert_false(matches(RIVERTY_SHAPE_PHONE, "+49871790\n"));
    assert_false(matches(RIVERTY_SHAPE_PAYMENT_REGISTRATION_ID, "a/../b"));
}


/* Digits before the extension: 5 to 15. */
static void
test_phone_digits(void **state)
{
    char digits[17];

    (void) state;

    for (size_t len = 1; len <= 16; len++) {
        char phone[64];

        (void) sprintf(digits, "%.*s", (int) len, "1234567890123456");

        (void) sprintf(phone, "+%s", digits);
        assert_int_equal(matches(RIVERTY_SHAPE_PHONE, phone),
                         len >= 5 && len <= 15);
        assert_int_equal(matches(RIVERTY_SHAPE_MOBILE_PHONE, phone),
                         len >= 7 && len <= 15);

        (void) sprintf(phone, "(%s x123456", digits);
        assert_int_equal(matches(RIVERTY_SHAPE_PHONE, phone),
                         len >= 5 && len <= 15);
    }

    assert_false(matches(RIVERTY_SHAPE_PHONE, "/12345"));
    assert_false(matches(RIVERTY_SHAPE_PHONE, "12345)"));
    assert_true(matches(RIVERTY_SHAPE_PHONE, "+(1)2345"));
}


static void
test_email_lengths(void **state)
{
    char mail[512];
    char part[80];

    (void) state;
    memset(part, 'a', sizeof(part));

    (void) sprintf(mail, "%.64s@example.com", part);
    assert_true(matches(RIVERTY_SHAPE_EMAIL, mail));
    (void) sprintf(mail, "%.65s@example.com", part);
    assert_false(matches(RIVERTY_SHAPE_EMAIL, mail));
    (void) sprintf(mail, "a@%.63s.%.63s", part, part);
    assert_true(matches(RIVERTY_SHAPE_EMAIL, mail));
    (void) sprintf(mail, "a@%.64s.com", part);
    assert_false(matches(RIVERTY_SHAPE_EMAIL, mail));
    (void) sprintf(mail, "a@b.%.64s", part);
    assert_false(matches(RIVERTY_SHAPE_EMAIL, mail));
}


static riverty_shape_id_t
add(const char *pattern)
{
    riverty_pattern_error_t error;

    return riverty_shapes_add(customer_shapes, riverty_span_of(pattern),
                              &error);
}


static void
test_add(void **state)
{
    riverty_pattern_error_t error;
    riverty_shape_id_t first = add("[0-9]{3}|[a-z]+");
    riverty_shape_id_t second = add("\\p{Lu}.");

    (void) state;

    assert_true(first != RIVERTY_SHAPE_NONE && second != first);
    assert_true(matches(first, "123"));
    assert_true(matches(first, "abcd"));
    assert_false(matches(first, "123a"));
    assert_true(matches(second, "Äö"));
    assert_false(matches(second, "äö"));
    assert_false(riverty_shape_masked(first));
    assert_true(matches(RIVERTY_SHAPE_STREET_NUMBER, "1"));

    assert_int_equal(
        riverty_shapes_add(customer_shapes, riverty_span("a(b"), &error),
        RIVERTY_SHAPE_NONE);
    assert_int_equal(error.offset, 3);
    assert_non_null(strstr(error.message, "parenthes"));
    assert_int_equal(add("\xff"), RIVERTY_SHAPE_NONE);
    assert_int_equal(add("\\C"), RIVERTY_SHAPE_NONE);
}


/* A pattern that PCRE2 gives up on has not matched. */
static void
test_limit(void **state)
{
    riverty_shape_id_t slow = add("(?:a|a)*[bc]");
    riverty_span_t text = riverty_span("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");

    (void) state;

    assert_int_equal(riverty_shape_match(customer_shapes, slow, text),
                     RIVERTY_MATCH_LIMIT);
    assert_true(matches(slow, "aaab"));
}


/*
 * PCRE2's JIT leaves some patterns to its interpreter, such as those with a
 * callout before a condition: the same answers, the same limits.
 */
static void
test_without_jit(void **state)
{
    riverty_shape_id_t shape = add("(?(?C1)(?=[0-9])[0-9]{3}|[a-z]+)");
    riverty_shape_id_t slow = add("(?(?C1)(?=a)(?:a|a)*[bc])");
    riverty_span_t text = riverty_span("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");

    (void) state;

    assert_true(matches(shape, "123"));
    assert_true(matches(shape, "abcd"));
    assert_false(matches(shape, "1234"));
    assert_false(matches(shape, "abc1"));
    assert_int_equal(riverty_shape_match(customer_shapes, slow, text),
                     RIVERTY_MATCH_LIMIT);
}


static double
seconds(void)
{
    return (double) clock() / CLOCKS_PER_SEC;
}


/* The shapes on what makes backtrackers slow: 64 kB each, in milliseconds. */
static void
test_linear(void **state)
{
    static const char *const units[] = { "a",  "1",  "-",   "a.", "1 ",
                                         "(",  "X",  "a-",  "@",  "a@",
                                         "ä.", "+1", " x1", "XX-" };
    static unsigned char text[LONG];
    double start = seconds();

    (void) state;

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        size_t len = strlen(units[i]);

        for (size_t pos = 0; pos + len <= LONG; pos += len) {
            memcpy(text + pos, units[i], len);
        }

        for (unsigned shape = RIVERTY_SHAPE_NONE + 1;
             shape < RIVERTY_SHAPE_COUNT; shape++) {
            for (size_t skip = 0; skip < 2; skip++) {
                riverty_span_t whole = { text, LONG / len * len };

                text[0] = skip == 0 ? text[0] : '+';
                (void) riverty_shape_match(customer_shapes,
                                           (riverty_shape_id_t) shape, whole);
            }
        }
    }

    assert_true(seconds() - start < 2.0);
}


static void
test_texts(void **state)
{
    (void) state;

    assert_string_equal(
        riverty_shape_pattern(RIVERTY_SHAPE_PAYMENT_REGISTRATION_ID),
        "[A-Za-z0-9_-]+");
    assert_true(riverty_shape_masked(RIVERTY_SHAPE_MOBILE_PHONE));
    assert_true(riverty_shape_masked(RIVERTY_SHAPE_IDENTIFICATION));
    assert_false(riverty_shape_masked(RIVERTY_SHAPE_PHONE));
    assert_false(riverty_shape_masked(RIVERTY_SHAPE_NONE));
    riverty_shapes_free(NULL);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_anchored),
        cmocka_unit_test(test_phone_digits),
        cmocka_unit_test(test_email_lengths),
        cmocka_unit_test(test_add),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_without_jit),
        cmocka_unit_test(test_linear),
        cmocka_unit_test(test_texts),
    };

    return cmocka_run_group_tests(tests, customer_start, customer_stop);
}
