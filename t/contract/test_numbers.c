/*
 * Numbers as people write them, generated: each dash, each space, letters and
 * digits of every script in house numbers and identification numbers, each word
 * for an extension in phone numbers.
 */
#include <utf8proc.h>

#include "customer.h"
#include "contract/core/text.h"

/* More code points are in the planes behind, but none that people write. */
#define CODES 0x20000


static utf8proc_category_t
category_of(uint32_t code)
{
    return utf8proc_category((utf8proc_int32_t) code);
}


static bool
is_letter(uint32_t code)
{
    utf8proc_category_t category = category_of(code);

    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}


/* Sets a field to what stands before a character, it, and what is behind. */
static const char *
with(const char *field, const char *before, uint32_t code, const char *behind)
{
    static char value[64];
    unsigned char text[5] = "";

    text[riverty_text_encode(code, text)] = '\0';
    (void) sprintf(value, "\"%s%s%s\"", before, (const char *) text, behind);
    customer_used = 0;
    return customer_with(field, value);
}


static void
assert_with(const char *field, const char *before, uint32_t code,
            const char *behind, const char *found)
{
    if (strcmp(with(field, before, code, behind), found) != 0) {
        fail_msg("%s: %sU+%04X%s: %s", field, before, code, behind,
                 customer_found);
    }
}


/* A letter alone is a house; an identification number has a digit. */
static void
test_letters(void **state)
{
    unsigned count = 0;

    (void) state;

    for (uint32_t code = 0x80; code < CODES; code++) {
        if (is_letter(code)) {
            assert_with("streetNumberAdditional", "", code, "", "");
            assert_with("streetNumber", "12", code, "", "");
            assert_with("identificationNumber", "", code, "1", "");
            count++;
        }
    }

    assert_true(count > 40000);
}


/* What no script has as a digit may be one of a house (½), not of an id. */
static void
test_digits(void **state)
{
    static const char bad[] =
        "reject identification_number identificationNumber";
    unsigned digits = 0, others = 0;

    (void) state;

    for (uint32_t code = 0x80; code < CODES; code++) {
        utf8proc_category_t category = category_of(code);
        bool digit = category == UTF8PROC_CATEGORY_ND;

        if (category >= UTF8PROC_CATEGORY_ND &&
            category <= UTF8PROC_CATEGORY_NO) {
            assert_with("streetNumber", "", code, "", "");
            assert_with("identificationNumber", "A", code, "",
                        digit ? "" : bad);
            digits += digit;
            others += !digit;
        }
    }

    assert_true(digits > 500);
    assert_true(others > 500);
}


/* Between two digits; alone it is no house. */
static void
test_between(void **state)
{
    unsigned dashes = 0, spaces = 0;

    (void) state;

    for (uint32_t code = ' '; code < CODES; code++) {
        bool dash = category_of(code) == UTF8PROC_CATEGORY_PD || code == 0x2212;
        bool space = category_of(code) == UTF8PROC_CATEGORY_ZS;

        assert_int_equal(riverty_text_dash(code), dash);
        assert_int_equal(riverty_text_space(code), space);

        if (dash || space) {
            assert_with("streetNumber", "12", code, "14", "");
            assert_with("identificationNumber", "12", code, "14", "");
        }

        if (dash) {
            assert_with("streetNumber", "", code, "",
                        "reject street_number streetNumber");
            assert_with("streetNumber", "", code, "12",
                        "warn street_number_more streetNumber");
        }

        dashes += dash;
        spaces += space;
    }

    assert_true(dashes > 20);
    assert_true(spaces > 15);
}


/* Words with any space between them: three are a house's, four more than it. */
static void
test_words(void **state)
{
    (void) state;

    for (uint32_t code = ' '; code < CODES; code++) {
        if (category_of(code) == UTF8PROC_CATEGORY_ZS) {
            assert_with("streetNumber", "1 2", code, "3", "");
            assert_with("streetNumber", "1 2 3", code, "4",
                        "warn street_number_more streetNumber");
        }
    }
}


