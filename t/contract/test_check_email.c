/*
 * E-mail addresses beyond ASCII, generated: domains of letters in every form,
 * and local parts with what is not seen.
 */
#include "customer.h"
#include "contract/core/idna.h"
#include "contract/core/text.h"

#include <utf8proc.h>


static const char *
judged(const char *before, uint32_t code, const char *behind)
{
    static char json[2048];
    unsigned char bytes[5] = { 0 };

    (void) riverty_text_encode(code, bytes);
    (void) sprintf(json, "\"%s%s%s\"", before, (const char *) bytes, behind);
    customer_used = 0;
    return customer_with("email", json);
}


/* Is its small letter the same in NFKC, so not one of the other forms? */
static bool
is_stable(uint32_t code)
{
    utf8proc_int32_t small = utf8proc_tolower((utf8proc_int32_t) code);
    unsigned char bytes[5] = { 0 };
    utf8proc_uint8_t *mapped;
    bool stable;

    (void) riverty_text_encode((uint32_t) small, bytes);
    mapped = utf8proc_NFKC(bytes);
    stable = strcmp((const char *) mapped, (const char *) bytes) == 0;
    free(mapped);

    return stable;
}


/* NFC changes some code points into others, which are what is judged. */
static bool
is_composed(uint32_t code)
{
    unsigned char bytes[5] = { 0 };
    utf8proc_uint8_t *composed;
    bool same;

    (void) riverty_text_encode(code, bytes);
    composed = utf8proc_NFC(bytes);
    same = strcmp((const char *) composed, (const char *) bytes) == 0;
    free(composed);

    return same;
}


/* Letters of Latin, Greek and Cyrillic. */
static void
test_letters(void **state)
{
    static const uint32_t ranges[][2] = { { 0xc0, 0x24f },
                                          { 0x370, 0x3ff },
                                          { 0x400, 0x52f } };
    size_t good = 0;

    (void) state;

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        for (uint32_t code = ranges[i][0]; code <= ranges[i][1]; code++) {
            utf8proc_category_t category =
                utf8proc_category((utf8proc_int32_t) code);
            bool letter = category == UTF8PROC_CATEGORY_LU ||
                          category == UTF8PROC_CATEGORY_LL;
            const char *found;

            if (category == UTF8PROC_CATEGORY_CN || !is_composed(code)) {
                continue;
            }

            found = judged("ray@a", code, "b.example");

            if (letter && is_stable(code)) {
                assert_string_equal(found, "");
                good++;
            } else if (!is_stable(code)) {
                assert_string_equal(found, "reject email_domain email");
            }
        }
    }

    assert_true(good > 600);
}


/* What is another form of a character is refused, of whatever script. */
static void
test_compatibility_forms(void **state)
{
    size_t forms = 0;

    (void) state;

    for (uint32_t code = 0xa1; code < 0x20000; code++) {
        unsigned char bytes[5] = { 0 };

        (void) riverty_text_encode(code, bytes);
        if (riverty_text_sequence(bytes, bytes + 4) == 0 ||
            riverty_text_control(code) || is_stable(code) ||
            !is_composed(code)) {
            continue;
        }

        if (strncmp(judged("ray@a", code, "b.example"), "reject email", 12) !=
            0) {
            fail_msg("U+%04X passes", code);
        }
        forms++;
    }

    assert_true(forms > 3000);
}


/* Is it seen?  By Unicode's Default_Ignorable_Code_Point and White_Space. */
static bool
is_seen(uint32_t code)
{
    static const uint32_t unseen[][2] = {
        { 0xa0, 0xa0 },       { 0xad, 0xad },       { 0x34f, 0x34f },
        { 0x61c, 0x61c },     { 0x115f, 0x1160 },   { 0x1680, 0x1680 },
        { 0x17b4, 0x17b5 },   { 0x180b, 0x180f },   { 0x2000, 0x206f },
        { 0x2800, 0x2800 },   { 0x3000, 0x3000 },   { 0x3164, 0x3164 },
        { 0xfe00, 0xfe0f },   { 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },
        { 0xfff0, 0xfffb },   { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
        { 0xe0000, 0xe0fff },
    };

    for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++) {
        if (code >= unseen[i][0] && code <= unseen[i][1]) {
            return false;
        }
    }

    return true;
}


static void
test_local_part(void **state)
{
    (void) state;

    for (uint32_t code = 0xa0; code <= 0xe1000; code++) {
        unsigned char bytes[5] = { 0 };
        const char *found;

        /* Of those that there are so many of every 64th one. */
        if (code > 0x3400 && code % 64 != 0 && is_seen(code)) {
            continue;
        }

        (void) riverty_text_encode(code, bytes);
        if (riverty_text_sequence(bytes, bytes + 4) == 0 ||
            riverty_text_control(code)) {
            continue;
        }

        found = judged("ra", code, "y@example.com");

        if (is_seen(code) && is_composed(code)) {
            if (strstr(found, "reject") != NULL) {
                fail_msg("U+%04X: %s", code, found);
            }
        } else if (!is_seen(code)) {
            assert_string_equal(found, "reject email email");
        }
    }
}


/* Long ones: in time, and by their length in ASCII. */
static void
test_lengths(void **state)
{
    static char json[200000] = "\"ray@";
    char *pos = json + 5;

    (void) state;

    /* A label of 55 ü has 63 characters in ASCII, one of 60 ü has more. */
    for (unsigned count = 20; count <= 63; count++) {
        char *end = pos;

        for (unsigned i = 0; i < count; i++) {
            end += sprintf(end, "\u00fc");
        }
        (void) sprintf(end, ".example\"");

        if (count <= 40) {
            assert_string_equal(customer_with("email", json), "");
        } else if (count >= 60) {
            assert_string_equal(customer_with("email", json),
                                "reject email_domain email");
        }
    }

    for (unsigned i = 0; i < 30000; i++) {
        pos += sprintf(pos, "\u00fc.");
    }
    (void) sprintf(pos, "example\"");
    assert_memory_equal(customer_with("email", json),
                        "reject email_domain email", 25);
}


static void
test_domains(void **state)
{
    (void) state;

    assert_true(riverty_idna_valid(riverty_span("example.com")));
    assert_true(riverty_idna_valid(riverty_span("")));
    assert_true(riverty_idna_valid(riverty_span("stra\u00dfe.example")));
    assert_true(riverty_idna_valid(riverty_span("\u4f8b\u5b50.\u4e2d\u56fd")));
    assert_true(riverty_idna_valid(riverty_span("\u05d3\u05d5\u05d2.example")));
    assert_false(riverty_idna_valid(riverty_span("\u00fc_b.example")) &&
                 riverty_idna_valid(riverty_span("\u00fc\u2460.example")));
    assert_false(riverty_idna_valid(riverty_span("a\u05d0.example")));
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_letters, customer_setup),
        cmocka_unit_test_setup(test_compatibility_forms, customer_setup),
        cmocka_unit_test_setup(test_local_part, customer_setup),
        cmocka_unit_test_setup(test_lengths, customer_setup),
        cmocka_unit_test_setup(test_domains, customer_setup),
    };

    return cmocka_run_group_tests(tests, customer_start, customer_stop);
}
