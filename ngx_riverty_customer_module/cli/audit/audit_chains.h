/*
 * The chains of audit logs, followed record by record as the lines come; there
 * may be any number of them, interleaved (contract/audit/chain.h).
 */
#ifndef RIVERTY_CLI_AUDIT_CHAINS_H
#define RIVERTY_CLI_AUDIT_CHAINS_H

#include <stdio.h>

#include "audit_checkpoints.h"
#include "audit_lines.h"
#include "contract/audit/chain.h"
#include "contract/core/secret.h"


typedef enum {
    RIVERTY_CLI_CHAIN_WHOLE,
    RIVERTY_CLI_CHAIN_CHANGED,
    RIVERTY_CLI_CHAIN_MISSING, /* at the record that stands too early */
    RIVERTY_CLI_CHAIN_MOVED,   /* the same, and the missing one came later */
    RIVERTY_CLI_CHAIN_DOUBLED,
    RIVERTY_CLI_CHAIN_NO_END,   /* where an end is required */
    RIVERTY_CLI_CHAIN_REPLACED, /* a checkpoint tells of another record */
    RIVERTY_CLI_CHAIN_CUT,      /* a checkpoint tells of later records */
    RIVERTY_CLI_CHAIN_UNNOTED   /* none tells of this record, but should */
} riverty_cli_damage_t;

typedef struct riverty_cli_chain_s riverty_cli_chain_t;

/* A chain, and the first fault in it. */
struct riverty_cli_chain_s {
    riverty_chain_t chain; /* up to the record that is to come */
    bool ended;
    riverty_cli_place_t last; /* its last good record */
    riverty_cli_damage_t damage;
    riverty_cli_place_t place;      /* of the damage */
    uint64_t seq;                   /* of the record there */
    riverty_cli_marks_t marks;      /* that are still to come */
    const riverty_cli_mark_t *mark; /* that the damage is about */
    int64_t unnoted; /* time of the first record that no checkpoint has */
    int64_t latest;  /* of the last one of before the checkpoints were read */
    bool latest_ends;
    riverty_cli_place_t moved; /* where the record that belongs there stands */
    riverty_cli_chain_t *next; /* of all */
};

/* How many root secrets one log may belong to. */
#define RIVERTY_CLI_ROOTS_MAX 8

typedef struct {
    riverty_secrets_t *secrets; /* holds the chains' keys as well */
    riverty_span_t roots[RIVERTY_CLI_ROOTS_MAX];
    size_t roots_count;
    const char *failed; /* why not all lines could be judged, or NULL */
    const riverty_cli_checkpoints_t *checkpoints; /* NULL: there are none */
    int64_t begin; /* time of the first record; RIVERTY_CLI_NO_TIME: none */

    uint64_t seed[2];
    riverty_cli_chain_t **slots; /* by id, open addressing */
    size_t size;                 /* a power of two, or 0 */
    size_t count;
    riverty_cli_chain_t *chains; /* all, the newest first */
    riverty_cli_chain_t *recent; /* the last one that was looked up */

    riverty_cli_place_t place; /* of the line that is judged */
    uint64_t records;          /* lines with a chain */
    riverty_cli_kind_t torn;   /* lines that are not records */
    riverty_cli_kind_t early;  /* records without a chain before the first */
    riverty_cli_kind_t bare;   /* and behind it */
} riverty_cli_chains_t;


/*
 * Starts.  The caller puts root secrets, which secrets holds, into roots.
 * Returns false without memory.
 */
bool riverty_cli_chains_init(riverty_cli_chains_t *chains,
                             riverty_secrets_t *secrets);
void riverty_cli_chains_free(riverty_cli_chains_t *chains);

/* Takes the next line; a riverty_cli_line_pt whose data is the chains. */
void riverty_cli_chains_line(void *data, const riverty_cli_line_t *line);

/* Is there a record of a chain with that id? */
bool riverty_cli_chains_know(const riverty_cli_chains_t *chains,
                             const unsigned char *id);

/* Ends, when all is read.  closed: a chain without an end is damaged. */
void riverty_cli_chains_close(riverty_cli_chains_t *chains, bool closed);

#endif
