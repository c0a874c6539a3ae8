/*
 * What changes in a document and what does not: edits wherever the members
 * stand and however they are written, and the repairs at each level.
 */
#include "customer.h"
#include "contract/customer/normalise.h"

#define REST                                                           \
    "\"customerNumber\":\"1\",\"firstName\":\"A\",\"lastName\":\"B\"," \
    "\"email\":\"a@b.example\"},\"paymentRegistration\":{\"id\":\"1\"}}"


/* A member as it is written and as it is forwarded; NULL: as it is written. */
static void
assert_forwarded(const char *name, const char *json, const char *forwarded)
{
    char expected[512];

    (void) customer_with(name, json);
    (void) snprintf(expected, sizeof(expected), "\"%s\": %s", name,
                    forwarded != NULL ? forwarded : json);

    assert_int_equal(customer_document.verdict, RIVERTY_ACCEPTED);
    assert_int_equal(customer_document.edits_count, forwarded != NULL);
    assert_non_null(strstr(customer_edited(), expected));
}


static void
test_text(void **state)
{
    (void) state;

    assert_forwarded("firstName", "\"Ray\"", NULL);
    assert_forwarded("firstName", "\"  Ray \u00a0 \"", "\"Ray\"");
    assert_forwarded("firstName", "\"\\u0020Ray\\u00a0\"", "\"Ray\"");
    assert_forwarded("firstName", "\"Mu\u0308ller\"", "\"Müller\"");
    assert_forwarded("firstName", "\"Mu\\u0308ller\"", "\"Müller\"");
    assert_forwarded("street", "\" A \\\"B\\\" \\\\ C/D \"",
                     "\"A \\\"B\\\" \\\\ C/D\"");

    /* Escapes, compatibility forms and what is blank stay as they are. */
    assert_forwarded("firstName", "\"M\\u00fcller \\u00C6\"", NULL);
    assert_forwarded("street", "\"A\\/B \\\"C\\\"\"", NULL);
    assert_forwarded("street", "\"\\ud83c\\udfe0 ﬁ ①\"", NULL);
    assert_forwarded("careOf", "\" \\u00a0 \"", NULL);
    assert_forwarded("careOf", "\"\"", NULL);
    assert_forwarded("careOf", "null", NULL);
}


static void
test_case(void **state)
{
    (void) state;

    assert_forwarded("language", "\"DE\"", "\"de\"");
    assert_forwarded("language", "\" De \"", "\"de\"");
    assert_forwarded("language", "\"d\\u0065\"", NULL);
    assert_forwarded("countryCode", "\"d\\u0065\"", "\"DE\"");
    assert_forwarded("customerCategory", "\"Person\"", "\"PERSON\"");
    assert_forwarded("salutation", "\"Mr\"", "\"MR\"");
    assert_forwarded("email", "\"Ray@Example.COM\"", "\"Ray@example.com\"");
    assert_forwarded("email", "\"R@\xc3\x84.J\u030c.COM\"",
                     "\"R@\xc3\x84.\xc7\xb0.com\"");

    /* The phone number of a stranger is one digit away. */
    assert_forwarded("mobilePhone", "\"+37258774XXX\"", NULL);
    assert_forwarded("phone", "\"871.790.7578 x4882\"", NULL);
    assert_forwarded("identificationNumber", "\"hrb 12xx\"", NULL);
    assert_forwarded("postalCode", "\"97687-7791\"", NULL);
}


/* What is no good value is not put into another case. */
static void
test_unknown_codes(void **state)
{
    (void) state;

    assert_forwarded("salutation", "\"Herr\"", NULL);
    assert_forwarded("salutation", "\" Herr \"", "\"Herr\"");

    customer_level(RIVERTY_RULE_LANGUAGE, RIVERTY_LEVEL_OFF);
    customer_level(RIVERTY_RULE_EMAIL, RIVERTY_LEVEL_WARN);
    assert_forwarded("language", "\"Klingon\"", NULL);
    assert_forwarded("email", "\"Ray AT Example\"", NULL);
    assert_true(customer_invalid(RIVERTY_FIELD_EMAIL));
}


