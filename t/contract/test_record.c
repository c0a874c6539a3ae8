/*
 * The audit record (record.h): its line, what it leaves out, its limits.
 */

#include "judged.h"

#include <time.h>

#include "contract/audit/record.h"
#include "contract/core/timestamp.h"

#define SECRET    "0123456789abcdef0123456789abcdef"
#define PSEUDONYM "t:k1:9f2c4e7700aa51b3c9d0e1f2a3b4c5d6"

static unsigned char buffer[RIVERTY_RECORD_SIZE];

/* clang-format off */
/* The example of docs/audit.md but for its chain. */
static const char sample_line[] =
    "{\"@timestamp\":\"2026-11-23T20:15:42.183905Z\","
    "\"ecs.version\":\"8.11.0\",\"event.id\":\"5d0f\",\"event.type\":\"end\","
    "\"event.action\":\"customer.create\",\"event.outcome\":\"success\","
    "\"event.duration\":48211000,\"http.request.method\":\"POST\","
    "\"http.version\":\"1.1\",\"http.request.body.bytes\":737,"
    "\"http.response.status_code\":200,\"http.response.body.bytes\":117,"
    "\"url.path\":\"/subscriptions/v1/customers\",\"user.name\":\"billing\","
    "\"client.ip\":\"10.0.4.17\","
    "\"riverty\":{\"outcome\":\"forwarded\",\"mode\":\"on\","
    "\"token\":\"2026\",\"key\":\"primary\",\"store\":3,"
    "\"customer\":\"" PSEUDONYM "\",\"findings\":["
    "{\"rule\":\"postal_code_suffix\",\"level\":\"warn\","
    "\"pointer\":\"/customer/address/postalCode\"},"
    "{\"rule\":\"masked_value\",\"level\":\"warn\","
    "\"pointer\":\"/customer/identificationNumber\"},"
    "{\"rule\":\"masked_value\",\"level\":\"warn\","
    "\"pointer\":\"/customer/mobilePhone\"},"
    "{\"rule\":\"phone_not_international\",\"level\":\"warn\","
    "\"pointer\":\"/customer/phone\"}],"
    "\"changes\":[],"
    "\"document\":{\"/customer/address/countryCode\":\"DE\","
    "\"/customer/address/postalCode\":\"97...\","
    "\"/customer/birthDate\":true,\"/customer/customerCategory\":\"PERSON\","
    "\"/customer/email\":\"...com\",\"/customer/firstName\":{\"len\":3},"
    "\"/customer/language\":\"de\",\"/customer/lastName\":{\"len\":9},"
    "\"/customer/mobilePhone\":{\"len\":12},\"/customer/phone\":{\"len\":18},"
    "\"/paymentRegistration/id\":\"%s\"},"
    "\"upstream\":{\"addr\":\"127.0.0.1:8081\",\"status\":200,"
    "\"duration\":47102000,\"retried\":false}}}\n";
/* clang-format on */


/* Nothing is known but the time. */
static riverty_record_t
bare_record(void)
{
    return (riverty_record_t){ .seconds = JUDGED_NOW,
                               .microseconds = 183905,
                               .duration = RIVERTY_RECORD_NONE,
                               .request_bytes = RIVERTY_RECORD_NONE,
                               .status = RIVERTY_RECORD_NONE,
                               .response_bytes = RIVERTY_RECORD_NONE,
                               .store_version = RIVERTY_RECORD_NONE,
                               .upstream_status = RIVERTY_RECORD_NONE,
                               .upstream_duration = RIVERTY_RECORD_NONE };
}


