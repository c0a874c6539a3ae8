/*
 * The generated tables and their look-ups (countries.h, languages.h): sorted,
 * whole, and a few rows that documents depend on.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "contract/customer/codes.h"


static const char *
alpha_2_of(const char *alpha_3)
{
    const riverty_country_t *country =
        riverty_country_alpha_3(riverty_span_of(alpha_3));

    return country != NULL ? country->alpha_2 : NULL;
}


static const riverty_postal_code_t *
postal_code_of(const char *country)
{
    int row = riverty_postal_code_row(riverty_span_of(country));

    return row >= 0 ? &riverty_postal_codes[row] : NULL;
}


static void
test_countries_sorted(void **state)
{
    (void) state;
    assert_int_equal(riverty_countries_count, 249);

    for (size_t i = 1; i < riverty_countries_count; i++) {
        assert_true(strcmp(riverty_countries[i - 1].alpha_2,
                           riverty_countries[i].alpha_2) < 0);
    }
}


static void
test_every_country_found(void **state)
{
    (void) state;

    for (size_t i = 0; i < riverty_countries_count; i++) {
        const riverty_country_t *country = &riverty_countries[i];

        assert_ptr_equal(
            riverty_country_alpha_2(riverty_span_of(country->alpha_2)),
            country);
        assert_ptr_equal(
            riverty_country_alpha_3(riverty_span_of(country->alpha_3)),
            country);
    }
}


static void
test_no_country(void **state)
{
    static const char *const codes[] = { "",   "D",  "DEU",     "de",
                                         "XK", "EU", "UK",      "EL",
                                         "ZZ", "00", "\xc3\x84" };

    (void) state;

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        assert_null(riverty_country_alpha_2(riverty_span_of(codes[i])));
    }

    assert_null(riverty_country_alpha_2((riverty_span_t){ NULL, 0 }));
    assert_null(riverty_country_alpha_3((riverty_span_t){ NULL, 0 }));
    assert_null(riverty_country_alpha_3(riverty_span("DE")));
    assert_null(riverty_country_alpha_3(riverty_span("deu")));
    assert_null(riverty_country_alpha_3(riverty_span("XKK")));
}


static void
test_alpha_3(void **state)
{
    (void) state;
    assert_string_equal(alpha_2_of("DEU"), "DE");
    assert_string_equal(alpha_2_of("GBR"), "GB");
    assert_string_equal(alpha_2_of("CHE"), "CH");
}


static void
test_languages_sorted(void **state)
{
    (void) state;
    assert_int_equal(riverty_languages_count, 183);

    for (size_t i = 1; i < riverty_languages_count; i++) {
        assert_true(strcmp(riverty_languages[i - 1].alpha_2,
                           riverty_languages[i].alpha_2) < 0);
    }
}


static void
test_every_language_found(void **state)
{
    (void) state;

    for (size_t i = 0; i < riverty_languages_count; i++) {
        const riverty_language_t *language = &riverty_languages[i];

        assert_ptr_equal(
            riverty_language_alpha_2(riverty_span_of(language->alpha_2)),
            language);
        assert_ptr_equal(
            riverty_language_alpha_3(riverty_span_of(language->alpha_3)),
            language);

        if (language->bibliographic[0] != '\0') {
            assert_ptr_equal(riverty_language_alpha_3(
                                 riverty_span_of(language->bibliographic)),
                             language);
        }
    }
}


/* Countries' codes that are languages' too, and such that are not (trap 7). */
static void
test_language_or_country(void **state)
{
    (void) state;
    assert_non_null(riverty_language_alpha_2(riverty_span("se")));
    assert_non_null(riverty_language_alpha_2(riverty_span("uk")));
    assert_null(riverty_language_alpha_2(riverty_span("dk")));
    assert_null(riverty_language_alpha_2(riverty_span("at")));
    assert_null(riverty_language_alpha_2(riverty_span("cz")));
    assert_null(riverty_language_alpha_2(riverty_span("bh")));
    assert_null(riverty_language_alpha_2(riverty_span("DE")));
    assert_null(riverty_language_alpha_3(riverty_span("")));
}


