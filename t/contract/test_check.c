/*
 * What the contract finds in single values: for each field what is good and
 * what is not, among it the names and addresses of real people.
 */
#include "customer.h"
#include "contract/customer/check_phone.h"

/* clang-format off */
static void
test_names(void **state)
{
    static const customer_case_t cases[] = {
        { "firstName", "\"O'Brien\"", "" },
        { "firstName", "\"Mar\\u00eda Jos\\u00e9\"", "" },
        { "firstName", "\"Þór\"", "" },
        { "firstName", "\"Mu\u0308ller\"", "" },
        { "firstName", "\"J.\"", "" },
        { "firstName", "\"Ödön-Ákos\"", "" },
        { "firstName", "\"王\"", "" },
        { "lastName", "\"Nguyễn\"", "" },
        { "lastName", "\"van 't Hoff\"", "" },
        { "lastName", "\"d\u2019Artagnan\"", "" },
        { "lastName", "\"X \\u00c6 A-12\"", "" },
        { "firstName", "\"1\"", "reject name firstName" },
        { "firstName", "\"-\"", "warn mononym firstName" },
        { "lastName", "\"...\"", "warn mononym lastName" },
        { "lastName", "\" \u2013 \"", "warn mononym lastName" },
        { "lastName", "\"Ray\"", "warn mononym lastName" },
        { "lastName", "\"ray\"", "" },
        { "firstName", "\"?\"", "reject required firstName" },
        { "firstName", "\"&\"", "reject required firstName" },
        { "firstName", "\"\u3164\"", "reject required firstName" },
        { "lastName", "\"\u3007\"", "" },
        { "lastName", "\"\\ud888\\udfb0\"", "" },
        { "lastName", "\"\ue000\"", "reject name lastName" },
        { "lastName", "\"\u263a\"", "reject name lastName" },
        { "lastName", "\"\u200eAnkunding\u200f\"", "" },
        { "lastName", "\"Ankun\u200fding\"",
          "reject control_character lastName" },
        { "lastName", "\"<b>Ray</b>\"", "warn name_markup lastName" },
        { "firstName", "\"Ray >\"", "warn name_markup firstName" },
        { "firstName", "\"<>\"",
          "reject required firstName" },
        { "firstName", "\"\"", "reject required firstName" },
        { "lastName", "\"  \u00a0\"", "reject required lastName" },
        { "postalPlace", "\"'s-Hertogenbosch\"", "" },
        { "postalPlace", "\"Å\"", "" },
        { "postalPlace", "\"97687\"", "reject postal_place postalPlace" },
        { "careOf", "\"c/o Ray & Söhne, 2. OG\"", "" },
    };

    (void) state;
    customer_assert(cases);
}


