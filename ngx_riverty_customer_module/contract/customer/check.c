/*
 * Notes on a value: which rules it breaks.
 */
#include "check.h"

#include <assert.h>


static riverty_note_t *
add_note(riverty_value_t *value, riverty_rule_id_t rule, const char *hint)
{
    riverty_note_t *note = &value->notes[value->notes_count];

    assert(value->notes_count < RIVERTY_NOTES_MAX);
    assert(hint == NULL || strlen(hint) < RIVERTY_HINT_SIZE);

    value->notes_count++;
    note->rule = (uint8_t) rule;
    note->repair = false;
    memset(note->hint, 0, sizeof(note->hint));

    if (hint != NULL) {
        memcpy(note->hint, hint, strlen(hint));
    }

    return note;
}


void
riverty_value_note(riverty_value_t *value, riverty_rule_id_t rule,
                   const char *hint)
{
    (void) add_note(value, rule, hint);
}


void
riverty_value_repair(riverty_value_t *value, riverty_rule_id_t rule,
                     const char *hint, riverty_span_t repair)
{
    add_note(value, rule, hint)->repair = true;
    value->repair = repair;
}
