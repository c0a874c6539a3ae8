/*
 * What a log may show of a value, and the pseudonyms.
 */

#include "judged.h"
#include "memory_map.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "contract/audit/redact.h"

#define SECRET "0123456789abcdef0123456789abcdef"

/* clang-format off */
/* What audit-record's example shows of the create sample. */
static const char sample_form[] =
    "{\"/customer/address/countryCode\":\"DE\","
    "\"/customer/address/postalCode\":\"97...\","
    "\"/customer/birthDate\":true,"
    "\"/customer/customerCategory\":\"PERSON\","
    "\"/customer/email\":\"...com\","
    "\"/customer/firstName\":{\"len\":3},"
    "\"/customer/language\":\"de\","
    "\"/customer/lastName\":{\"len\":9},"
    "\"/customer/mobilePhone\":{\"len\":12},"
    "\"/customer/phone\":{\"len\":18}";

/* A document, with more members of its address and of its customer. */
#define DOCUMENT(address, customer)                                            \
    "{\"customer\":{\"customerNumber\":\"c1\","                                \
    "\"customerCategory\":\"PERSON\","                                         \
    "\"address\":{\"street\":\"S\",\"postalPlace\":\"P\"" address "}" customer \
    "},\"paymentRegistration\":{\"id\":\"1\"}}"
/* clang-format on */


static riverty_pseudonym_key_t *
make_key(const char *id, const char *secret)
{
    return riverty_pseudonym_key_create(riverty_span_of(id),
                                        riverty_span_of(secret));
}


static void
hex(const unsigned char *bytes, size_t len, char *out)
{
    for (size_t i = 0; i < len; i++) {
        sprintf(out + 2 * i, "%02x", bytes[i]);
    }
}


/* The form of one field, as jansson prints it; "" where nothing is shown. */
static const char *
form_of(const judged_t *judged, riverty_field_id_t field)
{
    static char text[256];
    unsigned char buffer[256];
    riverty_out_t out;
    size_t pointer = strlen(riverty_fields[field].pointer) + 3;

    riverty_out_init(&out, buffer, sizeof(buffer));
    if (!riverty_redact_field(&out, &judged->contract, &judged->document, field,
                              NULL)) {
        assert_int_equal(riverty_out_length(&out), 0);
        return "";
    }

    snprintf(text, sizeof(text), "%.*s",
             (int) (riverty_out_length(&out) - pointer),
             (const char *) buffer + pointer);
    return text;
}


static const char *
document_form(const judged_t *judged, const riverty_pseudonym_key_t *key)
{
    static unsigned char buffer[4096];
    riverty_out_t out;

    riverty_out_init(&out, buffer, sizeof(buffer) - 1);
    riverty_redact_document(&out, &judged->contract, &judged->document, key);
    json_decref(judged_json(&out));
    *out.pos = '\0';
    return (const char *) buffer;
}


static void
check_token(riverty_span_t secret, riverty_span_t domain, riverty_span_t value)
{
    riverty_pseudonym_key_t *key =
        riverty_pseudonym_key_create(riverty_span("k1"), secret);
    unsigned char pseudonym[RIVERTY_PSEUDONYM_MAX + 1];
    unsigned char message[512], digest[32];
    char expected[80] = "t:k1:";

    assert_non_null(key);
    memcpy(message, domain.data, domain.len);
    message[domain.len] = 0;
    memcpy(message + domain.len + 1, value.data, value.len);
    HMAC(EVP_sha256(), secret.data, (int) secret.len, message,
         domain.len + 1 + value.len, digest, NULL);
    hex(digest, 16, expected + strlen(expected));

    /* Twice: a pseudonym leaves nothing behind in its key. */
    for (int i = 0; i < 2; i++) {
        size_t len = riverty_pseudonym(key, domain, value, pseudonym);

        pseudonym[len] = '\0';
        assert_string_equal((char *) pseudonym, expected);
    }

    riverty_pseudonym_key_free(key);
}


static void
test_token_is_hmac(void **state)
{
    static const size_t lengths[] = { 32, 63, 64, 65, 131 };
    unsigned char secret[131];

    (void) state;
    for (size_t i = 0; i < sizeof(secret); i++) {
        secret[i] = (unsigned char) (7 * i);
    }

    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        riverty_span_t span = { secret, lengths[i] };

        check_token(span, riverty_span(RIVERTY_DOMAIN_CUSTOMER),
                    riverty_span("c1631704458"));
        check_token(span, riverty_span("/paymentRegistration/id"),
                    riverty_span("275122"));
        check_token(span, riverty_span("d"), riverty_span(""));
    }
}


