/*
 * Checks of names.  They ask for a letter at least and say nothing of how a
 * name should look: people are called what they are called.
 */
#include "check_text.h"

#include "contract/core/text.h"


static bool
has_byte(riverty_span_t text, char byte)
{
    return memchr(text.data, byte, text.len) != NULL;
}


void
riverty_check_name(riverty_value_t *value)
{
    if (!riverty_text_has_letter(value->text)) {
        riverty_value_note(value, RIVERTY_RULE_NAME, NULL);
    }

    if (has_byte(value->text, '<') || has_byte(value->text, '>')) {
        riverty_value_note(value, RIVERTY_RULE_NAME_MARKUP, NULL);
    }
}


void
riverty_check_company_name(riverty_value_t *value)
{
    if (!riverty_text_has_alphanumeric(value->text)) {
        riverty_value_note(value, RIVERTY_RULE_COMPANY_NAME, NULL);
    }
}


void
riverty_check_postal_place(riverty_value_t *value)
{
    if (!riverty_text_has_letter(value->text)) {
        riverty_value_note(value, RIVERTY_RULE_POSTAL_PLACE, NULL);
    }
}
