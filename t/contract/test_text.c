/*
 * UTF-8 text (text.h).  What is well-formed is compared with libutf8proc over
 * all sequences; NFC and the classes by examples of the Unicode standard.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <utf8proc.h>

#include "contract/core/text.h"

#define NBSP "\xc2\xa0"


#define BLOCKS_MAX 128

/* What was allocated, until it is released all at once. */
typedef struct {
    void *blocks[BLOCKS_MAX];
    size_t count;
    bool refuse;
} heap_t;


static void *
allocate(void *data, size_t size)
{
    heap_t *heap = data;

    if (heap->refuse) {
        return NULL;
    }

    assert_true(heap->count < BLOCKS_MAX);
    heap->blocks[heap->count] = malloc(size);
    return heap->blocks[heap->count++];
}


static void
release(heap_t *heap)
{
    while (heap->count > 0) {
        free(heap->blocks[--heap->count]);
    }
}


/* A copy that ends where its memory ends: a byte read too much is caught. */
static riverty_span_t
copy(heap_t *heap, const char *text)
{
    riverty_span_t span = { NULL, strlen(text) };
    void *bytes = allocate(heap, span.len);

    memcpy(bytes, text, span.len);
    span.data = bytes;
    return span;
}


static void
assert_text(riverty_span_t text, const char *expected)
{
    assert_int_equal(text.len, strlen(expected));
    assert_memory_equal(text.data, expected, text.len);
}


/* How long libutf8proc says that the sequence is, or 0. */
static size_t
judged_length(const unsigned char *bytes, size_t len)
{
    utf8proc_int32_t code;
    utf8proc_ssize_t judged =
        utf8proc_iterate(bytes, (utf8proc_ssize_t) len, &code);

    return judged > 0 ? (size_t) judged : 0;
}


static void
test_sequences_of_up_to_three_bytes(void **state)
{
    unsigned char bytes[3];
    size_t len;

    (void) state;
    for (uint32_t word = 0; word < 0x1000000; word++) {
        bytes[0] = (unsigned char) (word >> 16);
        bytes[1] = (unsigned char) (word >> 8);
        bytes[2] = (unsigned char) word;

        /* A shorter one once, not for each byte that could follow. */
        len = (word & 0xffff) == 0 ? 1 : (word & 0xff) == 0 ? 2 : 3;
        for (; len <= 3; len++) {
            if (riverty_text_sequence(bytes, bytes + len) !=
                judged_length(bytes, len)) {
                fail_msg("%06x, %zu bytes of it", (unsigned) word, len);
            }
        }
    }
}


/* The first two bytes are all there are, the others at their limits. */
static void
test_sequences_of_four_bytes(void **state)
{
    static const unsigned char others[] = { 0x00, 0x7f, 0x80, 0xbf, 0xc0 };
    unsigned char bytes[4];

    (void) state;
    for (unsigned word = 0xe000; word <= 0xffff; word++) {
        for (unsigned i = 0; i < 25; i++) {
            bytes[0] = (unsigned char) (word >> 8);
            bytes[1] = (unsigned char) word;
            bytes[2] = others[i / 5];
            bytes[3] = others[i % 5];

            assert_int_equal(riverty_text_sequence(bytes, bytes + 4),
                             judged_length(bytes, 4));
        }
    }
}


static void
test_sequences_cut_off(void **state)
{
    static const unsigned char bytes[] = "\xf0\x9f\x98\x80\xe2\x82\xac\xc3\xa9";

    (void) state;
    assert_int_equal(riverty_text_sequence(bytes, bytes + 3), 0);
    assert_int_equal(riverty_text_sequence(bytes, bytes + 1), 0);
    assert_int_equal(riverty_text_sequence(bytes + 4, bytes + 6), 0);
    assert_int_equal(riverty_text_sequence(bytes + 7, bytes + 8), 0);
    assert_int_equal(riverty_text_sequence(bytes + 7, bytes + 9), 2);
}


