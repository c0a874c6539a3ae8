/*
 * The chain of an audit log: its keys and macs (chain.h).
 */
#include "chain.h"

#include "contract/core/bytes.h"


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


/* HMAC-SHA-256 of two parts. */
static void
mac_parts(riverty_span_t secret, riverty_span_t first, riverty_span_t second,
          unsigned char *mac)
{
    riverty_hmac_key_t key;
    riverty_sha256_t hash;

    riverty_hmac_key_init(&key, secret);

    riverty_hmac_init(&key, &hash);
    riverty_sha256_update(&hash, first);
    riverty_sha256_update(&hash, second);
    riverty_hmac_final(&key, &hash, mac);

    riverty_hmac_key_wipe(&key);
}


void
riverty_chain_start(riverty_chain_t *chain, riverty_span_t root,
                    const unsigned char *id)
{
    memset(chain, 0, sizeof(*chain));
    memcpy(chain->id, id, RIVERTY_CHAIN_ID_SIZE);

    /* the NUL of "chain" counts */
    mac_parts(root, (riverty_span_t){ (const unsigned char *) "chain", 6 },
              (riverty_span_t){ chain->id, sizeof(chain->id) }, chain->key);
}


static void
mac_line(const riverty_chain_t *chain, riverty_span_t line, unsigned char *mac)
{
    const riverty_span_t key = { chain->key, sizeof(chain->key) };
    const riverty_span_t before = { chain->mac,
                                    chain->seq == 0 ? 0 : sizeof(chain->mac) };

    mac_parts(key, before, line, mac);
}


bool
riverty_chain_mac(riverty_chain_t *chain, riverty_out_t *out)
{
    riverty_out_literal(out, CHAIN_HEAD);
    riverty_out_hex(out, chain->id, sizeof(chain->id));
    riverty_out_literal(out, SEQ_HEAD);
    riverty_out_uint(out, chain->seq);

    if (out->full) {
        return false;
    }

    mac_line(chain, (riverty_span_t){ out->start, riverty_out_length(out) },
             chain->next);

    riverty_out_literal(out, MAC_HEAD);
    riverty_out_hex(out, chain->next, sizeof(chain->next));
    riverty_out_literal(out, MAC_TAIL "\n");
    return !out->full;
}


void
riverty_chain_advance(riverty_chain_t *chain)
{
    riverty_sha256_t hash;

    riverty_sha256_init(&hash);
    riverty_sha256_update(&hash,
                          (riverty_span_t){ chain->key, sizeof(chain->key) });
    riverty_sha256_update(&hash, riverty_span("next"));
    riverty_sha256_final(&hash, chain->key);

    memcpy(chain->mac, chain->next, sizeof(chain->mac));
    chain->seq++;
}


void
riverty_chain_wipe(riverty_chain_t *chain)
{
    riverty_wipe(chain, sizeof(*chain));
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
         digits < SEQ_DIGITS && pos > start && riverty_byte_is_digit(pos[-1]);
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
    if (chain->seq != link->seq) {
        return false;
    }

    mac_line(chain, (riverty_span_t){ line.data, link->covered }, chain->next);

    if (!riverty_sha256_equal(chain->next, link->mac)) {
        return false;
    }

    riverty_chain_advance(chain);
    return true;
}
