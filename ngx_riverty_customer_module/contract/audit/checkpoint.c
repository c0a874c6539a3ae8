/*
 * Checkpoints as signed notes (checkpoint.h): written, verified and read.
 */
#define _GNU_SOURCE /* memmem() */

#include "checkpoint.h"

#include <openssl/evp.h>

#include "contract/core/bytes.h"

#define KEY_NAME "riverty-audit"
#define KEY_ID   4 /* bytes of a digest */
#define DASH     "\xe2\x80\x94"

/* What a signature line has as base64: the key's id and the signature. */
#define SIGNED_SIZE   (KEY_ID + RIVERTY_SIGNATURE_SIZE)
#define SIGNED_DIGITS ((SIGNED_SIZE + 2) / 3 * 4)
#define SIGNED_ROOM   (SIGNED_DIGITS / 4 * 3)

#define SEPARATOR "\n" DASH " " KEY_NAME " "


/* Key id of a signed note: of the name, a line feed, 1 for Ed25519, the key. */
static void
key_id(const unsigned char *public_key, unsigned char *id)
{
    unsigned char digest[RIVERTY_SHA256_SIZE];
    riverty_sha256_t hash;

    riverty_sha256_init(&hash);
    riverty_sha256_update(&hash, riverty_span(KEY_NAME "\n\x01"));
    riverty_sha256_update(
        &hash, (riverty_span_t){ public_key, RIVERTY_PUBLIC_KEY_SIZE });
    riverty_sha256_final(&hash, digest);

    memcpy(id, digest, KEY_ID);
}


static void
out_name(riverty_out_t *out, riverty_span_t name)
{
    for (size_t i = 0; i < name.len && i < RIVERTY_CHECKPOINT_LOG_MAX; i++) {
        unsigned char byte = name.data[i];
        bool plain = byte >= 0x20 && byte < RIVERTY_BYTE_DEL && byte != '"' &&
                     byte != '\\';

        riverty_out_bytes(out, plain ? &byte : (const unsigned char *) "?", 1);
    }
}


static void
out_chain(riverty_out_t *out, const riverty_checkpoint_chain_t *chain)
{
    riverty_out_literal(out, "chain ");
    riverty_out_hex(out, chain->id, sizeof(chain->id));
    riverty_out_literal(out, " ");
    riverty_out_uint(out, chain->seq);
    riverty_out_literal(out, " ");
    riverty_out_hex(out, chain->mac, sizeof(chain->mac));
    riverty_out_literal(out, " ");
    out_name(out, chain->log);
    riverty_out_literal(out, "\n");
}


static void
out_text(riverty_out_t *out, const riverty_checkpoint_t *checkpoint)
{
    riverty_out_literal(out, "riverty-audit-checkpoint/v1\nseries ");
    riverty_out_hex(out, checkpoint->series, sizeof(checkpoint->series));
    riverty_out_literal(out, "\nnote ");
    riverty_out_uint(out, checkpoint->number);
    riverty_out_literal(out, "\nbefore ");
    riverty_out_hex(out, checkpoint->before, sizeof(checkpoint->before));
    riverty_out_literal(out, "\ntime ");
    riverty_out_bytes(out, checkpoint->time, sizeof(checkpoint->time));
    riverty_out_literal(out, "\nevery ");
    riverty_out_uint(out, checkpoint->every);
    riverty_out_literal(out, "\n");

    for (size_t i = 0; i < checkpoint->count; i++) {
        out_chain(out, &checkpoint->chains[i]);
    }
}


/* The base64 of the signature line. */
static bool
sign(const riverty_signing_key_t *key, riverty_span_t text,
     unsigned char digits[SIGNED_DIGITS + 1])
{
    unsigned char bytes[SIGNED_SIZE];

    if (!riverty_signing_key_sign(key, text, bytes + KEY_ID)) {
        return false;
    }

    key_id(key->public_key, bytes);
    (void) EVP_EncodeBlock(digits, bytes, sizeof(bytes));
    return true;
}


