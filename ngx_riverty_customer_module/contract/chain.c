/*
 * The chain of an audit log (chain.h).
 */
#include "chain.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>


#define BLOCK_SIZE 64
#define INNER_PAD  0x36
#define OUTER_PAD  0x5c

/* The end of a sealed line: ,"mac":" 64 hex digits "}} */
#define MAC_HEAD   ",\"mac\":\""
#define MAC_TAIL   "\"}}"
#define CHAIN_HEAD ",\"chain\":{\"id\":\""
#define SEQ_HEAD   "\",\"seq\":"

#define TEXT_LENGTH(text) (sizeof(text) - 1)
#define MAC_LENGTH \
    (TEXT_LENGTH(MAC_HEAD) + 2 * RIVERTY_CHAIN_MAC_SIZE + TEXT_LENGTH(MAC_TAIL))

/* Digits of the largest sequence number. */
#define SEQ_DIGITS 20


/* One digest over up to three parts; out may be one of them. */
static bool
hash(EVP_MD_CTX *state, riverty_span_t first, riverty_span_t second,
     riverty_span_t third, unsigned char *out)
{
    return EVP_DigestInit_ex(state, EVP_sha256(), NULL) == 1 &&
           EVP_DigestUpdate(state, first.data, first.len) == 1 &&
           EVP_DigestUpdate(state, second.data, second.len) == 1 &&
           EVP_DigestUpdate(state, third.data, third.len) == 1 &&
           EVP_DigestFinal_ex(state, out, NULL) == 1;
}


static void
pad(riverty_span_t key, unsigned char with, unsigned char block[BLOCK_SIZE])
{
    size_t i;

    for (i = 0; i < BLOCK_SIZE; i++) {
        block[i] = (i < key.len ? key.data[i] : 0) ^ with;
    }
}


/* HMAC-SHA-256 of two parts under a key of at most a block. */
static bool
hmac(riverty_span_t key, riverty_span_t first, riverty_span_t second,
     unsigned char *mac)
{
    EVP_MD_CTX *state = EVP_MD_CTX_new();
    unsigned char block[BLOCK_SIZE];
    unsigned char inner[RIVERTY_CHAIN_MAC_SIZE];
    const riverty_span_t padded = { block, sizeof(block) };
    const riverty_span_t none = { NULL, 0 };
    bool done = false;

    if (state != NULL) {
        pad(key, INNER_PAD, block);
        done = hash(state, padded, first, second, inner);

        pad(key, OUTER_PAD, block);
        done =
            done && hash(state, padded,
                         (riverty_span_t){ inner, sizeof(inner) }, none, mac);
    }

    OPENSSL_cleanse(block, sizeof(block));
    EVP_MD_CTX_free(state);
    return done;
}


static bool
digest(riverty_span_t first, riverty_span_t second, unsigned char *out)
{
    EVP_MD_CTX *state = EVP_MD_CTX_new();
    const riverty_span_t none = { NULL, 0 };
    bool done = state != NULL && hash(state, first, second, none, out);

    EVP_MD_CTX_free(state);
    return done;
}


bool
riverty_chain_start(riverty_chain_t *chain, riverty_span_t root,
                    const unsigned char *id)
{
    unsigned char short_root[RIVERTY_CHAIN_KEY_SIZE];
    bool done;

    memset(chain, 0, sizeof(*chain));
    memcpy(chain->id, id, RIVERTY_CHAIN_ID_SIZE);

    /* a secret longer than a block counts by its digest (RFC 2104, 2) */
    if (root.len > BLOCK_SIZE) {
        if (!digest(root, (riverty_span_t){ NULL, 0 }, short_root)) {
            return false;
        }

        root = (riverty_span_t){ short_root, sizeof(short_root) };
    }

    done = hmac(root, (riverty_span_t){ (const unsigned char *) "chain", 6 },
                (riverty_span_t){ chain->id, sizeof(chain->id) }, chain->key);

    OPENSSL_cleanse(short_root, sizeof(short_root));
    return done;
}


static bool
mac_of(const riverty_chain_t *chain, riverty_span_t line, unsigned char *mac)
{
    riverty_span_t before = { chain->mac,
                              chain->seq == 0 ? 0 : sizeof(chain->mac) };

    return hmac((riverty_span_t){ chain->key, sizeof(chain->key) }, before,
                line, mac);
}


