/*
 * What is asked of every text that people write: nothing invisible in it,
 * something to read, no trace of a program.  The values are generated: every
 * noncharacter, every tag, letters of every script, each letter of Latin-1 and
 * of Windows-1252 that was read wrongly.
 */
#include "customer.h"
#include "contract/core/text.h"

#include <utf8proc.h>

/* clang-format off */
static const char *const texts[] = {
    "firstName", "lastName", "companyName", "street", "careOf", "postalPlace",
};
/* clang-format on */

#define TEXTS (sizeof(texts) / sizeof(texts[0]))


/* A JSON string of a text before a code point, it, and a text behind it. */
static const char *
around(const char *before, uint32_t code, const char *behind)
{
    static char json[128];
    unsigned char bytes[5] = { 0 };

    (void) riverty_text_encode(code, bytes);
    (void) sprintf(json, "\"%s%s%s\"", before, (const char *) bytes, behind);
    return json;
}


static void
assert_found(const char *name, const char *json, const char *expected)
{
    const char *found;

    customer_used = 0;
    found = customer_with(name, json);

    if (strcmp(found, expected) != 0) {
        fail_msg("%s = %s: found \"%s\", expected \"%s\"", name, json, found,
                 expected);
    }
}


/* Refused within a text, and in an address of e-mail as well. */
static void
assert_refused_within(uint32_t code)
{
    assert_found("street", around("Main ", code, "Street"),
                 "reject control_character street");
    assert_found("email", around("r", code, "ay@example.com"),
                 "reject control_character email");
}


static void
test_hidden(void **state)
{
    (void) state;

    for (uint32_t plane = 0; plane <= 16; plane++) {
        assert_refused_within(plane << 16 | 0xfffe);
        assert_refused_within(plane << 16 | 0xffff);
    }

    for (uint32_t code = 0xfdd0; code <= 0xfdef; code++) {
        assert_refused_within(code);
    }

    for (uint32_t code = 0xe0000; code <= 0xe007f; code++) {
        assert_refused_within(code);
        assert_found("lastName", around("Ray", code, ""),
                     "reject control_character lastName");
    }

    assert_refused_within(0xfeff);
    assert_refused_within(0x200e);
    assert_refused_within(0x200f);
    assert_refused_within(0x061c);

    /* Their neighbours are none of them. */
    assert_found("street", around("Main", 0xfffd, "Street"),
                 "warn replacement_character street");
    assert_found("street", around("Main", 0xe0100, "Street"), "");
    assert_found("street", around("Main", 0xfdcf, "Street"), "");
}


/* Taken off at both ends, of what is text and what is not. */
static void
test_marks_at_the_ends(void **state)
{
    static const uint32_t marks[] = { 0x200e, 0x200f, 0x061c, 0xfeff };

    (void) state;

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        assert_found("lastName", around("", marks[i], "Ankunding"), "");
        assert_string_equal(customer_value(RIVERTY_FIELD_LAST_NAME),
                            "Ankunding");
        assert_int_equal(customer_document.edits_count, 1);

        assert_found("countryCode", around("DE", marks[i], " "), "");
        assert_string_equal(customer_value(RIVERTY_FIELD_COUNTRY_CODE), "DE");

        assert_found("phone", around(" ", marks[i], "+498717907578"), "");
        assert_string_equal(customer_value(RIVERTY_FIELD_PHONE),
                            "+498717907578");

        assert_found("street", around("", marks[i], ""),
                     "reject required street");
    }
}


/* A letter of every script, and of a Unicode that is not known here. */
static void
test_letters(void **state)
{
    size_t letters = 0;

    (void) state;

    for (uint32_t code = 0xa0; code < 0x34000; code++) {
        unsigned char bytes[4];
        riverty_span_t text = { bytes, riverty_text_encode(code, bytes) };
        const char *category =
            utf8proc_category_string((utf8proc_int32_t) code);

        if (riverty_text_control(code) ||
            riverty_text_sequence(bytes, bytes + text.len) == 0) {
            continue;
        }

        /* The first of each sixteen of those that there are so many of. */
        if (code > 0x3400 && code % 16 != 0) {
            continue;
        }

        if (category[0] == 'L' && riverty_text_readable(text)) {
            assert_found("lastName", around("", code, ""), "");
            letters++;
        } else if (strcmp(category, "Cn") == 0 || strcmp(category, "Nl") == 0) {
            assert_found("lastName", around("", code, ""), "");
        } else if (category[0] == 'S' && riverty_text_readable(text) &&
                   code != 0x1fef /* in NFC it is ` */) {
            assert_found("lastName", around("", code, ""),
                         "reject name lastName");
        }
    }

    assert_true(letters > 10000);
}


