/*
 * Problem documents (problem.h): what a refused client reads.
 */

#include "judged.h"

#include "contract/customer/problem.h"
#include "contract/customer/finding_detail.h"
#include "contract/core/text.h"

#define ID "5d0f0c1b2a394857a6b7c8d9e0f1a2b3"

static unsigned char buffer[RIVERTY_PROBLEM_SIZE];


/* The problem document, parsed and to be decref'ed; *out keeps the text. */
static json_t *
problem(riverty_out_t *out, riverty_problem_id_t id, const char *instance,
        const judged_t *judged)
{
    riverty_out_init(out, buffer, sizeof(buffer));
    riverty_problem_write(out, id,
                          instance != NULL ? riverty_span_of(instance)
                                           : (riverty_span_t){ NULL, 0 },
                          judged != NULL ? &judged->contract : NULL,
                          judged != NULL ? &judged->document : NULL);

    assert_false(out->full);
    assert_int_equal(out->pos[-1], '\n');
    return judged_json(out);
}


static json_t *
broken(riverty_out_t *out, const judged_t *judged)
{
    return problem(out, RIVERTY_PROBLEM_CONTRACT_BROKEN, ID, judged);
}


static const char *
text_of(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));

    return text != NULL ? text : "(absent)";
}


static json_int_t
number_of(const json_t *object, const char *member)
{
    return json_integer_value(json_object_get(object, member));
}


/* The error of that rule and field (NULL: any); fails where there is none. */
static json_t *
error_of(const json_t *problem, const char *rule, const char *field)
{
    size_t i;
    json_t *error;

    json_array_foreach(json_object_get(problem, "errors"), i, error)
    {
        if (strcmp(text_of(error, "rule"), rule) == 0 &&
            (field == NULL || strcmp(text_of(error, "field"), field) == 0)) {
            return error;
        }
    }

    print_error("no error %s %s\n", rule, field != NULL ? field : "");
    fail();
    return NULL;
}


static void
test_every_problem(void **state)
{
    static const struct {
        const char *title;
        const char *detail;
    } texts[] = {
#define TEXTS(NAME, slug, status, title, detail) { title, detail },
        RIVERTY_PROBLEMS(TEXTS)
#undef TEXTS
    };
    riverty_out_t out;

    (void) state;

    for (int i = 0; i < RIVERTY_PROBLEM_COUNT; i++) {
        const riverty_problem_t *row = &riverty_problems[i];
        json_t *json = problem(&out, (riverty_problem_id_t) i, ID, NULL);
        char type[128];

        snprintf(type, sizeof(type), "urn:riverty-customer:problem:%s",
                 row->slug);
        assert_string_equal(text_of(json, "type"), type);
        assert_string_equal(text_of(json, "title"), texts[i].title);
        assert_string_equal(text_of(json, "detail"), texts[i].detail);
        assert_int_equal(number_of(json, "status"), row->status);
        assert_null(json_object_get(json, "errors"));
        json_decref(json);
    }
}


/* A status that nginx chooses has one problem, and no refusal of ours. */
static void
test_of_status(void **state)
{
    static const unsigned known[] = {
#define STATUS(NAME, slug, status, title, detail) status,
        RIVERTY_PROBLEMS_OF_STATUS(STATUS)
#undef STATUS
    };
    size_t count = sizeof(known) / sizeof(known[0]);
    size_t found = 0;

    (void) state;

    for (unsigned status = 0; status < 1000; status++) {
        riverty_problem_id_t problem = riverty_problem_of_status(status);

        if (problem != RIVERTY_PROBLEM_COUNT) {
            assert_int_equal(problem, RIVERTY_PROBLEM_BAD_REQUEST + found);
            assert_int_equal(riverty_problems[problem].status, status);
            assert_int_equal(known[found], status);
            found++;
        }
    }

    assert_int_equal(found, count);
}


/* The plain size is room for all that has no errors. */
static void
test_plain_size(void **state)
{
    riverty_out_t out;

    (void) state;

    for (int i = 0; i < RIVERTY_PROBLEM_COUNT; i++) {
        json_decref(problem(&out, (riverty_problem_id_t) i, ID, NULL));
        assert_true(riverty_out_length(&out) < RIVERTY_PROBLEM_PLAIN_SIZE);
    }
}


