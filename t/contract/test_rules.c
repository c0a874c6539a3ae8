/*
 * The two tables and what the configuration makes of them: words, levels,
 * fields changed and declared, the list of findings when it is full.
 */
#include "customer.h"
#include "configured.h"

#define SOURCE "/paymentRegistration/extra/source"


static void
test_rule_table(void **state)
{
    (void) state;

    for (unsigned i = 0; i < RIVERTY_RULE_COUNT; i++) {
        riverty_span_t id = riverty_span_of(riverty_rules[i].id);

        assert_int_equal(riverty_rule_find(id), i);
        assert_true(strlen(riverty_rules[i].detail) > 0);
        assert_int_equal(
            strspn(riverty_rules[i].id, "abcdefghijklmnopqrstuvwxyz_"), id.len);
    }

    assert_int_equal(riverty_rule_find(riverty_span("")), RIVERTY_RULE_NONE);
    assert_int_equal(riverty_rule_find(riverty_span("PHONE")),
                     RIVERTY_RULE_NONE);
    assert_string_equal(riverty_rules[RIVERTY_RULE_POSTAL_CODE_SUFFIX].id,
                        "postal_code_suffix");
}


static void
test_levels(void **state)
{
    riverty_level_t level = RIVERTY_LEVEL_WARN;

    (void) state;

    assert_false(riverty_level_parse(riverty_span("error"), &level));
    assert_int_equal(level, RIVERTY_LEVEL_WARN);

    for (int i = RIVERTY_LEVEL_OFF; i <= RIVERTY_LEVEL_REJECT; i++) {
        const char *name = riverty_level_name((riverty_level_t) i);

        assert_true(riverty_level_parse(riverty_span_of(name), &level));
        assert_int_equal(level, i);
    }
}


/* Of every rule: what its level becomes in each profile. */
static void
test_profiles(void **state)
{
    riverty_profile_t profile = RIVERTY_PROFILE_STRICT;
    unsigned always = 0;

    (void) state;

    for (unsigned i = 0; i < RIVERTY_PROFILE_COUNT; i++) {
        const char *name = riverty_profile_name((riverty_profile_t) i);

        assert_true(riverty_profile_parse(riverty_span_of(name), &profile));
        assert_int_equal(profile, i);
    }

    assert_false(riverty_profile_parse(riverty_span("Strict"), &profile));
    assert_int_equal(profile, RIVERTY_PROFILE_COUNT - 1);

    for (unsigned i = 0; i < RIVERTY_RULE_COUNT; i++) {
        riverty_level_t level = riverty_rule_level(i, RIVERTY_PROFILE_DEFAULT);
        riverty_level_t strict = riverty_rule_level(i, RIVERTY_PROFILE_STRICT);
        riverty_level_t mild = riverty_rule_level(i, RIVERTY_PROFILE_LENIENT);

        assert_int_equal(riverty_rule_rejects(i),
                         level == RIVERTY_LEVEL_REJECT);
        assert_int_equal(level == RIVERTY_LEVEL_OFF,
                         strict == RIVERTY_LEVEL_OFF);
        assert_int_equal(level == RIVERTY_LEVEL_OFF, mild == RIVERTY_LEVEL_OFF);
        assert_true(mild <= level && level <= strict);

        if (riverty_rules[i].on != RIVERTY_ON_REPLY) {
            assert_int_not_equal(strict, RIVERTY_LEVEL_WARN);
        }

        always += mild == RIVERTY_LEVEL_REJECT;
    }

    /* not_wrapped, required, type */
    assert_int_equal(always, 3);
}


static void
test_field_table(void **state)
{
    char dotted[32];

    (void) state;

    for (unsigned i = 0; i < RIVERTY_FIELD_COUNT; i++) {
        const riverty_field_t *field = &riverty_fields[i];
        const char *parent = riverty_fields[field->parent].pointer;
        riverty_span_t pointer = riverty_span_of(field->pointer);

        assert_int_equal(riverty_contract_find(&customer_contract, pointer), i);
        assert_memory_equal(field->pointer, parent, strlen(parent));
        assert_int_equal(riverty_fields[field->parent].type,
                         RIVERTY_TYPE_OBJECT);
        assert_non_null(field->expects);
    }

    assert_true(riverty_span_equal(
        riverty_field_name(&riverty_fields[RIVERTY_FIELD_STREET]),
        riverty_span("street")));
    assert_int_equal(riverty_field_name(&riverty_fields[0]).len, 0);

    assert_int_equal(
        riverty_field_dotted("/customer/address", dotted, sizeof(dotted)), 16);
    assert_string_equal(dotted, "customer.address");
    assert_int_equal(riverty_field_dotted("", dotted, sizeof(dotted)), 0);
    assert_int_equal(riverty_field_dotted("/customer/address", dotted, 9), 8);
    assert_string_equal(dotted, "customer");
}