static void
test_every_code_point_there_and_back(void **state)
{
    unsigned char bytes[4], judged[4];
    const unsigned char *pos;
    size_t len;

    (void) state;
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        if (code >= 0xd800 && code <= 0xdfff) {
            continue;
        }

        len = riverty_text_encode(code, bytes);
        assert_int_equal(utf8proc_encode_char((utf8proc_int32_t) code, judged),
                         len);
        assert_memory_equal(bytes, judged, len);

        pos = bytes;
        assert_int_equal(riverty_text_next(&pos, bytes + len), code);
        assert_ptr_equal(pos, bytes + len);
    }
}


static void
test_a_walk_ends_on_any_bytes(void **state)
{
    static const unsigned char bytes[] = "\xc3(\xff\xe2\x82";
    const unsigned char *pos = bytes;

    (void) state;
    assert_int_equal(riverty_text_next(&pos, bytes + 5), 0xfffd);
    assert_int_equal(riverty_text_next(&pos, bytes + 5), '(');
    assert_int_equal(riverty_text_next(&pos, bytes + 5), 0xfffd);
    assert_int_equal(riverty_text_next(&pos, bytes + 5), 0xfffd);
    assert_int_equal(riverty_text_next(&pos, bytes + 5), 0xfffd);
    assert_ptr_equal(pos, bytes + 5);
}


static void
test_length_and_ascii(void **state)
{
    static const riverty_span_t absent = { NULL, 0 };

    (void) state;
    assert_int_equal(riverty_text_length(absent), 0);
    assert_int_equal(riverty_text_length(riverty_span("abc")), 3);
    assert_int_equal(riverty_text_length(
                         riverty_span("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80")),
                     3);
    assert_int_equal(riverty_text_length(riverty_span("e\xcc\x81")), 2);

    assert_true(riverty_text_ascii(absent));
    assert_true(riverty_text_ascii(riverty_span("0123456789abcde\x7f")));
    assert_false(riverty_text_ascii(riverty_span("\xc2\x80")));
    assert_false(riverty_text_ascii(riverty_span("0123456789abcdef\xc3\xa9")));
    assert_false(riverty_text_ascii(riverty_span("0123\xc3\xa9"
                                                 "6789abcdef")));
}


/* Cc, Zl, Zp and Bidi_Control (PropList.txt): these and no others. */
static bool
is_control(uint32_t code)
{
    static const uint32_t bidi[] = { 0x061c, 0x200e, 0x200f, 0x202a,
                                     0x202b, 0x202c, 0x202d, 0x202e,
                                     0x2066, 0x2067, 0x2068, 0x2069 };
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t) code);

    for (size_t i = 0; i < sizeof(bidi) / sizeof(bidi[0]); i++) {
        if (code == bidi[i]) {
            return true;
        }
    }

    /* Noncharacters: the last two of each plane, and 32 more; tags; U+FEFF. */
    if (code % 0x10000 >= 0xfffe || (code >= 0xfdd0 && code <= 0xfdef) ||
        (code >= 0xe0000 && code <= 0xe007f) || code == 0xfeff) {
        return true;
    }

    return category == UTF8PROC_CATEGORY_CC ||
           category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}


static void
test_controls(void **state)
{
    static const riverty_span_t absent = { NULL, 0 };
    unsigned char bytes[24];

    (void) state;
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        assert_int_equal(riverty_text_control(code), is_control(code));
    }

    assert_false(riverty_text_has_control(absent));
    assert_false(riverty_text_has_control(
        riverty_span(" !\"~ J\xc3\xbcrgen \xe2\x80\xa7\xe2\x80\xaf")));

    /* One at each place, behind a word and before one. */
    for (uint32_t code = 0; code <= 0x2100; code++) {
        for (size_t at = 0; is_control(code) && at < 18; at++) {
            memset(bytes, 'x', sizeof(bytes));
            riverty_text_encode(code, bytes + at);
            assert_true(riverty_text_has_control(
                (riverty_span_t){ bytes, sizeof(bytes) }));
        }
    }
}


