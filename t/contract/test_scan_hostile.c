/*
 * The scanner (scan.h) against the big and the broken: a right verdict, one
 * allocation in proportion at most, and no byte read behind the body.
 */
#include "scanned.h"

#include "contract/core/text.h"


/* One name less than an object may have without a table. */
#define FEW                                                            \
    "\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,\"g\":0,\"h\":0," \
    "\"i\":0,\"j\":0,\"k\":0,\"l\":0,\"m\":0,\"n\":0,\"o\":0,"
#define FEW_LEN (sizeof(FEW) - 1)

#define BIG 65536

/* What a scan may allocate for a body of that length (scan.h). */
#define BLOCK_MAX(len) ((len) *14 + 256)

/* A document that is put together piece by piece. */
typedef struct {
    char *text;
    size_t len;
} built_t;

static char built_text[16 * BIG];


static void
append(built_t *built, const char *piece)
{
    size_t len = strlen(piece);

    assert_true(built->len + len < sizeof(built_text));
    memcpy(built->text + built->len, piece, len);
    built->len += len;
}


static built_t
build(const char *before, const char *piece, size_t times, const char *behind)
{
    built_t built = { built_text, 0 };

    append(&built, before);
    while (times-- > 0) {
        append(&built, piece);
    }
    append(&built, behind);

    return built;
}


static void
assert_scan(scanned_t *scanned, built_t built, riverty_scan_status_t status,
            size_t error)
{
    scanned_run(scanned, built.text, built.len);
    assert_int_equal(scanned->status, status);
    assert_int_equal(scanned->scan.error, error);
    assert_true(scanned->block_size <= BLOCK_MAX(built.len));
}


static void
test_deep(void **state)
{
    assert_scan(*state, build("", "[", BIG, ""), RIVERTY_SCAN_TOO_DEEP, 8);
    assert_scan(*state, build("", "{\"a\":", BIG / 5, ""),
                RIVERTY_SCAN_TOO_DEEP, 40);
    assert_scan(*state, build("", "]", BIG, ""), RIVERTY_SCAN_SYNTAX, 0);
}


static void
test_wide(void **state)
{
    assert_scan(*state, build("[", "[[[[[[[]]]]]]],", BIG / 15, "1]"),
                RIVERTY_SCAN_OK, 0);
    assert_scan(*state, build("[", "{},", BIG / 3, "1]"), RIVERTY_SCAN_OK, 0);
    assert_scan(*state, build("[", "{\"\":0},", BIG / 7, "1]"), RIVERTY_SCAN_OK,
                0);
    assert_scan(*state, build("[", "{\"\\u0061\":0},", BIG / 13, "1]"),
                RIVERTY_SCAN_OK, 0);
}


static void
test_long_tokens(void **state)
{
    assert_scan(*state, build("\"", "x", BIG, "\""), RIVERTY_SCAN_OK, 0);
    assert_scan(*state, build("\"", "x", BIG, ""), RIVERTY_SCAN_TRUNCATED,
                BIG + 1);
    assert_scan(*state, build("\"", "\\\\", BIG / 2, "\""), RIVERTY_SCAN_OK, 0);
    assert_scan(*state, build("\"", "\\ud83d\\ude00", BIG / 12, "\""),
                RIVERTY_SCAN_OK, 0);
    assert_scan(*state, build("\"", "\xf0\x9f\x98\x80", BIG / 4, "\""),
                RIVERTY_SCAN_OK, 0);
    assert_scan(*state, build("\"", "\xbf", BIG, "\""), RIVERTY_SCAN_UTF8, 1);
    assert_scan(*state, build("-1.", "9", BIG, "e+00"), RIVERTY_SCAN_OK, 0);
    assert_scan(*state, build("", "0", BIG, ""), RIVERTY_SCAN_NUMBER, 1);
    assert_scan(*state, build("", " ", BIG, ""), RIVERTY_SCAN_EMPTY, BIG);
    assert_scan(*state, build("{\"a\":\"", ":", BIG, "\"}"), RIVERTY_SCAN_OK,
                0);
    assert_scan(*state, build("{\"", ":", BIG, "\":1}"), RIVERTY_SCAN_OK, 0);
}


/* 10,000 members with names of their own, escaped or not, in one object. */
static built_t
build_members(const char *format, const char *last)
{
    built_t built = { built_text, 0 };
    char member[64];

    append(&built, "{\"customer\":{");
    for (unsigned i = 0; i < 10000; i++) {
        snprintf(member, sizeof(member), format, i / 100, i % 100);
        append(&built, member);
    }
    append(&built, last);

    return built;
}


