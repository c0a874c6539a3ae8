/*
 * The grammar of a number (RFC 8259, section 6).  A number may have any size:
 * it is forwarded as it is spelled, and nothing converts it.
 */
#include "json_number.h"

#include "contract/core/bytes.h"


static inline bool
stands_at(const unsigned char *pos, const unsigned char *end,
          unsigned char byte)
{
    return pos < end && *pos == byte;
}


static inline bool
digit_at(const unsigned char *pos, const unsigned char *end)
{
    return pos < end && riverty_byte_is(*pos, RIVERTY_BYTE_DIGIT);
}


/* One digit or more. */
static const unsigned char *
pass_digits(const unsigned char *pos, const unsigned char *end,
            riverty_fault_t *fault)
{
    if (!digit_at(pos, end)) {
        return riverty_fault(fault, RIVERTY_SCAN_NUMBER, pos);
    }

    while (digit_at(pos, end)) {
        pos++;
    }

    return pos;
}


/* Digits, without a zero before others. */
static const unsigned char *
pass_integer(const unsigned char *pos, const unsigned char *end,
             riverty_fault_t *fault)
{
    if (!stands_at(pos, end, '0')) {
        return pass_digits(pos, end, fault);
    }

    pos++;
    if (digit_at(pos, end)) {
        return riverty_fault(fault, RIVERTY_SCAN_NUMBER, pos);
    }

    return pos;
}


static const unsigned char *
pass_exponent(const unsigned char *pos, const unsigned char *end,
              riverty_fault_t *fault)
{
    if (stands_at(pos, end, '+') || stands_at(pos, end, '-')) {
        pos++;
    }

    return pass_digits(pos, end, fault);
}


const unsigned char *
riverty_number_scan(const unsigned char *pos, const unsigned char *end,
                    riverty_fault_t *fault)
{
    pos = pass_integer(*pos == '-' ? pos + 1 : pos, end, fault);

    if (pos != NULL && stands_at(pos, end, '.')) {
        pos = pass_digits(pos + 1, end, fault);
    }

    if (pos != NULL && (stands_at(pos, end, 'e') || stands_at(pos, end, 'E'))) {
        pos = pass_exponent(pos + 1, end, fault);
    }

    return pos;
}
