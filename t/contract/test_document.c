/*
 * The judgement on whole documents: the API's own samples, what must stand in
 * a document, fields that must agree, levels, the list of findings.
 */
#include "customer.h"

#define NUMBER "c1631704458"

#define OTHER_VAT "warn vat_country taxIdentificationNumber"


/* A file of the samples, to be freed. */
static char *
read_sample(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 4096);

    assert_non_null(file);
    assert_true(fread(text, 1, 4095, file) > 0);
    fclose(file);
    return text;
}


static void
assert_sample(const char *path, const char *number)
{
    char *body = read_sample(path);

    assert_string_equal(customer_judge(body, number),
                        "warn postal_code_suffix postalCode, "
                        "warn masked_value identificationNumber, "
                        "warn masked_value mobilePhone, "
                        "warn phone_not_international phone");
    assert_int_equal(customer_document.edits_count, 0);
    assert_int_equal(customer_document.findings_total, 4);
    assert_int_equal(customer_document.invalid, 0);
    assert_string_equal(customer_edited(), body);
    assert_int_equal(customer_document.findings[0].start,
                     strstr(body, "\"97687-7791\"") - body);
    assert_int_equal(customer_document.findings[0].end,
                     strstr(body, "7791\"") + 5 - body);
    free(body);
}


static void
test_samples(void **state)
{
    (void) state;

    assert_sample("t/data/create-request.json", NULL);
    assert_sample("t/data/update-request.json", NUMBER);
}


/* What the API replies to a read is no update: unwrapped, parts missing. */
static void
test_read_response(void **state)
{
    char *body = read_sample("t/data/read-response.json");

    (void) state;
    assert_string_equal(customer_judge(body, NUMBER),
                        "reject not_wrapped customer, "
                        "reject required paymentRegistration");
    free(body);
}


static void
test_not_wrapped(void **state)
{
    static const char unwrapped[] =
        "{\"email\": 1, \"paymentRegistration\": {\"id\": \"1\"}}";

    (void) state;

    assert_string_equal(customer_judge(unwrapped, NULL),
                        "reject not_wrapped customer");

    /* Nobody has judged what stands at the top. */
    customer_level(RIVERTY_RULE_NOT_WRAPPED, RIVERTY_LEVEL_WARN);
    assert_string_equal(customer_judge(unwrapped, NULL),
                        "warn not_wrapped customer, reject required customer");

    assert_string_equal(
        customer_judge("{\"x\": 1, \"paymentRegistration\": {\"id\": \"1\"}}",
                       NULL),
        "warn unknown_member  1, reject required customer");
}


/* A member of the customer that is at the top as well is just unknown. */
static void
test_wrapped_and_not(void **state)
{
    char *brace;

    (void) state;

    customer_build();
    brace = strrchr(customer_body, '}');
    strcpy(brace, ", \"email\": \"a@b.c\"}");
    assert_string_equal(customer_judge(customer_body, NULL),
                        "warn unknown_member  1");
}


static void
test_missing_objects(void **state)
{
    (void) state;

    assert_string_equal(customer_judge("{}", NULL),
                        "reject required customer, "
                        "reject required paymentRegistration");
    assert_string_equal(customer_judge("[]", NULL), "reject type ");
    assert_string_equal(customer_judge("\"x\"", NULL), "reject type ");
    assert_string_equal(customer_judge("null", NULL),
                        "warn null_value , reject required ");
    assert_string_equal(
        customer_judge("{\"customer\": null, \"paymentRegistration\": 1}",
                       NULL),
        "warn null_value customer, reject required customer, "
        "reject type paymentRegistration");
    assert_string_equal(
        customer_judge("{\"customer\": [], \"paymentRegistration\": {}}", NULL),
        "reject type customer, reject required id");
    assert_string_equal(
        customer_judge("{\"customer\": {}, "
                       "\"paymentRegistration\": {\"id\": \"1\"}}",
                       NULL),
        "reject required address, reject required customerCategory, "
        "reject required customerNumber, warn email_missing email");
}


