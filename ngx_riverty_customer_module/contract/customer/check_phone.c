/*
 * Checks of phone numbers and of masked values.  They only note: a number that
 * is "completed" may become a stranger's (traps 2 and 3).
 */
#include "check_phone.h"


#define MASK     'X'
#define MASK_MIN 2

/* So many digits of a number are not one or two different ones by chance. */
#define PLACEHOLDER_DIGITS 10


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


/* The digits of a number, up to its extension. */
typedef struct {
    unsigned count;
    unsigned different; /* a bit for each digit that is among them */
} digits_t;


/* Is byte a part of a number, not of what follows it or masks it? */
static bool
is_part(unsigned char byte)
{
    return byte < 'A' && byte != '#' && byte != ',' && byte != ';';
}


static digits_t
read_digits(riverty_span_t text)
{
    digits_t digits = { 0, 0 };

    for (size_t i = 0; i < text.len; i++) {
        unsigned digit = text.data[i] - (unsigned) '0';

        if (digit < 10) {
            digits.different |= 1u << digit;
            digits.count++;

        } else if (!is_part(text.data[i])) {
            break;
        }
    }

    return digits;
}


/* Are 00 the first two digits? */
static bool
starts_with_zeros(riverty_span_t text)
{
    unsigned zeros = 0;

    for (size_t i = 0; i < text.len && zeros < 2; i++) {
        if (text.data[i] >= '1' && text.data[i] <= '9') {
            return false;
        }
        zeros += text.data[i] == '0';
    }

    return zeros == 2;
}


/* Are there at most so many different digits? */
static bool
has_at_most(digits_t digits, unsigned most)
{
    while (most-- > 0) {
        digits.different &= digits.different - 1;
    }

    return digits.different == 0;
}


/*
 * What both fields have in common; not_international is the rule about a number
 * without +.
 */
static void
check_number(riverty_value_t *value, riverty_rule_id_t not_international)
{
    riverty_span_t text = value->text;
    digits_t digits = read_digits(text);

    if (text.data[0] != '+' && memchr(text.data, '+', text.len) == NULL) {
        riverty_value_note(value,
                           starts_with_zeros(text)
                               ? RIVERTY_RULE_PHONE_DOUBLE_ZERO
                               : not_international,
                           NULL);
    }

    if (has_at_most(digits, 1) ||
        (digits.count >= PLACEHOLDER_DIGITS && has_at_most(digits, 2))) {
        riverty_value_note(value, RIVERTY_RULE_PHONE_PLACEHOLDER, NULL);
    }
}


void
riverty_check_phone(riverty_value_t *value)
{
    check_number(value, RIVERTY_RULE_PHONE_NOT_INTERNATIONAL);
}


/* Of a masked number nobody knows the digits. */
void
riverty_check_mobile_phone(riverty_value_t *value)
{
    riverty_check_masked(value);

    if (value->notes_count == 0) {
        check_number(value, RIVERTY_RULE_MOBILE_NOT_INTERNATIONAL);
    }
}
