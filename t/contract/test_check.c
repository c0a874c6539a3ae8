/*
 * What the contract finds in single values: for each field what is good and
 * what is not, among it the names and addresses of real people.
 */
#include "customer.h"
#include "contract/core/date.h"
#include "contract/customer/check_date.h"
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
test_birth_dates(void **state)
{
    static const customer_case_t cases[] = {
        { "birthDate", "\"1984-02-29\"", "" },
        { "birthDate", "\"2000-02-29\"", "" },
        { "birthDate", "\"1901-11-23\"", "" },
        { "birthDate", "\"2008-11-23\"", "" },
        { "birthDate", "\"\"", "" },
        { "birthDate", "\"1983-02-29\"", "reject birth_date birthDate" },
        { "birthDate", "\"1900-02-29\"", "reject birth_date birthDate" },
        { "birthDate", "\"1984-13-01\"", "reject birth_date birthDate" },
        { "birthDate", "\"1984-00-10\"", "reject birth_date birthDate" },
        { "birthDate", "\"1984-04-31\"", "reject birth_date birthDate" },
        { "birthDate", "\"1984-11-00\"", "reject birth_date birthDate" },
        { "birthDate", "\"1984-11-1\"", "reject birth_date birthDate" },
        { "birthDate", "\"11.11.1984\"", "reject birth_date birthDate" },
        { "birthDate", "\"84-11-11\"", "reject birth_date birthDate" },
        { "birthDate", "\"19841111\"", "reject birth_date birthDate" },
        { "birthDate", "\"0000-00-00\"", "reject birth_date birthDate" },
        { "birthDate", "\"١٩٨٤-11-11\"", "reject birth_date birthDate" },
        { "birthDate", "\"1901-11-22\"", "reject birth_date_age birthDate" },
        { "birthDate", "\"0001-01-01\"", "reject birth_date_age birthDate" },
        { "birthDate", "\"2008-11-24\"", "warn birth_date_minor birthDate" },
        { "birthDate", "\"2026-11-24\"", "warn birth_date_minor birthDate" },
        { "birthDate", "\"2026-11-25\"",
          "reject birth_date_future birthDate" },
        { "birthDate", "\"9999-12-31\"",
          "reject birth_date_future birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00Z\"",
          "warn birth_date_time birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00\"",
          "warn birth_date_time birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00.000Z\"",
          "warn birth_date_time birthDate" },
        { "birthDate", "\"2010-09-01T00:00:00.0\"",
          "warn birth_date_time birthDate, warn birth_date_minor birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00+00:00\"",
          "warn birth_date_time birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00-00:00\"",
          "warn birth_date_time birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00.000+0000\"",
          "warn birth_date_time birthDate" },
        { "birthDate", "\"1980-09-01T00:00\"",
          "warn birth_date_time birthDate" },
        { "birthDate", "\"1980-09-01t00:00:00z\"",
          "warn birth_date_time birthDate" },
        { "birthDate", "\"1980-09-01T\"", "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01Z\"", "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01T00\"", "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01T00:00.0\"",
          "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00.\"",
          "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00+00:01\"",
          "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00+\"",
          "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01T24:00:00Z\"",
          "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00.Z\"",
          "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00.001Z\"",
          "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01T22:00:00Z\"",
          "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01T00:00:00+02:00\"",
          "reject birth_date birthDate" },
        { "birthDate", "\"1980-09-01 00:00:00\"",
          "reject birth_date birthDate" },
        { "birthDate", "\"1983-02-29T00:00:00Z\"",
          "reject birth_date birthDate" },
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
          "reject mobile_phone mobilePhone" },
        { "mobilePhone", "\"004915112345678\"",
          "reject mobile_phone mobilePhone" },
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
          "warn masked_value mobilePhone, reject too_long mobilePhone" },
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


