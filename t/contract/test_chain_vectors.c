/*
 * Chains (chain.h) of many lengths against OpenSSL's one-shot HMAC() and
 * SHA256(); each bit of a record, and records out of order.  test_chain.c has
 * the form of a line.
 */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

#include "contract/audit/chain.h"

#define LINES     5
#define LINE_SIZE 1024

/* Braces, as it has no room for the NUL of a string: "sixteen bytes id" */
static const unsigned char id[RIVERTY_CHAIN_ID_SIZE] = {
    's', 'i', 'x', 't', 'e', 'e', 'n', ' ',
    'b', 'y', 't', 'e', 's', ' ', 'i', 'd',
};

static unsigned char root[200];

typedef struct {
    unsigned char text[LINE_SIZE];
    size_t len; /* without its line feed */
} line_t;


static riverty_span_t
root_of(size_t len)
{
    for (size_t i = 0; i < sizeof(root); i++) {
        root[i] = (unsigned char) (i * 7 + 1);
    }

    return (riverty_span_t){ root, len };
}


static void
start(riverty_chain_t *chain, size_t root_len)
{
    riverty_chain_start(chain, root_of(root_len), id);
}


static void
end_line(riverty_chain_t *chain, line_t *line, const char *record)
{
    riverty_out_t out;

    riverty_out_init(&out, line->text, sizeof(line->text));
    riverty_out_text(&out, record);
    assert_true(riverty_chain_mac(chain, &out));

    line->len = riverty_out_length(&out) - 1;
    assert_int_equal(line->text[line->len], '\n');
}


/* LINES records of a chain of its own. */
static void
write_lines(line_t lines[LINES])
{
    riverty_chain_t chain;
    char record[32];

    start(&chain, 32);

    for (unsigned i = 0; i < LINES; i++) {
        sprintf(record, "{\"record\":%u", i);
        end_line(&chain, &lines[i], record);
        riverty_chain_advance(&chain);
    }
}


static bool
verify_line(riverty_chain_t *chain, const line_t *line)
{
    const riverty_span_t text = { line->text, line->len };
    riverty_link_t link;

    return riverty_link_parse(text, &link) &&
           riverty_link_verify(chain, text, &link);
}


/* How many lines follow one another, in that order. */
static unsigned
verify_lines(const line_t lines[LINES], const unsigned *order, unsigned count)
{
    riverty_chain_t chain;
    unsigned good = 0;

    start(&chain, 32);

    while (good < count && verify_line(&chain, &lines[order[good]])) {
        good++;
    }

    return good;
}


static void
expected_key(unsigned char key[32], size_t root_len)
{
    unsigned char text[6 + RIVERTY_CHAIN_ID_SIZE] = "chain";

    memcpy(text + 6, id, sizeof(id));
    assert_non_null(HMAC(EVP_sha256(), root_of(root_len).data, (int) root_len,
                         text, sizeof(text), key, NULL));
}


static void
test_first_key(void **state)
{
    (void) state;

    for (size_t len = 32; len <= sizeof(root); len++) {
        unsigned char key[32];
        riverty_chain_t chain;

        expected_key(key, len);
        start(&chain, len);
        assert_memory_equal(chain.key, key, sizeof(key));
        assert_memory_equal(chain.id, id, sizeof(id));
        assert_int_equal(chain.seq, 0);
    }
}


/* A line as it must be, by other means; key and mac move on. */
static void
expected_line(char text[LINE_SIZE], const char *record, unsigned seq,
              unsigned char key[36], unsigned char mac[32])
{
    unsigned char covered[32 + LINE_SIZE];
    size_t before = seq == 0 ? 0 : 32;
    int len;

    len = sprintf(text,
                  "%s,\"chain\":{\"id\":\"7369787465656e206279746573206964\","
                  "\"seq\":%u",
                  record, seq);

    memcpy(covered, mac, before);
    memcpy(covered + before, text, (size_t) len);
    assert_non_null(
        HMAC(EVP_sha256(), key, 32, covered, before + (size_t) len, mac, NULL));

    memcpy(key + 32, "next", 4);
    SHA256(key, 36, key);

    len += sprintf(text + len, ",\"mac\":\"");
    for (size_t i = 0; i < 32; i++) {
        len += sprintf(text + len, "%02x", mac[i]);
    }

    strcpy(text + len, "\"}}");
}