static void
test_words(void **state)
{
    riverty_redaction_t mode = RIVERTY_REDACT_DROP;

    (void) state;

    for (int i = RIVERTY_REDACT_KEEP; i <= RIVERTY_REDACT_DROP; i++) {
        const char *name = riverty_redaction_name((riverty_redaction_t) i);

        assert_true(riverty_redaction_parse(riverty_span_of(name), &mode));
        assert_int_equal(mode, i);
    }

    assert_false(riverty_redaction_parse(riverty_span("hash"), &mode));
    assert_int_equal(mode, RIVERTY_REDACT_DROP);

    assert_true(riverty_field_lists("A,BC", riverty_span("A")));
    assert_true(riverty_field_lists("A,BC", riverty_span("BC")));
    assert_false(riverty_field_lists("A,BC", riverty_span("B")));
    assert_false(riverty_field_lists("A,BC", riverty_span("A,BC")));
    assert_false(riverty_field_lists("A,BC", riverty_span("")));
    assert_false(riverty_field_lists("", riverty_span("")));
}


/* Every rule that a value can break, at every level. */
static void
test_each_level(void **state)
{
    /* clang-format off */
    static const struct {
        riverty_rule_id_t rule;
        const char *name;
        const char *json;
    } cases[] = {
        { RIVERTY_RULE_REQUIRED, "street", NULL },
        { RIVERTY_RULE_TYPE, "phone", "1" },
        { RIVERTY_RULE_NULL_VALUE, "phone", "null" },
        { RIVERTY_RULE_CONTROL_CHARACTER, "careOf", "\"\\u0001\"" },
        { RIVERTY_RULE_TOO_LONG, "streetNumber", "\"12345678901\"" },
        { RIVERTY_RULE_UNKNOWN_MEMBER, "extra", "1" },
        { RIVERTY_RULE_CUSTOMER_NUMBER, "customerNumber", "\"?\"" },
        { RIVERTY_RULE_CUSTOMER_CATEGORY, "customerCategory", "\"?\"" },
        { RIVERTY_RULE_SALUTATION_UNKNOWN, "salutation", "\"?\"" },
        { RIVERTY_RULE_NAME, "firstName", "\"1\"" },
        { RIVERTY_RULE_MONONYM, "firstName", "\"-\"" },
        { RIVERTY_RULE_REPLACEMENT_CHARACTER, "careOf", "\"a\\ufffd\"" },
        { RIVERTY_RULE_MOJIBAKE, "careOf", "\"MÃ¼ller\"" },
        { RIVERTY_RULE_TEMPLATE_LEFTOVER, "careOf", "\"{a}\"" },
        { RIVERTY_RULE_MARKUP, "careOf", "\"<b>\"" },
        { RIVERTY_RULE_FORMULA, "careOf", "\"=A()\"" },
        { RIVERTY_RULE_NAME_MARKUP, "firstName", "\"a<\"" },
        { RIVERTY_RULE_PERSON_COMPANY_NAME, "companyName", "\"a\"" },
        { RIVERTY_RULE_BIRTH_DATE, "birthDate", "\"?\"" },
        { RIVERTY_RULE_BIRTH_DATE_FUTURE, "birthDate", "\"3000-01-01\"" },
        { RIVERTY_RULE_BIRTH_DATE_AGE, "birthDate", "\"1000-01-01\"" },
        { RIVERTY_RULE_BIRTH_DATE_MINOR, "birthDate", "\"2020-01-01\"" },
        { RIVERTY_RULE_LANGUAGE, "language", "\"?\"" },
        { RIVERTY_RULE_EMAIL, "email", "\"?\"" },
        { RIVERTY_RULE_EMAIL_DOMAIN, "email", "\"a@\u0301b.example\"" },
        { RIVERTY_RULE_EMAIL_MISSING, "email", "\"\"" },
        { RIVERTY_RULE_PHONE, "phone", "\"?\"" },
        { RIVERTY_RULE_PHONE_NOT_INTERNATIONAL, "phone", "\"0871790\"" },
        { RIVERTY_RULE_MOBILE_PHONE, "mobilePhone", "\"?\"" },
        { RIVERTY_RULE_MASKED_VALUE, "mobilePhone", "\"+XXXXXXX\"" },
        { RIVERTY_RULE_IDENTIFICATION_NUMBER, "identificationNumber",
          "\"?\"" },
        { RIVERTY_RULE_TAX_NUMBER, "taxIdentificationNumber", "\"?\"" },
        { RIVERTY_RULE_VAT_COUNTRY, "taxIdentificationNumber", "\"AT1\"" },
        { RIVERTY_RULE_STREET_NUMBER, "streetNumber", "\"?\"" },
        { RIVERTY_RULE_STREET_NUMBER_ALONE, "streetNumber", "\"\"" },
        { RIVERTY_RULE_POSTAL_CODE, "postalCode", "\"?\"" },
        { RIVERTY_RULE_POSTAL_CODE_SUFFIX, "postalCode", "\"97687-7791\"" },
        { RIVERTY_RULE_POSTAL_PLACE, "postalPlace", "\"1\"" },
        { RIVERTY_RULE_COUNTRY_CODE, "countryCode", "\"?\"" },
        { RIVERTY_RULE_PAYMENT_REGISTRATION_ID, "id", "\"?\"" },
    };
    /* clang-format on */
    char start[64];

    (void) state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        riverty_rule_id_t rule = cases[i].rule;

        customer_level(rule, RIVERTY_LEVEL_OFF);
        assert_string_equal(customer_with(cases[i].name, cases[i].json), "");
        assert_int_equal(customer_document.invalid != 0,
                         riverty_rule_rejects(rule));

        for (int level = RIVERTY_LEVEL_WARN; level <= RIVERTY_LEVEL_REJECT;
             level++) {
            customer_level(rule, (riverty_level_t) level);
            (void) sprintf(start, "%s %s ",
                           riverty_level_name((riverty_level_t) level),
                           riverty_rules[rule].id);
            assert_memory_equal(customer_with(cases[i].name, cases[i].json),
                                start, strlen(start));
            assert_int_equal(customer_document.findings_count, 1);
        }

        customer_level(rule, riverty_rule_level(rule, RIVERTY_PROFILE_DEFAULT));
    }
}