bool
riverty_checkpoint_write(riverty_out_t *out,
                         const riverty_checkpoint_t *checkpoint,
                         const riverty_signing_key_t *key,
                         unsigned char *digest)
{
    unsigned char buffer[RIVERTY_CHECKPOINT_SIZE];
    unsigned char digits[SIGNED_DIGITS + 1];
    riverty_span_t text;
    riverty_out_t note;

    riverty_out_init(&note, buffer, sizeof(buffer));
    out_text(&note, checkpoint);
    text = (riverty_span_t){ buffer, riverty_out_length(&note) };

    if (note.full || !sign(key, text, digits)) {
        return false;
    }

    riverty_sha256(text, digest);

    riverty_out_literal(out, "{\"@timestamp\":\"");
    riverty_out_bytes(out, checkpoint->time, sizeof(checkpoint->time));
    riverty_out_literal(out, "\",\"event.action\":\"checkpoint\",\"note\":\"");
    riverty_out_escaped(out, text);
    riverty_out_literal(out, "\\n\\u2014 " KEY_NAME " ");
    riverty_out_bytes(out, digits, SIGNED_DIGITS);
    riverty_out_literal(out, "\\n\"}\n");
    return !out->full;
}


/* What is left to read; a reader that finds something else makes it bad. */
typedef struct {
    const unsigned char *pos;
    const unsigned char *end;
    bool bad;
} reader_t;


static void
read_literal(reader_t *in, riverty_span_t literal)
{
    in->bad |= (size_t) (in->end - in->pos) < literal.len ||
               memcmp(in->pos, literal.data, literal.len) != 0;
    in->pos += in->bad ? 0 : literal.len;
}


static void
read_bytes(reader_t *in, unsigned char *bytes, size_t len)
{
    in->bad |= (size_t) (in->end - in->pos) < len;

    if (!in->bad) {
        memcpy(bytes, in->pos, len);
        in->pos += len;
    }
}


static void
read_hex(reader_t *in, unsigned char *bytes, size_t count)
{
    in->bad |= (size_t) (in->end - in->pos) < 2 * count;

    for (size_t i = 0; !in->bad && i < count; i++) {
        unsigned char high = *in->pos++, low = *in->pos++;

        in->bad = !riverty_byte_is(high, RIVERTY_BYTE_HEX) ||
                  !riverty_byte_is(low, RIVERTY_BYTE_HEX);
        bytes[i] = in->bad ? 0
                           : (unsigned char) (riverty_byte_hex(high) << 4 |
                                              riverty_byte_hex(low));
    }
}


static uint64_t
read_uint(reader_t *in)
{
    const unsigned char *start = in->pos;
    uint64_t number = 0;

    for (; !in->bad && in->pos < in->end && riverty_byte_is_digit(*in->pos);
         in->pos++) {
        unsigned digit = *in->pos - (unsigned) '0';

        in->bad = number > (UINT64_MAX - digit) / 10;
        number = number * 10 + digit;
    }

    in->bad |= in->pos == start;
    return number;
}


static riverty_span_t
read_line(reader_t *in)
{
    const unsigned char *feed =
        memchr(in->pos, '\n', (size_t) (in->end - in->pos));
    riverty_span_t line = { in->pos, 0 };

    in->bad |= feed == NULL;

    if (!in->bad) {
        line.len = (size_t) (feed - in->pos);
        in->pos = feed + 1;
    }

    return line;
}


static void
read_chain(reader_t *in, riverty_checkpoint_chain_t *chain)
{
    read_literal(in, riverty_span("chain "));
    read_hex(in, chain->id, sizeof(chain->id));
    read_literal(in, riverty_span(" "));
    chain->seq = read_uint(in);
    read_literal(in, riverty_span(" "));
    read_hex(in, chain->mac, sizeof(chain->mac));
    read_literal(in, riverty_span(" "));
    chain->log = read_line(in);
}


