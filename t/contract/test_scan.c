/*
 * The scanner (scan.h): what it takes, what it refuses and where, what it
 * notes of the members.  test_scan_hostile.c has the big and the broken ones,
 * test_scan_jansson.c the comparison with jansson.
 */
#include "scanned.h"

/* of create-request.json, the document itself among them */
#define SAMPLE_MEMBERS 25

typedef struct {
    const char *text;
    size_t len;
} good_t;

typedef struct {
    const char *text;
    size_t len;
    riverty_scan_status_t status;
    size_t error;
} bad_t;

#define GOOD(text)             \
    {                          \
        text, sizeof(text) - 1 \
    }
#define BAD(text, STATUS, error)                             \
    {                                                        \
        text, sizeof(text) - 1, RIVERTY_SCAN_##STATUS, error \
    }


/* clang-format off */
static const good_t good[] = {
    GOOD("{}"),
    GOOD("[]"),
    GOOD("\"\""),
    GOOD("true"),
    GOOD("false"),
    GOOD("null"),
    GOOD(" \t\r\n{ \t\r\n} \t\r\n"),
    GOOD("{\"a\" : 1 , \"b\"\n:\t[ 1 ,2 ] }"),
    /* numbers: RFC 8259, section 6, of any size */
    GOOD("0"),
    GOOD("-0"),
    GOOD("-1"),
    GOOD("1234567890"),
    GOOD("0.0"),
    GOOD("1.25"),
    GOOD("1e5"),
    GOOD("1E+05"),
    GOOD("0e-0"),
    GOOD("-12.50e-03"),
    GOOD("1e999999"),
    GOOD("123456789012345678901234567890123456789012345678901234567890"),
    /* strings: section 7 */
    GOOD("\" !#$/[]^~\x7f\""),
    GOOD("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
    GOOD("\"\\u0001\\u001f\\u007f\\uD7ff\\ue000\\uFFFF\""),
    GOOD("\"\\ud800\\udc00\\uDBFF\\uDFFF\""),
    /* the ends of each length of UTF-8, and a mark that is no BOM here */
    GOOD("\"\xc2\x80\xdf\xbf\""),
    GOOD("\"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\""),
    GOOD("\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\""),
    GOOD("\"\xef\xbb\xbf\""),
    /* names differ, or their objects do */
    GOOD("{\"\":1}"),
    GOOD("{\"\":1,\"a\":2,\"A\":3,\"a \":4,\"\\u0061b\":5}"),
    GOOD("{\"a\":{\"a\":{\"a\":1},\"b\":1},\"b\":1}"),
    GOOD("[{\"a\":1},{\"a\":1},{\"\\u0061\":1}]"),
    GOOD("{\"x\":{\"customer\":1},\"y\":{\"customer\":1},\"customer\":1}"),
    GOOD("{\"e\xcc\x81\":1,\"\xc3\xa9\":2}"), /* not normalised */
    /* eight levels */
    GOOD("[[[[[[[[]]]]]]]]"),
    GOOD("[[[[[[[[1]]]]]]],[[[[[[[]]]]]]]]"),
    GOOD("{\"a\":[{\"a\":[{\"a\":[{\"a\":[]}]}]}]}"),
    /* no field where the table wants one of another type */
    GOOD("{\"customer\":[],\"paymentRegistration\":\"\"}"),
    GOOD("{\"customer\":{\"email\":{\"email\":1,\"customer\":[]}}}"),
};

static const bad_t bad[] = {
    BAD("", EMPTY, 0),
    BAD(" \n", EMPTY, 2),
    BAD("\xef\xbb\xbf", BOM, 0),
    BAD("\xef\xbb\xbf{}", BOM, 0),
    BAD("\xef\xbb", SYNTAX, 0),
    BAD(" \xef\xbb\xbf{}", SYNTAX, 1),
    BAD("\xff\xfe{}", SYNTAX, 0), /* UTF-16 */

    BAD("x", SYNTAX, 0),
    BAD("\v{}", SYNTAX, 0), /* no white space: section 2 has four */
    BAD("{\f}", SYNTAX, 1),
    BAD("{\xc2\xa0}", SYNTAX, 1),
    BAD("}", SYNTAX, 0),
    BAD("{]", SYNTAX, 1),
    BAD("[}", SYNTAX, 1),
    BAD("{,}", SYNTAX, 1),
    BAD("[,]", SYNTAX, 1),
    BAD("[1,]", SYNTAX, 3),
    BAD("[1 2]", SYNTAX, 3),
    BAD("[1:2]", SYNTAX, 2),
    BAD("{1:2}", SYNTAX, 1),
    BAD("{a:2}", SYNTAX, 1),
    BAD("{'a':2}", SYNTAX, 1),
    BAD("{\"a\"}", SYNTAX, 4),
    BAD("{\"a\" 1}", SYNTAX, 5),
    BAD("{\"a\":}", SYNTAX, 5),
    BAD("{\"a\"::1}", SYNTAX, 5),
    BAD("{\"a\":1,}", SYNTAX, 7),
    BAD("{\"a\":1;\"b\":2}", SYNTAX, 6),
    BAD("{\"a\":1 \"b\":2}", SYNTAX, 7),
    BAD("{\"a\":1]", SYNTAX, 6),
    BAD("[+1]", SYNTAX, 1),
    BAD("[.5]", SYNTAX, 1),
    BAD("[0x10]", SYNTAX, 2),
    BAD("[1.5.2]", SYNTAX, 4),
    BAD("[NaN]", SYNTAX, 1),
    BAD("[True]", SYNTAX, 1),
    BAD("[truee]", SYNTAX, 5),
    BAD("[1]// no comments", TRAILING, 3),
    BAD("[/**/]", SYNTAX, 1),

    BAD("{", TRUNCATED, 1),
    BAD("[1,", TRUNCATED, 3),
    BAD("{\"a", TRUNCATED, 3),
    BAD("{\"a\":\"\\", TRUNCATED, 7),
    BAD("\"\\u12", TRUNCATED, 5),
    BAD("\"\\ud83d", TRUNCATED, 7),
    BAD("\"\\ud83d\\ude0", TRUNCATED, 12),
    BAD("-", TRUNCATED, 1),
    BAD("1.", TRUNCATED, 2),
    BAD("1e+", TRUNCATED, 3),
    BAD("tru", TRUNCATED, 3),
    BAD("\"\xf0\x9f\x98", TRUNCATED, 4),

    BAD("{}{}", TRAILING, 2),
    BAD("{} x", TRAILING, 3),
    BAD("1 2", TRAILING, 2),
    BAD("\"a\"\"b\"", TRAILING, 3),
    BAD("null,", TRAILING, 4),

    BAD("[01]", NUMBER, 2),
    BAD("[-01]", NUMBER, 3),
    BAD("[00.5]", NUMBER, 2),
    BAD("[-]", NUMBER, 2),
    BAD("[-x]", NUMBER, 2),
    BAD("[--1]", NUMBER, 2),
    BAD("[1.]", NUMBER, 3),
    BAD("[1.e1]", NUMBER, 3),
    BAD("[1e]", NUMBER, 3),
    BAD("[1e+]", NUMBER, 4),
    BAD("[1e1.5]", SYNTAX, 4),

    BAD("[tRue]", LITERAL, 2),
    BAD("[nul]", LITERAL, 4),
    BAD("[fals\xc3\xa9]", LITERAL, 5),

    BAD("\"a\nb\"", CONTROL, 2),
    BAD("\"12345678\t\"", CONTROL, 9),
    BAD("{\"\x1f\":1}", CONTROL, 2),

    BAD("\"\\x\"", ESCAPE, 1),
    BAD("\"\\'\"", ESCAPE, 1),
    BAD("\"\\N\"", ESCAPE, 1),
    BAD("\"\\U0041\"", ESCAPE, 1),
    BAD("\"ab\\u00g0\"", ESCAPE, 3),
    BAD("\"\\u+041\"", ESCAPE, 1),
    BAD("\"\\u00\"", ESCAPE, 1),
    BAD("{\"\\a\":1}", ESCAPE, 2),

    BAD("\"\\ud800\"", SURROGATE, 1),
    BAD("\"a\\uDFFF\"", SURROGATE, 2),
    BAD("\"\\udc00\\ud800\"", SURROGATE, 1),
    BAD("\"\\ud800\\ud800\"", SURROGATE, 1),
    BAD("\"\\ud800\\u0041\"", SURROGATE, 1),
    BAD("\"\\ud800\\n\"", SURROGATE, 1),
    BAD("\"\\ud83d\\ude00\\ude00\"", SURROGATE, 13),
    BAD("{\"\\ud800\":1}", SURROGATE, 2),

    BAD("\0", NUL, 0),
    BAD("{\0}", NUL, 1),
    BAD("[tr\0e]", NUL, 3),
    BAD("[1\0]", NUL, 2),
    BAD("{}\0", NUL, 2),
    BAD("\"a\0b\"", NUL, 2),
    BAD("\"a\\u0000\"", NUL, 2),
    BAD("{\"\\u0000\":1}", NUL, 2),

    /* RFC 3629, section 10: overlong forms, surrogates, above U+10FFFF */
    BAD("\"a\x80\"", UTF8, 2),
    BAD("\"\xc0\x80\"", UTF8, 1),
    BAD("\"\xc1\xbf\"", UTF8, 1),
    BAD("\"\xe0\x9f\xbf\"", UTF8, 1),
    BAD("\"\xf0\x8f\xbf\xbf\"", UTF8, 1),
    BAD("\"\xed\xa0\x80\"", UTF8, 1),
    BAD("\"\xed\xbf\xbf\"", UTF8, 1),
    BAD("\"\xf4\x90\x80\x80\"", UTF8, 1),
    BAD("\"\xf5\x80\x80\x80\"", UTF8, 1),
    BAD("\"\xff\"", UTF8, 1),
    BAD("\"\xc3\"", UTF8, 1),
    BAD("\"\xe2\x82\"", UTF8, 1),
    BAD("\"\xf0\x9f\x98\"", UTF8, 1),
    BAD("\"\xc3\xa9\xc3(\"", UTF8, 3),
    BAD("{\"\xfc\":1}", UTF8, 2), /* Latin-1 */
    BAD("\"\xed\xa0", UTF8, 1),

    BAD("{\"a\":1,\"a\":1}", DUPLICATE, 7),
    BAD("{\"\":1,\"\":1}", DUPLICATE, 6),
    BAD("{\"a\":1,\"b\":2,\"\\u0061\":3}", DUPLICATE, 13),
    BAD("{\"\\u0061\":1,\"a\":2}", DUPLICATE, 12),
    BAD("{\"\\/\":1,\"/\":2}", DUPLICATE, 8),
    BAD("{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}", DUPLICATE, 18),
    BAD("{\"\\u00E4\":1,\"\\u00e4\":2}", DUPLICATE, 12),
    BAD("{\"customer\":1,\"customer\":1}", DUPLICATE, 14),
    BAD("{\"customer\":{},\"c\\u0075stomer\":{}}", DUPLICATE, 15),
    BAD("{\"c\\u0075stomer\":{},\"customer\":{}}", DUPLICATE, 20),
    BAD("{\"customer\":{\"email\":null,\"email\":null}}", DUPLICATE, 26),
    BAD("{\"x\":[{\"customer\":1,\"customer\":1}]}", DUPLICATE, 20),
    BAD("{\"x\":{\"y\":{\"a\":[],\"b\":{},\"a\":0}}}", DUPLICATE, 25),
    BAD("{\"customer\":{\"email\":{\"a\":1,\"a\":1}}}", DUPLICATE, 28),
    BAD("[{\"a\":{\"b\":1},\"a\":1}]", DUPLICATE, 14),

    BAD("[[[[[[[[[]]]]]]]]]", TOO_DEEP, 8),
    BAD("[[[[[[[[{}]]]]]]]]", TOO_DEEP, 8),
    BAD("{\"a\":[{\"a\":[{\"a\":[{\"a\":[[]]}]}]}]}", TOO_DEEP, 24),
};
/* clang-format on */


static void
test_good_documents_pass(void **state)
{
    scanned_t *scanned = *state;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        if (scanned_run(scanned, good[i].text, good[i].len) != 0) {
            fail_msg("%s: %s at %zu", good[i].text,
                     riverty_scan_id(scanned->status), scanned->scan.error);
        }
    }
}