static void
set_cap(const char *pointer, uint16_t cap)
{
    riverty_field_options_t options = { .set = RIVERTY_OPTION_CAP, .cap = cap };

    assert_int_equal(configured_field(pointer, options),
                     RIVERTY_FIELD_STATUS_OK);
}


/* clang-format off */
static void
test_changed_fields(void **state)
{
    static const customer_case_t cases[] = {
        { "phone", "\"12\"", "warn phone_not_international phone" },
        { "phone", "\"+49871790\"", "reject pattern phone" },
        { "phone", "\"\"", "reject required phone" },
        { "customerCategory", "\"club\"", "" },
        { "customerCategory", "\"COMPANY\"",
          "reject enumeration customerCategory" },
        { "countryCode", "\"DEU\"",
          "warn country_three_letter countryCode DE" },
        { "countryCode", "\"AUT\"",
          "warn country_three_letter countryCode AT, "
          "reject enumeration countryCode" },
        { "countryCode", "\"AT\"", "reject enumeration countryCode" },
        { "countryCode", "\"ZZ\"", "reject country_code countryCode" },
        { "birthDate", "\"1980-09-01T00:00:00Z\"",
          "warn birth_date_time birthDate" },
        { "birthDate", "\"1980-09-02T00:00:00Z\"",
          "warn birth_date_time birthDate, reject pattern birthDate" },
        { "lastName", "\"abcdefghij\"", "reject too_long lastName" },
        { "id", NULL, "" },
    };

    (void) state;

    configured_pattern("/customer/phone", "[0-9]{2}");
    configured_presence("/customer/phone", RIVERTY_PRESENCE_REQUIRED);
    assert_string_equal(customer_findings(), "reject pattern phone");
    configured_pattern("/customer/phone", "(?:[0-9]|\\+49 ).*(?<!790)");

    configured_values("/customer/customerCategory", "PERSON,CLUB");
    configured_values("/customer/address/countryCode", "DE,CH");
    configured_pattern("/customer/birthDate", ".*1");
    set_cap("/customer/lastName", 9);
    configured_presence("/paymentRegistration/id", RIVERTY_PRESENCE_OPTIONAL);
    customer_level(RIVERTY_RULE_COUNTRY_THREE_LETTER, RIVERTY_LEVEL_WARN);

    customer_assert(cases);

    configured_presence("/customer/email", RIVERTY_PRESENCE_REQUIRED);
    assert_string_equal(customer_with("email", NULL), "reject required email");

    configured_presence("/paymentRegistration", RIVERTY_PRESENCE_OPTIONAL);
    assert_null(strstr(customer_judge("{\"customer\": {}}", NULL),
                       "paymentRegistration"));
}