static riverty_record_t
sample_record(const judged_t *judged)
{
    riverty_record_t record = bare_record();

    record.event_id = riverty_span("5d0f");
    record.event_type = riverty_span("end");
    record.action = riverty_span("customer.create");
    record.event_outcome = riverty_span("success");
    record.duration = 48211000;
    record.method = riverty_span("POST");
    record.http_version = riverty_span("1.1");
    record.request_bytes = 737;
    record.status = 200;
    record.response_bytes = 117;
    record.path = riverty_span("/subscriptions/v1/customers");
    record.app = riverty_span("billing");
    record.client_ip = riverty_span("10.0.4.17");
    record.outcome = riverty_span("forwarded");
    record.mode = riverty_span("on");
    record.token_id = riverty_span("2026");
    record.key_id = riverty_span("primary");
    record.store_version = 3;
    record.customer = riverty_span(PSEUDONYM);
    record.contract = &judged->contract;
    record.document = &judged->document;
    record.upstream_addr = riverty_span("127.0.0.1:8081");
    record.upstream_status = 200;
    record.upstream_duration = 47102000;
    return record;
}


/* Writes the line; it is one, whole, and JSON, which the caller decref's. */
static json_t *
write_record(riverty_out_t *out, const riverty_record_t *record)
{
    riverty_out_init(out, buffer, sizeof(buffer));
    riverty_record_write(out, record);

    assert_false(out->full);
    assert_true(riverty_out_length(out) <= RIVERTY_RECORD_SIZE);
    assert_ptr_equal(memchr(out->start, '\n', riverty_out_length(out)),
                     out->pos - 1);
    return judged_json(out);
}


static json_t *
riverty_of(const json_t *line, const char *member)
{
    return json_object_get(json_object_get(line, "riverty"), member);
}


static void
test_sample(void **state)
{
    judged_t *judged = *state;
    char *text = judged_file("t/data/create-request.json");
    riverty_pseudonym_key_t *key =
        riverty_pseudonym_key_create(riverty_span("k1"), riverty_span(SECRET));
    unsigned char pseudonym[RIVERTY_PSEUDONYM_MAX + 1];
    char expected[4096];
    riverty_record_t record;
    riverty_out_t out;

    judge(judged, text);
    record = sample_record(judged);
    record.pseudonym_key = key;
    json_decref(write_record(&out, &record));

    pseudonym[riverty_pseudonym(key, riverty_span("/paymentRegistration/id"),
                                riverty_span("275122"), pseudonym)] = '\0';
    snprintf(expected, sizeof(expected), sample_line, (char *) pseudonym);
    *out.pos = '\0';
    assert_string_equal((char *) buffer, expected);

    riverty_pseudonym_key_free(key);
    free(text);
}


static void
test_bare(void **state)
{
    riverty_record_t record = bare_record();
    riverty_out_t out;

    (void) state;
    json_decref(write_record(&out, &record));
    *out.pos = '\0';
    assert_string_equal((char *) buffer,
                        "{\"@timestamp\":\"2026-11-23T20:15:42.183905Z\","
                        "\"ecs.version\":\"8.11.0\",\"riverty\":{}}\n");
}


static void
test_seldom_members(void **state)
{
    riverty_record_t record = bare_record();
    riverty_out_t out;

    (void) state;
    record.request_id = riverty_span("a");
    record.trace_id = riverty_span("b");
    record.span_id = riverty_span("c");
    record.would = riverty_span("rejected");
    record.upstream_status = 502;
    record.upstream_retried = true;
    json_decref(write_record(&out, &record));
    *out.pos = '\0';
    assert_string_equal((char *) buffer,
                        "{\"@timestamp\":\"2026-11-23T20:15:42.183905Z\","
                        "\"ecs.version\":\"8.11.0\",\"http.request.id\":\"a\","
                        "\"trace.id\":\"b\",\"span.id\":\"c\",\"riverty\":{"
                        "\"would\":\"rejected\","
                        "\"upstream\":{\"status\":502,\"retried\":true}}}\n");
}


static void
test_malformed(void **state)
{
    judged_t *judged = *state;
    riverty_record_t record = bare_record();
    riverty_out_t out;

    assert_int_equal(judge(judged, "{\"a\":1,\"a\":2}"), RIVERTY_MALFORMED);
    record.contract = &judged->contract;
    record.document = &judged->document;
    json_decref(write_record(&out, &record));
    *out.pos = '\0';
    assert_non_null(strstr((char *) buffer,
                           "\"riverty\":{\"findings\":[{\"rule\":\"duplicate\","
                           "\"level\":\"reject\",\"pointer\":\"\"}]}}\n"));
}