static void
test_domains_keep_values_apart(void **state)
{
    riverty_pseudonym_key_t *key = make_key("k1", SECRET);
    riverty_pseudonym_key_t *other = make_key("k2", SECRET);
    unsigned char a[RIVERTY_PSEUDONYM_MAX], b[RIVERTY_PSEUDONYM_MAX];
    size_t len;

    (void) state;
    len = riverty_pseudonym(key, riverty_span("ab"), riverty_span("c"), a);
    assert_int_equal(len, 2 + 2 + 1 + 32);
    assert_int_equal(
        riverty_pseudonym(key, riverty_span("a"), riverty_span("bc"), b), len);
    assert_memory_not_equal(a, b, len);

    riverty_pseudonym(other, riverty_span("ab"), riverty_span("c"), b);
    assert_memory_equal(b, "t:k2:", 5);
    assert_memory_equal(a + 5, b + 5, 32);

    riverty_pseudonym_key_free(key);
    riverty_pseudonym_key_free(other);
}


static void
test_longest_id(void **state)
{
    riverty_pseudonym_key_t *key = make_key("ABCDEFGHIJKLM-_9", SECRET);
    unsigned char pseudonym[RIVERTY_PSEUDONYM_MAX];

    (void) state;
    assert_non_null(key);
    assert_int_equal(
        riverty_pseudonym(key, riverty_span("d"), riverty_span("v"), pseudonym),
        RIVERTY_PSEUDONYM_MAX);
    riverty_pseudonym_key_free(key);
}


static void
test_keys_refused(void **state)
{
    (void) state;
    assert_null(make_key("", SECRET));
    assert_null(make_key("ABCDEFGHIJKLMNOPQ", SECRET));
    for (const char *bad = ": \"/@[`{~\x7f\xc3"; *bad != '\0'; bad++) {
        assert_null(make_key((const char[]){ 'k', *bad, '1', '\0' }, SECRET));
    }
    assert_null(make_key("k1", "0123456789abcdef0123456789abcde"));
    assert_null(make_key("k1", ""));
    riverty_pseudonym_key_free(NULL);
}


/* A core shows no key, which stands in memory of secrets. */
static void
test_key_is_secret(void **state)
{
    riverty_pseudonym_key_t *key = make_key("k1", SECRET);
    mapping_t mapping;

    (void) state;
    assert_true(mapping_of(key, &mapping));
    assert_true(mapping.undumped);
    riverty_pseudonym_key_lock(key);
    riverty_pseudonym_key_free(key);
}


static void
test_sample(void **state)
{
    judged_t *judged = *state;
    riverty_pseudonym_key_t *key = make_key("k1", SECRET);
    char *text = judged_file("t/data/create-request.json");
    unsigned char pseudonym[RIVERTY_PSEUDONYM_MAX];
    char expected[1024];
    size_t len;

    assert_int_equal(judge(judged, text), RIVERTY_ACCEPTED);
    len = riverty_pseudonym(key, riverty_span("/paymentRegistration/id"),
                            riverty_span("275122"), pseudonym);

    snprintf(expected, sizeof(expected),
             "%s,\"/paymentRegistration/id\":\"%.*s\"}", sample_form, (int) len,
             (char *) pseudonym);
    assert_string_equal(document_form(judged, key), expected);

    /* Without a key there are no pseudonyms. */
    snprintf(expected, sizeof(expected), "%s}", sample_form);
    assert_string_equal(document_form(judged, NULL), expected);

    riverty_pseudonym_key_free(key);
    free(text);
}


static void
test_invalid_is_not_shown(void **state)
{
    judged_t *judged = *state;

    assert_int_equal(
        judge(judged, DOCUMENT(",\"countryCode\":\"QQ\"",
                               ",\"language\":\"xx\",\"email\":\"a@b\","
                               "\"firstName\":\"4711\",\"lastName\":\"L\","
                               "\"birthDate\":\"2026-02-30\"")),
        RIVERTY_REJECTED);
    assert_string_equal(form_of(judged, RIVERTY_FIELD_COUNTRY_CODE), "");
    assert_string_equal(form_of(judged, RIVERTY_FIELD_LANGUAGE), "");
    assert_string_equal(form_of(judged, RIVERTY_FIELD_EMAIL), "");
    assert_string_equal(form_of(judged, RIVERTY_FIELD_FIRST_NAME),
                        "{\"len\":4}");
    assert_string_equal(form_of(judged, RIVERTY_FIELD_BIRTH_DATE), "true");
}


/* A level decides what is refused, not what a log may show. */
static void
test_invalid_with_its_rule_off(void **state)
{
    judged_t *judged = *state;
    riverty_level_t *level = &judged->contract.levels[RIVERTY_RULE_LANGUAGE];

    *level = RIVERTY_LEVEL_OFF;
    judge(judged, DOCUMENT(",\"countryCode\":\"DE\"", ",\"language\":\"xx\""));
    *level = RIVERTY_LEVEL_REJECT;

    assert_string_equal(form_of(judged, RIVERTY_FIELD_LANGUAGE), "");
    assert_string_equal(form_of(judged, RIVERTY_FIELD_COUNTRY_CODE), "\"DE\"");
}