/* Each way to write midnight, with each zone: its date is forwarded. */
static void
test_midnights(void **state)
{
    static const char *const times[] = {
        "T00:00", "t00:00", "T00:00:00", "T00:00:00.0", "T00:00:00.000000000",
    };
    static const struct {
        const char *text;
        bool here;
    } zones[] = {
        { "", true },       { "Z", true },       { "z", true },
        { "+00", true },    { "-00", true },     { "+0000", true },
        { "-0000", true },  { "+00:00", true },  { "-00:00", true },
        { "+1", false },    { "+01", false },    { "-01:00", false },
        { "+0100", false }, { "+00:30", false }, { "+00:", false },
        { "ZZ", false },    { "+00Z", false },   { " Z", false },
    };
    char value[64];

    (void) state;

    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        for (size_t j = 0; j < sizeof(zones) / sizeof(zones[0]); j++) {
            (void) sprintf(value, "\"1980-09-01%s%s\"", times[i],
                           zones[j].text);
            customer_set("birthDate", value);
            assert_string_equal(customer_findings(),
                                zones[j].here ? "warn birth_date_time birthDate"
                                              : "reject birth_date birthDate");

            if (zones[j].here) {
                assert_string_equal(customer_value(RIVERTY_FIELD_BIRTH_DATE),
                                    "1980-09-01");
            }
        }
    }
}


/* The only note on a birth date, on that day, or RIVERTY_RULE_NONE. */
static riverty_rule_id_t
birth_date_note(const char *text, const char *today)
{
    riverty_value_t value = { .text = riverty_span_of(text), .notes_count = 0 };

    riverty_date_t date;

    assert_true(riverty_date_read(riverty_span_of(today), &date));
    value.today = riverty_date_days(date);
    riverty_check_birth_date(&value);
    assert_true(value.notes_count <= 1);

    return value.notes_count == 0 ? RIVERTY_RULE_NONE
                                  : (riverty_rule_id_t) value.notes[0].rule;
}


/* Birthdays, and clocks that are wrong. */
static void
test_ages(void **state)
{
    static const struct {
        const char *birth_date;
        const char *today;
        riverty_rule_id_t found;
    } cases[] = {
        { "2008-02-29", "2026-02-28", RIVERTY_RULE_BIRTH_DATE_MINOR },
        { "2008-02-29", "2026-03-01", RIVERTY_RULE_NONE },
        { "2008-01-15", "2026-01-14", RIVERTY_RULE_BIRTH_DATE_MINOR },
        { "2008-01-15", "2026-01-15", RIVERTY_RULE_NONE },
        { "1901-01-15", "2026-01-15", RIVERTY_RULE_NONE },
        { "1901-01-15", "2026-01-16", RIVERTY_RULE_BIRTH_DATE_AGE },
        { "1901-01-15", "2026-02-01", RIVERTY_RULE_BIRTH_DATE_AGE },
        { "2026-01-16", "2026-01-15", RIVERTY_RULE_BIRTH_DATE_MINOR },
        { "2026-01-17", "2026-01-15", RIVERTY_RULE_BIRTH_DATE_FUTURE },
        { "1970-01-01", "1969-12-31", RIVERTY_RULE_BIRTH_DATE_MINOR },
        { "0000-01-01", "0000-02-29", RIVERTY_RULE_BIRTH_DATE_MINOR },
        { "0000-01-01", "0126-01-01", RIVERTY_RULE_BIRTH_DATE_AGE },
    };

    (void) state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(birth_date_note(cases[i].birth_date, cases[i].today),
                         cases[i].found);
    }
}


/* Seconds before 1970 belong to the day that they are part of. */
static void
test_clock_before_1970(void **state)
{
    riverty_input_t input = { .now = -1 };

    (void) state;
    customer_set("birthDate", "\"1970-01-02\"");
    customer_build();
    input.body = riverty_span_of(customer_body);

    assert_int_equal(riverty_document_check(&customer_document,
                                            &customer_contract, &input,
                                            &customer_memory),
                     RIVERTY_REJECTED);
    customer_list();
    assert_string_equal(customer_found, "reject birth_date_future birthDate");

    input.now = 0;
    assert_int_equal(riverty_document_check(&customer_document,
                                            &customer_contract, &input,
                                            &customer_memory),
                     RIVERTY_ACCEPTED);
}


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
        cmocka_unit_test_setup(test_birth_dates, customer_setup),
        cmocka_unit_test_setup(test_midnights, customer_setup),
        cmocka_unit_test_setup(test_contacts, customer_setup),
        cmocka_unit_test_setup(test_numbers, customer_setup),
        cmocka_unit_test_setup(test_lengths, customer_setup),
        cmocka_unit_test_setup(test_control_characters, customer_setup),
        cmocka_unit_test(test_ages),
        cmocka_unit_test_setup(test_clock_before_1970, customer_setup),
        cmocka_unit_test(test_masked_run),
    };

    return cmocka_run_group_tests(tests, customer_start, customer_stop);
}