static void
test_bad_documents_are_refused_where_they_are_bad(void **state)
{
    scanned_t *scanned = *state;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        scanned_run(scanned, bad[i].text, bad[i].len);

        if (scanned->status != bad[i].status ||
            scanned->scan.error != bad[i].error) {
            fail_msg("%s: %s at %zu", bad[i].text,
                     riverty_scan_id(scanned->status), scanned->scan.error);
        }
    }
}


/* Where a member stands: its name's and its value's text. */
static void
assert_member(const scanned_t *scanned, riverty_field_id_t field,
              riverty_json_type_t type, const char *name, const char *value)
{
    const riverty_member_t *member = &scanned->scan.members[field];
    const unsigned char *start = scanned->body + member->start;

    assert_int_equal(member->type, type);
    assert_int_equal(member->end - member->start, strlen(value));
    assert_memory_equal(start, value, strlen(value));
    assert_memory_equal(scanned->body + member->name, name, strlen(name));
}


static void
test_members_are_noted(void **state)
{
    static const char text[] =
        " {\"paymentRegistration\": {\"i\\u0064\" : \"\\n\"},\n"
        "\"customer\":{\"email\":\"J\xc3\xbcrgen\",\"phone\":-1.5e3,"
        "\"language\":null,\"address\":[ 1 ],\"firstName\":true,"
        "\"lastName\":false,\"birthDate\":{ }}} ";
    scanned_t *scanned = *state;
    riverty_member_t *members = scanned->scan.members;

    assert_int_equal(scanned_run(scanned, text, sizeof(text) - 1),
                     RIVERTY_SCAN_OK);

    assert_int_equal(members[RIVERTY_FIELD_DOCUMENT].type, RIVERTY_JSON_OBJECT);
    assert_int_equal(members[RIVERTY_FIELD_DOCUMENT].name, 0);
    assert_int_equal(members[RIVERTY_FIELD_DOCUMENT].start, 1);
    assert_int_equal(members[RIVERTY_FIELD_DOCUMENT].end, sizeof(text) - 2);

    assert_member(scanned, RIVERTY_FIELD_PAYMENT_REGISTRATION,
                  RIVERTY_JSON_OBJECT, "\"paymentRegistration\"",
                  "{\"i\\u0064\" : \"\\n\"}");
    assert_member(scanned, RIVERTY_FIELD_PAYMENT_REGISTRATION_ID,
                  RIVERTY_JSON_STRING, "\"i\\u0064\"", "\"\\n\"");
    assert_member(scanned, RIVERTY_FIELD_EMAIL, RIVERTY_JSON_STRING,
                  "\"email\"", "\"J\xc3\xbcrgen\"");
    assert_member(scanned, RIVERTY_FIELD_PHONE, RIVERTY_JSON_NUMBER,
                  "\"phone\"", "-1.5e3");
    assert_member(scanned, RIVERTY_FIELD_LANGUAGE, RIVERTY_JSON_NULL,
                  "\"language\"", "null");
    assert_member(scanned, RIVERTY_FIELD_ADDRESS, RIVERTY_JSON_ARRAY,
                  "\"address\"", "[ 1 ]");
    assert_member(scanned, RIVERTY_FIELD_FIRST_NAME, RIVERTY_JSON_TRUE,
                  "\"firstName\"", "true");
    assert_member(scanned, RIVERTY_FIELD_LAST_NAME, RIVERTY_JSON_FALSE,
                  "\"lastName\"", "false");
    assert_member(scanned, RIVERTY_FIELD_BIRTH_DATE, RIVERTY_JSON_OBJECT,
                  "\"birthDate\"", "{ }");
    assert_int_equal(members[RIVERTY_FIELD_STREET].type, RIVERTY_JSON_ABSENT);

    assert_true(members[RIVERTY_FIELD_PAYMENT_REGISTRATION_ID].escaped);
    assert_false(members[RIVERTY_FIELD_PAYMENT_REGISTRATION_ID].plain);
    assert_false(members[RIVERTY_FIELD_EMAIL].escaped);
    assert_false(members[RIVERTY_FIELD_EMAIL].plain);
}