static void
test_normalised_is_shown(void **state)
{
    judged_t *judged = *state;

    judge(judged, DOCUMENT(",\"countryCode\":\" de \"",
                           ",\"email\":\"a@Example.INFO\","
                           "\"firstName\":\"Zoe\\u0308\",\"lastName\":\"\""));
    assert_string_equal(form_of(judged, RIVERTY_FIELD_COUNTRY_CODE), "\"DE\"");
    assert_string_equal(form_of(judged, RIVERTY_FIELD_EMAIL), "\"...info\"");
    assert_string_equal(form_of(judged, RIVERTY_FIELD_FIRST_NAME),
                        "{\"len\":3}");
    assert_string_equal(form_of(judged, RIVERTY_FIELD_LAST_NAME), "");
}


static void
test_partial_is_never_all(void **state)
{
    judged_t *judged = *state;
    riverty_redaction_t *mode =
        &judged->contract.fields[RIVERTY_FIELD_LAST_NAME].redaction;

    *mode = RIVERTY_REDACT_PARTIAL;

    judge(judged, DOCUMENT("", ",\"lastName\":\"\xc3\x84\xc3\xa4rger\""));
    assert_string_equal(form_of(judged, RIVERTY_FIELD_LAST_NAME),
                        "\"\xc3\x84\xc3\xa4...\"");
    judge(judged, DOCUMENT("", ",\"lastName\":\"\xc3\x84\xc3\xa4\""));
    assert_string_equal(form_of(judged, RIVERTY_FIELD_LAST_NAME), "\"...\"");
    judge(judged, DOCUMENT("", ",\"lastName\":\"O\\\"Brien\""));
    assert_string_equal(form_of(judged, RIVERTY_FIELD_LAST_NAME),
                        "\"O\\\"...\"");
    judge(judged, DOCUMENT("", ",\"lastName\":\"O\""));
    assert_string_equal(form_of(judged, RIVERTY_FIELD_LAST_NAME), "\"...\"");

    *mode = RIVERTY_REDACT_LENGTH;
}


/* With another pattern there may be mail addresses of a single label. */
static void
test_partial_of_one_label(void **state)
{
    judged_t *judged = *state;
    riverty_field_t *field = &judged->contract.fields[RIVERTY_FIELD_EMAIL];
    riverty_field_t before = *field;

    field->shape = RIVERTY_SHAPE_NONE;
    judge(judged, DOCUMENT("", ",\"email\":\"root@localhost\""));
    assert_string_equal(form_of(judged, RIVERTY_FIELD_EMAIL), "\"...\"");
    judge(judged, DOCUMENT("", ",\"email\":\"root\""));
    assert_string_equal(form_of(judged, RIVERTY_FIELD_EMAIL), "\"...\"");

    *field = before;
}


static void
test_customer_number_is_elsewhere(void **state)
{
    judged_t *judged = *state;

    judge(judged, DOCUMENT(",\"countryCode\":\"DE\"", ""));
    assert_string_equal(
        judged->document.values[RIVERTY_FIELD_CUSTOMER_NUMBER].data != NULL
            ? "there"
            : "absent",
        "there");
    assert_string_equal(form_of(judged, RIVERTY_FIELD_CUSTOMER_NUMBER), "");
}


static void
test_unknown_members_are_counted(void **state)
{
    judged_t *judged = *state;

    judge(judged, DOCUMENT(",\"MARKER1\":1", ",\"MARKER2\":\"MARKER3\""));
    assert_string_equal(
        document_form(judged, NULL),
        "{\"/customer/customerCategory\":\"PERSON\",\"unknown\":2}");
}


static void
test_nothing_to_show(void **state)
{
    judged_t *judged = *state;

    assert_int_equal(judge(judged, "{\"customer\":"), RIVERTY_MALFORMED);
    assert_string_equal(document_form(judged, NULL), "{}");
    assert_int_equal(judge(judged, "{}"), RIVERTY_REJECTED);
    assert_string_equal(document_form(judged, NULL), "{}");
}


static void
test_too_little_room(void **state)
{
    judged_t *judged = *state;
    unsigned char *buffer;
    riverty_out_t out;

    judge(judged, DOCUMENT(",\"countryCode\":\"DE\"", ",\"unknown\":1"));

    for (size_t size = 0; size < strlen(document_form(judged, NULL)); size++) {
        buffer = malloc(size + 1);
        riverty_out_init(&out, buffer, size);
        riverty_redact_document(&out, &judged->contract, &judged->document,
                                NULL);
        assert_true(out.full);
        free(buffer);
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_token_is_hmac),
        cmocka_unit_test(test_domains_keep_values_apart),
        cmocka_unit_test(test_longest_id),
        cmocka_unit_test(test_keys_refused),
        cmocka_unit_test(test_key_is_secret),
        cmocka_unit_test(test_sample),
        cmocka_unit_test(test_invalid_is_not_shown),
        cmocka_unit_test(test_invalid_with_its_rule_off),
        cmocka_unit_test(test_normalised_is_shown),
        cmocka_unit_test(test_partial_is_never_all),
        cmocka_unit_test(test_partial_of_one_label),
        cmocka_unit_test(test_customer_number_is_elsewhere),
        cmocka_unit_test(test_unknown_members_are_counted),
        cmocka_unit_test(test_nothing_to_show),
        cmocka_unit_test(test_too_little_room),
    };

    return cmocka_run_group_tests(tests, judged_setup, judged_teardown);
}