static void
test_terminological_and_bibliographic(void **state)
{
    (void) state;
    assert_string_equal(riverty_language_alpha_3(riverty_span("deu"))->alpha_2,
                        "de");
    assert_string_equal(riverty_language_alpha_3(riverty_span("ger"))->alpha_2,
                        "de");
    assert_string_equal(riverty_language_alpha_3(riverty_span("fre"))->alpha_2,
                        "fr");
}


static void
test_postal_codes_sorted(void **state)
{
    (void) state;

    for (size_t i = 0; i < riverty_postal_codes_count; i++) {
        assert_int_equal(riverty_postal_code_row(
                             riverty_span_of(riverty_postal_codes[i].country)),
                         i);
        assert_true(riverty_postal_codes[i].pattern[0] != '\0');
    }
}


static void
test_postal_code_rows(void **state)
{
    (void) state;
    assert_string_equal(postal_code_of("DE")->pattern, "[0-9]{5}");
    assert_string_equal(postal_code_of("AT")->pattern, "[0-9]{4}");
    assert_string_equal(postal_code_of("LV")->pattern, "[0-9]{4}");
    assert_string_equal(postal_code_of("LV")->prefix, "LV-");
    assert_string_equal(postal_code_of("CH")->prefix, "CH-");
    assert_string_equal(postal_code_of("LU")->prefix, "L-");
    assert_string_equal(postal_code_of("DE")->prefix, "");
    assert_true(postal_code_of("DE")->required);
    assert_false(postal_code_of("IE")->required);
    assert_string_equal(postal_code_of("DE")->sign, "D");
    assert_string_equal(postal_code_of("DK")->sign, "");
    assert_non_null(postal_code_of("XK"));
    assert_null(postal_code_of("AE"));
    assert_null(postal_code_of("ZZ"));
    assert_null(postal_code_of(""));
}


static const char *
language_of(const char *code)
{
    return riverty_language_meant(riverty_span_of(code));
}


static const char *
country_of(const char *code)
{
    return riverty_country_meant(riverty_span_of(code));
}


/* Every alias names a code that there is, and is none of the codes itself. */
static void
test_every_language_alias(void **state)
{
    (void) state;
    assert_true(riverty_language_aliases_count > 40);

    for (size_t i = 0; i < riverty_language_aliases_count; i++) {
        const riverty_code_alias_t *alias = &riverty_language_aliases[i];
        riverty_span_t code = riverty_span_of(alias->code);

        assert_null(riverty_language_alpha_2(code));
        assert_null(riverty_language_alpha_3(code));
        assert_non_null(
            riverty_language_alpha_2(riverty_span_of(alias->meant)));
        assert_string_equal(riverty_language_named(code), alias->meant);
        assert_string_equal(language_of(alias->code), alias->meant);
    }
}


static void
test_every_country_alias(void **state)
{
    (void) state;
    assert_true(riverty_country_aliases_count > 25);

    for (size_t i = 0; i < riverty_country_aliases_count; i++) {
        const riverty_code_alias_t *alias = &riverty_country_aliases[i];
        riverty_span_t code = riverty_span_of(alias->code);

        assert_null(riverty_country_alpha_2(code));
        assert_null(riverty_country_alpha_3(code));
        assert_true(strcmp(alias->meant, "XK") == 0 ||
                    riverty_country_alpha_2(riverty_span_of(alias->meant)) !=
                        NULL);
        assert_string_equal(country_of(alias->code), alias->meant);
    }
}