/* What is configured holds, also of a value whose own rule is off. */
static void
test_changed_and_off(void **state)
{
    static const customer_case_t cases[] = {
        { "language", "\"tlh\"", "" },
        { "language", "\"xxx\"", "reject enumeration language" },
        { "streetNumber", "\"#1\"", "" },
        { "streetNumber", "\"#2\"", "reject enumeration streetNumber" },
        { "streetNumber", "\"2\"", "reject enumeration streetNumber" },
    };

    (void) state;

    configured_values("/customer/language", "de,tlh");
    configured_values("/customer/address/streetNumber", "#1,1");
    customer_level(RIVERTY_RULE_LANGUAGE, RIVERTY_LEVEL_OFF);
    customer_level(RIVERTY_RULE_STREET_NUMBER, RIVERTY_LEVEL_OFF);
    customer_assert(cases);
}


static void
test_declared_fields(void **state)
{
    static const customer_case_t cases[] = {
        { "extra", NULL, "" },
        { "extra", "{}", "reject required source" },
        { "extra", "1", "reject type extra" },
        { "extra", "{\"source\": 1}", "reject type source" },
        { "extra", "{\"source\": \" web\", \"x\": 1}",
          "warn unknown_member extra 1" },
        { "extra", "{\"source\": \"mail\"}", "reject enumeration source" },
    };

    (void) state;

    configured_values(SOURCE, "web,shop");
    assert_int_equal(customer_contract.fields_count, RIVERTY_FIELD_COUNT + 2);
    configured_presence(SOURCE, RIVERTY_PRESENCE_REQUIRED);
    customer_assert(cases);

    assert_string_equal(customer_with("extra", "{\"source\": \" web\"}"), "");
    assert_string_equal(customer_value(RIVERTY_FIELD_COUNT + 1), "web");

    /* What stands above a required member is required too. */
    customer_reset();
    configured_presence("/new/one", RIVERTY_PRESENCE_REQUIRED);
    assert_string_equal(customer_findings(), "reject required new");
}
/* clang-format on */


static void
assert_refused(const char *pointer, unsigned set, const char *values,
               riverty_field_status_t expected)
{
    riverty_field_options_t options = { .set = set };
    size_t count = customer_contract.fields_count;
    riverty_field_status_t status;

    options.values = riverty_span_of(values);
    status = configured_field(pointer, options);
    assert_int_equal(status, expected);
    assert_true(strlen(riverty_field_status_detail(status)) > 0);
    assert_int_equal(customer_contract.fields_count, count);
    assert_int_equal(customer_contract.names.count, count);
}


static void
test_refused_fields(void **state)
{
    static const char *const pointers[] = {
        "",     "/",     "x",
        "/a/",  "//a",   "/a~1b",
        "/a\n", "/\xff", "/1/2/3/4/5/6/7/8/9",
    };

    (void) state;

    for (size_t i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++) {
        assert_refused(pointers[i], 0, "", RIVERTY_FIELD_STATUS_POINTER);
    }

    assert_refused("/x", RIVERTY_OPTION_VALUES, "",
                   RIVERTY_FIELD_STATUS_VALUES);
    assert_refused("/x", RIVERTY_OPTION_VALUES, "a,,b",
                   RIVERTY_FIELD_STATUS_VALUES);
    assert_refused("/x", RIVERTY_OPTION_VALUES, "a,",
                   RIVERTY_FIELD_STATUS_VALUES);
    assert_refused("/customer", RIVERTY_OPTION_CAP, "",
                   RIVERTY_FIELD_STATUS_OBJECT);
    assert_refused("/customer/email/x", 0, "", RIVERTY_FIELD_STATUS_PARENT);
}