/* Of ASCII, what stands in a house number and what does not. */
static void
test_ascii(void **state)
{
    static const char taken[] = " /.,;+'()#:&-";

    (void) state;

    for (uint32_t code = ' '; code < 0x7f; code++) {
        bool alphanumeric = code < '0' + 10 && code >= '0';

        alphanumeric |= (code | 0x20) >= 'a' && (code | 0x20) <= 'z';

        if (code == '"' || code == '\\' || code == '@') {
            continue;
        }

        assert_with("streetNumber", "1", code, "2",
                    alphanumeric || strchr(taken, (int) code) != NULL
                        ? ""
                        : "reject street_number streetNumber");
    }
}


/* Spaces do not count in identification numbers; a cap of one's own refuses. */
static void
test_caps(void **state)
{
    static const char id[] = "\"1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0%s\"";
    riverty_field_options_t options = { .set = RIVERTY_OPTION_CAP, .cap = 20 };
    char value[128];

    (void) state;

    (void) sprintf(value, id, "");
    assert_string_equal(customer_with("identificationNumber", value), "");
    assert_string_equal(customer_with("taxIdentificationNumber", value), "");

    (void) sprintf(value, id, " 1");
    assert_string_equal(customer_with("identificationNumber", value),
                        "warn number_too_long identificationNumber");
    assert_string_equal(customer_with("taxIdentificationNumber", value),
                        "warn number_too_long taxIdentificationNumber");

    assert_int_equal(
        riverty_contract_field(&customer_contract,
                               riverty_span("/customer/identificationNumber"),
                               &options, &customer_memory),
        RIVERTY_FIELD_STATUS_OK);
    assert_string_equal(customer_with("identificationNumber", value),
                        "reject too_long identificationNumber");
}


static void
assert_phone(const char *name, const char *forwarded)
{
    static const riverty_field_id_t fields[] = { RIVERTY_FIELD_PHONE,
                                                 RIVERTY_FIELD_MOBILE_PHONE };
    bool mobile = strcmp(name, "mobilePhone") == 0;

    assert_string_equal(customer_found, "");
    assert_string_equal(customer_value(fields[mobile]), forwarded);
}


/* Each space and dash of a phone number becomes that of ASCII. */
static void
test_phone_between(void **state)
{
    static const char *const names[] = { "phone", "mobilePhone" };

    (void) state;

    for (uint32_t code = 0x80; code < CODES; code++) {
        bool space = riverty_text_space(code);

        if (!space && !riverty_text_dash(code)) {
            continue;
        }

        for (size_t i = 0; i < 2; i++) {
            (void) with(names[i], "+49 871", code, "7907578");
            assert_phone(names[i],
                         space ? "+49 871 7907578" : "+49 871-7907578");
            assert_int_equal(customer_document.edits_count, 1);

            (void) with(names[i], "+49 871 ", code, " 7907578");
            assert_phone(names[i],
                         space ? "+49 871 7907578" : "+49 871 - 7907578");
        }
    }
}


/* What is not seen is taken out, all else is left where it is, and refused. */
static void
test_phone_others(void **state)
{
    unsigned unseen = 0;

    (void) state;

    for (uint32_t code = 0x80; code < CODES; code++) {
        if (riverty_text_space(code) || riverty_text_dash(code) ||
            riverty_text_control(code) || (code >= 0xd800 && code <= 0xdfff)) {
            continue;
        }

        if (strcmp(with("phone", "+49 871", code, "7907578"), "") == 0) {
            assert_phone("phone", "+49 8717907578");
            assert_true(code == 0xad || code == 0x200b || code == 0x2060);
            unseen++;
        } else {
            assert_string_equal(customer_found, "reject phone phone");
        }
    }

    assert_int_equal(unseen, 3);
}