static void
test_codes(void **state)
{
    static const customer_case_t cases[] = {
        { "language", "\"DE\"", "" },
        { "language", "\"se\"", "" },
        { "language", "\"ch\"", "" },
        { "language", "\"be\"", "" },
        { "language", "\"ee\"", "" },
        { "language", "\"uk\"", "" },
        { "language", "\"\"", "" },
        { "language", "\"dk\"", "reject language language da" },
        { "language", "\"at\"", "reject language language de" },
        { "language", "\"cz\"", "reject language language cs" },
        { "language", "\"d\"", "reject language language" },
        { "language", "\"german\"", "reject language language de" },
        { "language", "\"Deutsch\"", "reject language language de" },
        { "language", "\"ČEŠTINA\"", "reject language language cs" },
        { "language", "\"Klingon\"", "reject language language" },
        { "language", "\"deu\"",
          "reject language_three_letter language de" },
        { "language", "\"GER\"",
          "reject language_three_letter language de" },
        { "language", "\"xxx\"", "reject language language" },
        { "language", "\"de-DE\"", "reject language_region language de" },
        { "language", "\"de_AT\"", "reject language_region language de" },
        { "language", "\"es-419\"", "reject language_region language es" },
        { "language", "\"dk-DK\"", "reject language language da" },
        { "language", "\"de-\"", "reject language language" },
        { "language", "\"de-Latn\"", "reject language_region language de" },
        { "language", "\"de_DE.UTF-8\"", "reject language_region language de" },
        { "language", "\"de-1a\"", "reject language language" },
        { "language", "\"de-a1\"", "reject language language" },
        { "language", "\"de-{a\"", "reject language language" },
        { "language", "\"de-a{\"", "reject language language" },
        { "language", "\"es-/19\"", "reject language language" },
        { "language", "\"es-4:9\"", "reject language language" },
        { "language", "\"es-41a\"", "reject language language" },
        { "language", "\"es-4190\"", "reject language_region language es" },
        { "language", "\"de+de\"", "reject language language" },
        { "language", "\"zh-Hans\"", "reject language_region language zh" },
        { "language", "\"sr-Latn-RS\"",
          "reject language_region language sr" },
        { "language", "\"de-1996\"", "reject language_region language de" },
        { "language", "\"sl-nedis\"", "reject language_region language sl" },
        { "language", "\"en-u-ca-gregory\"",
          "reject language_region language en" },
        { "language", "\"en_US.UTF-8\"",
          "reject language_region language en" },
        { "language", "\"de_DE@euro\"",
          "reject language_region language de" },
        { "language", "\"de.utf8\"", "reject language_region language de" },
        { "language", "\"deu-DE\"", "reject language_region language de" },
        { "language", "\"iw_IL\"", "reject language_region language he" },
        { "language", "\"cmn-Hans-CN\"",
          "reject language_region language zh" },
        { "language", "\"xx-DE\"", "reject language language" },
        { "language", "\"de.\"", "reject language language" },
        { "language", "\"de_DE.\"", "reject language language" },
        { "language", "\"de-u\"", "reject language language" },
        { "language", "\"de-abcdefghi\"", "reject language language" },
        { "language", "\"de_DE,en\"", "reject language language" },
        { "language", "\"iw\"", "reject language language he" },
        { "language", "\"cmn\"", "reject language language zh" },
        { "language", "\"gr\"", "reject language language el" },
        { "countryCode", "\"de\"", "" },
        { "countryCode", "\"DEU\"",
          "reject country_three_letter countryCode DE" },
        { "countryCode", "\"deu\"",
          "reject country_three_letter countryCode DE" },
        { "countryCode", "\"UK\"", "reject country_code countryCode GB" },
        { "countryCode", "\"el\"", "reject country_code countryCode GR" },
        { "countryCode", "\"EU\"", "reject country_code countryCode" },
        { "countryCode", "\"ZZ\"", "reject country_code countryCode" },
        { "countryCode", "\"XKX\"", "reject country_kosovo countryCode XK" },
        { "countryCode", "\"kos\"", "reject country_kosovo countryCode XK" },
        { "countryCode", "\"DD\"", "reject country_code countryCode DE" },
        { "countryCode", "\"CS\"", "reject country_code countryCode" },
        { "countryCode", "\"DE-BY\"", "reject country_code countryCode DE" },
        { "countryCode", "\"GB-ENG\"", "reject country_code countryCode GB" },
        { "countryCode", "\"DE-\"", "reject country_code countryCode" },
        { "countryCode", "\"DE-BAYE\"", "reject country_code countryCode" },
        { "countryCode", "\"DE-B/\"", "reject country_code countryCode" },
        { "countryCode", "\"ZZ-BY\"", "reject country_code countryCode" },
        { "countryCode", "\"Germany\"",
          "reject country_code countryCode DE" },
        { "countryCode", "\"Österreich\"",
          "reject country_code countryCode AT" },
        { "countryCode", "\"Atlantis\"",
          "reject country_code countryCode" },
        { "countryCode", "\"D\"", "reject country_code countryCode" },
        { "countryCode", "\"276\"", "reject country_code countryCode DE" },
        { "countryCode", "\"999\"", "reject country_code countryCode" },
        { "countryCode", "\"XK\"", "reject country_kosovo countryCode" },
        { "countryCode", "\"\"", "reject required countryCode" },
        { "customerCategory", "\"person\"", "" },
        { "customerCategory", "\"Person\"", "" },
        { "customerCategory", "\"categoryABC\"",
          "reject customer_category customerCategory" },
        { "customerCategory", "\"PERSON,COMPANY\"",
          "reject customer_category customerCategory" },
        { "salutation", "\"Mr\"", "" },
        { "salutation", "\"miss\"", "" },
        { "salutation", "\"\"", "" },
        { "salutation", "\"Herr\"", "warn salutation_unknown salutation" },
        { "salutation", "\"MR.\"", "warn salutation_unknown salutation" },
    };

    (void) state;
    customer_assert(cases);
}


