/*
 * Checks of phone numbers and of masked values.  They only note: a number that
 * is "completed" may become a stranger's (traps 2 and 3).
 */
#include "check_phone.h"


#define MASK     'X'
#define MASK_MIN 2


/* Passes a run of X at pos; returns its end. */
static const unsigned char *
pass_run(const unsigned char *pos, const unsigned char *end)
{
    while (pos < end && *pos == MASK) {
        pos++;
    }

    return pos;
}


riverty_span_t
riverty_masked_run(riverty_span_t text)
{
    riverty_span_t run = { NULL, 0 };
    const unsigned char *pos = text.data;
    const unsigned char *end = text.data + text.len;
    const unsigned char *start;

    while ((start = memchr(pos, MASK, (size_t) (end - pos))) != NULL) {
        pos = pass_run(start, end);

        if (pos - start >= MASK_MIN) {
            if (run.data != NULL) {
                return (riverty_span_t){ NULL, 0 };
            }
            run = (riverty_span_t){ start, (size_t) (pos - start) };
        }
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
