/*
 * Checks of e-mail addresses.  Their shape is known already: there is one @.
 */
#include "check_email.h"

#include "contract/core/idna.h"


void
riverty_check_email(riverty_value_t *value)
{
    const unsigned char *at = memchr(value->text.data, '@', value->text.len);
    riverty_span_t domain;

    if (at == NULL) {
        return;
    }

    domain.data = at + 1;
    domain.len = (size_t) (value->text.data + value->text.len - domain.data);

    if (!riverty_idna_valid(domain)) {
        riverty_value_note(value, RIVERTY_RULE_EMAIL_DOMAIN, NULL);
    }
}
