/*
 * The caller's memory that runs out: at each of the allocations that something
 * takes it says so, nothing of it counts, and with enough memory it is as if
 * nothing had happened.
 */
#include "customer.h"
#include "in_range.h"
#include "contract/audit/record.h"

#define ALLOCATIONS_MAX 64

/* Documents that take memory: for what, and from what number on. */
typedef struct {
    const char *name; /* a member of the good customer ... */
    const char *json;
    const char *country; /* ... in this country */
    size_t at_least;
} hungry_t;

static size_t granted; /* allocations that are still to succeed */


static void *
allocate_some(void *data, size_t size)
{
    (void) data;

    if (granted == 0) {
        return NULL;
    }

    granted--;
    return customer_allocate(NULL, size);
}

static const riverty_memory_t some_memory = { allocate_some, NULL, NULL };


/* Nothing but {} is shown of it. */
static void
assert_nothing_shown(const riverty_document_t *document)
{
    unsigned char text[256];
    riverty_out_t out;

    riverty_out_init(&out, text, sizeof(text));
    riverty_redact_document(&out, &customer_contract, document, NULL);
    assert_int_equal(riverty_out_length(&out), 2);
    assert_memory_equal(text, "{}", 2);
}


/* How many allocations it takes to judge the customer as it is set. */
static size_t
allocations_of_customer(void)
{
    riverty_input_t input = { .operation = RIVERTY_CREATE,
                              .now = CUSTOMER_NOW };
    static riverty_document_t starved;
    static char expected[CUSTOMER_SIZE];
    static char edited[CUSTOMER_SIZE];
    size_t count;

    assert_null(strstr(customer_findings(), "reject "));
    (void) strcpy(expected, customer_edited());
    input.body = riverty_span_of(customer_body);

    for (count = 0; count < ALLOCATIONS_MAX; count++) {
        customer_used = 0;
        granted = count;
        if (riverty_document_check(&starved, &customer_contract, &input,
                                   &some_memory) == RIVERTY_ACCEPTED) {
            break;
        }

        assert_int_equal(starved.verdict, RIVERTY_NO_MEMORY);
        assert_nothing_shown(&starved);
    }

    *riverty_document_write(&starved, (unsigned char *) edited) = '\0';
    assert_string_equal(edited, expected);
    return count;
}


static void
test_documents(void **state)
{
    static const hungry_t cases[] = {
        { "firstName", "\"Ray\"", "\"DE\"", 0 },
        { "firstName", "\"\\u0052ay\"", "\"DE\"", 1 },      /* unescaped */
        { "firstName", "\"Mu\xcc\x88ller\"", "\"DE\"", 1 }, /* composed */
        { "firstName", "\"Mu\\u0308ller\"", "\"DE\"", 2 },
        { "street", "\" \\\"A\\\" \"", "\"DE\"", 2 }, /* escaped again */
        { "language", "\"DE\"", "\"DE\"", 1 },        /* in its case */
        { "email", "\"R@\xc3\x84.J\xcc\x8c.COM\"", "\"DE\"", 2 },
        { "postalCode", "\"1234 ab\"", "\"NL\"", 1 },
        { "extra", "1", "\"DE\"", 0 },
        { "extra", "{\"\\u0061\": {\"b\": 1}}", "\"de\"", 2 }, /* a table */
    };

    (void) state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t count;

        customer_reset();
        if (strcmp(cases[i].country, "\"NL\"") == 0) {
            customer_set("postalCode", "\"1234 AB\"");
        }
        customer_set("countryCode", cases[i].country);
        customer_set(cases[i].name, cases[i].json);
        count = allocations_of_customer();

        assert_uint_in_range(count, cases[i].at_least, ALLOCATIONS_MAX - 1);
        if (cases[i].at_least == 0) {
            assert_int_equal(count, 0);
        }
    }
}


/* All of it at once. */
static void
test_hungry_document(void **state)
{
    (void) state;

    customer_set("careOf", "\" \\\"\\u0041\\\" \"");
    customer_set("firstName", "\"Mu\\u0308ller \"");
    customer_set("language", "\"d\\u0045\"");
    customer_set("countryCode", "\"nl\"");
    customer_set("postalCode", "\"1234 ab\"");
    customer_set("extra", "{\"\\u0061\": 1}");
    assert_uint_in_range(allocations_of_customer(), 8, ALLOCATIONS_MAX - 1);
}


/* A field that finds no memory is not there, and what was there is as it was */
static void
test_fields(void **state)
{
    riverty_field_options_t options = { .set = RIVERTY_OPTION_VALUES |
                                               RIVERTY_OPTION_REDACTION,
                                        .values = riverty_span("a,b"),
                                        .redaction = RIVERTY_REDACT_KEEP };
    static riverty_contract_t before;
    riverty_field_status_t status;
    size_t count = 0;

    (void) state;
    before = customer_contract;

    do {
        assert_memory_equal(&customer_contract, &before, sizeof(before));
        granted = count++;
        status =
            riverty_contract_field(&customer_contract, riverty_span("/new/one"),
                                   &options, &some_memory);
    } while (status == RIVERTY_FIELD_STATUS_NO_MEMORY);

    assert_int_equal(status, RIVERTY_FIELD_STATUS_OK);
    assert_uint_in_range(count, 5, 10);
    assert_int_equal(customer_contract.fields_count, before.fields_count + 2);
    assert_int_equal(
        customer_contract.fields[before.fields_count + 1].redaction,
        RIVERTY_REDACT_KEEP);
}


/* The longest names: each byte of a label may have to be escaped. */
static void
test_label(void **state)
{
    static const char pointer[] = "/\"\"\\\\\x7f\xc3\xa9";
    riverty_field_options_t options = { .set = 0 };
    const riverty_field_t *field;

    (void) state;

    assert_int_equal(riverty_contract_field(&customer_contract,
                                            riverty_span_of(pointer), &options,
                                            &customer_memory),
                     RIVERTY_FIELD_STATUS_OK);
    field = &customer_contract.fields[customer_contract.fields_count - 1];
    assert_true(riverty_span_equal(
        field->label, riverty_span("\"/\\\"\\\"\\\\\\\\\x7f\xc3\xa9\":")));
}


/* What nothing was judged of is written as it came: not at all. */
static void
test_no_body(void **state)
{
    unsigned char out[1];

    (void) state;

    assert_int_equal(
        customer_check(&customer_document, (riverty_span_t){ NULL, 0 }, NULL),
        RIVERTY_MALFORMED);
    assert_int_equal(riverty_document_length(&customer_document), 0);
    assert_ptr_equal(riverty_document_write(&customer_document, out), out);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_documents, customer_setup),
        cmocka_unit_test_setup(test_hungry_document, customer_setup),
        cmocka_unit_test_setup(test_fields, customer_setup),
        cmocka_unit_test_setup(test_label, customer_setup),
        cmocka_unit_test_setup(test_no_body, customer_setup),
    };

    return cmocka_run_group_tests(tests, customer_start, customer_stop);
}
