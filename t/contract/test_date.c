/*
 * The calendar (date.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "in_range.h"
#include "contract/core/date.h"


static void
test_days(void **state)
{
    static const struct {
        const char *text;
        int64_t days;
    } good[] = {
        { "1970-01-01", 0 },       { "1969-12-31", -1 },
        { "2000-02-29", 11016 },   { "2026-11-23", 20780 },
        { "0001-01-01", -719162 }, { "0000-03-01", -719468 },
        { "0000-01-01", -719528 }, { "9999-12-31", 2932896 },
    };

    (void) state;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        riverty_date_t date;

        assert_true(riverty_date_read(riverty_span_of(good[i].text), &date));
        assert_int_equal(riverty_date_days(date), good[i].days);
    }
}


static void
test_refused(void **state)
{
    static const char *const bad[] = {
        "1970-01-01 ", "1970/01/01", "",           "1970-01:01",
        "197/-01-01",  "1970-0:-01", "1970-01-a1", "1900-02-29",
        "1970-04-31",  "1970-13-01", "1970-00-01", "1970-01-00",
    };
    riverty_date_t date;

    (void) state;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(riverty_date_read(riverty_span_of(bad[i]), &date));
    }
}


/* Each day there is, from the first of March of the year 0 on. */
static void
test_back(void **state)
{
    (void) state;

    for (int64_t days = -719468; days <= 2932896; days++) {
        riverty_date_t date = riverty_date_of_days(days);

        assert_uint_in_range(date.month, 1, 12);
        assert_uint_in_range(date.day, 1, 31);

        if (riverty_date_days(date) != days) {
            fail_msg("day %lld does not come back", (long long) days);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