static void
test_malformed(void **state)
{
    riverty_input_t input = { .body = riverty_span("{\"customer\": }") };

    (void) state;

    assert_int_equal(riverty_document_check(&customer_document,
                                            &customer_contract, &input,
                                            &customer_memory),
                     RIVERTY_MALFORMED);
    assert_int_equal(customer_document.status, RIVERTY_SCAN_SYNTAX);
    assert_int_equal(customer_document.scan.error, 13);
    assert_int_equal(customer_document.findings_count, 0);
    assert_int_equal(customer_document.edits_count, 0);
    assert_null(customer_document.values[RIVERTY_FIELD_EMAIL].data);
}


static void *
allocate_nothing(void *data, size_t size)
{
    (void) data;
    (void) size;
    return NULL;
}


static void
test_no_memory(void **state)
{
    static const riverty_memory_t none = { allocate_nothing, NULL, NULL };
    static const char *const texts[] = { "\"\\u0052ay\"", "\"e\u0301\"" };
    riverty_input_t input = { .now = CUSTOMER_NOW };

    (void) state;

    for (size_t i = 0; i < 2; i++) {
        customer_set("firstName", texts[i]);
        customer_build();
        input.body = riverty_span_of(customer_body);
        assert_int_equal(riverty_document_check(&customer_document,
                                                &customer_contract, &input,
                                                &none),
                         RIVERTY_NO_MEMORY);
    }

    customer_set("firstName", "\"Ray\"");
    customer_set("language", "\"DE\"");
    customer_build();
    assert_int_equal(riverty_document_check(&customer_document,
                                            &customer_contract, &input, &none),
                     RIVERTY_NO_MEMORY);

    customer_set("language", "\"de\"");
    customer_build();
    assert_int_equal(riverty_document_check(&customer_document,
                                            &customer_contract, &input, &none),
                     RIVERTY_ACCEPTED);
}


/* clang-format off */
static void
test_presence(void **state)
{
    static const customer_case_t cases[] = {
        { "customerNumber", NULL, "reject required customerNumber" },
        { "customerNumber", "\" \"", "reject required customerNumber" },
        { "customerNumber", "null",
          "warn null_value customerNumber, reject required customerNumber" },
        { "customerCategory", NULL, "reject required customerCategory" },
        { "firstName", NULL, "reject required firstName" },
        { "lastName", "\"\"", "reject required lastName" },
        { "street", NULL, "reject required street" },
        { "postalPlace", NULL, "reject required postalPlace" },
        { "countryCode", NULL, "reject required countryCode" },
        { "postalCode", NULL, "reject required postalCode" },
        { "id", NULL, "reject required id" },
        { "companyName", NULL, "" },
        { "careOf", NULL, "" },
        { "careOf", "null", "warn null_value careOf" },
        { "email", "null", "warn null_value email, warn email_missing email" },
        { "language", NULL, "" },
        { "salutation", NULL, "" },
        { "phone", "true", "reject type phone" },
        { "phone", "[]", "reject type phone" },
        { "phone", "{}", "reject type phone" },
        { "extra", "{\"a\": 1}", "warn unknown_member paymentRegistration 1" },
    };

    (void) state;
    customer_assert(cases);
}


static void
test_street(void **state)
{
    static const customer_case_t cases[] = {
        { "street", "\"Hauptstraße\"", "" },
        { "street", "\"Straße des 17. Juni\"",
          "warn street_with_number street" },
        { "street", "\"Quai d'Orsay\"", "" },
    };

    (void) state;

    assert_string_equal(customer_with("street", "\"Platz 1\""), "");
    assert_string_equal(customer_with("streetNumber", "\"\""),
                        "warn street_number_alone streetNumberAdditional");
    assert_string_equal(customer_with("streetNumber", "5"),
                        "reject type streetNumber");

    for (size_t i = 0; i < 3; i++) {
        customer_reset();
        customer_set("streetNumber", i % 2 == 0 ? "\" \"" : NULL);
        customer_set("streetNumberAdditional", "\"\"");
        customer_set("street", cases[i].json);
        assert_string_equal(customer_findings(), cases[i].found);
    }
}


