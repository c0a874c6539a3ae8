/*
 * Checkpoints: signed notes as docs/audit.md has them, by a vector that
 * openssl(1) has signed with the first key of RFC 8032, 7.1; any other byte
 * shows; and keys that are not to be taken.
 */
#include "stored.h"

#include "memory_map.h"

#include <jansson.h>
#include <openssl/evp.h>

#include "contract/audit/checkpoint.h"

/* The seed in hex begins with 9d61b19d. */
#define PRIVATE                                                          \
    "-----BEGIN PRIVATE KEY-----\n"                                      \
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n" \
    "-----END PRIVATE KEY-----\n"

#define PUBLIC                                                       \
    "-----BEGIN PUBLIC KEY-----\n"                                   \
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n" \
    "-----END PUBLIC KEY-----\n"

/* Another one: RFC 8032, 7.1, test 2. */
#define OTHER                                                        \
    "-----BEGIN PUBLIC KEY-----\n"                                   \
    "MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=\n" \
    "-----END PUBLIC KEY-----\n"

#define HEX8 "5a5a5a5a"
#define MAC  HEX8 HEX8 HEX8 HEX8 HEX8 HEX8 HEX8 HEX8
#define ZERO "00000000000000000000000000000000"
#define LAST "abababababababababababababababab"

#define TEXT                                                                 \
    "riverty-audit-checkpoint/v1\n"                                          \
    "series 0123456789abcdef0123456789abcdef\n"                              \
    "note 17\n"                                                              \
    "before " LAST LAST "\n"                                                 \
    "time 2026-11-28T12:00:00.123456Z\n"                                     \
    "every 60\n"                                                             \
    "chain 00112233445566778899aabbccddeeff 41 " MAC                         \
    " /var/log/riverty/audit.log\n"                                          \
    "chain ffeeddccbbaa99887766554433221100 18446744073709551615 " ZERO ZERO \
    " a ?? b\n"

#define SIGNATURE                                                              \
    "FxJVEUzYUleiwzekzr9vwa/xfr/6GlM0uVsNFq6fyXgF5IHG4HgG+qOLMnkr2DW6feC1NeBT" \
    "BmBcJfzWlQTU/vG7Kwo="

#define NOTE TEXT "\n\xe2\x80\x94 riverty-audit " SIGNATURE "\n"

#define DIGEST_OF_TEXT \
    "65c3d6ca29307a85d932b4ab6eeb31c080ee235f72c8a91af2694d454adcc613"

static unsigned char keys[2][RIVERTY_PUBLIC_KEY_SIZE]; /* the other one first */
static riverty_secrets_t *secrets;
static riverty_signing_key_t key;


static int
setup(void **state)
{
    riverty_error_t error;

    if (stored_setup(state) != 0) {
        return -1;
    }

    secrets = riverty_secrets_create();
    stored_put("signing.pem", PRIVATE);
    return riverty_signing_key_read(secrets, stored_path("signing.pem"),
                                    geteuid(), &key, &error) &&
                   riverty_public_key_parse(riverty_span(OTHER), keys[0]) &&
                   riverty_public_key_parse(riverty_span(PUBLIC), keys[1])
               ? 0
               : -1;
}


static int
teardown(void **state)
{
    riverty_secrets_free(secrets);
    return stored_teardown(state);
}


static riverty_checkpoint_t
checkpoint(void)
{
    /* clang-format off */
    riverty_checkpoint_t made = {
        .number = 17,
        .every = 60,
        .count = 2,
        .chains = {
            { .seq = 41, .log = riverty_span("/var/log/riverty/audit.log") },
            { .seq = UINT64_MAX, .log = riverty_span("a \xc3\xa4 b") },
        },
    };
    /* clang-format on */

    for (unsigned i = 0; i < 16; i++) {
        made.chains[0].id[i] = (unsigned char) (0x11 * i);
        made.chains[1].id[i] = (unsigned char) (0xff - 0x11 * i);
    }
    memcpy(made.series, "\x01\x23\x45\x67\x89\xab\xcd\xef", 8);
    memcpy(made.series + 8, made.series, 8);
    memset(made.before, 0xab, sizeof(made.before));
    memset(made.chains[0].mac, 0x5a, sizeof(made.chains[0].mac));
    memcpy(made.time, "2026-11-28T12:00:00.123456Z", sizeof(made.time));

    return made;
}