/* What holds nothing to read is empty wherever text is. */
static void
test_nothing_to_read(void **state)
{
    static const uint32_t unread[] = {
        '-',    '.',    '_',    '?',    '*',    '#',    '+',    0xad,
        0x115f, 0x1160, 0x1680, 0x180e, 0x2003, 0x200b, 0x200d, 0x2013,
        0x2060, 0x2800, 0x3000, 0x3164, 0xffa0, 0xfe0f, 0x301,
    };

    (void) state;

    for (size_t i = 0; i < sizeof(unread) / sizeof(unread[0]); i++) {
        const char *json = around("", unread[i], "");

        assert_found("street", json, "reject required street");
        assert_int_equal(customer_document.edits_count, 0);
        assert_found("postalPlace", json, "reject required postalPlace");
        assert_found("careOf", json, "");
        assert_int_equal(customer_document.edits_count, 0);
        assert_found("companyName", json, "");
        assert_found("street", around("Street ", unread[i], ""), "");
    }

    assert_found("street", "\"\u2605\"", "");
    assert_found("street", "\"1\"", "");
}


/* One of a person's names may be missing, not both; a company has none. */
static void
test_mononyms(void **state)
{
    static const char *const dashes[] = { "-", ".", "--", "\u2013", "\u2212",
                                          "\u2026", " - ", "\u2011" };
    char json[32];

    (void) state;

    for (size_t i = 0; i < sizeof(dashes) / sizeof(dashes[0]); i++) {
        (void) sprintf(json, "\"%s\"", dashes[i]);

        assert_found("firstName", json, "warn mononym firstName");
        assert_int_equal(customer_document.edits_count, 0);
        assert_found("lastName", json, "warn mononym lastName");

        customer_set("firstName", json);
        assert_string_equal(
            customer_findings(),
            "reject required firstName, reject required lastName");

        customer_set("customerCategory", "\"COMPANY\"");
        customer_set("companyName", "\"Ankunding GmbH\"");
        customer_set("birthDate", NULL);
        assert_string_equal(customer_findings(), "");

        customer_set("companyName", json);
        assert_string_equal(customer_findings(), "reject required companyName");
    }

    assert_found("firstName", "\"Ankunding\"", "warn mononym lastName");
    assert_found("firstName", "\" Ankunding\u200e\"", "warn mononym lastName");
    assert_found("firstName", "\"\"", "reject required firstName");
    assert_found("firstName", "null",
                 "warn null_value firstName, reject required firstName");
}


/* In each field of text; in a name every < and > is markup. */
static void
assert_in_texts(const char *json, const char *rule)
{
    char expected[128];

    for (size_t i = 0; i < TEXTS; i++) {
        const char *name = texts[i];
        bool person = strcmp(name, "companyName") == 0;
        const char *other =
            person ? ", warn person_company_name companyName" : "";

        if (rule == NULL) {
            (void) sprintf(expected, "%s", person ? other + 2 : "");
        } else {
            (void) sprintf(expected, "warn %s%s %s%s",
                           strcmp(rule, "markup") == 0 && i < 2 ? "name_" : "",
                           rule, name, other);
        }

        assert_found(name, json, expected);
    }
}


static void
test_leftovers(void **state)
{
    static const char *const leftovers[] = {
        "null", "NULL", "(null)", "undefined", "NaN", "[object Object]",
        "[object Undefined]", "${name}", "{{ name }}", "{{name}}", "#{name}",
        "Ray {0}", "{name}", "Ray {LAST_NAME}", "[[name]]", "%name%",
        "Ray %last_name% Jr", "*|FNAME|*", "Mr ${customer.lastName} of Ulm",
        "M\u00fcller {name}",
    };
    static const char *const good[] = {
        "Null", "Nan", "Undefined", "None", "Nil", "nullo", "Mc{Gee", "a}b{",
        "[Ray]", "100% Wolle", "A 5%-7%", "50 %a", "%a%", "Ray | Co", "A*|B",
        "A$AP Rocky", "Ray #1", "a_b", "\u00fc~",
    };
    char json[64];

    (void) state;

    for (size_t i = 0; i < sizeof(leftovers) / sizeof(leftovers[0]); i++) {
        (void) sprintf(json, "\"%s\"", leftovers[i]);
        customer_contract.levels[RIVERTY_RULE_STREET_WITH_NUMBER] = 0;
        assert_in_texts(json, "template_leftover");
    }

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        (void) sprintf(json, "\"%s\"", good[i]);
        assert_in_texts(json, NULL);
    }
}


