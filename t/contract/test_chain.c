/*
 * The chain of an audit log: the macs of docs/audit.md, and whatever is
 * changed, removed, doubled or reordered shows.  OpenSSL's one-shot HMAC() is
 * the judge.
 */
#include "judged.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "contract/audit/chain.h"
#include "contract/audit/record.h"

#define RECORDS   5
#define LINE_SIZE 512

/* clang-format off */
static const unsigned char id[RIVERTY_CHAIN_ID_SIZE] = {
    0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
    0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
};
/* clang-format on */

static const char root[] = "0123456789abcdef0123456789abcdef";

static char lines[RECORDS][LINE_SIZE]; /* without their line feeds */


static riverty_chain_t
start(riverty_span_t secret)
{
    riverty_chain_t chain;

    memset(&chain, 0xa5, sizeof(chain));
    riverty_chain_start(&chain, secret, id);
    assert_int_equal(chain.seq, 0);
    return chain;
}


/* A chain of some records. */
static int
setup(void **state)
{
    riverty_chain_t chain = start(riverty_span_of(root));
    riverty_out_t out;

    (void) state;

    for (unsigned i = 0; i < RECORDS; i++) {
        riverty_out_init(&out, lines[i], LINE_SIZE);
        riverty_out_literal(&out, "{\"n\":");
        riverty_out_uint(&out, i * 1000);
        assert_true(riverty_chain_mac(&chain, &out));
        assert_int_equal(out.pos[-1], '\n');
        out.pos[-1] = '\0';
        riverty_chain_advance(&chain);
    }

    assert_int_equal(chain.seq, RECORDS);
    riverty_chain_wipe(&chain);
    return 0;
}


static void
hmac(const unsigned char *key, const void *bytes, size_t len,
     unsigned char *mac)
{
    assert_non_null(HMAC(EVP_sha256(), key, 32, bytes, len, mac, NULL));
}


static void
test_as_documented(void **state)
{
    unsigned char key[32], mac[32], bytes[LINE_SIZE + 32];
    char expected[2 * 32 + 1], end[512];
    size_t before = 0;

    (void) state;

    memcpy(bytes, "chain", 6);
    memcpy(bytes + 6, id, sizeof(id));
    hmac((const unsigned char *) root, bytes, 6 + sizeof(id), key);

    for (unsigned i = 0; i < RECORDS; i++) {
        const char *at = strstr(lines[i], ",\"mac\":\"");
        size_t len;

        assert_non_null(at);
        len = (size_t) (at - lines[i]);
        memcpy(bytes, mac, before);
        memcpy(bytes + before, lines[i], len);
        hmac(key, bytes, before + len, mac);

        for (size_t j = 0; j < sizeof(mac); j++) {
            (void) sprintf(expected + 2 * j, "%02x", mac[j]);
        }
        (void) sprintf(end,
                       "{\"n\":%u,\"chain\":{\"id\":\"00112233445566778899aabb"
                       "ccddeeff\",\"seq\":%u,\"mac\":\"%s\"}}",
                       i * 1000, i, expected);
        assert_string_equal(lines[i], end);

        memcpy(bytes, key, 32);
        memcpy(bytes + 32, "next", 4);
        assert_true(EVP_Digest(bytes, 36, key, NULL, EVP_sha256(), NULL));
        before = sizeof(mac);
    }
}


/* Does chain go on with that line? */
static bool
goes_on(riverty_chain_t *chain, const char *line)
{
    riverty_link_t link;

    return riverty_link_parse(riverty_span_of(line), &link) &&
           memcmp(link.id, id, sizeof(id)) == 0 &&
           riverty_link_verify(chain, riverty_span_of(line), &link);
}


static void
test_whole_chain(void **state)
{
    riverty_chain_t chain = start(riverty_span_of(root));

    (void) state;

    for (unsigned i = 0; i < RECORDS; i++) {
        assert_int_equal(chain.seq, i);
        assert_true(goes_on(&chain, lines[i]));
    }
}


static void
test_damage(void **state)
{
    riverty_chain_t chain = start(riverty_span_of(root));
    riverty_chain_t before;
    char line[LINE_SIZE];

    (void) state;

    assert_false(goes_on(&chain, lines[1])); /* the first is missing */
    assert_true(goes_on(&chain, lines[0]));
    assert_false(goes_on(&chain, lines[0])); /* it stands twice */
    assert_false(goes_on(&chain, lines[2]));

    for (size_t i = 0; lines[1][i] != '\0'; i++) {
        before = chain;
        (void) strcpy(line, lines[1]);
        line[i] ^= 1;
        assert_false(goes_on(&chain, line));

        (void) strcpy(line, lines[1]);
        line[i] = '\0';
        assert_false(goes_on(&chain, line));
        assert_memory_equal(&before, &chain, offsetof(riverty_chain_t, next));
    }

    assert_true(goes_on(&chain, lines[1]));

    /* Another root secret, or another id, is another chain. */
    chain = start(riverty_span("1123456789abcdef0123456789abcdef"));
    assert_false(goes_on(&chain, lines[0]));
}


