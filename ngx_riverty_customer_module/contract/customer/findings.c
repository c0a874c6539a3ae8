/*
 * The findings: what was noted, at the levels of the contract, in the order
 * of the fields.
 */
#include "findings.h"


/* Where the field stands or, where it is absent, the nearest parent. */
static const riverty_member_t *
place_of(const riverty_document_t *document, const riverty_contract_t *contract,
         unsigned field)
{
    const riverty_member_t *members = document->scan.members;

    while (field != RIVERTY_FIELD_DOCUMENT &&
           members[field].type == RIVERTY_JSON_ABSENT) {
        field = contract->fields[field].parent;
    }

    return &members[field];
}


/* Makes room for one more finding at the cost of a warning. */
static void
forget_last_warning(riverty_document_t *document)
{
    riverty_finding_t *findings = document->findings;
    size_t i = document->findings_count;

    while (i > 0) {
        i--;
        if (findings[i].level == RIVERTY_LEVEL_WARN) {
            document->findings_count--;
            memmove(&findings[i], &findings[i + 1],
                    (document->findings_count - i) * sizeof(findings[0]));
            return;
        }
    }
}


/* Adds a finding behind those of its field; what refuses is kept first. */
static void
add_finding(riverty_document_t *document, const riverty_finding_t *finding)
{
    riverty_finding_t *findings = document->findings;
    size_t i;

    document->findings_total++;

    if (document->findings_count == RIVERTY_FINDINGS_MAX &&
        finding->level == RIVERTY_LEVEL_REJECT) {
        forget_last_warning(document);
    }

    if (document->findings_count == RIVERTY_FINDINGS_MAX) {
        return;
    }

    i = document->findings_count++;
    while (i > 0 && findings[i - 1].field > finding->field) {
        findings[i] = findings[i - 1];
        i--;
    }

    findings[i] = *finding;
}


static void
list_note(riverty_document_t *document, const riverty_contract_t *contract,
          unsigned field, const riverty_note_t *note)
{
    const riverty_member_t *place = place_of(document, contract, field);
    riverty_finding_t finding;

    finding.rule = note->rule;
    finding.level = (uint8_t) contract->levels[note->rule];
    finding.field = (uint8_t) field;
    finding.count = 0;
    finding.start = place->start;
    finding.end = place->end;
    memcpy(finding.hint, note->hint, sizeof(finding.hint));

    if (riverty_rules[note->rule].says == RIVERTY_SAYS_COUNT) {
        finding.count = document->scan.unknown[field];
    }

    if (finding.level == RIVERTY_LEVEL_REJECT) {
        document->verdict = RIVERTY_REJECTED;
    }

    add_finding(document, &finding);
}


void
riverty_findings_add(riverty_judgement_t *judgement, unsigned field)
{
    const riverty_contract_t *contract = judgement->contract;
    const riverty_value_t *value = &judgement->values[field];

    for (unsigned i = 0; i < value->notes_count; i++) {
        const riverty_note_t *note = &value->notes[i];

        if (riverty_rule_rejects(note->rule) &&
            !riverty_judgement_mended(judgement, note)) {
            judgement->document->invalid |= (uint64_t) 1 << field;
        }

        if (contract->levels[note->rule] != RIVERTY_LEVEL_OFF) {
            list_note(judgement->document, contract, field, note);
        }
    }
}


void
riverty_document_replied(riverty_document_t *document,
                         const riverty_contract_t *contract,
                         riverty_span_t reference)
{
    unsigned field = RIVERTY_FIELD_CUSTOMER_NUMBER;
    riverty_note_t note = { RIVERTY_RULE_REFERENCE_MISMATCH, false, "" };
    riverty_verdict_t verdict = document->verdict;

    if (document->status != RIVERTY_SCAN_OK ||
        document->values[field].len == 0 ||
        contract->levels[note.rule] == RIVERTY_LEVEL_OFF ||
        riverty_span_equal(document->values[field], reference)) {
        return;
    }

    list_note(document, contract, field, &note);

    /* It has been forwarded: nothing can be refused any more. */
    document->verdict = verdict;
}