static void
test_the_sample_has_known_members_only(void **state)
{
    scanned_t *scanned = *state;
    unsigned char *sample;
    size_t field, len;
    size_t found = 0;

    sample = scanned_sample("create-request.json", &len);
    assert_int_equal(scanned_run(scanned, sample, len), RIVERTY_SCAN_OK);

    for (field = 0; field < RIVERTY_FIELD_COUNT; field++) {
        found += scanned->scan.members[field].type != RIVERTY_JSON_ABSENT;
        assert_int_equal(scanned->scan.unknown[field], 0);
    }

    assert_int_equal(found, SAMPLE_MEMBERS);
    assert_false(scanned->scan.unwrapped);
    assert_int_equal(scanned->calls, 0); /* nothing to remember */
    free(sample);
}


static void
test_unknown_members_are_counted_by_their_object(void **state)
{
    static const char text[] =
        "{\"\":0,\"id\":0,\"customer\":{\"x\":{\"y\":1,\"email\":2},"
        "\"email\":{\"z\":1},\"street\":1,\"address\":{\"\\u0061\":1,"
        "\"b\":1,\"str\\u0065et\":\"\"}},"
        "\"paymentRegistration\":[{\"id\":1,\"q\":1}]}";
    scanned_t *scanned = *state;
    const uint32_t *unknown = scanned->scan.unknown;

    assert_int_equal(scanned_run(scanned, text, sizeof(text) - 1),
                     RIVERTY_SCAN_OK);

    assert_int_equal(unknown[RIVERTY_FIELD_DOCUMENT], 2);
    assert_int_equal(unknown[RIVERTY_FIELD_CUSTOMER], 2);
    assert_int_equal(unknown[RIVERTY_FIELD_ADDRESS], 2);
    assert_int_equal(unknown[RIVERTY_FIELD_EMAIL], 0);
    assert_int_equal(unknown[RIVERTY_FIELD_PAYMENT_REGISTRATION], 0);
    assert_int_equal(scanned->scan.members[RIVERTY_FIELD_STREET].type,
                     RIVERTY_JSON_STRING);
    assert_int_equal(
        scanned->scan.members[RIVERTY_FIELD_PAYMENT_REGISTRATION_ID].type,
        RIVERTY_JSON_ABSENT);
    assert_false(scanned->scan.unwrapped);
    assert_int_equal(scanned->calls, 1);
}


