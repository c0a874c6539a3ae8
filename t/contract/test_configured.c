/*
 * What `riverty_field ... pattern=` and `enum=` ask is asked of the form that
 * is forwarded, whatever changes a value on its way there.
 */
#include "customer.h"
#include "configured.h"


static void
assert_pattern(const char *pointer, const char *pattern,
               const customer_case_t *one)
{
    riverty_contract_t before = customer_contract;
    const char *found;

    configured_pattern(pointer, pattern);
    found = customer_with(one->name, one->json);

    if (strcmp(found, one->found) != 0) {
        fail_msg("%s of %s under %s: \"%s\", not \"%s\"", one->json, one->name,
                 pattern, found, one->found);
    }

    customer_contract = before;
}


/* clang-format off */
static void
test_patterns(void **state)
{
    static const struct {
        const char *pointer;
        const char *pattern;
        customer_case_t one;
    } rows[] = {
        /* spaces at both ends, escapes, NFC */
        { "/customer/address/careOf", "Ray",
          { "careOf", "\" \u00a0R\\u0061y \"", "" } },
        { "/customer/address/careOf", "M\xc3\xbcller",
          { "careOf", "\"Mu\xcc\x88ller\"", "" } },
        /* the case of a code, of a list, of a mail domain */
        { "/customer/address/countryCode", "[A-Z]+",
          { "countryCode", "\"de\"", "" } },
        { "/customer/address/countryCode", "[a-z]+",
          { "countryCode", "\"de\"", "reject pattern countryCode" } },
        { "/customer/language", "[a-z]+", { "language", "\"DE\"", "" } },
        { "/customer/customerCategory", "PERSON",
          { "customerCategory", "\"Person\"", "" } },
        { "/customer/email", "[a-z]+@[a-z.]+",
          { "email", "\"ray@EXAMPLE.com\"", "" } },
        { "/customer/email", "[a-z]+@[a-z.]+",
          { "email", "\"Ray@example.com\"", "reject pattern email" } },
        /* what keeps its case, since its own rule warns */
        { "/customer/salutation", "[A-Z][a-z]+",
          { "salutation", "\"Herr\"", "warn salutation_unknown salutation" } },
        { "/customer/salutation", "[A-Z]+",
          { "salutation", "\"Herr\"", "warn salutation_unknown salutation, "
            "reject pattern salutation" } },
        { "/customer/salutation", "[A-Z]+", { "salutation", "\"mr\"", "" } },
        /* a repair */
        { "/customer/address/countryCode", "[A-Z]{2}",
          { "countryCode", "\"deu\"",
            "warn country_three_letter countryCode DE" } },
        { "/customer/birthDate", "[0-9-]{10}",
          { "birthDate", "\"1980-09-01T00:00:00Z\"",
            "warn birth_date_time birthDate" } },
        /* a refusal of its own is enough */
        { "/customer/address/countryCode", "DE",
          { "countryCode", "\"zz\"", "reject country_code countryCode" } },
        { "/customer/address/careOf", "[a-z]+", { "careOf", "\" \"", "" } },
        { "/customer/address/careOf", "[a-z]+",
          { "careOf", "1", "reject type careOf" } },
        { "/customer/address/careOf", "[a-z]+",
          { "careOf", "\"\\u0001\"", "reject control_character careOf" } },
    };

    (void) state;
    customer_level(RIVERTY_RULE_COUNTRY_THREE_LETTER, RIVERTY_LEVEL_WARN);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_pattern(rows[i].pointer, rows[i].pattern, &rows[i].one);
    }
}


/* A postal code gets the case that its country gives it. */
static void
test_postal_codes(void **state)
{
    static const customer_case_t london[] = {
        { "postalCode", "\"SW1A 1AA\"", "" },
        { "postalCode", "\"sw1a 1aa\"", "" },
        { "postalCode", "\" Sw1a 1aA \"", "" },
        { "postalCode", "\"sw1a 2aa\"", "reject pattern postalCode" },
        { "postalCode", "\"sw1a\"", "reject postal_code postalCode" },
    };

    (void) state;

    customer_set("countryCode", "\"GB\"");
    customer_level(RIVERTY_RULE_VAT_COUNTRY, RIVERTY_LEVEL_OFF);
    configured_pattern("/customer/address/postalCode", "[A-Z0-9]+ 1AA");

    for (size_t i = 0; i < sizeof(london) / sizeof(london[0]); i++) {
        customer_set("postalCode", london[i].json);
        assert_string_equal(customer_findings(), london[i].found);
    }

    /* What is no code of its country is forwarded as it was sent. */
    customer_level(RIVERTY_RULE_POSTAL_CODE, RIVERTY_LEVEL_WARN);
    configured_pattern("/customer/address/postalCode", "[a-z]+");
    customer_set("postalCode", "\"none\"");
    assert_string_equal(customer_findings(), "warn postal_code postalCode");

    /* Nor is there a case where the country is none. */
    customer_set("countryCode", "\"zz\"");
    customer_set("postalCode", "\"sw1a\"");
    assert_string_equal(
        customer_findings(),
        "reject country_code countryCode, reject pattern postalCode");
}


static void
test_enumerations(void **state)
{
    static const customer_case_t cases[] = {
        { "countryCode", "\"de\"", "" },
        { "countryCode", "\"deu\"",
          "warn country_three_letter countryCode DE" },
        { "countryCode", "\"FR\"", "reject enumeration countryCode" },
        { "salutation", "\"prof\"", "" },
        { "salutation", "\"mrs\"", "reject enumeration salutation" },
        { "postalCode", "\" 97687\"", "" },
        { "postalCode", "\"97688\"", "reject enumeration postalCode" },
    };

    (void) state;

    customer_level(RIVERTY_RULE_COUNTRY_THREE_LETTER, RIVERTY_LEVEL_WARN);
    configured_values("/customer/address/countryCode", "DE,AT");
    configured_values("/customer/salutation", "MR,PROF");
    configured_values("/customer/address/postalCode", "97687");
    customer_assert(cases);

    customer_reset();
    customer_set("countryCode", "\"gb\"");
    customer_set("postalCode", "\"sw1a 1aa\"");
    configured_values("/customer/address/countryCode", "GB");
    configured_values("/customer/address/postalCode", "SW1A 1AA");
    customer_level(RIVERTY_RULE_VAT_COUNTRY, RIVERTY_LEVEL_OFF);
    assert_string_equal(customer_findings(), "");
}
/* clang-format on */


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_patterns, customer_setup),
        cmocka_unit_test_setup(test_postal_codes, customer_setup),
        cmocka_unit_test_setup(test_enumerations, customer_setup),
    };

    return cmocka_run_group_tests(tests, customer_start, customer_stop);
}
