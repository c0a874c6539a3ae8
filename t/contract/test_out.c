/*
 * The bounded writer (out.h): escapes, ill-formed UTF-8, and what happens when
 * there is no room.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <jansson.h>

#include "contract/core/out.h"
#include "contract/core/text.h"

#define REPLACEMENT "\xef\xbf\xbd"


static void
assert_written(const riverty_out_t *out, const char *expected)
{
    assert_false(out->full);
    assert_int_equal(riverty_out_length(out), strlen(expected));
    assert_memory_equal(out->start, expected, strlen(expected));
}


static void
test_pieces(void **state)
{
    static const unsigned char bytes[] = { 0x00, 0x1f, 0xa0, 0xff };
    riverty_span_t absent = { NULL, 0 };
    riverty_out_t out;
    char buffer[64];

    (void) state;
    riverty_out_init(&out, buffer, sizeof(buffer));
    assert_written(&out, "");

    riverty_out_literal(&out, "{");
    riverty_out_text(&out, "");
    riverty_out_text(&out, "ab");
    riverty_out_bytes(&out, "cde", 2);
    riverty_out_bytes(&out, NULL, 0);
    riverty_out_hex(&out, bytes, sizeof(bytes));
    riverty_out_hex(&out, NULL, 0);
    riverty_out_string(&out, riverty_span("x"));
    riverty_out_string(&out, absent);
    riverty_out_escaped(&out, absent);
    assert_written(&out, "{abcd001fa0ff\"x\"\"\"");
}


static void
test_numbers(void **state)
{
    riverty_out_t out;
    char buffer[64];

    (void) state;
    riverty_out_init(&out, buffer, sizeof(buffer));
    riverty_out_uint(&out, 0);
    riverty_out_literal(&out, " ");
    riverty_out_uint(&out, 10);
    riverty_out_literal(&out, " ");
    riverty_out_uint(&out, 987654321);
    riverty_out_literal(&out, " ");
    riverty_out_uint(&out, UINT64_MAX);
    assert_written(&out, "0 10 987654321 18446744073709551615");
}


/* snprintf() is the judge, of numbers around each power of ten. */
static void
test_numbers_of_each_length(void **state)
{
    riverty_out_t out;
    char buffer[24], expected[24];
    uint64_t power = 1;

    (void) state;
    for (int digits = 1; digits <= 20; digits++) {
        for (uint64_t number = power - 1; number != power + 2; number++) {
            riverty_out_init(&out, buffer, sizeof(buffer));
            riverty_out_uint(&out, number);
            snprintf(expected, sizeof(expected), "%" PRIu64, number);
            assert_written(&out, expected);
        }
        power *= 10;
    }
}


static void
test_hex_of_each_byte_and_length(void **state)
{
    unsigned char bytes[256];
    riverty_out_t out;
    char buffer[512], expected[513];

    (void) state;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (unsigned char) (i * 37);
        snprintf(expected + 2 * i, 3, "%02x", bytes[i]);
    }

    for (size_t len = 0; len <= sizeof(bytes); len++) {
        riverty_out_init(&out, buffer, 2 * len);
        riverty_out_hex(&out, bytes, len);
        assert_false(out.full);
        assert_int_equal(riverty_out_length(&out), 2 * len);
        assert_memory_equal(buffer, expected, 2 * len);
    }

    riverty_out_init(&out, buffer, 5);
    riverty_out_hex(&out, bytes, 3);
    assert_true(out.full);
    assert_int_equal(riverty_out_length(&out), 0);
}


/* One byte that is not plain, or none, at each place of each short text. */
static void
test_strings_of_each_length(void **state)
{
    static const char bad[] = "\n\"\x7f";
    riverty_out_t out;
    char text[40], buffer[64], expected[64];

    (void) state;
    for (size_t len = 1; len <= sizeof(text); len++) {
        for (size_t place = 0; place <= len; place++) {
            char byte = bad[(len + place) % 3];
            const char *escaped = byte == '\n'  ? "\\n"
                                  : byte == '"' ? "\\\""
                                                : "\x7f";

            memset(text, 'x', len);
            if (place == len) {
                snprintf(expected, sizeof(expected), "\"%.*s\"", (int) len,
                         text);
            } else {
                text[place] = byte;
                snprintf(expected, sizeof(expected), "\"%.*s%s%.*s\"",
                         (int) place, text, escaped, (int) (len - place - 1),
                         text + place + 1);
            }

            riverty_out_init(&out, buffer, sizeof(buffer));
            riverty_out_string(&out,
                               (riverty_span_t){ (const void *) text, len });
            assert_written(&out, expected);
        }
    }
}