static void
test_many_members(void **state)
{
    static const char plain[] = "\"%02u%02u\":0,";
    static const char escaped[] = "\"\\u0061%02u\\n%02u\":0,";
    scanned_t *scanned = *state;
    built_t built;

    built = build_members(plain, "\"email\":0}}");
    assert_scan(scanned, built, RIVERTY_SCAN_OK, 0);
    assert_int_equal(scanned->scan.unknown[RIVERTY_FIELD_CUSTOMER], 10000);
    assert_int_equal(scanned->scan.members[RIVERTY_FIELD_EMAIL].type,
                     RIVERTY_JSON_NUMBER);

    built = build_members(plain, "\"0000\":0}}");
    assert_scan(scanned, built, RIVERTY_SCAN_DUPLICATE, built.len - 10);

    built = build_members(plain, "\"99\\u00399\":0}}");
    assert_scan(scanned, built, RIVERTY_SCAN_DUPLICATE, built.len - 15);

    built = build_members(escaped, "\"x\":0}}");
    assert_scan(scanned, built, RIVERTY_SCAN_OK, 0);
    assert_int_equal(scanned->scan.unknown[RIVERTY_FIELD_CUSTOMER], 10001);

    built = build_members(escaped, "\"a50\\u000a49\":0}}");
    assert_scan(scanned, built, RIVERTY_SCAN_DUPLICATE, built.len - 17);
}


/*
 * There is none for the first few names of an object.  Its size follows the
 * colons: here 25, in 2,000 bytes.
 */
static void
test_the_table_is_no_larger_than_it_need_be(void **state)
{
    scanned_t *scanned = *state;
    built_t built = build("[\"::::::::\",{" FEW "\"p\":0,\"", "x;9z\xc2\xba",
                          333, "\":1}]");

    /* 64 entries, 16 bytes each, and the bytes from the name on. */
    assert_scan(scanned, built, RIVERTY_SCAN_OK, 0);
    assert_int_equal(scanned->block_size,
                     64 * 16 + built.len - 14 - FEW_LEN - 6);

    built = build("[", "{" FEW "\"p\":{" FEW "\"p\":0}},", 100, "0]");
    assert_scan(scanned, built, RIVERTY_SCAN_OK, 0);
    assert_int_equal(scanned->calls, 0);
}


static void
test_one_name_again_and_again(void **state)
{
    assert_scan(*state, build("{", "\"a\":0,", 10000, "\"b\":0}"),
                RIVERTY_SCAN_DUPLICATE, 7);
    assert_scan(*state, build("{", "\"customer\":0,", 10000, "\"b\":0}"),
                RIVERTY_SCAN_DUPLICATE, 14);
}


static void
test_too_large(void **state)
{
    scanned_t *scanned = *state;
    riverty_span_t body = { (const unsigned char *) "{}",
                            (size_t) RIVERTY_BODY_MAX + 1 };
    riverty_memory_t memory = { scanned_allocate, scanned, scanned_take_back };

    assert_int_equal(
        riverty_scan(&scanned->scan, &scanned->names, body, &memory),
        RIVERTY_SCAN_TOO_LARGE);
    assert_int_equal(scanned->scan.error, RIVERTY_BODY_MAX);
}


static void
test_absent(void **state)
{
    scanned_t *scanned = *state;
    riverty_span_t body = { NULL, 0 };
    riverty_memory_t memory = { scanned_allocate, scanned, scanned_take_back };

    assert_int_equal(
        riverty_scan(&scanned->scan, &scanned->names, body, &memory),
        RIVERTY_SCAN_EMPTY);
    assert_int_equal(scanned->scan.error, 0);
    assert_int_equal(scanned->scan.members[RIVERTY_FIELD_DOCUMENT].type,
                     RIVERTY_JSON_ABSENT);
}


static void
test_no_memory(void **state)
{
    static const char unknown[] = "{\"customer\":{" FEW "\"p\":0,\"x\":1}}";
    static const char escaped[] = "{\"\\u0063ustomer\":1}";
    static const char known[] = "{\"customer\":{\"email\":\"\\n\"}}";
    scanned_t *scanned = *state;

    scanned->refuse = true;

    scanned_run(scanned, unknown, sizeof(unknown) - 1);
    assert_int_equal(scanned->status, RIVERTY_SCAN_NO_MEMORY);
    assert_int_equal(scanned->scan.error, 13 + FEW_LEN + 6);

    scanned_run(scanned, escaped, sizeof(escaped) - 1);
    assert_int_equal(scanned->status, RIVERTY_SCAN_NO_MEMORY);
    assert_int_equal(scanned->scan.error, 1);

    scanned_run(scanned, known, sizeof(known) - 1);
    assert_int_equal(scanned->status, RIVERTY_SCAN_OK);
    assert_int_equal(scanned->calls, 0);

    scanned->refuse = false;
}


