/*
 * What a check gets and gives: one value that has been unescaped, trimmed,
 * brought into NFC and put into its case, and notes on what rules it breaks.
 * The checks are small pure functions, a riverty_check_pt each (fields.h);
 * which rules they note says rule_table.h.
 */
#ifndef RIVERTY_CHECK_H
#define RIVERTY_CHECK_H

#include "contract/core/riverty.h"
#include "fields.h"
#include "rules.h"


/* A hint says what was meant: a code of two or three letters. */
#define RIVERTY_HINT_SIZE 4

/* More than the rules that one value can break at once. */
#define RIVERTY_NOTES_MAX 10

typedef struct {
    uint8_t rule;                 /* riverty_rule_id_t */
    bool repair;                  /* the value's repair mends it */
    char hint[RIVERTY_HINT_SIZE]; /* NUL-terminated, "" where none */
} riverty_note_t;

struct riverty_value_s {
    riverty_span_t text; /* never empty where a check sees it */
    unsigned notes_count;
    bool blank;          /* holds nothing to read, so it counts as empty */
    bool closed;         /* refused already; nothing more is asked of it */
    riverty_span_t sent; /* as the client wrote it, unescaped */
    int64_t today;       /* days since 1970-01-01, UTC */
    /*
     * What the value becomes where the rule of its note does not reject:
     * static, or a part of text; set where a note says so.
     */
    riverty_span_t repair;
    riverty_note_t notes[RIVERTY_NOTES_MAX];
};


/* Notes that the value breaks rule; hint may be NULL. */
void riverty_value_note(riverty_value_t *value, riverty_rule_id_t rule,
                        const char *hint);

/* The same where the value has a certain repair. */
void riverty_value_repair(riverty_value_t *value, riverty_rule_id_t rule,
                          const char *hint, riverty_span_t repair);

#endif