static void
test_changes(void **state)
{
    judged_t *judged = *state;
    riverty_record_t record = bare_record();
    riverty_out_t out;
    json_t *line, *changes;

    judge(judged, "{\"customer\":{\"language\":\"DE\",\"email\":\"a@B.com\"}}");
    record.contract = &judged->contract;
    record.document = &judged->document;
    line = write_record(&out, &record);
    changes = riverty_of(line, "changes");
    assert_int_equal(json_array_size(changes), 2);
    assert_string_equal(json_string_value(json_array_get(changes, 0)),
                        "/customer/language");
    assert_string_equal(json_string_value(json_array_get(changes, 1)),
                        "/customer/email");
    json_decref(line);
}


static void
test_findings_total(void **state)
{
    judged_t *judged = *state;
    riverty_record_t record = bare_record();
    riverty_out_t out;
    json_t *line;

    judge(judged, "{}");
    record.contract = &judged->contract;
    record.document = &judged->document;
    line = write_record(&out, &record);
    assert_null(riverty_of(line, "findings_total"));
    json_decref(line);

    judged->document.findings_total = 70;
    line = write_record(&out, &record);
    assert_int_equal(json_integer_value(riverty_of(line, "findings_total")),
                     70);
    json_decref(line);
}


static void
test_no_value(void **state)
{
    judged_t *judged = *state;
    riverty_pseudonym_key_t *key =
        riverty_pseudonym_key_create(riverty_span("k1"), riverty_span(SECRET));
    riverty_record_t record = bare_record();
    riverty_out_t out;

    judge(judged,
          "{\"customer\":{\"customerNumber\":\"MARKER\",\"MARKER\":1,"
          "\"customerCategory\":\"MARKER\",\"salutation\":\"MARKER\","
          "\"firstName\":\"MARKER\",\"lastName\":[\"MARKER\"],"
          "\"language\":\"MARKER\",\"email\":\"MARKER@MARKER.com\","
          "\"phone\":\"MARKER\",\"mobilePhone\":\"MARKER\","
          "\"identificationNumber\":\"MARKER1\",\"birthDate\":\"MARKER\","
          "\"taxIdentificationNumber\":\"MARKER1\",\"address\":{"
          "\"careOf\":\"MARKER\",\"street\":\"MARKER\","
          "\"streetNumber\":\"MARKER\",\"postalCode\":\"MARKER\","
          "\"postalPlace\":\"MARKER\",\"countryCode\":\"MARKER\"}},"
          "\"paymentRegistration\":{\"id\":\"MARKER\"}}");
    record.contract = &judged->contract;
    record.document = &judged->document;
    record.pseudonym_key = key;
    json_decref(write_record(&out, &record));
    assert_false(judged_holds(&out, "MARKER"));
    assert_true(judged_holds(&out, "t:k1:"));
    riverty_pseudonym_key_free(key);
}


/* How much is left out: the document's form, the changes, the findings. */
static int
left_out(const json_t *line)
{
    bool document = riverty_of(line, "document") != NULL;
    bool changes = riverty_of(line, "changes") != NULL;
    bool findings = riverty_of(line, "findings") != NULL;
    int steps = !document + !changes + !findings;

    /* In that order. */
    assert_true(!document || changes);
    assert_true(!changes || findings);
    assert_int_equal(json_is_true(riverty_of(line, "truncated")), steps > 0);
    assert_int_equal(riverty_of(line, "findings_total") != NULL, !findings);
    return steps;
}