static void
test_letters_and_digits(void **state)
{
    static const struct {
        const char *text;
        bool letter, alphanumeric;
    } rows[] = {
        { "", false, false },
        { " .-'<>@[`{", false, false },
        { "700", false, true },
        { "\xc3\x89", true, true },           /* U+00C9, Lu */
        { "\xc2\xaa", true, true },           /* U+00AA, Lo */
        { "\xc7\x85", true, true },           /* U+01C5, Lt */
        { "\xca\xb0", true, true },           /* U+02B0, Lm */
        { "\xd0\x96", true, true },           /* U+0416 */
        { "\xe5\xb1\xb1", true, true },       /* U+5C71 */
        { "\xf0\xa0\x80\x80", true, true },   /* U+20000 */
        { "\xd9\xa3", false, true },          /* U+0663, Nd */
        { "\xc2\xb2\xc2\xbd", false, false }, /* U+00B2, U+00BD: No */
        { "\xe2\x85\xa3", true, true },       /* U+2163: Nl */
        { "\xe3\x80\x87", true, true },       /* U+3007: Nl */
        { "\xcc\x81", false, false },         /* U+0301: Mn */
        { "\xcd\xb8", true, true },           /* U+0378: Cn */
        { "\xf0\xb2\x8e\xb0", true, true },   /* U+323B0: Cn, Unicode 17's */
        { "\xf1\x80\x80\x80", false, false }, /* U+40000: Cn */
        { "\xe3\x85\xa4", false, false },     /* U+3164: Lo, a filler */
        { "\xee\x80\x80", false, false },     /* U+E000: Co */
        { "\xf0\x9f\x98\x80", false, false }, /* U+1F600: So */
    };
    static const riverty_span_t absent = { NULL, 0 };
    heap_t heap = { .count = 0 };

    (void) state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        riverty_span_t text = copy(&heap, rows[i].text);

        assert_false(riverty_text_has_control(text));
        assert_int_equal(riverty_text_has_letter(text), rows[i].letter);
        assert_int_equal(riverty_text_has_alphanumeric(text),
                         rows[i].alphanumeric);
    }

    assert_false(riverty_text_has_letter(absent));
    release(&heap);
}


/* What of all code points is read: by category, without fillers. */
static bool
is_readable(uint32_t code)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t) code);

    if (code < 0x80) {
        return isalnum((int) code) != 0;
    }

    if (code == 0x115f || code == 0x1160 || code == 0x2212 || code == 0x2800 ||
        code == 0x3164 || code == 0xffa0) {
        return false;
    }

    switch (category) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO:
        return code < 0x40000;
    default:
        return strchr("LNS", utf8proc_category_string(
                                 (utf8proc_int32_t) code)[0]) != NULL;
    }
}


static void
test_readable(void **state)
{
    static const riverty_span_t absent = { NULL, 0 };
    unsigned char bytes[4];

    (void) state;

    for (uint32_t code = 1; code <= 0x10ffff; code++) {
        riverty_span_t text = { bytes, riverty_text_encode(code, bytes) };

        if (riverty_text_sequence(bytes, bytes + text.len) == 0) {
            continue; /* a surrogate */
        }

        assert_int_equal(riverty_text_readable(text), is_readable(code));
        assert_int_equal(
            riverty_text_has_letter(text) || !riverty_text_readable(text) ||
                utf8proc_category_string((utf8proc_int32_t) code)[0] != 'L',
            true);
    }

    assert_false(riverty_text_readable(absent));
    assert_false(riverty_text_readable(riverty_span("-., '!?*#&")));
    assert_true(riverty_text_readable(riverty_span("- a")));

    assert_false(riverty_text_dashes(absent));
    assert_false(riverty_text_dashes(riverty_span("- -")));
    assert_false(riverty_text_dashes(riverty_span("-a")));
    assert_true(riverty_text_dashes(riverty_span("-")));
    assert_true(riverty_text_dashes(riverty_span("...")));
    assert_true(riverty_text_dashes(
        riverty_span("\xe2\x80\x90\xe2\x80\x95\xe2\x88\x92\xe2\x80\xa6")));
}