static void
check_vectors(size_t root_len)
{
    unsigned char key[36], mac[32] = { 0 };
    riverty_chain_t chain;
    char text[LINE_SIZE], record[300];
    line_t line;

    expected_key(key, root_len);
    start(&chain, root_len);

    /* lengths around the ends of SHA-256's blocks */
    for (unsigned seq = 0; seq < 130; seq++) {
        sprintf(record, "{\"fill\":\"%0*u\"", (int) seq + 1, seq);
        expected_line(text, record, seq, key, mac);
        end_line(&chain, &line, record);

        assert_int_equal(line.len, strlen(text));
        assert_memory_equal(line.text, text, line.len);

        riverty_chain_advance(&chain);
        assert_memory_equal(chain.key, key, 32);
        assert_memory_equal(chain.mac, mac, 32);
        assert_int_equal(chain.seq, seq + 1);
    }
}


static void
test_vectors(void **state)
{
    (void) state;
    check_vectors(32);
    check_vectors(64);
    check_vectors(65);
    check_vectors(200);
}


/* Any bit of the third line. */
static void
test_changed(void **state)
{
    static const unsigned order[] = { 0, 1, 2, 3, 4 };
    line_t lines[LINES];

    (void) state;
    write_lines(lines);

    for (size_t i = 0; i < lines[2].len * 8; i++) {
        lines[2].text[i / 8] ^= (unsigned char) (1 << i % 8);
        assert_int_equal(verify_lines(lines, order, LINES), 2);
        lines[2].text[i / 8] ^= (unsigned char) (1 << i % 8);
    }

    assert_int_equal(verify_lines(lines, order, LINES), LINES);
}


static void
test_out_of_order(void **state)
{
    static const unsigned swapped[] = { 0, 2, 1, 3, 4 };
    static const unsigned doubled[] = { 0, 1, 1, 2, 3 };
    static const unsigned removed[] = { 0, 1, 3, 4 };
    static const unsigned headless[] = { 1, 2, 3, 4 };
    line_t lines[LINES];

    (void) state;
    write_lines(lines);
    assert_int_equal(verify_lines(lines, swapped, 5), 1);
    assert_int_equal(verify_lines(lines, doubled, 5), 2);
    assert_int_equal(verify_lines(lines, removed, 4), 2);
    assert_int_equal(verify_lines(lines, headless, 4), 0);
}


/* A record that is refused leaves the chain where it was. */
static void
test_refused(void **state)
{
    riverty_chain_t chain;
    line_t lines[LINES];

    (void) state;
    write_lines(lines);
    start(&chain, 32);

    assert_true(verify_line(&chain, &lines[0]));
    assert_false(verify_line(&chain, &lines[0]));
    assert_false(verify_line(&chain, &lines[2]));
    lines[2].text[2] ^= 1;
    assert_false(verify_line(&chain, &lines[2]));
    assert_true(verify_line(&chain, &lines[1]));
}


static void
test_other_root(void **state)
{
    line_t lines[LINES];
    riverty_chain_t chain;

    (void) state;
    write_lines(lines);
    start(&chain, 33);
    assert_false(verify_line(&chain, &lines[0]));
}


static bool
holds(const void *bytes, size_t len, const void *part, size_t part_len)
{
    const unsigned char *pos = bytes;
    bool found = false;

    for (size_t i = 0; i + part_len <= len; i++) {
        found = found || memcmp(pos + i, part, part_len) == 0;
    }

    return found;
}


static void
test_wiped(void **state)
{
    riverty_chain_t chain;
    const riverty_chain_t zero = { .seq = 0 };
    unsigned char key[RIVERTY_CHAIN_KEY_SIZE];
    line_t line;

    (void) state;
    start(&chain, 32);
    memcpy(key, chain.key, sizeof(key));

    end_line(&chain, &line, "{\"a\":1");
    riverty_chain_advance(&chain);
    assert_false(holds(&chain, sizeof(chain), key, sizeof(key)));
    assert_false(holds(&chain, sizeof(chain), root, 16));

    riverty_chain_wipe(&chain);
    assert_memory_equal(&chain, &zero, sizeof(chain));
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_key), cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_changed),   cmocka_unit_test(test_out_of_order),
        cmocka_unit_test(test_refused),   cmocka_unit_test(test_other_root),
        cmocka_unit_test(test_wiped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