static void
test_contacts(void **state)
{
    static const customer_case_t cases[] = {
        { "email", "\"o'brien+news@sub.example.co.uk\"", "" },
        { "email", "\"jörg@müller.example\"", "" },
        { "email", "\"a@b.cd\"", "" },
        { "email", "\"a@b.c\"", "reject email email" },
        { "email", "\"a@b.1\"", "reject email email" },
        { "email", "\"ray@127.0.0.1\"", "reject email email" },
        { "email", "\"ray@example.12345\"", "reject email email" },
        { "email", "\"ray@example.1a\"", "" },
        { "email", "\"ray@1.2.xn--p1ai\"", "" },
        { "email", "\"ray@example.網\"", "" },
        { "email", "\"Ray@MÜLLER.EXAMPLE\"", "" },
        { "email", "\"ray@пример.рф\"", "" },
        { "email", "\"ray@ｅxample.com\"",
          "reject email_domain email" },
        { "email", "\"ray@exa\uff20mple.com\"",
          "reject email_domain email" },
        { "email", "\"ray@exa\ufffdmple.com\"",
          "reject email_domain email" },
        { "email", "\"ray@\u0301xample.com\"",
          "reject email_domain email" },
        { "email", "\"ray@i\u2764.ws\"", "reject email_domain email" },
        { "email", "\"ray@example\u3002com.de\"",
          "reject email_domain email" },
        { "email", "\"RAY@EXAMPLE.COM\"", "" },
        { "email", "\"ray@xn--mller-kva.example\"", "" },
        { "email", "\"ray\"", "reject email email" },
        { "email", "\"ray@localhost\"", "reject email email" },
        { "email", "\"ray@@example.com\"", "reject email email" },
        { "email", "\"a@b@example.com\"", "reject email email" },
        { "email", "\".ray@example.com\"", "reject email email" },
        { "email", "\"ray.@example.com\"", "reject email email" },
        { "email", "\"ra..y@example.com\"", "reject email email" },
        { "email", "\"ray@-example.com\"", "reject email email" },
        { "email", "\"ray@example-.com\"", "reject email email" },
        { "email", "\"ray@example..com\"", "reject email email" },
        { "email", "\"ray@example.com.\"", "reject email email" },
        { "email", "\"ray ray@example.com\"", "reject email email" },
        { "email", "\"ray@exa\u200bmple.com\"", "reject email email" },
        { "email", "\"ray@exa\u3000mple.com\"", "reject email email" },
        { "email", "\"Ray <ray@example.com>\"", "reject email email" },
        { "email", "\"ray,may@example.com\"", "reject email email" },
        { "email", "\"\\\"ray\\\"@example.com\"", "reject email email" },
        { "email", "\"\"", "warn email_missing email" },
        { "email", NULL, "warn email_missing email" },
        { "phone", "\"+49 (0) 871/790-7578\"", "" },
        { "phone", "\"+49871790 ext. 12\"", "" },
        { "phone", "\"+49871790#1\"", "" },
        { "phone", "\"871.790.7578 x4882\"",
          "warn phone_not_international phone" },
        { "phone", "\"(0871) 7907578X12\"",
          "warn phone_not_international phone" },
        { "phone", "\"(+45) 12 34 56 78\"", "" },
        { "phone", "\"+ 49 871 7907578\"", "" },
        { "phone", "\"( +49) 871 7907578\"", "" },
        { "phone", "\"+49  871   7907578\"", "" },
        { "phone", "\"+49 871 7907578-12\"", "" },
        { "phone", "\"0049 871 7907578\"",
          "warn phone_double_zero phone" },
        { "phone", "\"(00) 49 871 790\"", "warn phone_double_zero phone" },
        { "phone", "\"00123456789012345\"",
          "warn phone_double_zero phone" },
        { "phone", "\"00000000\"", "warn phone_double_zero phone, "
          "warn phone_placeholder phone" },
        { "phone", "\"11111 x2345\"", "warn phone_not_international phone, "
          "warn phone_placeholder phone" },
        { "phone", "\"+121 212 1212\"", "warn phone_placeholder phone" },
        { "phone", "\"+0871 7907578\"", "reject phone phone" },
        { "phone", "\"+49 ------ 871790\"", "reject phone phone" },
        { "phone", "\"+123 456 789 012 345\"", "" },
        { "phone", "\"+123 456 789 012 345 x1\"",
          "warn number_too_long phone" },
        { "phone", "\"+123 456 789 012 3456\"", "reject phone phone" },
        { "phone", "\"+49871790,,1\"", "reject phone phone" },
        { "phone", "\"+49871790;ext=1\"", "" },
        { "phone", "\"+49871790 ;ext=1\"", "reject phone phone" },
        { "phone", "\"\u202f+49871790\u2009\"", "" },
        { "phone", "\"\u2009\"", "reject phone phone" },
        { "phone", "\"\u206049871790\"", "reject phone phone" },
        { "phone", "\"+٤٩871790\"", "reject phone phone" },
        { "phone", "\"+49871790 e\u200bxt 1\"", "reject phone phone" },
        { "phone", "\"0871\"", "reject phone phone" },
        { "phone", "\"1234567890123456\"", "reject phone phone" },
        { "phone", "\"+49871790x1234567\"", "reject phone phone" },
        { "phone", "\"+49871790 ext\"", "reject phone phone" },
        { "phone", "\"++49871790\"", "reject phone phone" },
        { "phone", "\"+49871790-\"", "reject phone phone" },
        { "phone", "\"+49 871 XXXX\"", "reject phone phone" },
        { "phone", "\"call me\"", "reject phone phone" },
        { "phone", "\"\"", "" },
        { "mobilePhone", "\"+49 151 1234-5678\"", "" },
        { "mobilePhone", "\"+37258774XXX\"",
          "warn masked_value mobilePhone" },
        { "mobilePhone", "\"+372XXXXX123\"",
          "warn masked_value mobilePhone" },
        { "mobilePhone", "\"+372XX774XXX\"",
          "reject mobile_phone mobilePhone" },
        { "mobilePhone", "\"+3725877412X\"",
          "reject mobile_phone mobilePhone" },
        { "mobilePhone", "\"+37258774xxx\"",
          "reject mobile_phone mobilePhone" },
        { "mobilePhone", "\"0151 12345678\"",
          "warn mobile_not_international mobilePhone" },
        { "mobilePhone", "\"(0151) 123/45678\"",
          "warn mobile_not_international mobilePhone" },
        { "mobilePhone", "\"0151 XXXX\"",
          "warn masked_value mobilePhone" },
        { "mobilePhone", "\"+XX 151 12345\"",
          "warn masked_value mobilePhone" },
        { "mobilePhone", "\"(+49) 151 12345678\"", "" },
        { "mobilePhone", "\"+ 49 151 12345678\"", "" },
        { "mobilePhone", "\"12345\"", "reject mobile_phone mobilePhone" },
        { "mobilePhone", "\"211234\"",
          "warn mobile_not_international mobilePhone" },
        { "mobilePhone", "\"+49 151 12345678 x1\"",
          "reject mobile_phone mobilePhone" },
        { "mobilePhone", "\"+0151 12345678\"",
          "reject mobile_phone mobilePhone" },
        { "mobilePhone", "\"+(0)151 12345678\"",
          "reject mobile_phone mobilePhone" },
        { "mobilePhone", "\"004915112345678\"",
          "warn phone_double_zero mobilePhone" },
        { "mobilePhone", "\"+1111111111\"",
          "warn phone_placeholder mobilePhone" },
        { "mobilePhone", "\"+4944444444\"",
          "warn phone_placeholder mobilePhone" },
        { "mobilePhone", "\"+494444444\"", "" },
        { "mobilePhone", "\"+123456\"", "reject mobile_phone mobilePhone" },
        { "mobilePhone", "\"+1234567890123456\"",
          "reject mobile_phone mobilePhone" },
    };

    (void) state;
    customer_assert(cases);
}


