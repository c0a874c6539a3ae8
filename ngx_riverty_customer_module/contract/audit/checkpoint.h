/*
 * Checkpoints: what the chains of an audit log have come to, signed, so that a
 * chain that is cut at its end or removed whole is missed (docs/audit.md).
 *
 * A checkpoint is a C2SP signed note (c2sp.org/signed-note) of Ed25519, in a
 * JSON line.  Its text:
 *
 *     riverty-audit-checkpoint/v1
 *     series 32 hex digits           all notes of one gateway
 *     note N                         of the series, from 0
 *     before 64 hex digits           SHA-256 of the text of note N - 1; zeros
 *     time 2026-11-28T12:00:00.123456Z
 *     every SECONDS                  the next note of changes comes by then
 *     chain ID SEQ MAC LOG           its last record; a line for each chain
 */
#ifndef RIVERTY_CHECKPOINT_H
#define RIVERTY_CHECKPOINT_H

#include "chain.h"
#include "contract/core/timestamp.h"
#include "signing_key.h"


#define RIVERTY_CHECKPOINT_SERIES_SIZE 16
#define RIVERTY_CHECKPOINT_CHAINS      16 /* of one note */
#define RIVERTY_CHECKPOINT_LOG_MAX     255
#define RIVERTY_CHECKPOINT_EVERY_MAX   86400

/* Room for any line, and for any text. */
#define RIVERTY_CHECKPOINT_SIZE 8192

typedef struct {
    unsigned char id[RIVERTY_CHAIN_ID_SIZE];
    uint64_t seq; /* of its last record */
    unsigned char mac[RIVERTY_CHAIN_MAC_SIZE];
    riverty_span_t log; /* its name */
} riverty_checkpoint_chain_t;

typedef struct {
    unsigned char series[RIVERTY_CHECKPOINT_SERIES_SIZE];
    uint64_t number;
    unsigned char before[RIVERTY_SHA256_SIZE]; /* of note 0: zeros */
    unsigned char time[RIVERTY_TIMESTAMP_LENGTH];
    uint64_t every; /* seconds, to RIVERTY_CHECKPOINT_EVERY_MAX */
    riverty_checkpoint_chain_t chains[RIVERTY_CHECKPOINT_CHAINS];
    size_t count;
} riverty_checkpoint_t;


/*
 * Writes the line, its line feed included, into out, which has room for
 * RIVERTY_CHECKPOINT_SIZE bytes.  digest, RIVERTY_SHA256_SIZE bytes, becomes
 * what the next note has as before.  In a log's name what is not printable
 * ASCII, a quote or a backslash becomes "?", and what is too long is cut.
 * Returns false where OpenSSL does not sign, or where there is no room.
 */
bool riverty_checkpoint_write(riverty_out_t *out,
                              const riverty_checkpoint_t *checkpoint,
                              const riverty_signing_key_t *key,
                              unsigned char *digest);

typedef enum {
    RIVERTY_CHECKPOINT_GOOD,
    RIVERTY_CHECKPOINT_NOT_A_NOTE,  /* it has not that form */
    RIVERTY_CHECKPOINT_UNKNOWN_KEY, /* none of the keys has signed it */
    RIVERTY_CHECKPOINT_CHANGED,     /* that key has not signed this text */
    RIVERTY_CHECKPOINT_OTHER        /* signed, and of another form */
} riverty_checkpoint_verdict_t;

/*
 * Verifies a signed note, which is what the JSON line has as "note", under
 * count public keys, and reads it.  checkpoint, whose names of logs point into
 * note, and digest are filled where the note is good.
 */
riverty_checkpoint_verdict_t riverty_checkpoint_read(
    riverty_span_t note, unsigned char (*keys)[RIVERTY_PUBLIC_KEY_SIZE],
    size_t count, riverty_checkpoint_t *checkpoint, unsigned char *digest);

#endif