static void
test_escapes(void **state)
{
    static const struct {
        const char *text;
        const char *escaped;
    } rows[] = {
        { "plain and long enough for a word",
          "plain and long enough for a word" },
        { "\"", "\\\"" },
        { "\\", "\\\\" },
        { "/", "/" },
        { "\b\f\n\r\t", "\\b\\f\\n\\r\\t" },
        { "\x01\x0b\x1f\x7f", "\\u0001\\u000b\\u001f\x7f" },
        { "M\xc3\xbcller \xf0\x9f\x98\x80", "M\xc3\xbcller \xf0\x9f\x98\x80" },
        { "12345678\"abcdefgh\n", "12345678\\\"abcdefgh\\n" },
        { "\x80", REPLACEMENT },
        { "a\xc3", "a" REPLACEMENT },
        { "\xc3(", REPLACEMENT "(" },
        { "\xe2\x82", REPLACEMENT REPLACEMENT },
        { "\xed\xa0\x80z", REPLACEMENT REPLACEMENT REPLACEMENT "z" },
        { "\xc0\xaf", REPLACEMENT REPLACEMENT },
        { "\xff\xc3\xa9", REPLACEMENT "\xc3\xa9" },
    };
    riverty_out_t out;
    char buffer[64];

    (void) state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        riverty_out_init(&out, buffer, sizeof(buffer));
        riverty_out_escaped(&out, riverty_span_of(rows[i].text));
        assert_written(&out, rows[i].escaped);
    }

    riverty_out_init(&out, buffer, sizeof(buffer));
    riverty_out_string(&out,
                       (riverty_span_t){ (const unsigned char *) "a\0b", 3 });
    assert_written(&out, "\"a\\u0000b\"");
}


/* Whatever the bytes, a JSON parser reads a string; good text unchanged. */
static void
test_jansson_reads_it(void **state)
{
    unsigned char text[48], buffer[6 * sizeof(text) + 2];
    riverty_span_t span = { text, 0 };
    uint32_t random = 12345;
    riverty_out_t out;
    json_t *string;

    (void) state;
    for (unsigned round = 0; round < 20000; round++) {
        span.len = round % sizeof(text);

        for (size_t i = 0; i < span.len; i++) {
            random = random * 1664525 + 1013904223;
            text[i] = (unsigned char) (random >> 24);
            if (round % 2 == 0) {
                text[i] &= 0x7f;
            }
        }

        riverty_out_init(&out, buffer, sizeof(buffer));
        riverty_out_string(&out, span);
        assert_false(out.full);

        string = json_loadb((char *) buffer, riverty_out_length(&out),
                            JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
        assert_non_null(string);

        if (riverty_text_ascii(span)) {
            assert_int_equal(json_string_length(string), span.len);
            assert_memory_equal(json_string_value(string), text, span.len);
        }
        json_decref(string);
    }
}


/* A text that needs each kind of piece, into each size of buffer. */
static void
test_what_does_not_fit_is_not_written(void **state)
{
    static const char expected[] = "ab\"c\\n\\u0001\xc3\xa9\xef\xbf\xbd\"12ff";
    static const size_t whole = sizeof(expected) - 1;
    riverty_out_t out;
    char *buffer;

    (void) state;
    for (size_t size = 0; size <= whole + 1; size++) {
        buffer = malloc(size + 1);
        buffer[size] = 'x';

        riverty_out_init(&out, buffer, size);
        riverty_out_literal(&out, "ab");
        riverty_out_string(&out, riverty_span("c\n\x01\xc3\xa9\xff"));
        riverty_out_uint(&out, 12);
        riverty_out_hex(&out, (const unsigned char *) "\xff", 1);

        assert_int_equal(out.full, size < whole);
        assert_true(riverty_out_length(&out) <= size);
        assert_memory_equal(buffer, expected, riverty_out_length(&out));
        assert_int_equal(buffer[size], 'x');
        free(buffer);
    }
}


static void
test_once_full_nothing_more_is_written(void **state)
{
    riverty_out_t out;
    char buffer[4];

    (void) state;
    riverty_out_init(&out, buffer, sizeof(buffer));
    riverty_out_literal(&out, "abc");
    riverty_out_literal(&out, "de");
    assert_true(out.full);

    riverty_out_literal(&out, "f"); /* it would fit */
    assert_true(out.full);
    assert_int_equal(riverty_out_length(&out), 3);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_numbers_of_each_length),
        cmocka_unit_test(test_hex_of_each_byte_and_length),
        cmocka_unit_test(test_strings_of_each_length),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_jansson_reads_it),
        cmocka_unit_test(test_what_does_not_fit_is_not_written),
        cmocka_unit_test(test_once_full_nothing_more_is_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
