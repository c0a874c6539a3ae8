/*
 * The chain of an audit log: its keys and macs (chain.h).
 */
#include "chain.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>


#define BLOCK_SIZE 64
#define INNER_PAD  0x36
#define OUTER_PAD  0x5c

/* The end of a line: ,"mac":" 64 hex digits "}} */
#define MAC_HEAD   ",\"mac\":\""
#define MAC_TAIL   "\"}}"
#define CHAIN_HEAD ",\"chain\":{\"id\":\""
#define SEQ_HEAD   "\",\"seq\":"

#define TEXT_LENGTH(text) (sizeof(text) - 1)
#define MAC_LENGTH \
    (TEXT_LENGTH(MAC_HEAD) + 2 * RIVERTY_CHAIN_MAC_SIZE + TEXT_LENGTH(MAC_TAIL))

/* Digits of the largest sequence number. */
#define SEQ_DIGITS 20

#define HEX_NONE 0x80

/* clang-format off */
/* The values of the digits that riverty_out_hex() writes; else HEX_NONE. */
static const uint8_t hex_values[256] = {
#define NONE_4  HEX_NONE, HEX_NONE, HEX_NONE, HEX_NONE
#define NONE_16 NONE_4, NONE_4, NONE_4, NONE_4
    NONE_16, NONE_16, NONE_16,
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, HEX_NONE, HEX_NONE, NONE_4,
    NONE_16, NONE_16,
    HEX_NONE, 10, 11, 12, 13, 14, 15, HEX_NONE, NONE_4, NONE_4,
    NONE_16, NONE_16, NONE_16, NONE_16, NONE_16,
    NONE_16, NONE_16, NONE_16, NONE_16,
#undef NONE_16
#undef NONE_4
};
/* clang-format on */

static const riverty_span_t nothing = { NULL, 0 };


struct riverty_chain_hash_s {
    EVP_MD_CTX *state;
};


riverty_chain_hash_t *
riverty_chain_hash_create(void)
{
    riverty_chain_hash_t *hash = OPENSSL_zalloc(sizeof(*hash));

    if (hash == NULL) {
        return NULL;
    }

    hash->state = EVP_MD_CTX_new();
    if (hash->state == NULL) {
        riverty_chain_hash_free(hash);
        return NULL;
    }

    return hash;
}


/* EVP_MD_CTX_free() wipes a SHA-256 state before it lets go of it. */
void
riverty_chain_hash_free(riverty_chain_hash_t *hash)
{
    if (hash != NULL) {
        EVP_MD_CTX_free(hash->state);
        OPENSSL_free(hash);
    }
}


static EVP_MD_CTX *
borrow_state(const riverty_chain_t *chain)
{
    return chain->hash != NULL ? chain->hash->state : EVP_MD_CTX_new();
}


static void
return_state(const riverty_chain_t *chain, EVP_MD_CTX *state)
{
    if (chain->hash == NULL) {
        EVP_MD_CTX_free(state);
    }
}


static bool
hash_parts(EVP_MD_CTX *state, riverty_span_t first, riverty_span_t second,
           riverty_span_t third, unsigned char *out)
{
    /* NULL: the digest that the state has already, without a look-up */
    const EVP_MD *md = EVP_MD_CTX_get0_md(state) == NULL ? EVP_sha256() : NULL;

    return EVP_DigestInit_ex(state, md, NULL) == 1 &&
           EVP_DigestUpdate(state, first.data, first.len) == 1 &&
           EVP_DigestUpdate(state, second.data, second.len) == 1 &&
           EVP_DigestUpdate(state, third.data, third.len) == 1 &&
           EVP_DigestFinal_ex(state, out, NULL) == 1;
}


/* One digest over up to three parts; out may be one of them. */
static bool
digest(EVP_MD_CTX *state, riverty_span_t first, riverty_span_t second,
       riverty_span_t third, unsigned char *out)
{
    if (hash_parts(state, first, second, third, out)) {
        return true;
    }

    /*
     * A start that failed leaves a state that names its digest and does not
     * have it (OpenSSL 3.0): each later start would fail, too.
     */
    (void) EVP_MD_CTX_reset(state);
    return false;
}