/* Wherever an object is cut off, that is what is said of it. */
static void
assert_cut_anywhere(scanned_t *scanned, const unsigned char *text, size_t len)
{
    while (len > 0 && text[len - 1] != '}') {
        len--;
    }

    assert_int_equal(scanned_run(scanned, text, len), RIVERTY_SCAN_OK);

    for (size_t cut = 1; cut < len; cut++) {
        scanned_run(scanned, text, cut);
        assert_int_equal(scanned->status, RIVERTY_SCAN_TRUNCATED);
        assert_int_equal(scanned->scan.error, cut);
    }

    assert_int_equal(scanned_run(scanned, text, 0), RIVERTY_SCAN_EMPTY);
}


static void
test_samples_cut_off(void **state)
{
    static const char *const names[] = {
        "create-request.json", "update-request.json",  "create-response.json",
        "read-response.json",  "update-response.json",
    };
    unsigned char *sample;
    size_t len;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        sample = scanned_sample(names[i], &len);
        assert_cut_anywhere(*state, sample, len);
        free(sample);
    }
}


static void
test_everything_cut_off(void **state)
{
    static const char text[] =
        "{\"customer\" : { \"\\u0065mail\":\"\\ud83d\\ude00\\\"\\u00e9\","
        "\"x\xc2\x80\xe0\xa0\x80\xed\x9f\xbf\xef\xbf\xbf\":[ -0.5E-10 , 1e+2],"
        "\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\xf1\x80\x80\x80\":null,"
        "\"y\":[true,false,{\"\":{ } ,\"\\\\\":[ ]}]}}";

    assert_cut_anywhere(*state, (const unsigned char *) text, sizeof(text) - 1);
}


/* Each code point, as it is and escaped, in a string. */
static void
test_every_code_point(void **state)
{
    scanned_t *scanned = *state;
    riverty_scan_status_t expected;
    unsigned char text[16] = "\"";
    uint32_t code;
    size_t len;

    for (code = 0; code <= 0x10ffff; code++) {
        len = 1 + riverty_text_encode(code, text + 1);
        text[len++] = '"';

        expected = code == 0                          ? RIVERTY_SCAN_NUL
                   : code < 0x20                      ? RIVERTY_SCAN_CONTROL
                   : code == '"'                      ? RIVERTY_SCAN_TRAILING
                   : code == '\\'                     ? RIVERTY_SCAN_TRUNCATED
                   : code >= 0xd800 && code <= 0xdfff ? RIVERTY_SCAN_UTF8
                                                      : RIVERTY_SCAN_OK;
        if (scanned_run(scanned, text, len) != expected) {
            fail_msg("U+%04X: %s", code, riverty_scan_id(scanned->status));
        }
    }

    for (code = 0; code <= 0xffff; code++) {
        len = (size_t) snprintf((char *) text, sizeof(text), "\"\\u%04x\"",
                                (unsigned) code);
        expected = code == 0                          ? RIVERTY_SCAN_NUL
                   : code >= 0xd800 && code <= 0xdfff ? RIVERTY_SCAN_SURROGATE
                                                      : RIVERTY_SCAN_OK;
        assert_int_equal(scanned_run(scanned, text, len), expected);
    }
}


/* A byte that ends a run, at each place of a word and its neighbour. */
static void
test_every_place_in_a_word(void **state)
{
    static const char special[] = "\x01\x1f\x80\xff\n\t";
    scanned_t *scanned = *state;
    char text[40];

    for (size_t len = 1; len < 34; len++) {
        for (size_t at = 1; at <= len; at++) {
            for (const char *byte = special; *byte != '\0'; byte++) {
                text[0] = '"';
                memset(text + 1, '!', len);
                text[len + 1] = '"';
                text[at] = *byte;
                scanned_run(scanned, text, len + 2);
                assert_int_not_equal(scanned->status, RIVERTY_SCAN_OK);
                assert_int_equal(scanned->scan.error, at);
            }
        }
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deep),
        cmocka_unit_test(test_wide),
        cmocka_unit_test(test_long_tokens),
        cmocka_unit_test(test_many_members),
        cmocka_unit_test(test_the_table_is_no_larger_than_it_need_be),
        cmocka_unit_test(test_one_name_again_and_again),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_absent),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_samples_cut_off),
        cmocka_unit_test(test_everything_cut_off),
        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_every_place_in_a_word),
    };

    return cmocka_run_group_tests(tests, scanned_setup, scanned_teardown);
}