/* Two spaces are seen wherever they stand: bytes are looked at by the word. */
static void
test_phone_spaces(void **state)
{
    static const char digits[] = "12345678901234";
    char value[64], single[64];

    (void) state;

    for (int len = 6; len <= 14; len++) {
        for (int at = 0; at <= len; at++) {
            (void) sprintf(value, "\"+%.*s  %.*s\"", at, digits, len - at,
                           digits + at);
            (void) sprintf(single, at < len ? "+%.*s %.*s" : "+%.*s%.*s", at,
                           digits, len - at, digits + at);

            (void) customer_with("phone", value);
            assert_phone("phone", single);
        }
    }
}


/* A number keeps its form where it is none, and where a level refuses it. */
static void
test_phone_form(void **state)
{
    static const char odd[] = "\"0871\xe2\x80\x91"
                              "7907578\"";

    (void) state;

    assert_string_equal(customer_with("phone", odd),
                        "warn phone_not_international phone");
    assert_string_equal(customer_value(RIVERTY_FIELD_PHONE), "0871-7907578");

    customer_level(RIVERTY_RULE_PHONE, RIVERTY_LEVEL_WARN);
    assert_string_equal(customer_with("phone", "\"call \xe2\x80\x91 me\""),
                        "warn phone phone");
    assert_int_equal(customer_document.edits_count, 0);
}


/* Each word for an extension, in each case, as people put it. */
static void
test_extensions(void **state)
{
    static const char *const words[] = {
        "x",       "#",       "ext",   "extn",           "extension",
        "int",     "interno", "anexo", "poste",          "dw",
        "app",     "apparat", "kl",    "klappe",         "durchwahl",
        "toestel", "tst",     "lok",   "lokal",          "ankn",
        "wew",     "linka",   "ramal", "extensi\u00f3n", "\u0434\u043e\u0431",
        "wewn",    "linje",   "mell",  "mell\u00e9k",    "anknytning",
        "\u03b5\u03c3\u03c9\u03c4", "\u0432\u044a\u0442\u0440",
    };
    static const char *const forms[] = {
        "\"+49 871790 %s 12\"",  "\"+49 871790 %s. 12\"",
        "\"+49 871790, %s 12\"", "\"+49 871790%s12\"",
        "\"+49 871790 %s: 12\"", "\"+49 871790 %s.123456\"",
    };
    char value[96], word[32];

    (void) state;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        for (size_t j = 0; j < sizeof(forms) / sizeof(forms[0]); j++) {
            for (unsigned upper = 0; upper < 3; upper++) {
                size_t len = strlen(words[i]);

                /* All, or the first, in upper case. */
                memcpy(word, words[i], len + 1);
                for (size_t k = 0; k < (upper == 2 ? 1 : len); k++) {
                    bool letter = word[k] >= 'a' && word[k] <= 'z';

                    word[k] =
                        (char) (upper > 0 && letter ? word[k] ^ 0x20 : word[k]);
                }

                (void) sprintf(value, forms[j], word);
                (void) customer_with("phone", value);

                if (strstr(customer_found, "reject") != NULL) {
                    fail_msg("%s: %s", value, customer_found);
                }
            }
        }
    }

    assert_string_equal(customer_with("phone", "\"+49871790 home 12\""),
                        "reject phone phone");
    assert_string_equal(customer_with("phone", "\"+49871790 ext 1234567\""),
                        "reject phone phone");
    assert_string_equal(customer_with("mobilePhone", "\"+49871790 x 1\""),
                        "reject mobile_phone mobilePhone");
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_letters, customer_setup),
        cmocka_unit_test_setup(test_digits, customer_setup),
        cmocka_unit_test_setup(test_between, customer_setup),
        cmocka_unit_test_setup(test_words, customer_setup),
        cmocka_unit_test_setup(test_ascii, customer_setup),
        cmocka_unit_test_setup(test_caps, customer_setup),
        cmocka_unit_test_setup(test_phone_between, customer_setup),
        cmocka_unit_test_setup(test_phone_others, customer_setup),
        cmocka_unit_test_setup(test_phone_spaces, customer_setup),
        cmocka_unit_test_setup(test_phone_form, customer_setup),
        cmocka_unit_test_setup(test_extensions, customer_setup),
    };

    return cmocka_run_group_tests(tests, customer_start, customer_stop);
}