bool
riverty_chain_seal(riverty_chain_t *chain, riverty_out_t *out)
{
    riverty_out_literal(out, CHAIN_HEAD);
    riverty_out_hex(out, chain->id, sizeof(chain->id));
    riverty_out_literal(out, SEQ_HEAD);
    riverty_out_uint(out, chain->seq);

    if (out->full ||
        !mac_of(chain, (riverty_span_t){ out->start, riverty_out_length(out) },
                chain->next)) {
        return false;
    }

    riverty_out_literal(out, MAC_HEAD);
    riverty_out_hex(out, chain->next, sizeof(chain->next));
    riverty_out_literal(out, MAC_TAIL "\n");
    return !out->full;
}


bool
riverty_chain_advance(riverty_chain_t *chain)
{
    memcpy(chain->mac, chain->next, sizeof(chain->mac));
    chain->seq++;

    return digest((riverty_span_t){ chain->key, sizeof(chain->key) },
                  riverty_span("next"), chain->key);
}


void
riverty_chain_wipe(riverty_chain_t *chain)
{
    OPENSSL_cleanse(chain, sizeof(*chain));
}


static int
hex_digit(unsigned char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}


static bool
read_hex(const unsigned char *text, unsigned char *bytes, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        int high = hex_digit(text[2 * i]);
        int low = hex_digit(text[2 * i + 1]);

        if (high < 0 || low < 0) {
            return false;
        }

        bytes[i] = (unsigned char) (high << 4 | low);
    }

    return true;
}


static bool
stands_at(const unsigned char *pos, const char *text, size_t len)
{
    return memcmp(pos, text, len) == 0;
}


/* The digits that end at *end; *end becomes where they begin. */
static bool
read_seq(const unsigned char *start, const unsigned char **end, uint64_t *seq)
{
    const unsigned char *pos = *end;
    uint64_t factor = 1;
    unsigned digits;

    *seq = 0;

    for (digits = 0;
         digits < SEQ_DIGITS && pos > start && pos[-1] >= '0' && pos[-1] <= '9';
         digits++) {
        *seq += factor * (uint64_t) (*--pos - '0');
        factor *= 10;
    }

    *end = pos;
    return digits > 0;
}


bool
riverty_link_parse(riverty_span_t line, riverty_link_t *link)
{
    const size_t head = TEXT_LENGTH(CHAIN_HEAD) + 2 * RIVERTY_CHAIN_ID_SIZE +
                        TEXT_LENGTH(SEQ_HEAD);
    const unsigned char *pos;

    if (line.len < MAC_LENGTH + head + 1) {
        return false;
    }

    link->sealed = line.len - MAC_LENGTH;
    pos = line.data + link->sealed;

    if (!stands_at(pos, MAC_HEAD, TEXT_LENGTH(MAC_HEAD)) ||
        !read_hex(pos + TEXT_LENGTH(MAC_HEAD), link->mac,
                  RIVERTY_CHAIN_MAC_SIZE) ||
        !stands_at(line.data + line.len - TEXT_LENGTH(MAC_TAIL), MAC_TAIL,
                   TEXT_LENGTH(MAC_TAIL))) {
        return false;
    }

    if (!read_seq(line.data, &pos, &link->seq) ||
        (size_t) (pos - line.data) < head) {
        return false;
    }

    pos -= head;
    return stands_at(pos, CHAIN_HEAD, TEXT_LENGTH(CHAIN_HEAD)) &&
           read_hex(pos + TEXT_LENGTH(CHAIN_HEAD), link->id,
                    RIVERTY_CHAIN_ID_SIZE) &&
           stands_at(pos + TEXT_LENGTH(CHAIN_HEAD) + 2 * RIVERTY_CHAIN_ID_SIZE,
                     SEQ_HEAD, TEXT_LENGTH(SEQ_HEAD));
}


bool
riverty_link_verify(riverty_chain_t *chain, riverty_span_t line,
                    const riverty_link_t *link)
{
    if (chain->seq != link->seq ||
        !mac_of(chain, (riverty_span_t){ line.data, link->sealed },
                chain->next) ||
        CRYPTO_memcmp(chain->next, link->mac, sizeof(link->mac)) != 0) {
        return false;
    }

    return riverty_chain_advance(chain);
}