static void
pad(riverty_span_t key, unsigned char with, unsigned char block[BLOCK_SIZE])
{
    memset(block, with, BLOCK_SIZE);

    for (size_t i = 0; i < key.len; i++) {
        block[i] ^= key.data[i];
    }
}


/* HMAC-SHA-256 of two parts under a key of at most a block. */
static bool
hmac(EVP_MD_CTX *state, riverty_span_t key, riverty_span_t first,
     riverty_span_t second, unsigned char *mac)
{
    unsigned char block[BLOCK_SIZE];
    unsigned char inner[RIVERTY_CHAIN_MAC_SIZE];
    const riverty_span_t padded = { block, sizeof(block) };
    const riverty_span_t hashed = { inner, sizeof(inner) };
    bool done;

    pad(key, INNER_PAD, block);
    done = digest(state, padded, first, second, inner);

    pad(key, OUTER_PAD, block);
    done = done && digest(state, padded, hashed, nothing, mac);

    OPENSSL_cleanse(block, sizeof(block));
    return done;
}


static bool
first_key(riverty_chain_t *chain, EVP_MD_CTX *state, riverty_span_t root)
{
    unsigned char short_root[RIVERTY_CHAIN_KEY_SIZE];
    bool done = true;

    /* a secret longer than a block counts by its digest (RFC 2104, 2) */
    if (root.len > BLOCK_SIZE) {
        done = digest(state, root, nothing, nothing, short_root);
        root = (riverty_span_t){ short_root, sizeof(short_root) };
    }

    /* the NUL of "chain" counts */
    done = done &&
           hmac(state, root,
                (riverty_span_t){ (const unsigned char *) "chain", 6 },
                (riverty_span_t){ chain->id, sizeof(chain->id) }, chain->key);

    OPENSSL_cleanse(short_root, sizeof(short_root));
    return done;
}


bool
riverty_chain_start(riverty_chain_t *chain, riverty_span_t root,
                    const unsigned char *id)
{
    EVP_MD_CTX *state;
    bool done;

    memset(chain, 0, sizeof(*chain));
    memcpy(chain->id, id, RIVERTY_CHAIN_ID_SIZE);

    state = EVP_MD_CTX_new();
    done = state != NULL && first_key(chain, state, root);

    EVP_MD_CTX_free(state);
    return done;
}


static bool
mac_of(const riverty_chain_t *chain, riverty_span_t line, unsigned char *mac)
{
    const riverty_span_t key = { chain->key, sizeof(chain->key) };
    const riverty_span_t before = { chain->mac,
                                    chain->seq == 0 ? 0 : sizeof(chain->mac) };
    EVP_MD_CTX *state = borrow_state(chain);
    bool done = state != NULL && hmac(state, key, before, line, mac);

    return_state(chain, state);
    return done;
}


bool
riverty_chain_mac(riverty_chain_t *chain, riverty_out_t *out)
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
    const riverty_span_t key = { chain->key, sizeof(chain->key) };
    EVP_MD_CTX *state = borrow_state(chain);
    bool done = state != NULL &&
                digest(state, key, riverty_span("next"), nothing, chain->key);

    return_state(chain, state);

    memcpy(chain->mac, chain->next, sizeof(chain->mac));
    chain->seq++;
    return done;
}


void
riverty_chain_wipe(riverty_chain_t *chain)
{
    OPENSSL_cleanse(chain, sizeof(*chain));
}


static bool
read_hex(const unsigned char *text, unsigned char *bytes, size_t count)
{
    unsigned bad = 0;

    for (size_t i = 0; i < count; i++) {
        unsigned high = hex_values[text[2 * i]];
        unsigned low = hex_values[text[2 * i + 1]];

        bad |= high | low;
        bytes[i] = (unsigned char) (high << 4 | low);
    }

    return (bad & HEX_NONE) == 0;
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

    link->covered = line.len - MAC_LENGTH;
    pos = line.data + link->covered;

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
        !mac_of(chain, (riverty_span_t){ line.data, link->covered },
                chain->next) ||
        CRYPTO_memcmp(chain->next, link->mac, sizeof(link->mac)) != 0) {
        return false;
    }

    return riverty_chain_advance(chain);
}
