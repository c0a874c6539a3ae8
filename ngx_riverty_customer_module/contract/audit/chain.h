/*
 * The chain of an audit log.  It shows where a record has been changed,
 * removed, doubled, reordered or cut (docs/audit.md, tamper evidence).
 *
 *   K_0     = HMAC-SHA-256(root secret, "chain" 0x00 id)
 *   mac_n   = HMAC-SHA-256(K_n, mac_{n-1} line_n), mac_{-1} being no bytes
 *   K_{n+1} = SHA-256(K_n "next"), and K_n is erased
 *
 * line_n is the record's line up to the member ,"mac":"...", behind which only
 * }} and a line feed follow.  (RFC 2104, FIPS 180-4; the key that moves on:
 * Schneier and Kelsey, 1999.)
 */
#ifndef RIVERTY_CHAIN_H
#define RIVERTY_CHAIN_H

#include "contract/core/out.h"
#include "contract/core/riverty.h"
#include "contract/core/sha256.h"


#define RIVERTY_CHAIN_ID_SIZE  16 /* bytes; 32 hex digits in a record */
#define RIVERTY_CHAIN_KEY_SIZE RIVERTY_SHA256_SIZE
#define RIVERTY_CHAIN_MAC_SIZE RIVERTY_SHA256_SIZE

/* The most that a chain adds: ,"chain":{"id":"","seq":,"mac":""} */
#define RIVERTY_CHAIN_ROOM 160

typedef struct {
    unsigned char id[RIVERTY_CHAIN_ID_SIZE];
    uint64_t seq; /* of the next record, from 0 */
    unsigned char key[RIVERTY_CHAIN_KEY_SIZE];
    unsigned char mac[RIVERTY_CHAIN_MAC_SIZE];  /* of the record before */
    unsigned char next[RIVERTY_CHAIN_MAC_SIZE]; /* of the last line ended */
} riverty_chain_t;


/*
 * Starts a chain of that id (RIVERTY_CHAIN_ID_SIZE random bytes) under the root
 * secret, which stays the caller's to wipe.
 */
void riverty_chain_start(riverty_chain_t *chain, riverty_span_t root,
                         const unsigned char *id);

/*
 * Ends the line that out holds, an open JSON object without its last }, with
 * ,"chain":{...}} and a line feed; all of what out holds is the line.  Returns
 * false where it does not fit.  The chain does not move: the same record can be
 * ended again.
 */
bool riverty_chain_mac(riverty_chain_t *chain, riverty_out_t *out);

/* To call once the line counts as the chain's next: the old key is erased. */
void riverty_chain_advance(riverty_chain_t *chain);

/* Wipes it. */
void riverty_chain_wipe(riverty_chain_t *chain);

/* What a line says of its chain. */
typedef struct {
    unsigned char id[RIVERTY_CHAIN_ID_SIZE];
    uint64_t seq;
    unsigned char mac[RIVERTY_CHAIN_MAC_SIZE];
    size_t covered; /* bytes of the line that the mac is over */
} riverty_link_t;

/*
 * Reads the end of a line (without its line feed) as riverty_chain_mac()
 * writes it.  Returns false where it is not of that form.
 */
bool riverty_link_parse(riverty_span_t line, riverty_link_t *link);

/*
 * Is the line's mac the one that follows chain's record before it?  chain must
 * be at link's seq.  On true the chain has moved on.
 */
bool riverty_link_verify(riverty_chain_t *chain, riverty_span_t line,
                         const riverty_link_t *link);

#endif