static void
test_company(void **state)
{
    (void) state;

    customer_set("customerCategory", "\"company\"");
    customer_set("firstName", NULL);
    customer_set("lastName", "\"\"");
    assert_string_equal(customer_findings(),
        "warn company_birth_date birthDate, reject required companyName");

    customer_set("birthDate", NULL);
    customer_set("companyName", "\"3 &\"");
    assert_string_equal(customer_findings(), "");

    customer_set("companyName", "\"&\"");
    assert_string_equal(customer_findings(),
        "reject required companyName");

    customer_set("companyName", "\"\u2605\"");
    assert_string_equal(customer_findings(),
        "reject company_name companyName");

    /* Names that a company does not have count as empty. */
    customer_set("companyName", "\"Müller GmbH\"");
    customer_set("firstName", "\"-\"");
    customer_set("lastName", "\".\"");
    assert_string_equal(customer_findings(), "");
    assert_int_equal(customer_document.edits_count, 1); /* the category */

    customer_set("customerCategory", "\"CLUB\"");
    customer_set("companyName", "\"\"");
    assert_string_equal(customer_findings(),
        "reject customer_category customerCategory");

    assert_string_equal(customer_with("companyName", "\"Müller GmbH\""),
        "warn person_company_name companyName");
}


static void
test_country_profile(void **state)
{
    static const struct {
        const char *country;
        const char *code;
        const char *person;
        const char *company;
    } cases[] = {
        { "\"DE\"", "\"97687\"", "", "" },
        { "\"FI\"", "\"00100\"",
          "warn country_profile identificationNumber",
          "warn country_profile identificationNumber" },
        { "\"NO\"", "\"0150\"",
          "warn country_profile identificationNumber",
          "warn country_profile identificationNumber" },
        { "\"se\"", "\"111 22\"",
          "warn country_profile identificationNumber",
          "warn country_profile identificationNumber" },
        { "\"DK\"", "\"1050\"",
          "warn country_profile birthDate, "
          "warn country_profile identificationNumber",
          "warn country_profile identificationNumber" },
        { "\"NL\"", "\"1234 AB\"",
          "warn country_profile birthDate, warn country_profile salutation",
          "" },
        { "\"BE\"", "\"1000\"",
          "warn country_profile birthDate, warn country_profile salutation",
          "" },
        { "\"AT\"", "\"1010\"", "warn country_profile birthDate", "" },
        { "\"CH\"", "\"8001\"", "warn country_profile birthDate", "" },
        { "\"FR\"", "\"75001\"", "", "" },
    };

    (void) state;
    customer_set("birthDate", NULL);
    customer_set("identificationNumber", "\"\"");
    customer_set("salutation", NULL);

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        customer_set("countryCode", cases[i].country);
        customer_set("postalCode", cases[i].code);
        customer_set("customerCategory", "\"PERSON\"");
        customer_set("companyName", "\"\"");
        assert_string_equal(customer_findings(), cases[i].person);
        customer_set("customerCategory", "\"COMPANY\"");
        customer_set("companyName", "\"A\"");
        assert_string_equal(customer_findings(), cases[i].company);
    }
}


static void
test_vat(void **state)
{
    static const struct {
        const char *country;
        const char *tax;
        const char *found;
    } cases[] = {
        { "\"DE\"", "\"DE123456789\"", "" },
        { "\"DE\"", "\"de 123456789\"", "" },
        { "\"DE\"", "\"ATU12345678\"", OTHER_VAT },
        { "\"DE\"", "\"FRKA999999999\"", OTHER_VAT },
        { "\"DE\"", "\"EL123456789\"", OTHER_VAT },
        { "\"GR\"", "\"EL123456789\"", "" },
        { "\"GR\"", "\"DE123456789\"", OTHER_VAT },
        { "\"GB\"", "\"XI123456789\"", "" },
        { "\"DE\"", "\"XI123456789\"", OTHER_VAT },
        { "\"DE\"", "\"US123456789\"", "" },
        { "\"DE\"", "\"ESX1234567X\"", OTHER_VAT },
        { "\"IT\"", "\"FRRMRA85T10A562S\"", "" },
        { "\"DE\"", "\"HRB 12345\"", "" },
        { "\"DE\"", "\"HRA12345\"", "" },
        { "\"DE\"", "\"HR 12345678901\"", OTHER_VAT },
        { "\"ZZ\"", "\"DE123456789\"", "reject country_code countryCode" },
    };

    (void) state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *code = "\"97687\"";

        if (strstr(cases[i].country, "GB") != NULL) {
            code = "\"SW1A 1AA\"";
        } else if (strstr(cases[i].country, "GR") != NULL) {
            code = "\"104 31\"";
        }

        customer_set("countryCode", cases[i].country);
        customer_set("postalCode", code);
        customer_set("taxIdentificationNumber", cases[i].tax);
        assert_string_equal(customer_findings(), cases[i].found);
    }
}
/* clang-format on */