static void
test_numbers(void **state)
{
    static const customer_case_t cases[] = {
        { "customerNumber", "\"A.b_c-1\"", "" },
        { "customerNumber", "\"-1\"", "reject customer_number customerNumber" },
        { "customerNumber", "\"c 1\"",
          "reject customer_number customerNumber" },
        { "customerNumber", "\"c/1\"",
          "reject customer_number customerNumber" },
        { "customerNumber", "\"..\"",
          "reject customer_number customerNumber" },
        { "customerNumber", "\"cé\"",
          "reject customer_number customerNumber" },
        { "customerNumber", "1631704458", "reject type customerNumber" },
        { "identificationNumber", "\"700XXX651\"",
          "warn masked_value identificationNumber" },
        { "identificationNumber", "\"XXXXXXXXX\"",
          "warn masked_value identificationNumber" },
        { "identificationNumber", "\"HRB 12345/A+B.C-D\"", "" },
        { "identificationNumber", "\"X1234567L\"", "" },
        { "identificationNumber", "\"70XX65XX1\"", "" },
        { "identificationNumber", "\"XX-XX\"",
          "reject identification_number identificationNumber" },
        { "identificationNumber", "\"unknown\"",
          "reject identification_number identificationNumber" },
        { "identificationNumber", "\"-123\"",
          "reject identification_number identificationNumber" },
        { "identificationNumber", "\"12_3\"",
          "reject identification_number identificationNumber" },
        { "identificationNumber", "\"Köln HRB 49263\"", "" },
        { "identificationNumber", "\"CVR: 12345678\"", "" },
        { "identificationNumber", "\"A494866(4)\"", "" },
        { "identificationNumber", "\"УНП МА1953684\"", "" },
        { "identificationNumber", "\"12–34\u202f5\"", "" },
        { "identificationNumber", "\"(1)\"",
          "reject identification_number identificationNumber" },
        { "identificationNumber", "\"½\"",
          "reject identification_number identificationNumber" },
        { "identificationNumber", "\"МК XXXX\"",
          "warn masked_value identificationNumber" },
        { "identificationNumber", "\"12 34 56 78 90 12 34 56 78 90\"", "" },
        { "identificationNumber", "\"123456789012345678901\"",
          "warn number_too_long identificationNumber" },
        { "taxIdentificationNumber", "\"Ñ&A990101XX1\"",
          "warn masked_value taxIdentificationNumber" },
        { "taxIdentificationNumber", "\"ES12 3456-7890-12 3456789012\"",
          "warn vat_country taxIdentificationNumber, "
          "warn number_too_long taxIdentificationNumber" },
        { "taxIdentificationNumber", "\"12 345/678\"", "" },
        { "taxIdentificationNumber", "\"123XX\"",
          "warn masked_value taxIdentificationNumber" },
        { "taxIdentificationNumber", "\"none\"",
          "reject tax_number taxIdentificationNumber" },
        { "streetNumber", "\"12 a/b-c.\"", "" },
        { "streetNumber", "\"12, back\"", "" },
        { "streetNumber", "\"-1\"", "warn street_number_more streetNumber" },
        { "streetNumber", "\", 87\"", "warn street_number_more streetNumber" },
        { "streetNumber", "\"a@b.de\"",
          "warn street_number_more streetNumber" },
        { "streetNumber", "\"1 2 3 4\"",
          "warn street_number_more streetNumber" },
        { "streetNumber", "\"12 1/2 a\"", "" },
        { "streetNumber", "\"12½\"", "" },
        { "streetNumber", "\"½\"", "" },
        { "streetNumber", "\"12²\"", "" },
        { "streetNumber", "\"12;14\"", "" },
        { "streetNumber", "\"12–14\"", "" },
        { "streetNumber", "\"12, 2. tv\"", "" },
        { "streetNumber", "\"č.p. 12\"", "" },
        { "streetNumber", "\"42А\"", "" },
        { "streetNumber", "\"№ 12\"", "" },
        { "streetNumber", "\"12 „А“\"", "" },
        { "streetNumber", "\"12\\\"B\\\"\"", "" },
        { "streetNumber", "\"12 «a»\"", "" },
        { "streetNumber", "\"1⁄2\"", "" },
        { "streetNumber", "\"12∕14\"", "" },
        { "streetNumber", "\"„“\"", "reject street_number streetNumber" },
        { "streetNumber", "\"null\"",
          "warn template_leftover streetNumber" },
        { "streetNumber", "\"N1\"", "" },
        { "streetNumberAdditional", "\"undefined\"",
          "warn template_leftover streetNumberAdditional" },
        { "streetNumber", "\"(12)\"", "" },
        { "streetNumber", "\"12'\"", "" },
        { "streetNumber", "\"12: 3+4\"", "" },
        { "streetNumber", "\"-\"", "reject street_number streetNumber" },
        { "streetNumber", "\"№\"", "reject street_number streetNumber" },
        { "streetNumber", "\"\u0301\"", "reject street_number streetNumber" },
        { "streetNumber", "\"12_3\"", "reject street_number streetNumber" },
        { "streetNumber", "\"<12>\"", "reject street_number streetNumber" },
        { "streetNumber", "\"12\u200b\"", "reject street_number streetNumber" },
        { "streetNumberAdditional", "\"2º B\"", "" },
        { "streetNumberAdditional", "\"boîte 3\"", "" },
        { "streetNumberAdditional", "\"3. étage\"", "" },
        { "streetNumberAdditional", "\"9e verdieping\"",
          "warn number_too_long streetNumberAdditional" },
        { "streetNumberAdditional", "\"- 718\"",
          "warn street_number_more streetNumberAdditional" },
        { "streetNumberAdditional", "\"abcdefghijabcdefghijabcdefghij"
          "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij"
          "abcdefghijk\"", "reject street_number streetNumberAdditional" },
        { "streetNumber", "1", "reject type streetNumber" },
        { "streetNumberAdditional", "\"#3\"", "" },
        { "id", "\"ACVB123455675669\"", "" },
        { "id", "\"a_b-c\"", "" },
        { "id", "\"a b\"", "reject payment_registration_id id" },
        { "id", "275122", "reject type id" },
        { "id", "\"\"", "reject required id" },
    };

    (void) state;
    customer_assert(cases);
}