static void
test_a_customer_without_its_wrapper_is_seen(void **state)
{
    scanned_t *scanned = *state;
    static const struct {
        const char *text;
        bool unwrapped;
    } rows[] = {
        { "{\"email\":1}", true },
        { "{\"e\\u006dail\":1}", true },
        { "{\"x\":1,\"address\":{},\"y\":1}", true },
        { "{\"street\":1,\"id\":1,\"Email\":1,\"\":1}", false },
        { "{\"x\":{\"email\":1}}", false },
        { "[{\"email\":1}]", false },
        { "{\"customer\":{\"email\":1}}", false },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        scanned_run(scanned, rows[i].text, strlen(rows[i].text));
        assert_int_equal(scanned->scan.unwrapped, rows[i].unwrapped);
    }
}


static void
test_unescaping(void **state)
{
    static const struct {
        const char *raw;
        const char *text;
    } rows[] = {
        { "", "" },
        { "plain", "plain" },
        { "\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t" },
        { "a\\u0041b\\u00e9c\\u20AC", "aAb\xc3\xa9"
                                      "c\xe2\x82\xac" },
        { "\\uD83D\\uDE00!", "\xf0\x9f\x98\x80!" },
        { "\\u0001\\u007f\\u0080\\u07ff\\u0800\\uffff",
          "\x01\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf" },
        { "\\udbff\\udfff", "\xf4\x8f\xbf\xbf" },
        { "\\\\u0041", "\\u0041" },
        { "\xc3\xa9\\n", "\xc3\xa9\n" },
    };
    unsigned char out[64];

    (void) state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t len = riverty_string_unescape(riverty_span_of(rows[i].raw), out);

        assert_int_equal(len, strlen(rows[i].text));
        assert_memory_equal(out, rows[i].text, len);
    }
}