/* A secret longer than a block counts by its digest (RFC 2104, 2). */
static void
test_long_secret(void **state)
{
    static const unsigned char secret[65] = { 1 };
    unsigned char digest[32];
    riverty_chain_t one = start((riverty_span_t){ secret, sizeof(secret) });
    riverty_chain_t other;

    (void) state;

    assert_true(
        EVP_Digest(secret, sizeof(secret), digest, NULL, EVP_sha256(), NULL));
    other = start((riverty_span_t){ digest, sizeof(digest) });
    assert_memory_equal(one.key, other.key, sizeof(one.key));

    other = start((riverty_span_t){ secret, 64 });
    assert_memory_not_equal(one.key, other.key, sizeof(one.key));
}


/* A mac moves nothing, so that it can be done again; too little room. */
static void
test_mac_again(void **state)
{
    riverty_chain_t chain = start(riverty_span_of(root));
    char line[LINE_SIZE];
    riverty_out_t out;

    (void) state;

    for (size_t size = 5 + RIVERTY_CHAIN_ROOM; size > 4; size--) {
        size_t whole = strlen(lines[0]) + 1;
        bool ended;

        riverty_out_init(&out, line, size);
        riverty_out_literal(&out, "{\"n\":0");
        ended = riverty_chain_mac(&chain, &out);
        assert_int_equal(ended, size >= whole);
        if (ended) {
            assert_memory_equal(line, lines[0], whole - 1);
        }
    }

    riverty_chain_wipe(&chain);
    memset(line, 0, sizeof(chain));
    assert_memory_equal(&chain, line, sizeof(chain));
}


#define ID  "00112233445566778899aabbccddeeff"
#define MAC ID ID

#define CHAIN(id, seq, mac) \
    "{,\"chain\":{\"id\":\"" id "\",\"seq\":" seq ",\"mac\":\"" mac "\"}}"

static void
test_parse(void **state)
{
    static const char good[] = CHAIN(ID, "18446744073709551615", MAC);
    static const char *const bad[] = {
        CHAIN(ID, "", MAC),
        CHAIN(ID, "x", MAC),
        CHAIN(ID, "123456789012345678901", MAC),
        CHAIN("0011223344556677889900AABBCCDDEEFF", "1", MAC),
        CHAIN("0011223344556677889900AABBCCDDEE", "1", MAC),
        CHAIN(ID, "1", "0011223344556677889900AABBCCDDEE" ID),
        CHAIN(ID, "1", ID),
        CHAIN(ID, "1", MAC) "}",
        "{,\"chain\":{\"ID\":\"" ID "\",\"seq\":1,\"mac\":\"" MAC "\"}}",
        "\"seq\":1,\"mac\":\"" MAC "\"}}",
        "{}",
        "",
    };
    riverty_link_t link;

    (void) state;

    assert_true(riverty_link_parse(riverty_span_of(good), &link));
    assert_true(link.seq == UINT64_MAX);
    assert_memory_equal(link.id, id, sizeof(id));
    assert_memory_equal(link.mac, id, sizeof(id));
    assert_int_equal(link.covered, strstr(good, ",\"mac\"") - good);

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(riverty_link_parse(riverty_span_of(bad[i]), &link));
    }
}


/* The line of a record is the line of a chain. */
static void
test_record(void **state)
{
    static char line[RIVERTY_RECORD_SIZE + 1];
    riverty_chain_t chain = start(riverty_span_of(root));
    riverty_chain_t copy = chain;
    riverty_record_t record;
    riverty_out_t out;

    (void) state;

    riverty_record_init(&record);
    record.event_type = riverty_span("end");
    record.chain = &chain;
    riverty_out_init(&out, line, RIVERTY_RECORD_SIZE);
    riverty_record_write(&out, &record);
    json_decref(judged_json(&out));

    assert_int_equal(out.pos[-1], '\n');
    out.pos[-1] = '\0';
    assert_true(goes_on(&copy, line));

    riverty_out_init(&out, line, RIVERTY_CHAIN_ROOM + 20);
    riverty_record_write(&out, &record);
    assert_true(out.full);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_documented),
        cmocka_unit_test(test_whole_chain),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_long_secret),
        cmocka_unit_test(test_mac_again),
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_record),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
