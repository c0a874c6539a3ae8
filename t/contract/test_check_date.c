/*
 * What the contract finds in dates of birth: days that exist, times of midnight,
 * ages.
 */
#include "customer.h"
#include "contract/core/date.h"
#include "contract/customer/check_date.h"

/* clang-format off */
static void
test_birth_dates(void **state)
{
    static const customer_case_t cases[] = {
        { "birthDate", "\"1984-02-29\"", "" },
        { "birthDate", "\"2000-02-29\"", "" },
        { "birthDate", "\"1901-11-23\"", "" },
        { "birthDate", "\"2008-11-23\"", "" },
        { "birthDate", "\"\"", "" },
        { "birthDate", "\"1983-02-29\"", "reject birth_date birthDate" },
        { "birthDate", "\"1900-02-29\"", "reject birth_date birthDate" },
        { "birthDate", "\"1984-13-01\"", "reject birth_date birthDate" },
        { "birthDate", "\"1984-00-10\"", "reject birth_date birthDate" },
        { "birthDate", "\"1984-04-31\"", "reject birth_date birthDate" },
        { "birthDate", "\"1984-11-00\"", "reject birth_date birthDate" },
        { "birthDate", "\"1984-11-1\"", "reject birth_date birthDate" },
        { "birthDate", "\"11.11.1984\"", "reject birth_date birthDate" },
        { "birthDate", "\"84-11-11\"", "reject birth_date birthDate" },
        { "birthDate", "\"19841111\"", "reject birth_date birthDate" },
        { "birthDate", "\"0000-00-00\"", "reject birth_date birthDate" },
        { "birthDate", "\"١٩٨٤-11-11\"", "reject birth_date birthDate" },
        { "birthDate", "\"1901-11-22\"", "reject birth_date_age birthDate" },
        { "birthDate", "\"0001-01-01\"", "reject birth_date_age birthDate" },
        { "birthDate", "\"2008-11-24\"", "warn birth_date_minor birthDate" },
        { "birthDate", "\"2026-11-24\"", "warn birth_date_minor birthDate" },
        { "birthDate", "\"2026-11-25\"",
          "reject birth_date_future birthDate" },
        { "birthDate", "\"9999-12-31\"",
          "reject birth_date_future birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00Z\"",
          "warn birth_date_time birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00\"",
          "warn birth_date_time birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00.000Z\"",
          "warn birth_date_time birthDate" },
        { "birthDate", "\"2010-09-01T00:00:00.0\"",
          "warn birth_date_time birthDate, warn birth_date_minor birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00+00:00\"",
          "warn birth_date_time birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00-00:00\"",
          "warn birth_date_time birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00.000+0000\"",
          "warn birth_date_time birthDate" },
        { "birthDate", "\"1980-09-01T00:00\"",
          "warn birth_date_time birthDate" },
        { "birthDate", "\"1980-09-01t00:00:00z\"",
          "warn birth_date_time birthDate" },
        { "birthDate", "\"1980-09-01T\"", "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01Z\"", "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01T00\"", "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01T00:00.0\"",
          "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00.\"",
          "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00+00:01\"",
          "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00+\"",
          "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01T24:00:00Z\"",
          "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00.Z\"",
          "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00.001Z\"",
          "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01T22:00:00Z\"",
          "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00+02:00\"",
          "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01 00:00:00\"",
          "reject birth_date birthDate" },
        { "birthDate", "\"1983-02-29T00:00:00Z\"",
          "reject birth_date birthDate" },
    };

    (void) state;
    customer_assert(cases);
}
/* clang-format on */