/* Of every country: its number, its parts, its code taken for a language. */
static void
test_every_country_meant(void **state)
{
    size_t meant = 0;

    (void) state;

    for (size_t i = 0; i < riverty_countries_count; i++) {
        const riverty_country_t *country = &riverty_countries[i];
        char lower[3] = { (char) (country->alpha_2[0] | 0x20),
                          (char) (country->alpha_2[1] | 0x20), '\0' };
        char part[8];

        assert_string_equal(country_of(country->numeric), country->alpha_2);
        (void) sprintf(part, "%s-A1", country->alpha_2);
        assert_string_equal(country_of(part), country->alpha_2);
        assert_null(country_of(lower));

        if (riverty_language_alpha_2(riverty_span_of(lower)) != NULL) {
            assert_string_equal(language_of(lower), lower);
        } else if (language_of(lower) != NULL) {
            assert_non_null(
                riverty_language_alpha_2(riverty_span_of(language_of(lower))));
            meant++;
        }
    }

    assert_true(meant >= riverty_country_languages_count - 1); /* xk */
}


/* Every name names a code that there is; capitals make no difference. */
static void
test_every_name(void **state)
{
    char capital[80];

    (void) state;
    assert_true(riverty_language_names_count > 250);
    assert_true(riverty_country_names_count > 300);

    for (size_t i = 0; i < riverty_language_names_count; i++) {
        const riverty_code_name_t *name = &riverty_language_names[i];

        assert_non_null(riverty_language_alpha_2(riverty_span_of(name->code)));
        assert_string_equal(language_of(name->name), name->code);
    }

    for (size_t i = 0; i < riverty_country_names_count; i++) {
        const riverty_code_name_t *name = &riverty_country_names[i];

        assert_non_null(riverty_country_alpha_2(riverty_span_of(name->code)));
        assert_string_equal(country_of(name->name), name->code);

        assert_true(strlen(name->name) < sizeof(capital));
        (void) strcpy(capital, name->name);
        for (char *pos = capital; *pos != '\0'; pos++) {
            if (*pos >= 'a' && *pos <= 'z') {
                *pos = (char) (*pos - 0x20);
            }
        }
        assert_string_equal(country_of(capital), name->code);
    }

    assert_string_equal(country_of("DEUTSCHLAND"), "DE");
    assert_string_equal(country_of("\u00d6sterreich"), "AT");
    assert_null(country_of("Deutschlan"));
    assert_null(country_of("Deutschlands"));
    assert_null(country_of("Atlantis"));
    assert_string_equal(language_of("Fran\u00c7ais"), "fr");
}


static void
test_language_of_country(void **state)
{
    static const char *const pairs[][2] = {
        { "dk", "da" },
        { "at", "de" },
        { "cz", "cs" },
        { "gr", "el" },
        { "ua", "uk" },
        { "jp", "ja" },
        { "cn", "zh" },
        { "gb", "en" },
        { "us", "en" },
        { "rs", "sr" },
        { "al", "sq" },
        { "md", "ro" },
        /* former codes go before countries */
        { "in", "id" },
        { "iw", "he" },
        { "ji", "yi" },
        { "jw", "jv" },
        { "mo", "ro" },
        { "sh", "sr" },
    };
    /* two languages or none, and what is a language itself */
    static const char *const none[] = { "pk", "hk", "ph", "aq", "bh",
                                        "",   "zz", "DK", "d" };

    (void) state;

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        assert_string_equal(language_of(pairs[i][0]), pairs[i][1]);
    }

    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        assert_null(language_of(none[i]));
    }

    assert_string_equal(language_of("se"), "se");
    assert_null(riverty_language_named(riverty_span("dk")));
    assert_null(country_of("CS"));
    assert_null(country_of(""));
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_language_alias),
        cmocka_unit_test(test_every_country_alias),
        cmocka_unit_test(test_every_country_meant),
        cmocka_unit_test(test_every_name),
        cmocka_unit_test(test_language_of_country),
        cmocka_unit_test(test_countries_sorted),
        cmocka_unit_test(test_every_country_found),
        cmocka_unit_test(test_no_country),
        cmocka_unit_test(test_alpha_3),
        cmocka_unit_test(test_languages_sorted),
        cmocka_unit_test(test_every_language_found),
        cmocka_unit_test(test_language_or_country),
        cmocka_unit_test(test_terminological_and_bibliographic),
        cmocka_unit_test(test_postal_codes_sorted),
        cmocka_unit_test(test_postal_code_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