static void
test_trim(void **state)
{
    static const struct {
        const char *text;
        const char *trimmed;
    } rows[] = {
        { "", "" },
        { " ", "" },
        { NBSP, "" },
        { " " NBSP NBSP " ", "" },
        { "a", "a" },
        { "  a b  ", "a b" },
        { NBSP " a" NBSP "b " NBSP, "a" NBSP "b" },
        { "\xc3\xa0", "\xc3\xa0" }, /* U+00E0: its last byte is A0 */
        { "\xc2\xa2 \xe2\x82\xa0 ", "\xc2\xa2 \xe2\x82\xa0" }, /* no NBSP */
        { "\tx\n", "\tx\n" }, /* control characters have their own rule */
        { "\xe3\x80\x80", "\xe3\x80\x80" }, /* U+3000 */
        /* U+200E, U+200F, U+061C, U+FEFF, also between spaces */
        { "\xe2\x80\x8e"
          "a"
          "\xe2\x80\x8f",
          "a" },
        { " \xd8\x9c \xef\xbb\xbf"
          "a b"
          "\xd8\x9c" NBSP,
          "a b" },
        { "\xef\xbb\xbf", "" },
        { "a\xe2\x80\x8e"
          "b",
          "a\xe2\x80\x8e"
          "b" },
        { "\xe2\x80\x8d"
          "a",
          "\xe2\x80\x8d"
          "a" }, /* U+200D */
    };
    riverty_span_t absent = { NULL, 0 };
    heap_t heap = { .count = 0 };

    (void) state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_text(riverty_text_trim(copy(&heap, rows[i].text)),
                    rows[i].trimmed);
    }

    assert_null(riverty_text_trim(absent).data);
    release(&heap);
}


static void
test_nfc(void **state)
{
    static const struct {
        const char *text;
        const char *composed;
    } rows[] = {
        { "e\xcc\x81", "\xc3\xa9" },
        { "Mu\xcc\x88ller", "M\xc3\xbcller" },
        { "\xe2\x84\xab", "\xc3\x85" },               /* Angstrom sign */
        { "q\xcc\x87\xcc\xa3", "q\xcc\xa3\xcc\x87" }, /* order of marks */
        { "d\xcc\x87\xcc\xa3", "\xe1\xb8\x8d\xcc\x87" },
        { "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "\xed\x95\x9c" }, /* Hangul */
        { "\xe0\xa5\x98", "\xe0\xa4\x95\xe0\xa4\xbc" }, /* excluded, U+0958 */
        { "\xe2\x80\xa6\xcd\xbe", "\xe2\x80\xa6;" },    /* U+037E */
        { "\xef\xac\x81", "\xef\xac\x81" },             /* not NFKC */
    };
    heap_t heap = { .count = 0 };
    riverty_memory_t memory = { allocate, &heap, NULL };

    (void) state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        riverty_span_t text = copy(&heap, rows[i].text);

        assert_true(riverty_text_nfc(&text, &memory));
        assert_text(text, rows[i].composed);

        assert_true(riverty_text_nfc(&text, &memory));
        assert_text(text, rows[i].composed);
    }
    release(&heap);
}


static void
test_what_is_in_nfc_stays_where_it_is(void **state)
{
    static const char *const plain[] = { "", "Ray", "M\xc3\xbcller",
                                         "\xca\xb0\xcb\xbf" };
    static const char *const composed[] = { "\xd0\x96\xd0\xb8", "\xed\x95\x9c",
                                            "x\xcc\x81" };
    heap_t heap = { .refuse = true };
    riverty_memory_t memory = { allocate, &heap, NULL };
    riverty_span_t absent = { NULL, 0 };

    (void) state;
    assert_true(riverty_text_nfc(&absent, &memory));
    assert_null(absent.data);

    /* Below U+0300 nothing is even allocated. */
    for (size_t i = 0; i < 4; i++) {
        riverty_span_t text = riverty_span_of(plain[i]);

        assert_true(riverty_text_nfc(&text, &memory));
        assert_ptr_equal(text.data, plain[i]);
    }

    heap.refuse = false;
    for (size_t i = 0; i < 3; i++) {
        riverty_span_t text = riverty_span_of(composed[i]);

        assert_true(riverty_text_nfc(&text, &memory));
        assert_ptr_equal(text.data, composed[i]);
    }
    release(&heap);
}