static void
test_slug(void **state)
{
    (void) state;
    assert_string_equal(riverty_problems[RIVERTY_PROBLEM_UNKNOWN_APP].slug,
                        "unknown-app");
    assert_string_equal(
        riverty_problems[RIVERTY_PROBLEM_UNSUPPORTED_CODING].slug,
        "unsupported-content-coding");
}


static void
check_instance(const char *id, const char *instance)
{
    riverty_out_t out;
    json_t *json = problem(&out, RIVERTY_PROBLEM_UNKNOWN_APP, id, NULL);

    assert_string_equal(text_of(json, "instance"), instance);
    json_decref(json);
}


static void
test_instance(void **state)
{
    (void) state;
    check_instance(ID, ID);
    check_instance("\"\\\n\xff", "\"\\\n\xef\xbf\xbd");
    check_instance("", "");
    check_instance(NULL, "(absent)");
}


/* Compact, in this order: people compare them by eye, too. */
static void
test_text(void **state)
{
    riverty_out_t out;

    (void) state;
    json_decref(problem(&out, RIVERTY_PROBLEM_UNKNOWN_APP, "1", NULL));
    *out.pos = '\0';
    assert_string_equal(
        (char *) out.start,
        "{\"type\":\"urn:riverty-customer:problem:unknown-app\","
        "\"title\":\"Unknown application\",\"status\":401,"
        "\"detail\":\"The request carries no token, or not one that is known "
        "here.\",\"instance\":\"1\"}\n");
}


static void
test_malformed(void **state)
{
    judged_t *judged = *state;
    riverty_out_t out;
    json_t *json, *error;

    assert_int_equal(
        judge(judged, "{\n  \"\xc3\xa4\": 1,\n  \"\xc3\xa4\xc3\xb6\": nul\n}"),
        RIVERTY_MALFORMED);

    json = problem(&out, RIVERTY_PROBLEM_MALFORMED_JSON, ID, judged);
    assert_int_equal(json_array_size(json_object_get(json, "errors")), 1);
    error = json_array_get(json_object_get(json, "errors"), 0);

    assert_string_equal(text_of(error, "pointer"), "");
    assert_string_equal(text_of(error, "field"), "");
    assert_string_equal(text_of(error, "rule"), "literal");
    assert_string_equal(text_of(error, "detail"), "not true, false or null");
    assert_int_equal(number_of(error, "line"), 3);
    assert_true(number_of(error, "column") >= 9);
    assert_true(number_of(error, "column") <= 12);
    json_decref(json);
}


static void
test_details(void **state)
{
    judged_t *judged = *state;
    riverty_out_t out;
    json_t *json;

    assert_int_equal(
        judge(judged,
              "{\"customer\":{\"customerNumber\":\"c1\","
              "\"customerCategory\":\"PERSON\",\"language\":\"deu\","
              "\"firstName\":\"1234567890123456789012345678901234567890a\","
              "\"address\":{\"countryCode\":\"DEU\",\"street\":\"S\","
              "\"postalCode\":\"1\",\"postalPlace\":\"P\"}},"
              "\"paymentRegistration\":{\"id\":1}}"),
        RIVERTY_REJECTED);

    json = broken(&out, judged);
    assert_string_equal(
        text_of(error_of(json, "country_three_letter",
                         "customer.address.countryCode"),
                "detail"),
        "is a three-letter country code; two letters are expected; DE is "
        "meant");
    assert_string_equal(
        text_of(error_of(json, "language_three_letter", "customer.language"),
                "detail"),
        "is a three-letter language code; two letters are expected; de is "
        "meant");
    assert_string_equal(
        text_of(error_of(json, "too_long", "customer.firstName"), "detail"),
        "is too long; at most 40 characters");
    assert_string_equal(
        text_of(error_of(json, "type", "paymentRegistration.id"), "detail"),
        "has the wrong JSON type; expected: a string of letters, digits, _ "
        "and -");
    assert_string_equal(
        text_of(error_of(json, "required", "customer.lastName"), "pointer"),
        "/customer/lastName");
    json_decref(json);
}


static void
test_detail_quotes(void **state)
{
    judged_t *judged = *state;
    riverty_out_t out;
    json_t *json;

    assert_int_equal(judge(judged, "{\"firstName\":\"MARKER\"}"),
                     RIVERTY_REJECTED);
    json = broken(&out, judged);
    assert_non_null(
        strstr(text_of(error_of(json, "not_wrapped", NULL), "detail"),
               "a member \"customer\""));
    json_decref(json);
}