/* A mark at each place of texts of each length is found. */
static void
test_marks_anywhere(void **state)
{
    char json[64];

    (void) state;

    for (size_t len = 3; len <= 38; len++) {
        for (size_t at = 0; at + 1 < len; at++) {
            json[0] = '"';
            memset(json + 1, 'x', len);
            json[1 + at] = '{';
            json[2 + at] = '}';
            (void) strcpy(json + 1 + len, "\"");
            assert_found("careOf", json, "warn template_leftover careOf");

            json[1 + at] = '<';
            json[2 + at] = 'b';
            json[len] = '>';
            if (at + 2 < len) {
                assert_found("careOf", json, "warn markup careOf");
                assert_found("lastName", json, "warn name_markup lastName");
            }
        }
    }
}


static void
test_markup_and_formulas(void **state)
{
    static const char *const markup[] = {
        "<b>Ray</b>", "a<br>", "<!-- a -->", "<?xml?>", "</p>",
        "<script>alert(1)</script>", "1 < 2 <a>",
    };
    static const char *const references[] = {
        "AT&amp;T", "M&uuml;ller", "O&#39;Brien", "O&#x27;Brien", "&nbsp;a",
        "H&M; Ray &amp; Co", "a&b&amp;",
    };
    static const char *const no_markup[] = { "a < b", "a <3 b", "b > a",
                                             "<b", "->a", "H&M; C&A;",
                                             "A & B", "A&", "A&#", "A&#;",
                                             "A&Co" };
    static const char *const formulas[] = {
        "=HYPERLINK('http://a.example')", "=1+SUM(A1)", "@SUM(1+1)*cmd",
        "+SUM(A1)", "=cmd|' /C calc'!A0", "+cmd|'x'!A0", "@a|b!c",
        "=\u00fc+f(x)",
    };
    static const char *const no_formulas[] = {
        "=Ray", "@home", "+Plus AG", "+ (a)", "a=b(c)", "-Ray(b)",
        "@home (Ulm)", "=a!b",
    };
    char json[64];

    (void) state;
    customer_level(RIVERTY_RULE_STREET_WITH_NUMBER, RIVERTY_LEVEL_OFF);

    for (size_t i = 0; i < sizeof(markup) / sizeof(markup[0]); i++) {
        (void) sprintf(json, "\"%s\"", markup[i]);
        assert_in_texts(json, "markup");
    }

    for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
        (void) sprintf(json, "\"%s\"", references[i]);
        assert_found("careOf", json, "warn markup careOf");
        assert_found("lastName", json, "warn markup lastName");
    }

    for (size_t i = 0; i < sizeof(no_markup) / sizeof(no_markup[0]); i++) {
        (void) sprintf(json, "\"%s\"", no_markup[i]);
        assert_found("careOf", json, "");
        assert_found("street", json, "");
    }

    for (size_t i = 0; i < sizeof(formulas) / sizeof(formulas[0]); i++) {
        (void) sprintf(json, "\"%s\"", formulas[i]);
        assert_in_texts(json, "formula");
    }

    for (size_t i = 0; i < sizeof(no_formulas) / sizeof(no_formulas[0]); i++) {
        (void) sprintf(json, "\"%s\"", no_formulas[i]);
        assert_in_texts(json, NULL);
    }
}


/* What stands for a byte in Windows-1252, or in Latin-1 where that has none. */
static uint32_t
read_as(unsigned char byte, bool windows)
{
    static const uint16_t signs[] = {
        0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
        0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
        0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
        0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
    };

    return windows && byte >= 0x80 && byte < 0xa0 && signs[byte - 0x80] != 0
               ? signs[byte - 0x80]
               : byte;
}


/* Reads text wrongly so many times; returns whether no control came of it. */
static bool
misread(char *text, size_t size, unsigned times, bool windows)
{
    static char before[512];
    bool clean = true;

    for (unsigned i = 0; i < times; i++) {
        size_t len = 0;

        (void) strcpy(before, text);
        for (const char *pos = before; *pos != '\0'; pos++) {
            uint32_t code = read_as((unsigned char) *pos, windows);

            assert_true(len + 5 < size);
            clean = clean && !riverty_text_control(code);
            len += riverty_text_encode(code, (unsigned char *) text + len);
        }
        text[len] = '\0';
    }

    return clean;
}


static void
assert_misread(const char *good, unsigned times, bool windows, size_t *found)
{
    char json[300];
    char text[256];

    (void) strcpy(text, good);

    if (!misread(text, sizeof(text), times, windows)) {
        return; /* control characters, which are refused */
    }

    (void) sprintf(json, "\"%s\"", text);
    assert_found("careOf", json, "warn mojibake careOf");
    *found += 1;
}