static void
test_order(void **state)
{
    (void) state;

    assert_string_equal(
        customer_judge("\n{ \"paymentRegistration\" :\t{\"id\":\" 7 \"},\r\n"
                       "\"customer\":{\"x\":[1e400,-0,{\"a\":null}],"
                       "\"\\u006canguage\":\"EN\",\"email\":\"A@B.CD\","
                       "\"customerNumber\":\"1\",\"customerCategory\":"
                       "\"company\",\"address\" : {\"street\":\"S\","
                       "\"countryCode\":\"ie\",\"postalPlace\":\" P\"},"
                       "\"companyName\":\"C \"}} ",
                       NULL),
        "warn unknown_member customer 1");

    assert_string_equal(customer_edited(),
                        "\n{ \"paymentRegistration\" :\t{\"id\":\"7\"},\r\n"
                        "\"customer\":{\"x\":[1e400,-0,{\"a\":null}],"
                        "\"\\u006canguage\":\"en\",\"email\":\"A@b.cd\","
                        "\"customerNumber\":\"1\",\"customerCategory\":"
                        "\"COMPANY\",\"address\" : {\"street\":\"S\","
                        "\"countryCode\":\"IE\",\"postalPlace\":\"P\"},"
                        "\"companyName\":\"C\"}} ");

    assert_int_equal(customer_document.edits_count, 7);
    assert_int_equal(customer_document.edits[0].field,
                     RIVERTY_FIELD_PAYMENT_REGISTRATION_ID);

    for (size_t i = 1; i < customer_document.edits_count; i++) {
        assert_true(customer_document.edits[i - 1].end <
                    customer_document.edits[i].start);
    }
}


/* A repair: silent, noted, refused. */
static void
assert_repair(riverty_rule_id_t rule, const char *name, const char *json,
              const char *repaired, const char *hint)
{
    static const riverty_level_t levels[] = { RIVERTY_LEVEL_OFF,
                                              RIVERTY_LEVEL_WARN,
                                              RIVERTY_LEVEL_REJECT };
    int field = -1;
    char found[128];

    for (size_t i = 0; i < 3; i++) {
        customer_level(rule, levels[i]);
        (void) sprintf(found, "%s %s %s%s", riverty_level_name(levels[i]),
                       riverty_rules[rule].id, name, hint);

        customer_reset();
        customer_set("postalCode", "\"10000\""); /* of Kosovo too */
        customer_set(name, json);
        assert_string_equal(customer_findings(), i == 0 ? "" : found);

        if (levels[i] != RIVERTY_LEVEL_REJECT) {
            assert_int_equal(customer_document.invalid, 0);
            assert_int_equal(customer_document.edits_count, 1);
            field = customer_document.edits[0].field;
            assert_string_equal(customer_value((unsigned) field), repaired);
        }
    }

    assert_int_equal(customer_document.edits_count, 0);
    assert_int_equal(customer_invalid((unsigned) field),
                     riverty_rule_rejects(rule));
}


static void
test_repairs(void **state)
{
    (void) state;

    assert_repair(RIVERTY_RULE_COUNTRY_THREE_LETTER, "countryCode", "\"deu\"",
                  "DE", " DE");
    assert_repair(RIVERTY_RULE_LANGUAGE_THREE_LETTER, "language", "\"ger\"",
                  "de", " de");
    assert_repair(RIVERTY_RULE_LANGUAGE_REGION, "language", "\"de-DE\"", "de",
                  " de");
    assert_repair(RIVERTY_RULE_BIRTH_DATE_TIME, "birthDate",
                  "\"1980-09-01T00:00:00.000Z\"", "1980-09-01", "");
    assert_repair(RIVERTY_RULE_COUNTRY_KOSOVO, "countryCode", "\"xk\"", "XK",
                  "");
}


/* The country that was meant is the country of the postal code. */
static void
test_repaired_country(void **state)
{
    (void) state;
    customer_level(RIVERTY_RULE_COUNTRY_THREE_LETTER, RIVERTY_LEVEL_OFF);

    customer_set("countryCode", "\"AUT\"");
    assert_string_equal(customer_findings(), "reject postal_code postalCode");
    customer_set("postalCode", "\"\"");
    assert_string_equal(customer_findings(), "reject required postalCode");
    customer_set("postalCode", "\"1010\"");
    assert_string_equal(customer_findings(), "");
}