static void
test_plain_detail(void **state)
{
    judged_t *judged = *state;
    riverty_finding_t finding = { .rule = RIVERTY_RULE_UNKNOWN_MEMBER,
                                  .field = RIVERTY_FIELD_CUSTOMER,
                                  .count = 3 };
    riverty_out_t out;

    riverty_out_init(&out, buffer, sizeof(buffer));
    riverty_finding_detail(&out, &judged->contract, &finding);
    *out.pos = '\0';
    assert_string_equal((char *) buffer,
                        "has members that the contract does not know: 3");

    finding = (riverty_finding_t){ .rule = RIVERTY_RULE_NOT_WRAPPED };
    riverty_out_init(&out, buffer, sizeof(buffer));
    riverty_finding_detail(&out, &judged->contract, &finding);
    *out.pos = '\0';
    assert_non_null(strstr((char *) buffer, "member \"customer\""));
}


/* Warnings do not refuse, so a problem does not tell them. */
static void
test_no_warnings(void **state)
{
    judged_t *judged = *state;
    char *text = judged_file("t/data/create-request.json");
    riverty_out_t out;
    json_t *json;

    memcpy(strstr(text, "\"DE\""), "\"QQ\"", 4);
    assert_int_equal(judge(judged, text), RIVERTY_REJECTED);
    assert_true(judged->document.findings_count > 1);

    json = broken(&out, judged);
    assert_int_equal(json_array_size(json_object_get(json, "errors")), 1);
    (void) error_of(json, "country_code", "customer.address.countryCode");
    json_decref(json);
    free(text);
}


static void
check_place(const judged_t *judged, size_t i, const json_t *error)
{
    size_t line, column;

    riverty_text_position(judged->document.input.body,
                          judged->document.findings[i].start, &line, &column);
    assert_int_equal(number_of(error, "line"), line);
    assert_int_equal(number_of(error, "column"), column);
}


/* Fields stand in another order than the table's, lines hold umlauts. */
static void
test_places(void **state)
{
    judged_t *judged = *state;
    riverty_out_t out;
    json_t *json, *errors, *error;
    size_t i;

    assert_int_equal(
        judge(
            judged,
            "{\"paymentRegistration\":\n {\"id\":\"!\"},\r\n\"customer\": {"
            "\"taxIdentificationNumber\": "
            "\"\xc3\xa4\",\"phone\":\"\xc3\xa4\",\n"
            "\n \"\xc3\xa4\": 1, \"email\":\"\xf0\x9f\x98\x80\",\n"
            "\"language\":\"xx\", \"firstName\":\"1\",\"customerNumber\":\"!\","
            "\"address\":{\"street\":\"\",\n\"countryCode\":\"QQ\"}}\n}"),
        RIVERTY_REJECTED);

    for (i = 0; i < judged->document.findings_count; i++) {
        judged->document.findings[i].level = RIVERTY_LEVEL_REJECT;
    }

    json = broken(&out, judged);
    errors = json_object_get(json, "errors");
    assert_int_equal(json_array_size(errors), judged->document.findings_count);

    json_array_foreach(errors, i, error)
    {
        check_place(judged, i, error);
    }

    error = error_of(json, "country_code", "customer.address.countryCode");
    assert_int_equal(number_of(error, "line"), 7);
    assert_int_equal(number_of(error, "column"), 15);
    json_decref(json);
}


static void
test_never_a_value(void **state)
{
    judged_t *judged = *state;
    riverty_out_t out;

    assert_int_equal(
        judge(judged,
              "{\"customer\":{\"customerNumber\":\"!MARKER\","
              "\"customerCategory\":\"MARKER\",\"salutation\":\"MARKER\","
              "\"firstName\":\"MARKER\\u0000\",\"language\":\"MARKER\"}}"),
        RIVERTY_MALFORMED);
    json_decref(broken(&out, judged));
    assert_false(judged_holds(&out, "MARKER"));

    assert_int_equal(
        judge(judged,
              "{\"customer\":{\"customerNumber\":\"!MARKER\",\"MARKER\":1,"
              "\"customerCategory\":\"MARKER\",\"salutation\":\"MARKER\","
              "\"firstName\":\"MARKER\\u0001\",\"lastName\":[\"MARKER\"],"
              "\"language\":\"MARKER\",\"email\":\"MARKER\","
              "\"phone\":\"MARKER\",\"mobilePhone\":\"MARKER\","
              "\"identificationNumber\":\"!MARKER1\",\"birthDate\":\"MARKER\","
              "\"taxIdentificationNumber\":\"!MARKER1\",\"address\":{"
              "\"street\":{\"a\":\"MARKER\"},\"streetNumber\":\"!MARKER\","
              "\"postalCode\":\"MARKER\",\"postalPlace\":\"MARKER\\u2028\","
              "\"countryCode\":\"MARKER\"}},"
              "\"paymentRegistration\":{\"id\":\"!MARKER\"}}"),
        RIVERTY_REJECTED);
    json_decref(broken(&out, judged));
    assert_false(judged_holds(&out, "MARKER"));
}