/* Every letter of Latin-1 and of Latin Extended-A, within a word. */
static void
test_mojibake(void **state)
{
    static const char *const words[] = {
        "Müller", "Straße", "Ødegård", "Åse Öberg", "François", "Señor",
        "Łukasz", "Çağlar", "Kovačević", "Őrsi", "O’Brien", "“Ray”",
        "Иван", "Ελένη", "Наташа Иванова", "ÖSTERLUND", "Zoë",
    };
    char word[32];
    size_t found = 0;

    (void) state;

    for (uint32_t code = 0xc0; code <= 0x17f; code++) {
        unsigned char bytes[4] = { 0 };

        (void) riverty_text_encode(code, bytes);
        (void) sprintf(word, "Ra%sde", (const char *) bytes);

        /* Ä and Š could be two letters. */
        if (strstr("ĊČĎĚĜĞ",
                   (const char *) bytes) == NULL) {
            assert_misread(word, 1, true, &found);
        }
        assert_misread(word, 1, false, &found);
        assert_misread(word, 2, true, &found);
        assert_misread(word, 2, false, &found);
    }

    assert_true(found > 250);
    found = 0;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        for (unsigned times = 1; times <= 2; times++) {
            assert_misread(words[i], times, true, &found);
        }
    }

    assert_true(found > 20);
}


/* Nothing that is written somewhere is taken for it. */
static void
test_no_mojibake(void **state)
{
    static const char *const words[] = {
        "Müller", "Þór", "SÃO PAULO", "São João", "IRMÃ", "MAÇÃ®", "CAFÉ®",
        "NESCAFÉ® & Söhne", "CAFÉ™", "CAFÉ–BAR", "CITÉ…", "KNÍŽE", "PŘÍŠERA",
        "DÉŽ", "ÚŽASNÝ", "ÁŠ", "Ížek", "Äžmann", "«É»", "Ñ.º 3", "N.º 12",
        "2ª Ó", "Å", "Å–B", "MALMÖ–LUND", "ÖREBRO’S", "L'HAŸ-LES-ROSES",
        "Ölüdeniz", "Nguyễn Đức", "Ωμέγα", "Иван", "日本", "Ÿ", "€ 5", "§ 3",
        "ÅŽ", "â", "à la carte", "Ästad", "É°", "ÀÉÎÕÜ", "áéíóú", "ßüöä",
        "Tschüß", "œuvre", "Žižek", "Škoda", "ÍŠ", "ÃO",
    };
    char json[64];

    (void) state;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        (void) sprintf(json, "\"%s\"", words[i]);
        assert_found("careOf", json, "");
    }

    /* Each pair of letters of Windows-1252, small and capital. */
    for (uint32_t a = 0xc0; a <= 0xff; a++) {
        for (uint32_t b = 0xc0; b <= 0xff; b++) {
            unsigned char bytes[9] = { 0 };
            size_t len = riverty_text_encode(a, bytes);

            (void) riverty_text_encode(b, bytes + len);
            (void) sprintf(json, "\"Ra%sde\"", (const char *) bytes);
            assert_found("careOf", json, "");
        }
    }
}


/* Of every string there is, what cannot be decoded is warned of. */
static void
test_replacement(void **state)
{
    static const customer_case_t cases[] = {
        { "firstName", "\"R\ufffdy\"",
          "warn replacement_character firstName" },
        { "firstName", "\"R\\ufffdy\"",
          "warn replacement_character firstName" },
        { "street", "\"Main Stra\ufffde\"",
          "warn replacement_character street" },
        { "email", "\"r\ufffdy@example.com\"",
          "warn replacement_character email" },
        { "phone", "\"+49 871 79\ufffd07578\"", "reject phone phone" },
        { "extra", "\"\ufffd\"",
          "warn unknown_member paymentRegistration 1" },
    };

    (void) state;
    customer_assert(cases);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_hidden, customer_setup),
        cmocka_unit_test_setup(test_marks_at_the_ends, customer_setup),
        cmocka_unit_test_setup(test_letters, customer_setup),
        cmocka_unit_test_setup(test_nothing_to_read, customer_setup),
        cmocka_unit_test_setup(test_mononyms, customer_setup),
        cmocka_unit_test_setup(test_leftovers, customer_setup),
        cmocka_unit_test_setup(test_marks_anywhere, customer_setup),
        cmocka_unit_test_setup(test_markup_and_formulas, customer_setup),
        cmocka_unit_test_setup(test_mojibake, customer_setup),
        cmocka_unit_test_setup(test_no_mojibake, customer_setup),
        cmocka_unit_test_setup(test_replacement, customer_setup),
    };

    return cmocka_run_group_tests(tests, customer_start, customer_stop);
}