/* Declares fields /<prefix>a0, /<prefix>a1 and so on, all there is room for. */
static void
fill(const char *prefix, riverty_presence_t presence)
{
    char pointer[64];

    while (customer_contract.fields_count < RIVERTY_FIELDS_MAX) {
        (void) sprintf(pointer, "%sa%zu", prefix,
                       customer_contract.fields_count);
        configured_presence(pointer, presence);
    }
}


static void
test_full(void **state)
{
    (void) state;

    fill("/", RIVERTY_PRESENCE_OPTIONAL);
    assert_refused("/b", 0, "", RIVERTY_FIELD_STATUS_FULL);
    assert_refused("/b/c", 0, "", RIVERTY_FIELD_STATUS_FULL);
    assert_string_equal(customer_findings(), "");
}


/* More than 64: in order, all counted, what refuses before what warns. */
static void
test_many_findings(void **state)
{
    static char extra[4096];
    riverty_document_t *document = &customer_document;
    char *out = extra;

    (void) state;

    fill("/paymentRegistration/", RIVERTY_PRESENCE_REQUIRED);
    customer_set("street", "\"A 1\"");
    customer_set("streetNumber", "\"\"");

    out += sprintf(out, "null");
    for (size_t i = RIVERTY_FIELD_COUNT; i < RIVERTY_FIELDS_MAX; i++) {
        out += sprintf(out, ", \"a%zu\": null", i);
    }
    customer_set("extra", extra);

    assert_memory_equal(customer_findings(), "warn street_with_number", 23);
    assert_int_equal(document->findings_count, RIVERTY_FINDINGS_MAX);
    assert_int_equal(document->findings_total,
                     3 + 2 * (RIVERTY_FIELDS_MAX - RIVERTY_FIELD_COUNT));

    for (size_t i = 1; i < document->findings_count; i++) {
        assert_true(document->findings[i].field >=
                    document->findings[i - 1].field);
    }

    assert_int_equal(document->findings[63].level, RIVERTY_LEVEL_REJECT);
    assert_int_equal(document->findings[63].field, RIVERTY_FIELDS_MAX - 1);
}


/* Where all of them refuse there is none to make room for others. */
static void
test_many_refusals(void **state)
{
    static char extra[4096];
    char pointer[64];
    char *out = extra;

    (void) state;

    fill("/paymentRegistration/", RIVERTY_PRESENCE_REQUIRED);

    out += sprintf(out, "1");
    for (size_t i = RIVERTY_FIELD_COUNT; i < RIVERTY_FIELDS_MAX; i++) {
        (void) sprintf(pointer, "/paymentRegistration/a%zu", i);
        configured_pattern(pointer, "b");
        configured_values(pointer, "b,c");
        out += sprintf(out, ", \"a%zu\": \"a\"", i);
    }
    customer_set("extra", extra);

    assert_memory_equal(customer_findings(), "reject pattern", 14);
    assert_int_equal(customer_document.findings_count, RIVERTY_FINDINGS_MAX);
    assert_int_equal(customer_document.findings_total,
                     1 + 2 * (RIVERTY_FIELDS_MAX - RIVERTY_FIELD_COUNT));
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_rule_table, customer_setup),
        cmocka_unit_test_setup(test_levels, customer_setup),
        cmocka_unit_test_setup(test_profiles, customer_setup),
        cmocka_unit_test_setup(test_field_table, customer_setup),
        cmocka_unit_test_setup(test_words, customer_setup),
        cmocka_unit_test_setup(test_each_level, customer_setup),
        cmocka_unit_test_setup(test_changed_fields, customer_setup),
        cmocka_unit_test_setup(test_changed_and_off, customer_setup),
        cmocka_unit_test_setup(test_declared_fields, customer_setup),
        cmocka_unit_test_setup(test_refused_fields, customer_setup),
        cmocka_unit_test_setup(test_full, customer_setup),
        cmocka_unit_test_setup(test_many_findings, customer_setup),
        cmocka_unit_test_setup(test_many_refusals, customer_setup),
    };

    return cmocka_run_group_tests(tests, customer_start, customer_stop);
}
