/*
 * Members whose names differ from a known one in the case of ASCII letters
 * only (rules member_case, member_case_twice).
 */
#include "customer.h"

#include "contract/customer/problem.h"

#define DOCUMENT(members) \
    "{\"customer\": {" members "}, \"paymentRegistration\": {\"id\": \"1\"}}"


/* What is found of it, other than what is missing. */
static bool
finds(const char *body, const char *finding)
{
    (void) customer_judge(body, NULL);
    return strstr(customer_found, finding) != NULL;
}


/* clang-format off */
static void
test_alone_or_beside(void **state)
{
    static const struct {
        const char *members;
        const char *found; /* NULL: neither rule is broken */
    } rows[] = {
        { "\"firstName\": \"Ray\"", NULL },
        { "\"firstname\": \"Ray\"", "warn member_case firstName" },
        { "\"FIRSTNAME\": \"Ray\"", "warn member_case firstName" },
        { "\"fIRSTnAME\": 1", "warn member_case firstName" },
        { "\"first\\u006eame\": \"Ray\"", "warn member_case firstName" },
        { "\"firstName\": \"Ray\", \"firstname\": \"Mary\"",
          "reject member_case_twice firstName" },
        { "\"firstname\": \"Ray\", \"firstName\": \"Mary\"",
          "reject member_case_twice firstName" },
        { "\"firstName\": null, \"firstname\": \"Mary\"",
          "reject member_case_twice firstName" },
        { "\"firstname\": \"Ray\", \"FirstName\": \"Mary\"",
          "reject member_case_twice firstName" },
        { "\"first\\u006eame\": \"Ray\", \"first\\u004eame\": \"Mary\"",
          "reject member_case_twice firstName" },
        { "\"Address\": {}", "warn member_case address" },
        { "\"address\": {}, \"ADDRESS\": {}",
          "reject member_case_twice address" },
        { "\"address\": {\"Street\": \"a\"}", "warn member_case street" },
        { "\"address\": {\"street\": \"a\", \"Street\": \"b\"}",
          "reject member_case_twice street" },
        /* the same name elsewhere, other characters, other lengths */
        { "\"Street\": \"a\"", NULL },
        { "\"extra\": {\"firstname\": \"a\", \"FIRSTNAME\": \"b\"}", NULL },
        { "\"extra\": [{\"firstname\": \"a\"}]", NULL },
        { "\"f\xc4\xb1rstName\": \"a\"", NULL },
        { "\"firstName \": \"a\", \"first_Name\": \"b\"", NULL },
        { "\"email\": \"a@b.example\", \"emai\\u000c\": \"\"", NULL },
        { "\"\": 1", NULL },
    };

    (void) state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char body[512];

        (void) snprintf(body, sizeof(body), DOCUMENT("%s"), rows[i].members);

        if (rows[i].found == NULL ? finds(body, "member_case")
                                  : !finds(body, rows[i].found)) {
            fail_msg("%s: %s", rows[i].members, customer_found);
        }
    }
}
/* clang-format on */


/* The customer itself, and members at the top of an unwrapped one. */
static void
test_at_the_top(void **state)
{
    (void) state;

    assert_true(finds("{\"Customer\": {}}", "warn member_case customer"));
    assert_true(finds("{\"customer\": {}, \"CUSTOMER\": {}}",
                      "reject member_case_twice customer"));
    assert_false(finds("{\"firstname\": \"Ray\"}", "member_case"));
}


/* A name that is declared is a name of its own. */
static void
test_declared(void **state)
{
    riverty_field_options_t options = { .set = 0 };

    (void) state;

    assert_int_equal(riverty_contract_field(&customer_contract,
                                            riverty_span("/customer/firstname"),
                                            &options, &customer_memory),
                     RIVERTY_FIELD_STATUS_OK);
    assert_false(finds(DOCUMENT("\"firstName\": \"a\", \"firstname\": \"b\""),
                       "member_case"));
    assert_true(finds(DOCUMENT("\"FIRSTNAME\": \"a\""), "member_case"));
}


/* The right spelling is told, never the one that was sent. */
static void
test_told(void **state)
{
    static unsigned char buffer[RIVERTY_PROBLEM_SIZE];
    riverty_out_t out;

    (void) state;

    (void) customer_judge(
        DOCUMENT("\"firstName\": \"a\", \"fIRSTnAME\": \"b\""), NULL);
    riverty_out_init(&out, buffer, sizeof(buffer) - 1);
    riverty_problem_write(&out, RIVERTY_PROBLEM_CONTRACT_BROKEN,
                          riverty_span("1"), &customer_contract,
                          &customer_document);
    *out.pos = '\0';

    assert_non_null(strstr((char *) buffer, "\"rule\":\"member_case_twice\""));
    assert_non_null(
        strstr((char *) buffer, "\"pointer\":\"/customer/firstName\""));
    assert_non_null(strstr((char *) buffer, "the name is spelled firstName\""));
    assert_null(strstr((char *) buffer, "fIRSTnAME"));
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_alone_or_beside, customer_setup),
        cmocka_unit_test_setup(test_at_the_top, customer_setup),
        cmocka_unit_test_setup(test_declared, customer_setup),
        cmocka_unit_test_setup(test_told, customer_setup),
    };

    return cmocka_run_group_tests(tests, customer_start, customer_stop);
}