static void
test_update(void **state)
{
    (void) state;
    customer_build();

    assert_string_equal(customer_judge(customer_body, NUMBER), "");
    assert_string_equal(customer_judge(customer_body, "C1631704458"),
                        "reject customer_number_mismatch customerNumber");
    assert_true(customer_invalid(RIVERTY_FIELD_CUSTOMER_NUMBER));

    /* What is forwarded is what counts. */
    customer_set("customerNumber", "\" c163170445\\u0038\"");
    customer_build();
    assert_string_equal(customer_judge(customer_body, NUMBER), "");

    customer_set("customerNumber", NULL);
    customer_build();
    assert_string_equal(customer_judge(customer_body, NUMBER),
                        "reject required customerNumber");

    /* No level of another rule lets another number through. */
    customer_level(RIVERTY_RULE_TYPE, RIVERTY_LEVEL_OFF);
    customer_set("customerNumber", "7");
    customer_build();
    assert_string_equal(customer_judge(customer_body, "7"),
                        "reject customer_number_mismatch customerNumber");

    customer_level(RIVERTY_RULE_CONTROL_CHARACTER, RIVERTY_LEVEL_OFF);
    customer_level(RIVERTY_RULE_CUSTOMER_NUMBER, RIVERTY_LEVEL_OFF);
    customer_set("customerNumber", "\"7\\u0007\"");
    customer_build();
    assert_string_equal(customer_judge(customer_body, "7"),
                        "reject customer_number_mismatch customerNumber");
}


static void
test_places(void **state)
{
    const riverty_finding_t *finding = customer_document.findings;
    const char *address;

    (void) state;

    customer_set("street", NULL);
    customer_set("postalPlace", "\" \"");
    assert_string_equal(customer_findings(),
                        "reject required postalPlace, reject required street");
    assert_int_equal(finding[0].start,
                     strstr(customer_body, "\" \"") - customer_body);
    assert_int_equal(finding[0].end, finding[0].start + 3);
    address = strstr(customer_body, "\"address\": ") + 11;
    assert_int_equal(finding[1].start, address - customer_body);
    assert_int_equal(finding[1].end, strchr(address, '}') + 1 - customer_body);
}


static void
test_replied(void **state)
{
    (void) state;

    customer_set("email", NULL);
    customer_set("postalCode", "\"97687-7791\"");
    (void) customer_findings();

    riverty_document_replied(&customer_document, &customer_contract,
                             riverty_span(NUMBER));
    assert_int_equal(customer_document.findings_count, 2);

    riverty_document_replied(&customer_document, &customer_contract,
                             riverty_span("700427690"));
    customer_list();
    assert_string_equal(customer_found,
                        "warn postal_code_suffix postalCode, "
                        "warn reference_mismatch customerNumber, "
                        "warn email_missing email");
    assert_int_equal(customer_document.verdict, RIVERTY_ACCEPTED);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_samples, customer_setup),
        cmocka_unit_test_setup(test_read_response, customer_setup),
        cmocka_unit_test_setup(test_not_wrapped, customer_setup),
        cmocka_unit_test_setup(test_wrapped_and_not, customer_setup),
        cmocka_unit_test_setup(test_missing_objects, customer_setup),
        cmocka_unit_test_setup(test_malformed, customer_setup),
        cmocka_unit_test_setup(test_no_memory, customer_setup),
        cmocka_unit_test_setup(test_presence, customer_setup),
        cmocka_unit_test_setup(test_street, customer_setup),
        cmocka_unit_test_setup(test_company, customer_setup),
        cmocka_unit_test_setup(test_country_profile, customer_setup),
        cmocka_unit_test_setup(test_vat, customer_setup),
        cmocka_unit_test_setup(test_update, customer_setup),
        cmocka_unit_test_setup(test_places, customer_setup),
        cmocka_unit_test_setup(test_replied, customer_setup),
    };

    return cmocka_run_group_tests(tests, customer_start, customer_stop);
}