/* Code points after NFC count, not bytes. */
static void
test_lengths(void **state)
{
    static const customer_case_t cases[] = {
        { "salutation", "\"ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜ\"",
          "warn salutation_unknown salutation" },
        { "salutation", "\"ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜX\"",
          "warn salutation_unknown salutation, reject too_long salutation" },
        { "firstName", "\"A\u0308A\u0308A\u0308A\u0308A\u0308A\u0308A\u0308"
          "A\u0308A\u0308A\u0308A\u0308A\u0308A\u0308A\u0308A\u0308A\u0308"
          "A\u0308A\u0308A\u0308A\u0308A\u0308A\u0308A\u0308A\u0308A\u0308"
          "A\u0308A\u0308A\u0308A\u0308A\u0308A\u0308A\u0308A\u0308A\u0308"
          "A\u0308A\u0308A\u0308A\u0308A\u0308A\u0308\"", "" },
        { "firstName", "\"Abcdefghijabcdefghijabcdefghijabcdefghijk\"",
          "reject too_long firstName" },
        { "streetNumber", "\"12345678901\"", "reject too_long streetNumber" },
        { "streetNumber", "\"   1234567890   \"", "" },
        { "mobilePhone", "\"+1 2 3 4 5 6 7 8 9 0 XX\"",
          "warn masked_value mobilePhone, "
          "warn number_too_long mobilePhone" },
    };

    (void) state;
    customer_assert(cases);
}