static void
test_more_than_are_kept(void **state)
{
    judged_t *judged = *state;
    riverty_out_t out;
    json_t *json;

    judge(judged, "{}");
    judged->document.findings_total = 70;
    json = broken(&out, judged);
    assert_non_null(
        strstr(text_of(json, "detail"), " 70 findings were counted"));
    json_decref(json);
}


/* As many findings as are kept, each as long as the tables make them. */
static void
test_longest_fits(void **state)
{
    judged_t *judged = *state;
    riverty_finding_t longest = { .level = RIVERTY_LEVEL_REJECT,
                                  .rule = RIVERTY_RULE_NOT_WRAPPED,
                                  .count = UINT32_MAX,
                                  .field = RIVERTY_FIELD_TAX_NUMBER };
    riverty_out_t out;
    json_t *json;

    judge(judged, "{}");
    for (size_t i = 0; i < RIVERTY_FINDINGS_MAX; i++) {
        judged->document.findings[i] = longest;
    }
    judged->document.findings_count = RIVERTY_FINDINGS_MAX;
    judged->document.findings_total = RIVERTY_FINDINGS_MAX;

    json = broken(&out, judged);
    assert_int_equal(json_array_size(json_object_get(json, "errors")),
                     RIVERTY_FINDINGS_MAX);
    assert_true(riverty_out_length(&out) < RIVERTY_PROBLEM_SIZE / 2);
    json_decref(json);
}


static void
test_too_little_room(void **state)
{
    judged_t *judged = *state;
    riverty_out_t out;
    json_t *json;

    judge(judged, "{}");
    riverty_out_init(&out, buffer, 400);
    riverty_problem_write(&out, RIVERTY_PROBLEM_CONTRACT_BROKEN,
                          riverty_span(ID), &judged->contract,
                          &judged->document);
    assert_false(out.full);

    json = judged_json(&out);
    assert_int_equal(number_of(json, "status"), 422);
    assert_null(json_object_get(json, "errors"));
    json_decref(json);

    /* Nothing can be left out of what has no errors. */
    riverty_out_init(&out, buffer, 40);
    riverty_problem_write(&out, RIVERTY_PROBLEM_KEY_UNAVAILABLE,
                          riverty_span(ID), &judged->contract, NULL);
    assert_true(out.full);
}


/* A good document has no errors to tell of. */
static void
test_good_document(void **state)
{
    judged_t *judged = *state;
    char *text = judged_file("t/data/create-request.json");
    riverty_out_t out;
    json_t *json;

    assert_int_equal(judge(judged, text), RIVERTY_ACCEPTED);
    riverty_out_init(&out, buffer, sizeof(buffer));
    riverty_problem_write(&out, RIVERTY_PROBLEM_KEY_UNAVAILABLE,
                          riverty_span(ID), &judged->contract,
                          &judged->document);

    json = judged_json(&out);
    assert_int_equal(number_of(json, "status"), 503);
    assert_null(json_object_get(json, "errors"));
    json_decref(json);
    free(text);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_problem),
        cmocka_unit_test(test_of_status),
        cmocka_unit_test(test_plain_size),
        cmocka_unit_test(test_slug),
        cmocka_unit_test(test_instance),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_details),
        cmocka_unit_test(test_detail_quotes),
        cmocka_unit_test(test_plain_detail),
        cmocka_unit_test(test_no_warnings),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_never_a_value),
        cmocka_unit_test(test_more_than_are_kept),
        cmocka_unit_test(test_longest_fits),
        cmocka_unit_test(test_too_little_room),
        cmocka_unit_test(test_good_document),
    };

    return cmocka_run_group_tests(tests, judged_setup, judged_teardown);
}
