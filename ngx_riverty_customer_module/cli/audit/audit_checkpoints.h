/*
 * Checkpoints (contract/audit/checkpoint.h) read from files: what they tell of
 * each chain, and whether one of them is missing.
 */
#ifndef RIVERTY_CLI_AUDIT_CHECKPOINTS_H
#define RIVERTY_CLI_AUDIT_CHECKPOINTS_H

#include "audit_lines.h"
#include "contract/audit/checkpoint.h"


#define RIVERTY_CLI_NO_TIME INT64_MIN

/* How many keys may have signed. */
#define RIVERTY_CLI_SIGNERS_MAX 8

typedef enum {
    RIVERTY_CLI_NOTE_WHOLE,
    RIVERTY_CLI_NOTE_FIRST,  /* older ones are not there */
    RIVERTY_CLI_NOTE_MISSING /* the one before it is */
} riverty_cli_note_damage_t;

typedef struct riverty_cli_note_s riverty_cli_note_t;

/* A note that is signed. */
struct riverty_cli_note_s {
    riverty_cli_place_t place;
    unsigned char series[RIVERTY_CHECKPOINT_SERIES_SIZE];
    uint64_t number;
    unsigned char before[RIVERTY_SHA256_SIZE];
    unsigned char digest[RIVERTY_SHA256_SIZE];
    char time[RIVERTY_TIMESTAMP_LENGTH + 1];
    int64_t seconds;
    riverty_cli_note_damage_t damage;
    riverty_cli_note_t *next; /* of all */
};

/* What a note tells of a chain. */
typedef struct {
    unsigned char id[RIVERTY_CHAIN_ID_SIZE];
    uint64_t seq;
    unsigned char mac[RIVERTY_CHAIN_MAC_SIZE];
    const char *log;
    const riverty_cli_note_t *note; /* the earliest that tells it */
} riverty_cli_mark_t;

/* Marks of one chain, by their seq. */
typedef struct {
    const riverty_cli_mark_t *first;
    size_t count;
} riverty_cli_marks_t;

typedef struct {
    unsigned char keys[RIVERTY_CLI_SIGNERS_MAX][RIVERTY_PUBLIC_KEY_SIZE];
    size_t keys_count;
    int64_t since;   /* chains of before need not be there; or NO_TIME */
    const char *log; /* only its chains must be there; NULL: all */

    riverty_cli_note_t *notes; /* all that are good */
    size_t notes_count;
    riverty_cli_note_t **sorted; /* by series and number, once each */
    size_t sorted_count;
    size_t missing;            /* notes without the one before them */
    riverty_cli_mark_t *marks; /* by chain and seq, once each */
    size_t marks_count;
    size_t marks_room;
    const char **logs; /* their names */
    size_t logs_count;

    int64_t begin;   /* time of the earliest note */
    int64_t every;   /* the longest time between two */
    int64_t read_at; /* when they were read */
    const riverty_cli_note_t *last;

    riverty_cli_place_t place;  /* of the line that is read */
    riverty_cli_kind_t torn;    /* lines that are no notes */
    riverty_cli_kind_t foreign; /* notes of other keys */
    riverty_cli_kind_t changed;
    riverty_cli_kind_t other; /* signed, and of a form that is not known */
} riverty_cli_checkpoints_t;


/* Starts; the caller puts keys into it, and what is asked for. */
void riverty_cli_checkpoints_init(riverty_cli_checkpoints_t *checkpoints);

/* Takes the next line; a riverty_cli_line_pt whose data is the checkpoints. */
void riverty_cli_checkpoints_line(void *data, const riverty_cli_line_t *line);

/* Ends, when all is read: sorts, and looks for notes that are missing. */
void riverty_cli_checkpoints_close(riverty_cli_checkpoints_t *checkpoints);

/* The marks of the chain with that id. */
riverty_cli_marks_t
riverty_cli_checkpoints_of(const riverty_cli_checkpoints_t *checkpoints,
                           const unsigned char *id);

/*
 * Seconds since 1970 of a time as 2026-11-23T20:15:42.183905Z or its beginning,
 * from the day on; RIVERTY_CLI_NO_TIME where text does not begin so.
 */
int64_t riverty_cli_seconds(riverty_span_t text);

#endif
