/*
 * Internationalised domain names: may a domain be looked up?  RFC 5890 to 5893
 * (IDNA 2008), by libidn2.
 */
#ifndef RIVERTY_IDNA_H
#define RIVERTY_IDNA_H

#include "riverty.h"


/*
 * May domain, valid UTF-8 in NFC, be looked up?  Capital letters count as small
 * ones.  Anything else that is not a letter, a digit, a mark or a hyphen in its
 * one form is refused: compatibility forms, signs, a mark with nothing before
 * it, a label that is too long when it is written in ASCII.  A domain of ASCII
 * alone is not looked at.  libidn2 allocates memory of its own for any other, a
 * few kilobytes, and frees it; where there is none the domain is refused.
 */
bool riverty_idna_valid(riverty_span_t domain);

#endif