static bool
read_text(riverty_span_t text, riverty_checkpoint_t *checkpoint)
{
    reader_t in = { text.data, text.data + text.len, false };

    read_literal(&in, riverty_span("riverty-audit-checkpoint/v1\nseries "));
    read_hex(&in, checkpoint->series, sizeof(checkpoint->series));
    read_literal(&in, riverty_span("\nnote "));
    checkpoint->number = read_uint(&in);
    read_literal(&in, riverty_span("\nbefore "));
    read_hex(&in, checkpoint->before, sizeof(checkpoint->before));
    read_literal(&in, riverty_span("\ntime "));
    read_bytes(&in, checkpoint->time, sizeof(checkpoint->time));
    read_literal(&in, riverty_span("\nevery "));
    checkpoint->every = read_uint(&in);
    read_literal(&in, riverty_span("\n"));

    for (checkpoint->count = 0; !in.bad && in.pos < in.end;
         checkpoint->count++) {
        if (checkpoint->count == RIVERTY_CHECKPOINT_CHAINS) {
            return false;
        }
        read_chain(&in, &checkpoint->chains[checkpoint->count]);
    }

    return !in.bad && checkpoint->every <= RIVERTY_CHECKPOINT_EVERY_MAX;
}


/* Of base64, only the one spelling that is written counts. */
static bool
decode(const unsigned char digits[SIGNED_DIGITS],
       unsigned char bytes[SIGNED_ROOM])
{
    unsigned char again[SIGNED_DIGITS + 1];

    if (EVP_DecodeBlock(bytes, digits, SIGNED_DIGITS) != (int) SIGNED_ROOM) {
        return false;
    }

    (void) EVP_EncodeBlock(again, bytes, SIGNED_SIZE);
    return memcmp(again, digits, SIGNED_DIGITS) == 0;
}


/*
 * Finds the text and what its signature line says.  Others may have signed,
 * too: their lines stand behind ours.
 */
static bool
split(riverty_span_t note, riverty_span_t *text,
      unsigned char bytes[SIGNED_ROOM])
{
    unsigned char digits[SIGNED_DIGITS];
    const riverty_span_t separator = riverty_span(SEPARATOR);
    const unsigned char *at =
        memmem(note.data, note.len, separator.data, separator.len);
    reader_t in;

    if (at == NULL || at == note.data || at[-1] != '\n') {
        return false;
    }

    *text = (riverty_span_t){ note.data, (size_t) (at - note.data) };

    in = (reader_t){ at + separator.len, note.data + note.len, false };
    read_bytes(&in, digits, SIGNED_DIGITS);
    read_literal(&in, riverty_span("\n"));

    return !in.bad && decode(digits, bytes);
}


riverty_checkpoint_verdict_t
riverty_checkpoint_read(riverty_span_t note,
                        unsigned char (*keys)[RIVERTY_PUBLIC_KEY_SIZE],
                        size_t count, riverty_checkpoint_t *checkpoint,
                        unsigned char *digest)
{
    unsigned char bytes[SIGNED_ROOM], id[KEY_ID];
    riverty_span_t text;

    if (!split(note, &text, bytes)) {
        return RIVERTY_CHECKPOINT_NOT_A_NOTE;
    }

    for (size_t i = 0; i < count; i++) {
        key_id(keys[i], id);

        if (memcmp(bytes, id, KEY_ID) != 0) {
            continue;
        }

        if (!riverty_public_key_verify(keys[i], text, bytes + KEY_ID)) {
            return RIVERTY_CHECKPOINT_CHANGED;
        }

        riverty_sha256(text, digest);
        return read_text(text, checkpoint) ? RIVERTY_CHECKPOINT_GOOD
                                           : RIVERTY_CHECKPOINT_OTHER;
    }

    return RIVERTY_CHECKPOINT_UNKNOWN_KEY;
}