/* A repair is made although something else is wrong with the value. */
static void
test_repair_and_more(void **state)
{
    (void) state;
    customer_level(RIVERTY_RULE_BIRTH_DATE_FUTURE, RIVERTY_LEVEL_WARN);

    assert_string_equal(customer_with("birthDate", "\"2030-01-01T00:00:00\""),
                        "warn birth_date_time birthDate, "
                        "warn birth_date_future birthDate");
    assert_string_equal(customer_value(RIVERTY_FIELD_BIRTH_DATE), "2030-01-01");
    assert_true(customer_invalid(RIVERTY_FIELD_BIRTH_DATE));
}


static void
test_values(void **state)
{
    (void) state;

    customer_set("careOf", "\" \"");
    customer_set("phone", "null");
    customer_set("companyName", NULL);
    customer_set("firstName", "\" \\u0041 \"");
    customer_set("language", "7");
    (void) customer_findings();

    assert_string_equal(customer_value(RIVERTY_FIELD_CARE_OF), "");
    assert_null(customer_value(RIVERTY_FIELD_PHONE));
    assert_null(customer_value(RIVERTY_FIELD_COMPANY_NAME));
    assert_null(customer_value(RIVERTY_FIELD_CUSTOMER));
    assert_string_equal(customer_value(RIVERTY_FIELD_FIRST_NAME), "A");
    assert_null(customer_value(RIVERTY_FIELD_LANGUAGE));
    assert_int_equal(customer_document.invalid,
                     (uint64_t) 1 << RIVERTY_FIELD_LANGUAGE);
}


/* A refused value is not rewritten; the others may be. */
static void
test_refused(void **state)
{
    (void) state;

    assert_string_equal(
        customer_judge("{\"customer\":{\"language\":\" XX \",\"address\":"
                       "{\"street\":\" S\",\"countryCode\":\"IE\","
                       "\"postalPlace\":\"P\"},"
                       "\"customerCategory\":\"PERSON\"," REST,
                       NULL),
        "reject language language");
    assert_int_equal(customer_document.edits_count, 1);
    assert_int_equal(customer_document.edits[0].field, RIVERTY_FIELD_STREET);
}


/* With a rule off a control character is forwarded, escaped where it must. */
static void
test_escaped(void **state)
{
    (void) state;
    customer_level(RIVERTY_RULE_CONTROL_CHARACTER, RIVERTY_LEVEL_OFF);

    (void) customer_with("careOf", "\" a\\u0001\\n\\\"\"");
    assert_int_equal(customer_document.edits_count, 1);
    assert_string_equal(customer_value(RIVERTY_FIELD_CARE_OF), "a\x01\n\"");
    assert_non_null(strstr(customer_edited(), "\"a\\u0001\\n\\\"\""));
    assert_true(customer_invalid(RIVERTY_FIELD_CARE_OF));
}


/* What has no case of its own stays as it is, without a look at it. */
static void
test_no_normaliser(void **state)
{
    static const unsigned char bytes[] = "aB@cD";
    riverty_span_t text = { bytes, sizeof(bytes) - 1 };

    (void) state;
    assert_true(
        riverty_normalise(RIVERTY_NORMALISE_NONE, &text, &customer_memory));
    assert_ptr_equal(text.data, bytes);

    /* without an @ there is no domain */
    text.len = 2;
    assert_true(
        riverty_normalise(RIVERTY_NORMALISE_DOMAIN, &text, &customer_memory));
    assert_ptr_equal(text.data, bytes);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_text, customer_setup),
        cmocka_unit_test_setup(test_case, customer_setup),
        cmocka_unit_test_setup(test_unknown_codes, customer_setup),
        cmocka_unit_test_setup(test_order, customer_setup),
        cmocka_unit_test_setup(test_repairs, customer_setup),
        cmocka_unit_test_setup(test_repaired_country, customer_setup),
        cmocka_unit_test_setup(test_repair_and_more, customer_setup),
        cmocka_unit_test_setup(test_values, customer_setup),
        cmocka_unit_test_setup(test_refused, customer_setup),
        cmocka_unit_test_setup(test_escaped, customer_setup),
        cmocka_unit_test_setup(test_no_normaliser, customer_setup),
    };

    return cmocka_run_group_tests(tests, customer_start, customer_stop);
}
