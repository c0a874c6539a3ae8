/*
 * What a finding says to people: the rule's detail and what its `says` column
 * adds.  Behind the field's name it reads as a sentence.
 */
#include "finding_detail.h"


/* How a text is written: escaped or as it is. */
typedef void (*put_pt)(riverty_out_t *out, riverty_span_t text);


static void
put_plain(riverty_out_t *out, riverty_span_t text)
{
    riverty_out_bytes(out, text.data, text.len);
}


static void
put_text(riverty_out_t *out, put_pt put, const char *text)
{
    put(out, riverty_span_of(text));
}


static void
detail_field(riverty_out_t *out, put_pt put, const riverty_field_t *field)
{
    if (field->expects != NULL) {
        riverty_out_literal(out, "; expected: ");
        put_text(out, put, field->expects);
    }
}


static void
detail_cap(riverty_out_t *out, const riverty_field_t *field)
{
    if (field->cap != 0) {
        riverty_out_literal(out, "; at most ");
        riverty_out_uint(out, field->cap);
        riverty_out_literal(out, " characters");
    }
}


static void
detail_hint(riverty_out_t *out, put_pt put, const char *hint)
{
    if (hint[0] != '\0') {
        riverty_out_literal(out, "; ");
        put_text(out, put, hint);
        riverty_out_literal(out, " is meant");
    }
}


static void
write_detail(riverty_out_t *out, put_pt put, const riverty_contract_t *contract,
             const riverty_finding_t *finding)
{
    const riverty_rule_t *rule = &riverty_rules[finding->rule];
    const riverty_field_t *field = &contract->fields[finding->field];

    put_text(out, put, rule->detail);

    switch (rule->says) {
    case RIVERTY_SAYS_FIELD:
        detail_field(out, put, field);
        detail_hint(out, put, finding->hint);
        break;
    case RIVERTY_SAYS_CAP:
        detail_cap(out, field);
        break;
    case RIVERTY_SAYS_COUNT:
        riverty_out_literal(out, ": ");
        riverty_out_uint(out, finding->count);
        break;
    case RIVERTY_SAYS_NAME:
        riverty_out_literal(out, "; the name is spelled ");
        put(out, riverty_field_name(field));
        break;
    case RIVERTY_SAYS_HINT:
        detail_hint(out, put, finding->hint);
        break;
    case RIVERTY_SAYS_NOTHING:
        break;
    }
}


void
riverty_finding_detail(riverty_out_t *out, const riverty_contract_t *contract,
                       const riverty_finding_t *finding)
{
    write_detail(out, put_plain, contract, finding);
}


void
riverty_finding_detail_escaped(riverty_out_t *out,
                               const riverty_contract_t *contract,
                               const riverty_finding_t *finding)
{
    write_detail(out, riverty_out_escaped, contract, finding);
}
