/*
 * SHA-256 and HMAC-SHA-256 (sha256.h): the published vectors, OpenSSL's
 * one-shot functions for other lengths, and that a state is wiped and copied.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>

#include "contract/core/sha256.h"

#define MILLION 1000000
#define LENGTHS 400

/* clang-format off */
/* NIST, Secure Hash Standard, examples; of "" and of one million "a". */
static const struct {
    const char *message; /* NULL: a million times "a" */
    const char *digest;
} digests[] = {
    { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "abc",
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
    { "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
      "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1" },
    { NULL,
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0" },
};

/* RFC 4231, 4.2 to 4.8 without the truncated one. */
static const struct {
    const char *key;
    const char *data;
    const char *hmac;
} vectors[] = {
    { "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
      "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b",
      "Hi There",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
    { "Jefe", "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
    { "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"
      "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa",
      "\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd"
      "\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd"
      "\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd"
      "\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd"
      "\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd\xdd",
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe" },
    { NULL, "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54" },
    { NULL, "This is a test using a larger than block-size key and a larger "
      "than block-size data. The key needs to be hashed before being used by "
      "the HMAC algorithm.",
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2" },
};
/* clang-format on */

static unsigned char million[MILLION];
static char long_key[131];


static int
setup(void **state)
{
    (void) state;
    memset(million, 'a', sizeof(million));
    memset(long_key, 0xaa, sizeof(long_key));
    return 0;
}


static const char *
hex(const unsigned char digest[RIVERTY_SHA256_SIZE])
{
    static char text[2 * RIVERTY_SHA256_SIZE + 1];

    for (size_t i = 0; i < RIVERTY_SHA256_SIZE; i++) {
        sprintf(text + 2 * i, "%02x", digest[i]);
    }

    return text;
}


static void
assert_wiped(const void *state, size_t size)
{
    const unsigned char *bytes = state;

    for (size_t i = 0; i < size; i++) {
        assert_int_equal(bytes[i], 0);
    }
}


/* In pieces of at most `piece` bytes. */
static void
digest_in_pieces(riverty_span_t bytes, size_t piece, unsigned char *digest)
{
    riverty_sha256_t hash;

    riverty_sha256_init(&hash);

    while (bytes.len > 0) {
        size_t len = bytes.len < piece ? bytes.len : piece;

        riverty_sha256_update(&hash, (riverty_span_t){ bytes.data, len });
        bytes.data += len;
        bytes.len -= len;
    }

    riverty_sha256_final(&hash, digest);
    assert_wiped(&hash, sizeof(hash));
}


static void
mac_of(riverty_span_t secret, riverty_span_t message, unsigned char *mac)
{
    riverty_hmac_key_t key;
    riverty_sha256_t hash;

    riverty_hmac_key_init(&key, secret);

    /* Twice: a mac leaves the key as it is. */
    for (int i = 0; i < 2; i++) {
        riverty_hmac_init(&key, &hash);
        riverty_sha256_update(&hash, message);
        riverty_hmac_final(&key, &hash, mac);
        assert_wiped(&hash, sizeof(hash));
    }

    riverty_hmac_key_wipe(&key);
    assert_wiped(&key, sizeof(key));
}


static void
test_digest_vectors(void **state)
{
    static const size_t pieces[] = { 1, 63, 64, 65, MILLION };
    unsigned char digest[RIVERTY_SHA256_SIZE];

    (void) state;

    for (size_t i = 0; i < sizeof(digests) / sizeof(digests[0]); i++) {
        riverty_span_t message =
            digests[i].message != NULL
                ? riverty_span_of(digests[i].message)
                : (riverty_span_t){ million, sizeof(million) };

        riverty_sha256(message, digest);
        assert_string_equal(hex(digest), digests[i].digest);

        for (size_t j = 0; j < sizeof(pieces) / sizeof(pieces[0]); j++) {
            digest_in_pieces(message, pieces[j], digest);
            assert_string_equal(hex(digest), digests[i].digest);
        }
    }

    /* No bytes at all, as an absent header has. */
    riverty_sha256((riverty_span_t){ NULL, 0 }, digest);
    assert_string_equal(hex(digest), digests[0].digest);
}


/* The RFC's, by OpenSSL's one-shot HMAC(), which judges below, and by ours. */
static void
test_mac_vectors(void **state)
{
    (void) state;

    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        riverty_span_t key = vectors[i].key != NULL
                                 ? riverty_span_of(vectors[i].key)
                                 : (riverty_span_t){ (unsigned char *) long_key,
                                                     sizeof(long_key) };
        riverty_span_t data = riverty_span_of(vectors[i].data);
        unsigned char mac[RIVERTY_SHA256_SIZE];

        HMAC(EVP_sha256(), key.data, (int) key.len, data.data, data.len, mac,
             NULL);
        assert_string_equal(hex(mac), vectors[i].hmac);

        memset(mac, 0, sizeof(mac));
        mac_of(key, data, mac);
        assert_string_equal(hex(mac), vectors[i].hmac);
    }
}


/* Each length around several blocks, as message and as key. */
static void
test_as_openssl(void **state)
{
    unsigned char bytes[LENGTHS], ours[RIVERTY_SHA256_SIZE],
        theirs[RIVERTY_SHA256_SIZE];
    uint32_t next = 1;

    (void) state;

    for (size_t len = 0; len <= LENGTHS; len++) {
        riverty_span_t text = { bytes, len };
        riverty_span_t secret = { bytes, LENGTHS - len };

        for (size_t i = 0; i < LENGTHS; i++) {
            next = next * 1664525 + 1013904223;
            bytes[i] = (unsigned char) (next >> 24);
        }

        EVP_Digest(bytes, len, theirs, NULL, EVP_sha256(), NULL);
        riverty_sha256(text, ours);
        assert_memory_equal(ours, theirs, sizeof(ours));
        digest_in_pieces(text, 1 + next % 100, ours);
        assert_memory_equal(ours, theirs, sizeof(ours));

        HMAC(EVP_sha256(), secret.data, (int) secret.len, bytes, len, theirs,
             NULL);
        mac_of(secret, text, ours);
        assert_memory_equal(ours, theirs, sizeof(ours));
    }
}


/* "a" NUL "bc" is not "ab" NUL "c"; the digest may replace what it is of. */
static void
test_separate_and_in_place(void **state)
{
    unsigned char text[40] = "a\0bc", digest[RIVERTY_SHA256_SIZE];
    riverty_sha256_t hash;

    (void) state;
    riverty_sha256_init(&hash);
    riverty_sha256_update(&hash, riverty_span("a"));
    riverty_sha256_separate(&hash);
    riverty_sha256_update(&hash, riverty_span("bc"));
    riverty_sha256_final(&hash, digest);

    riverty_sha256((riverty_span_t){ text, 4 }, text);
    assert_memory_equal(text, digest, sizeof(digest));
}


/* Each bit of 256 counts. */
static void
test_equal(void **state)
{
    unsigned char one[RIVERTY_SHA256_SIZE + 1], other[RIVERTY_SHA256_SIZE];

    (void) state;
    riverty_sha256(riverty_span("abc"), one + 1); /* not aligned */
    memcpy(other, one + 1, sizeof(other));
    assert_true(riverty_sha256_equal(one + 1, other));

    for (size_t bit = 0; bit < 8 * sizeof(other); bit++) {
        other[bit / 8] ^= (unsigned char) (1 << bit % 8);
        assert_false(riverty_sha256_equal(one + 1, other));
        other[bit / 8] ^= (unsigned char) (1 << bit % 8);
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_digest_vectors),
        cmocka_unit_test(test_mac_vectors),
        cmocka_unit_test(test_as_openssl),
        cmocka_unit_test(test_separate_and_in_place),
        cmocka_unit_test(test_equal),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
