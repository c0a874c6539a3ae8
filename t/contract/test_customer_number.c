/*
 * The customer number, of a path, of a document and of the API's reply.
 */
#include "customer.h"
#include "configured.h"
#include "contract/customer/customer_number.h"


static bool
is_valid(const char *number)
{
    return riverty_customer_number_valid(&customer_contract,
                                         riverty_span_of(number));
}


static void
test_valid(void **state)
{
    static const char fifty[] =
        "c1234567890123456789012345678901234567890123456789";
    char longer[sizeof(fifty) + 1];

    (void) state;
    (void) sprintf(longer, "%s0", fifty);

    assert_true(is_valid("c1631704458"));
    assert_true(is_valid("1"));
    assert_true(is_valid("A.b_c-1"));
    assert_true(is_valid(fifty));

    assert_false(is_valid(longer));
    assert_false(is_valid(""));
    assert_false(is_valid("-1"));
    assert_false(is_valid(".."));
    assert_false(is_valid("c 1"));
    assert_false(is_valid("c\xc3\xa9"));

    /* without a cap, and with a pattern of the configuration */
    customer_contract.fields[RIVERTY_FIELD_CUSTOMER_NUMBER].cap = 0;
    assert_true(is_valid(longer));
    configured_pattern("/customer/customerNumber", "[A-Za-z0-9_-]+");
    assert_true(is_valid("-1"));
    assert_false(is_valid("A.b"));
    assert_false(is_valid(""));
}


/* The number of the good customer with this one; "" where it has none. */
static const char *
number_with(const char *json)
{
    static char number[64];
    riverty_span_t found;

    (void) customer_with("customerNumber", json);
    found = riverty_document_customer_number(&customer_document);
    (void) sprintf(number, "%.*s", (int) found.len,
                   found.data != NULL ? (const char *) found.data : "");
    return number;
}


static void
test_of_document(void **state)
{
    (void) state;

    assert_string_equal(number_with("\"c1\""), "c1");
    assert_string_equal(number_with("\" \\u0063\\u0031 \""), "c1");
    assert_string_equal(number_with("\"c 1\""), "");
    assert_string_equal(number_with("\"c\\u0001\""), "");
    assert_string_equal(number_with("\"\""), "");
    assert_string_equal(number_with("null"), "");
    assert_string_equal(number_with("17"), "");
    assert_string_equal(number_with(NULL), "");

    /* The values of the document before stand in a malformed one no more. */
    (void) number_with("\"c1\"");
    (void) customer_check(&customer_document, riverty_span("{"), NULL);
    assert_null(riverty_document_customer_number(&customer_document).data);
}


static void
test_of_reply(void **state)
{
    (void) state;

    /* A malformed document has nothing to compare with. */
    (void) customer_check(&customer_document, riverty_span("{"), NULL);
    riverty_document_replied(&customer_document, &customer_contract,
                             riverty_span("c2"));
    assert_int_equal(customer_document.findings_count, 0);

    customer_level(RIVERTY_RULE_REFERENCE_MISMATCH, RIVERTY_LEVEL_OFF);
    assert_string_equal(customer_findings(), "");
    riverty_document_replied(&customer_document, &customer_contract,
                             riverty_span("c2"));
    assert_int_equal(customer_document.findings_count, 0);

    /* No number was sent. */
    customer_level(RIVERTY_RULE_REFERENCE_MISMATCH, RIVERTY_LEVEL_WARN);
    (void) customer_check(&customer_document, riverty_span("{}"), NULL);
    customer_document.findings_count = 0;
    riverty_document_replied(&customer_document, &customer_contract,
                             riverty_span("c2"));
    assert_int_equal(customer_document.findings_count, 0);

    /* It is too late to refuse. */
    customer_level(RIVERTY_RULE_REFERENCE_MISMATCH, RIVERTY_LEVEL_REJECT);
    assert_string_equal(customer_findings(), "");
    riverty_document_replied(&customer_document, &customer_contract,
                             riverty_span("c2"));
    customer_list();
    assert_string_equal(customer_found,
                        "reject reference_mismatch customerNumber");
    assert_int_equal(customer_document.verdict, RIVERTY_ACCEPTED);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_valid, customer_setup),
        cmocka_unit_test_setup(test_of_document, customer_setup),
        cmocka_unit_test_setup(test_of_reply, customer_setup),
    };

    return cmocka_run_group_tests(tests, customer_start, customer_stop);
}