static void
test_truncated(void **state)
{
    judged_t *judged = *state;
    char *text = judged_file("t/data/create-request.json");
    bool seen[4] = { false };
    riverty_record_t record;
    riverty_out_t out;
    json_t *line;
    int steps = 0;

    memcpy(strstr(text, "\"DE\""), "\"de\"", 4);
    judge(judged, text);
    assert_int_equal(judged->document.edits_count, 1);
    record = sample_record(judged);

    for (size_t size = 2048; steps < 3; size--) {
        riverty_out_init(&out, buffer, size);
        riverty_record_write(&out, &record);
        assert_false(out.full);

        line = judged_json(&out);
        assert_true(left_out(line) >= steps);
        steps = left_out(line);
        seen[steps] = true;
        json_decref(line);
    }

    assert_true(seen[0] && seen[1] && seen[2] && seen[3]);
    free(text);
}


/* A second record shows what the first one has kept, whatever its size. */
static void
test_judgement_kept(void **state)
{
    static unsigned char copy[1024];
    judged_t *judged = *state;
    char *text = judged_file("t/data/create-request.json");
    riverty_span_t judgement = { NULL, 0 };
    riverty_record_t record;
    riverty_out_t out;
    json_t *first, *second;

    judge(judged, text);
    record = sample_record(judged);
    record.judgement = &judgement;

    first = write_record(&out, &record);
    assert_true(judgement.data > out.start &&
                judgement.data + judgement.len < out.pos);
    assert_true(judgement.len <= sizeof(copy));
    memcpy(copy, judgement.data, judgement.len);
    judgement.data = copy;

    /* it would be {} */
    judged->document.verdict = RIVERTY_REJECTED;
    memset(judged->document.values, 0, sizeof(judged->document.values));
    second = write_record(&out, &record);
    assert_true(json_equal(first, second));
    assert_ptr_equal(judgement.data, copy);
    json_decref(first);
    json_decref(second);

    /* a line that has no room for it keeps none */
    judge(judged, text);
    judgement.data = NULL;
    for (size_t size = 2048; size > 1024; size--) {
        riverty_out_init(&out, buffer, size);
        riverty_record_write(&out, &record);
        first = judged_json(&out);
        assert_int_equal(judgement.data != NULL,
                         riverty_of(first, "document") != NULL);
        json_decref(first);
        judgement.data = NULL;
    }

    free(text);
}


/* All texts at once far too long, of bytes that take six to write. */
static void
test_longest(void **state)
{
    static unsigned char bytes[RIVERTY_RECORD_SIZE];
    judged_t *judged = *state;
    riverty_span_t text = { bytes, sizeof(bytes) };
    riverty_record_t record;
    riverty_out_t out;
    json_t *line;

    memset(bytes, 1, sizeof(bytes));
    judge(judged, "{}");
    record = sample_record(judged);
    record.event_id = record.request_id = record.event_type = text;
    record.action = record.event_outcome = record.method = text;
    record.http_version = record.path = record.app = text;
    record.client_ip = record.trace_id = record.span_id = text;
    record.outcome = record.mode = record.would = record.key_id = text;
    record.token_id = text;
    record.customer = record.upstream_addr = text;
    record.reply_customer = record.reply_reference = text;
    record.duration = record.request_bytes = INT64_MAX;
    record.upstream_duration = record.response_bytes = INT64_MAX;
    judged->document.findings_total = INT64_MAX;

    line = write_record(&out, &record);
    assert_true(json_is_true(riverty_of(line, "truncated")));
    json_decref(line);

    /* Only what is long is cut. */
    record.outcome = riverty_span("forwarded");
    line = write_record(&out, &record);
    assert_string_equal(json_string_value(riverty_of(line, "outcome")),
                        "forwarded");
    json_decref(line);

    riverty_out_init(&out, buffer, 1024);
    riverty_record_write(&out, &record);
    assert_true(out.full);
}