static int
find(const riverty_names_t *names, unsigned parent, riverty_span_t text)
{
    riverty_name_t name = riverty_name_of(text, text.data + text.len);

    return riverty_names_find(names, parent, name);
}


static int
find_caseless(const riverty_names_t *names, unsigned parent,
              riverty_span_t text)
{
    riverty_name_t name = riverty_name_of(text, text.data + text.len);

    return riverty_names_find_caseless(names, parent, name);
}


static void
test_names(void **state)
{
    static const uint64_t seed[2] = { 0, 0 };
    static char declared[RIVERTY_FIELDS_MAX][24];
    riverty_names_t names;

    (void) state;
    riverty_names_init(&names, seed);
    assert_int_equal(find(&names, 0, riverty_span("")), -1);

    /* Of one length, beginning and end: all in one slot. */
    for (unsigned i = 0; i < RIVERTY_FIELDS_MAX; i++) {
        snprintf(declared[i], sizeof(declared[i]), "abcdefgh%u%uabcdefgh",
                 i / 10, i % 10);
        assert_true(
            riverty_names_add(&names, 0, riverty_span_of(declared[i]), false));
    }
    assert_false(riverty_names_add(&names, 0, riverty_span("more"), false));

    for (unsigned i = 1; i < RIVERTY_FIELDS_MAX; i++) {
        riverty_span_t name = riverty_span_of(declared[i]);

        assert_int_equal(find(&names, 0, name), i);
        assert_int_equal(find(&names, 1, name), -1);
    }
    assert_int_equal(find(&names, 0, riverty_span("abcdefgh99abcdefgh")), -1);
    assert_int_equal(find(&names, 0, riverty_span("Abcdefgh07abcdefgh")), -1);
    assert_int_equal(
        find_caseless(&names, 0, riverty_span("Abcdefgh07abcdEfGH")), 7);
    assert_int_equal(
        find_caseless(&names, 0, riverty_span("Abcdefgh99abcdEfGH")), -1);
    assert_int_equal(
        find_caseless(&names, 1, riverty_span("abcdefgh07abcdefgh")), -1);

    /* The document is no member of itself. */
    assert_int_equal(find(&names, 0, riverty_span_of(declared[0])), -1);
}


static void
test_every_status_has_its_words(void **state)
{
    (void) state;

    assert_string_equal(riverty_scan_id(RIVERTY_SCAN_OK), "ok");
    assert_string_equal(riverty_scan_id(RIVERTY_SCAN_BOM), "byte_order_mark");
    assert_string_equal(riverty_scan_id(RIVERTY_SCAN_NO_MEMORY), "no_memory");

    for (unsigned i = 1; i < RIVERTY_SCAN_STATUS_COUNT; i++) {
        assert_true(strlen(riverty_scan_id(i)) > 0);
        assert_true(strlen(riverty_scan_detail(i)) > 0);
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_documents_pass),
        cmocka_unit_test(test_bad_documents_are_refused_where_they_are_bad),
        cmocka_unit_test(test_members_are_noted),
        cmocka_unit_test(test_the_sample_has_known_members_only),
        cmocka_unit_test(test_unknown_members_are_counted_by_their_object),
        cmocka_unit_test(test_a_customer_without_its_wrapper_is_seen),
        cmocka_unit_test(test_unescaping),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_every_status_has_its_words),
    };

    return cmocka_run_group_tests(tests, scanned_setup, scanned_teardown);
}
