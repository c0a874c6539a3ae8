/*
 * Internationalised domain names.  The rules are those of IDNA 2008 without the
 * mapping of UTS #46, which would take U+FF20 for an @ and a circled letter for
 * a letter; only capital letters are made small before, since people write
 * them.
 */
#include "idna.h"

#include <idn2.h>
#include <utf8proc.h>

#include "text.h"


/* What a domain has at most in ASCII, where no character is shorter. */
#define DOMAIN_MAX 253

#define CODE_SIZE 4 /* bytes of UTF-8 */


/* Writes domain in small letters to out, with a NUL behind it. */
static void
put_lower(riverty_span_t domain, unsigned char *out)
{
    const unsigned char *pos = domain.data;
    const unsigned char *end = domain.data + domain.len;
    utf8proc_int32_t code;

    while (pos < end) {
        code = (utf8proc_int32_t) riverty_text_next(&pos, end);
        out += riverty_text_encode((uint32_t) utf8proc_tolower(code), out);
    }

    *out = '\0';
}


bool
riverty_idna_valid(riverty_span_t domain)
{
    unsigned char lower[DOMAIN_MAX * CODE_SIZE + 1];
    uint8_t *ascii = NULL;
    int status;

    if (riverty_text_ascii(domain)) {
        return true;
    }

    if (riverty_text_length(domain) > DOMAIN_MAX) {
        return false;
    }

    put_lower(domain, lower);
    status = idn2_lookup_u8(lower, &ascii, IDN2_NFC_INPUT | IDN2_NO_TR46);
    idn2_free(ascii);

    return status == IDN2_OK;
}