/* What the API's reply calls the customer: what is known of it. */
static void
test_reply(void **state)
{
    judged_t *judged = *state;
    riverty_record_t record;
    riverty_out_t out;
    json_t *line;

    judge(judged, "{}");
    record = sample_record(judged);
    line = write_record(&out, &record);
    assert_null(riverty_of(line, "answer"));
    json_decref(line);

    record.reply_reference = riverty_span(PSEUDONYM);
    line = write_record(&out, &record);
    assert_int_equal(json_object_size(riverty_of(line, "answer")), 1);
    json_decref(line);

    record.reply_customer = riverty_span("t:k1:0");
    *out.pos = '\0';
    json_decref(write_record(&out, &record));
    assert_non_null(strstr((char *) buffer,
                           "\"answer\":{\"customer\":\"t:k1:0\","
                           "\"reference\":\"" PSEUDONYM "\"}}"));
}


/* There is no document where there was no memory for it. */
static void
test_no_memory(void **state)
{
    judged_t *judged = *state;
    riverty_record_t record;
    riverty_out_t out;
    json_t *line;

    judge(judged, "{}");
    judged->document.verdict = RIVERTY_NO_MEMORY;
    record = sample_record(judged);
    line = write_record(&out, &record);
    assert_null(riverty_of(line, "findings"));
    assert_null(riverty_of(line, "document"));
    json_decref(line);
}


/* gmtime() is the judge, over all the days of four centuries and more. */
static void
test_timestamps(void **state)
{
    char text[RIVERTY_TIMESTAMP_LENGTH + 1] = "";
    char expected[64];
    struct tm tm;

    (void) state;

    for (int64_t day = 0; day < 366 * 500; day++) {
        time_t seconds = (time_t) (day * 86400 + day * 7919 % 86400);

        tm = *gmtime(&seconds);
        strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%S.000042Z", &tm);
        riverty_timestamp_write((unsigned char *) text, seconds, 42);
        assert_string_equal(text, expected);
    }
}


static void
check_timestamp(int64_t seconds, uint32_t microseconds, const char *expected)
{
    char text[RIVERTY_TIMESTAMP_LENGTH + 1] = "";

    riverty_timestamp_write((unsigned char *) text, seconds, microseconds);
    assert_string_equal(text, expected);
}


static void
test_timestamp_ends(void **state)
{
    (void) state;
    check_timestamp(0, 0, "1970-01-01T00:00:00.000000Z");
    check_timestamp(951868799, 999999, "2000-02-29T23:59:59.999999Z");
    check_timestamp(253402300799, 0, "9999-12-31T23:59:59.000000Z");
    check_timestamp(253402300800, 0, "9999-12-31T23:59:59.000000Z");
    check_timestamp(INT64_MAX, 0, "9999-12-31T23:59:59.000000Z");
    check_timestamp(-1, 0, "1970-01-01T00:00:00.000000Z");
    check_timestamp(INT64_MIN, 0, "1970-01-01T00:00:00.000000Z");
}


/* Kept from one record to the next, whatever the order of the times. */
static void
test_timestamp_kept(void **state)
{
    static const struct {
        int64_t seconds;
        uint32_t microseconds;
    } times[] = {
        { 0, 5 },          { 0, 999999 },     { 1763928942, 183905 },
        { 1763928942, 0 }, { 1763928943, 0 }, { 1763928942, 7 },
        { -1, 1 },         { -1, 2 },         { INT64_MAX, 3 },
    };
    riverty_timestamp_t kept = { .seconds = 0 };
    unsigned char expected[RIVERTY_TIMESTAMP_LENGTH];

    (void) state;
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        riverty_timestamp_write(expected, times[i].seconds,
                                times[i].microseconds);
        riverty_timestamp_set(&kept, times[i].seconds, times[i].microseconds);
        assert_memory_equal(kept.text, expected, sizeof(expected));
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sample),
        cmocka_unit_test(test_bare),
        cmocka_unit_test(test_seldom_members),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_findings_total),
        cmocka_unit_test(test_no_value),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_judgement_kept),
        cmocka_unit_test(test_longest),
        cmocka_unit_test(test_reply),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_timestamps),
        cmocka_unit_test(test_timestamp_ends),
        cmocka_unit_test(test_timestamp_kept),
    };

    return cmocka_run_group_tests(tests, judged_setup, judged_teardown);
}