static void
test_control_characters(void **state)
{
    static const customer_case_t cases[] = {
        { "firstName", "\"R\\u0007ay\"", "reject control_character firstName" },
        { "firstName", "\"R\\tay\"", "reject control_character firstName" },
        { "lastName", "\"A\\u007f\"", "reject control_character lastName" },
        { "lastName", "\"A\x7f\"", "reject control_character lastName" },
        { "lastName", "\"\x7f \"", "reject control_character lastName" },
        { "lastName", "\"A\\u0085\"", "reject control_character lastName" },
        { "street", "\"A\u2028B\"", "reject control_character street" },
        { "street", "\"A\u202eB\"", "reject control_character street" },
        { "careOf", "\"A\u2066B\"", "reject control_character careOf" },
        { "email", "\"no mail\\n\"", "reject control_character email" },
        { "firstName", "\"Abcdefghijabcdefghijabcdefghijabcdefghij\x7f\"",
          "reject control_character firstName" },
    };

    (void) state;
    customer_assert(cases);
}
/* clang-format on */


static void
assert_run(const char *text, size_t start, size_t len)
{
    riverty_span_t run = riverty_masked_run(riverty_span_of(text));

    assert_ptr_equal(run.data, text + start);
    assert_int_equal(run.len, len);
}


static void
test_masked_run(void **state)
{
    (void) state;

    assert_run("XX", 0, 2);
    assert_run("aXXXb", 1, 3);
    assert_run("XaXXX", 2, 3);
    assert_null(riverty_masked_run(riverty_span("XXaXX")).data);
    assert_null(riverty_masked_run(riverty_span("aXbXc")).data);
    assert_null(riverty_masked_run(riverty_span("xxx")).data);
    assert_null(riverty_masked_run(riverty_span("")).data);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_names, customer_setup),
        cmocka_unit_test_setup(test_codes, customer_setup),
        cmocka_unit_test_setup(test_contacts, customer_setup),
        cmocka_unit_test_setup(test_numbers, customer_setup),
        cmocka_unit_test_setup(test_lengths, customer_setup),
        cmocka_unit_test_setup(test_control_characters, customer_setup),
        cmocka_unit_test(test_masked_run),
    };

    return cmocka_run_group_tests(tests, customer_start, customer_stop);
}
