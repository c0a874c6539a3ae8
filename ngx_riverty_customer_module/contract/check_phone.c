/*
 * Checks of phone numbers and of masked values.  They only note: a number that
 * is "completed" may become a stranger's (traps 2 and 3).
 */
#include "check.h"


#define MASK     'X'
#define MASK_MIN 2


/* Passes a run of X at pos; returns its end. */
static size_t
pass_run(riverty_span_t text, size_t pos)
{
    while (pos < text.len && text.data[pos] == MASK) {
        pos++;
    }

    return pos;
}


riverty_span_t
riverty_masked_run(riverty_span_t text)
{
    riverty_span_t run = { NULL, 0 };
    const unsigned char *first = memchr(text.data, MASK, text.len);
    size_t pos = first != NULL ? (size_t) (first - text.data) : text.len;
    size_t start;

    while (pos < text.len) {
        start = pos;
        pos = pass_run(text, pos);

        if (pos - start >= MASK_MIN) {
            if (run.data != NULL) {
                return (riverty_span_t){ NULL, 0 };
            }
            run = (riverty_span_t){ text.data + start, pos - start };
        }

        pos++;
    }

    return run;
}


void
riverty_check_masked(riverty_value_t *value)
{
    if (riverty_masked_run(value->text).data != NULL) {
        riverty_value_note(value, RIVERTY_RULE_MASKED_VALUE, NULL);
    }
}


void
riverty_check_phone(riverty_value_t *value)
{
    if (value->text.data[0] != '+') {
        riverty_value_note(value, RIVERTY_RULE_PHONE_NOT_INTERNATIONAL, NULL);
    }
}