/* The line, without its line feed; in a buffer of this function's. */
static const char *
written(const riverty_checkpoint_t *from, unsigned char *digest)
{
    static char line[RIVERTY_CHECKPOINT_SIZE + 1];
    riverty_out_t out;

    riverty_out_init(&out, line, RIVERTY_CHECKPOINT_SIZE);
    assert_true(riverty_checkpoint_write(&out, from, &key, digest));
    assert_int_equal(out.pos[-1], '\n');
    out.pos[-1] = '\0';
    return line;
}


static json_t *
note_of(const char *line)
{
    json_t *record = json_loads(line, 0, NULL);
    json_t *note = json_incref(json_object_get(record, "note"));

    assert_true(json_is_string(note));
    json_decref(record);
    return note;
}


static riverty_checkpoint_verdict_t
verdict(riverty_span_t note, size_t count, riverty_checkpoint_t *read)
{
    unsigned char digest[RIVERTY_SHA256_SIZE];

    return riverty_checkpoint_read(note, keys, count, read, digest);
}


static void
test_as_documented(void **state)
{
    riverty_checkpoint_t made = checkpoint();
    unsigned char digest[RIVERTY_SHA256_SIZE];
    char hex[2 * RIVERTY_SHA256_SIZE + 1] = "";
    const char *line = written(&made, digest);
    json_t *note = note_of(line);

    (void) state;
    assert_string_equal(json_string_value(note), NOTE);
    json_decref(note);

    assert_memory_equal(line,
                        "{\"@timestamp\":\"2026-11-28T12:00:00.123456Z\","
                        "\"event.action\":\"checkpoint\",\"note\":\"",
                        80);

    /* ASCII, and no escapes but those two: sed can undo them */
    for (; *line != '\0'; line++) {
        assert_true(*line >= 0x20 && *line < 0x7f);
        if (*line == '\\') {
            assert_true(line[1] == 'n' || strncmp(line, "\\u2014", 6) == 0);
        }
    }

    for (size_t i = 0; i < sizeof(digest); i++) {
        (void) sprintf(hex + 2 * i, "%02x", digest[i]);
    }
    assert_string_equal(hex, DIGEST_OF_TEXT);
}


static void
test_what_is_written_is_read(void **state)
{
    riverty_checkpoint_t made = checkpoint(), read;
    unsigned char first[RIVERTY_SHA256_SIZE], second[RIVERTY_SHA256_SIZE];

    (void) state;

    for (made.count = 0; made.count <= RIVERTY_CHECKPOINT_CHAINS;
         made.count++) {
        json_t *note = note_of(written(&made, first));
        riverty_span_t text = riverty_span_of(json_string_value(note));

        assert_int_equal(riverty_checkpoint_read(text, keys, 2, &read, second),
                         RIVERTY_CHECKPOINT_GOOD);
        assert_memory_equal(first, second, sizeof(first));
        assert_int_equal(read.count, made.count);
        assert_int_equal(read.number, 17);
        assert_int_equal(read.every, 60);
        assert_memory_equal(read.series, made.series, sizeof(read.series));
        assert_memory_equal(read.before, made.before, sizeof(read.before));
        assert_memory_equal(read.time, made.time, sizeof(read.time));

        for (size_t i = 0; i < read.count; i++) {
            assert_int_equal(read.chains[i].seq, made.chains[i].seq);
            assert_memory_equal(read.chains[i].id, made.chains[i].id, 16);
            assert_memory_equal(read.chains[i].mac, made.chains[i].mac, 32);
        }
        json_decref(note);
    }
}