static void
test_nfc_without_memory(void **state)
{
    heap_t heap = { .refuse = true };
    riverty_memory_t memory = { allocate, &heap, NULL };
    riverty_span_t text = riverty_span("e\xcc\x81");

    (void) state;
    assert_false(riverty_text_nfc(&text, &memory));
    assert_text(text, "e\xcc\x81");
}


/* Marks without end: ordering them takes libutf8proc quadratic time. */
static void
test_nfc_leaves_what_is_not_stream_safe(void **state)
{
    static const struct {
        const char *mark; /* two bytes, or three that are two marks */
        size_t most;
    } rows[] = {
        { "\xcc\x87", 30 },     /* U+0307 */
        { "\xcd\x84", 15 },     /* U+0344: two marks */
        { "\xe0\xbd\xb3", 15 }, /* U+0F73: two marks, class 0 itself */
    };
    heap_t heap = { .count = 0 };
    riverty_memory_t memory = { allocate, &heap, NULL };
    char bytes[256] = "e"; /* composes with U+0307 */

    (void) state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t marks = rows[i].most; marks <= rows[i].most + 1; marks++) {
            riverty_span_t text;

            bytes[1] = '\0';
            for (size_t k = 0; k < marks; k++) {
                strcat(bytes, rows[i].mark);
            }

            text = riverty_span_of(bytes);
            assert_true(riverty_text_nfc(&text, &memory));
            if (marks > rows[i].most) {
                assert_ptr_equal(text.data, bytes);
            } else {
                assert_ptr_not_equal(text.data, bytes);
            }
        }
    }
    release(&heap);
}


static void
test_position(void **state)
{
    static const char text[] = "{\n \"\xc3\xa9\xf0\x9f\x98\x80\": 1\r\n\n}";
    static const struct {
        size_t offset, line, column;
    } rows[] = {
        { 0, 1, 1 },  { 1, 1, 2 },  { 2, 2, 1 },  { 4, 2, 3 },
        { 6, 2, 4 },  { 10, 2, 5 }, { 14, 2, 9 }, { 15, 2, 10 },
        { 16, 3, 1 }, { 17, 4, 1 }, { 18, 4, 2 }, { 1000, 4, 2 },
    };
    riverty_span_t absent = { NULL, 0 };
    size_t line, column;

    (void) state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        riverty_text_position(riverty_span_of(text), rows[i].offset, &line,
                              &column);
        assert_int_equal(line, rows[i].line);
        assert_int_equal(column, rows[i].column);
    }

    riverty_text_position(absent, 0, &line, &column);
    assert_int_equal(line, 1);
    assert_int_equal(column, 1);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sequences_of_up_to_three_bytes),
        cmocka_unit_test(test_sequences_of_four_bytes),
        cmocka_unit_test(test_sequences_cut_off),
        cmocka_unit_test(test_every_code_point_there_and_back),
        cmocka_unit_test(test_a_walk_ends_on_any_bytes),
        cmocka_unit_test(test_length_and_ascii),
        cmocka_unit_test(test_controls),
        cmocka_unit_test(test_letters_and_digits),
        cmocka_unit_test(test_readable),
        cmocka_unit_test(test_trim),
        cmocka_unit_test(test_nfc),
        cmocka_unit_test(test_what_is_in_nfc_stays_where_it_is),
        cmocka_unit_test(test_nfc_without_memory),
        cmocka_unit_test(test_nfc_leaves_what_is_not_stream_safe),
        cmocka_unit_test(test_position),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
