/*
 * SipHash-1-3 (siphash.h) against OpenSSL's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "contract/core/siphash.h"

#define TEXT_MAX 40


/* Little-endian, whatever the machine. */
static void
put_word(unsigned char *out, uint64_t word)
{
    for (int i = 0; i < 8; i++) {
        out[i] = (unsigned char) (word >> (8 * i));
    }
}


static uint64_t
openssl_siphash(const uint64_t key[2], const unsigned char *bytes, size_t len)
{
    unsigned rounds = 1, final_rounds = 3;
    size_t size = 8;
    unsigned char raw_key[16], hash[8];
    uint64_t result = 0;
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "SIPHASH", NULL);
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(mac);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size),
        OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_C_ROUNDS, &rounds),
        OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_D_ROUNDS, &final_rounds),
        OSSL_PARAM_construct_end(),
    };

    put_word(raw_key, key[0]);
    put_word(raw_key + 8, key[1]);
    assert_int_equal(EVP_MAC_init(context, raw_key, sizeof(raw_key), params),
                     1);
    assert_int_equal(EVP_MAC_update(context, bytes, len), 1);
    assert_int_equal(EVP_MAC_final(context, hash, NULL, sizeof(hash)), 1);
    EVP_MAC_CTX_free(context);
    EVP_MAC_free(mac);

    for (int i = 7; i >= 0; i--) {
        result = result << 8 | hash[i];
    }
    return result;
}


static void
test_as_openssl(void **state)
{
    static const uint64_t key[2] = { UINT64_C(0x0706050403020100),
                                     UINT64_C(0xf9e8d7c6b5a49382) };
    static const uint64_t word = UINT64_C(0x8899aabbccddeeff);
    unsigned char bytes[8 + TEXT_MAX];

    (void) state;
    put_word(bytes, word);

    for (size_t len = 0; len <= TEXT_MAX; len++) {
        riverty_span_t text = { bytes + 8, len };

        if (len > 0) {
            bytes[8 + len - 1] = (unsigned char) (len * 37);
        }
        assert_int_equal(riverty_siphash(key, word, text),
                         openssl_siphash(key, bytes, 8 + len));
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_openssl),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