/* The longest note of the longest names has its room, and one more has not. */
static void
test_room(void **state)
{
    static char name[2 * RIVERTY_CHECKPOINT_LOG_MAX];
    riverty_checkpoint_t made = checkpoint(), read;
    unsigned char digest[RIVERTY_SHA256_SIZE];
    char small[200];
    riverty_out_t out;
    json_t *note;

    (void) state;
    memset(name, '"', sizeof(name));
    made.count = RIVERTY_CHECKPOINT_CHAINS;
    made.number = UINT64_MAX / 10 - 1;

    for (size_t i = 0; i < made.count; i++) {
        made.chains[i].seq = UINT64_MAX;
        made.chains[i].log =
            (riverty_span_t){ (unsigned char *) name, sizeof(name) };
    }

    note = note_of(written(&made, digest));
    assert_int_equal(
        verdict(riverty_span_of(json_string_value(note)), 2, &read),
        RIVERTY_CHECKPOINT_GOOD);
    assert_int_equal(read.chains[15].log.len, RIVERTY_CHECKPOINT_LOG_MAX);
    assert_int_equal(read.chains[15].log.data[0], '?');
    json_decref(note);

    riverty_out_init(&out, small, sizeof(small));
    assert_false(riverty_checkpoint_write(&out, &made, &key, digest));
}


static void
test_any_other_byte(void **state)
{
    static char note[] = NOTE;
    riverty_span_t text = riverty_span_of(note);
    riverty_checkpoint_t read;

    (void) state;
    assert_int_equal(verdict(text, 2, &read), RIVERTY_CHECKPOINT_GOOD);
    assert_int_equal(verdict(text, 1, &read), RIVERTY_CHECKPOINT_UNKNOWN_KEY);
    assert_int_equal(verdict(text, 0, &read), RIVERTY_CHECKPOINT_UNKNOWN_KEY);

    for (size_t i = 0; i < text.len; i++) {
        char before = note[i];

        for (unsigned bit = 0; bit < 8; bit++) {
            note[i] = (char) (before ^ (1 << bit));
            assert_int_not_equal(verdict(text, 2, &read),
                                 RIVERTY_CHECKPOINT_GOOD);
        }
        note[i] = before;
    }

    for (text.len = 0; text.len < sizeof(note) - 1; text.len++) {
        assert_int_not_equal(verdict(text, 2, &read), RIVERTY_CHECKPOINT_GOOD);
    }

    assert_int_equal(verdict(text, 2, &read), RIVERTY_CHECKPOINT_GOOD);
}


/* A witness has signed as well; so have others before us, whom nobody knows. */
static void
test_more_signatures(void **state)
{
    riverty_checkpoint_t read;

    (void) state;
    assert_int_equal(
        verdict(riverty_span(NOTE "\xe2\x80\x94 witness " SIGNATURE "\n"), 2,
                &read),
        RIVERTY_CHECKPOINT_GOOD);
    assert_int_equal(
        verdict(riverty_span("\n\xe2\x80\x94 riverty-audit " SIGNATURE "\n"), 2,
                &read),
        RIVERTY_CHECKPOINT_NOT_A_NOTE);
}


static void
test_signed_and_of_another_form(void **state)
{
    static const char *const texts[] = {
        "",
        "riverty-audit-checkpoint/v2\n",
        "riverty-audit-checkpoint/v1\n",
    };

    (void) state;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        unsigned char signature[4 + RIVERTY_SIGNATURE_SIZE];
        char digits[128], note[512];
        riverty_checkpoint_t read;

        memcpy(signature, "\x17\x12\x55\x11", 4);
        assert_true(riverty_signing_key_sign(&key, riverty_span_of(texts[i]),
                                             signature + 4));
        (void) EVP_EncodeBlock((unsigned char *) digits, signature,
                               sizeof(signature));
        (void) snprintf(note, sizeof(note),
                        "%s\n\xe2\x80\x94 riverty-audit %s\n", texts[i],
                        digits);
        assert_int_equal(verdict(riverty_span_of(note), 2, &read),
                         texts[i][0] == '\0' ? RIVERTY_CHECKPOINT_NOT_A_NOTE
                                             : RIVERTY_CHECKPOINT_OTHER);
    }
}