/* Each way to write midnight, with each zone: its date is forwarded. */
static void
test_midnights(void **state)
{
    static const char *const times[] = {
        "T00:00", "t00:00", "T00:00:00", "T00:00:00.0", "T00:00:00.000000000",
    };
    static const struct {
        const char *text;
        bool here;
    } zones[] = {
        { "", true },       { "Z", true },       { "z", true },
        { "+00", true },    { "-00", true },     { "+0000", true },
        { "-0000", true },  { "+00:00", true },  { "-00:00", true },
        { "+1", false },    { "+01", false },    { "-01:00", false },
        { "+0100", false }, { "+00:30", false }, { "+00:", false },
        { "ZZ", false },    { "+00Z", false },   { " Z", false },
    };
    char value[64];

    (void) state;

    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        for (size_t j = 0; j < sizeof(zones) / sizeof(zones[0]); j++) {
            (void) sprintf(value, "\"1980-09-01%s%s\"", times[i],
                           zones[j].text);
            customer_set("birthDate", value);
            assert_string_equal(customer_findings(),
                                zones[j].here ? "warn birth_date_time birthDate"
                                              : "reject birth_date birthDate");

            if (zones[j].here) {
                assert_string_equal(customer_value(RIVERTY_FIELD_BIRTH_DATE),
                                    "1980-09-01");
            }
        }
    }
}


/* The only note on a birth date, on that day, or RIVERTY_RULE_NONE. */
static riverty_rule_id_t
birth_date_note(const char *text, const char *today)
{
    riverty_value_t value = { .text = riverty_span_of(text), .notes_count = 0 };

    riverty_date_t date;

    assert_true(riverty_date_read(riverty_span_of(today), &date));
    value.today = riverty_date_days(date);
    riverty_check_birth_date(&value);
    assert_true(value.notes_count <= 1);

    return value.notes_count == 0 ? RIVERTY_RULE_NONE
                                  : (riverty_rule_id_t) value.notes[0].rule;
}


/* Birthdays, and clocks that are wrong. */
static void
test_ages(void **state)
{
    static const struct {
        const char *birth_date;
        const char *today;
        riverty_rule_id_t found;
    } cases[] = {
        { "2008-02-29", "2026-02-28", RIVERTY_RULE_BIRTH_DATE_MINOR },
        { "2008-02-29", "2026-03-01", RIVERTY_RULE_NONE },
        { "2008-01-15", "2026-01-14", RIVERTY_RULE_BIRTH_DATE_MINOR },
        { "2008-01-15", "2026-01-15", RIVERTY_RULE_NONE },
        { "1901-01-15", "2026-01-15", RIVERTY_RULE_NONE },
        { "1901-01-15", "2026-01-16", RIVERTY_RULE_BIRTH_DATE_AGE },
        { "1901-01-15", "2026-02-01", RIVERTY_RULE_BIRTH_DATE_AGE },
        { "2026-01-16", "2026-01-15", RIVERTY_RULE_BIRTH_DATE_MINOR },
        { "2026-01-17", "2026-01-15", RIVERTY_RULE_BIRTH_DATE_FUTURE },
        { "1970-01-01", "1969-12-31", RIVERTY_RULE_BIRTH_DATE_MINOR },
        { "0000-01-01", "0000-02-29", RIVERTY_RULE_BIRTH_DATE_MINOR },
        { "0000-01-01", "0126-01-01", RIVERTY_RULE_BIRTH_DATE_AGE },
    };

    (void) state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(birth_date_note(cases[i].birth_date, cases[i].today),
                         cases[i].found);
    }
}


/* Seconds before 1970 belong to the day that they are part of. */
static void
test_clock_before_1970(void **state)
{
    riverty_input_t input = { .now = -1 };

    (void) state;
    customer_set("birthDate", "\"1970-01-02\"");
    customer_build();
    input.body = riverty_span_of(customer_body);

    assert_int_equal(riverty_document_check(&customer_document,
                                            &customer_contract, &input,
                                            &customer_memory),
                     RIVERTY_REJECTED);
    customer_list();
    assert_string_equal(customer_found, "reject birth_date_future birthDate");

    input.now = 0;
    assert_int_equal(riverty_document_check(&customer_document,
                                            &customer_contract, &input,
                                            &customer_memory),
                     RIVERTY_ACCEPTED);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_birth_dates, customer_setup),
        cmocka_unit_test_setup(test_midnights, customer_setup),
        cmocka_unit_test(test_ages),
        cmocka_unit_test_setup(test_clock_before_1970, customer_setup),
    };

    return cmocka_run_group_tests(tests, customer_start, customer_stop);
}
