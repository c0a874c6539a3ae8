/*
 * The grammar of a number (RFC 8259, section 6).  A number may have any size:
 * it is forwarded as it is spelled, and nothing converts it.
 */
#include "json_number.h"

#include "contract/core/bytes.h"


/* Passes a run of digits, which may be empty. */
static inline const unsigned char *
pass_digits(const unsigned char *pos, const unsigned char *end)
{
    while (pos < end && riverty_byte_is_digit(*pos)) {
        pos++;
    }

    return pos;
}


/* One digit or more from pos on, with perhaps a sign before them. */
static const unsigned char *
pass_exponent(const unsigned char *pos, const unsigned char *end,
              riverty_fault_t *fault)
{
    const unsigned char *digits = pos;

    if (pos < end && (*pos == '+' || *pos == '-')) {
        digits++;
    }

    pos = pass_digits(digits, end);
    return pos == digits ? riverty_fault(fault, RIVERTY_SCAN_NUMBER, pos) : pos;
}


/* What may follow the integer: a fraction, an exponent. */
static const unsigned char *
pass_rest(const unsigned char *pos, const unsigned char *end,
          riverty_fault_t *fault)
{
    const unsigned char *digits = pos + 1;

    if (*pos == '.') {
        pos = pass_digits(digits, end);
        if (pos == digits) {
            return riverty_fault(fault, RIVERTY_SCAN_NUMBER, pos);
        }
    }

    if (pos < end && (*pos == 'e' || *pos == 'E')) {
        return pass_exponent(pos + 1, end, fault);
    }

    return pos;
}


const unsigned char *
riverty_number_scan(const unsigned char *pos, const unsigned char *end,
                    riverty_fault_t *fault)
{
    const unsigned char *digits = *pos == '-' ? pos + 1 : pos;

    pos = pass_digits(digits, end);

    if (pos == digits) {
        return riverty_fault(fault, RIVERTY_SCAN_NUMBER, pos);
    }

    /* No zero stands before other digits. */
    if (*digits == '0' && pos - digits > 1) {
        return riverty_fault(fault, RIVERTY_SCAN_NUMBER, digits + 1);
    }

    return pos < end ? pass_rest(pos, end, fault) : pos;
}