static void
refused(const char *pem, mode_t mode, const char *words)
{
    riverty_signing_key_t other;
    riverty_error_t error;

    stored_write("bad.pem", pem, strlen(pem), mode);
    assert_false(riverty_signing_key_read(secrets, stored_path("bad.pem"),
                                          geteuid(), &other, &error));
    if (strstr(error.text, words) == NULL) {
        fail_msg("\"%s\" does not say: %s", error.text, words);
    }
    assert_null(strstr(error.text, "MC4C"));
    assert_null(strstr(error.text, "MCow"));
}


static void
test_keys_that_are_refused(void **state)
{
    unsigned char other[RIVERTY_PUBLIC_KEY_SIZE];

    (void) state;
    refused(PRIVATE, 0644, "chmod it to 640");
    refused("", 0600, "is empty");
    refused("8e8e8e8e8e8e\n", 0600, "must hold an Ed25519 private key in PEM");
    refused(PUBLIC, 0600, "holds a public key");
    refused("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGb\n", 0600,
            "is encrypted");
    /* an X25519 key: one byte of the same form is another */
    refused("-----BEGIN PRIVATE KEY-----\n"
            "MC4CAQAwBQYDK2VuBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g"
            "\n-----END PRIVATE KEY-----\n",
            0600, "must hold an Ed25519 private key");
    /* cut at its end, and a digit that is none */
    refused(
        "-----BEGIN PRIVATE KEY-----\n"
        "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n",
        0600, "must hold an Ed25519 private key");
    refused("-----BEGIN PRIVATE KEY-----\n"
            "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9*"
            "\n-----END PRIVATE KEY-----\n",
            0600, "must hold an Ed25519 private key");

    assert_false(riverty_public_key_parse(riverty_span(PRIVATE), other));
    assert_false(riverty_public_key_parse(riverty_span(""), other));
    assert_false(riverty_public_key_parse(
        riverty_span("-----BEGIN PUBLIC KEY-----\n"), other));
}


/* Memory that a core dump would have; not this function's own. */
static size_t
copies(const unsigned char *bytes, size_t len)
{
    FILE *smaps = fopen("/proc/self/smaps", "r");
    size_t found = 0;
    mapping_t it;

    while (next_mapping(smaps, &it)) {
        if (!it.readable || it.undumped || it.end - it.start > MAPPING_MAX) {
            continue;
        }
        for (const unsigned char *at = (const unsigned char *) it.start;
             at != NULL && at + len <= (const unsigned char *) it.end;) {
            at = memmem(at, it.end - (uintptr_t) at, bytes, len);
            found += at != NULL;
            at = at != NULL ? at + 1 : NULL;
        }
    }

    fclose(smaps);
    return found;
}


/* Neither OpenSSL nor the reader of the file leaves the private key behind. */
static void
test_no_copy_of_the_key(void **state)
{
    unsigned char signature[RIVERTY_SIGNATURE_SIZE];

    (void) state;

    for (unsigned i = 0; i < 3; i++) {
        assert_true(
            riverty_signing_key_sign(&key, riverty_span(TEXT), signature));
    }

    assert_int_equal(copies(key.seed, 16), 0);
    assert_int_equal(copies(key.public_key, 16) > 0, true);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_documented),
        cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_room),
        cmocka_unit_test(test_any_other_byte),
        cmocka_unit_test(test_more_signatures),
        cmocka_unit_test(test_signed_and_of_another_form),
        cmocka_unit_test(test_keys_that_are_refused),
        cmocka_unit_test(test_no_copy_of_the_key),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
