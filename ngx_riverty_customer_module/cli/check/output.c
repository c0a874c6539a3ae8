/*
 * Gathers what there is to tell about a judged document.
 */

#include "output.h"
#include "cli/cli.h"
#include "cli/memory.h"
#include "cli/text.h"
#include "recorded.h"
#include "contract/core/text.h"
#include "contract/customer/edit.h"
#include "contract/customer/finding_detail.h"
#include "contract/customer/problem.h"
#include "contract/json/json_string.h"

/* No rule needs more of a field; of a longer text only the start is shown. */
#define DETAIL_SIZE 8192


static const char *
verdict_name(riverty_verdict_t verdict)
{
    static const char *const names[] = {
        [RIVERTY_ACCEPTED] = "accepted",
        [RIVERTY_MALFORMED] = "malformed",
        [RIVERTY_REJECTED] = "rejected",
        [RIVERTY_NO_MEMORY] = "unknown",
    };

    return names[verdict];
}


static char *
dotted(const char *pointer)
{
    size_t size = strlen(pointer) + 1;
    char *field = riverty_cli_allocate(size);

    (void) riverty_field_dotted(pointer, field, size);
    return field;
}


/* Escapes and unescapes: text that --config brought in is UTF-8 then, too. */
static char *
detail_of(const riverty_contract_t *contract, const riverty_finding_t *finding)
{
    unsigned char escaped[DETAIL_SIZE], text[DETAIL_SIZE];
    riverty_out_t out;
    riverty_span_t raw, plain;

    riverty_out_init(&out, escaped, sizeof(escaped));
    riverty_finding_detail_escaped(&out, contract, finding);
    raw = (riverty_span_t){ escaped, riverty_out_length(&out) };

    plain = (riverty_span_t){ text, riverty_string_unescape(raw, text) };

    return riverty_cli_copy(plain);
}


/* Inserts a finding in the order of places, behind equal ones. */
static void
add_finding(riverty_cli_output_t *output, riverty_cli_finding_t finding)
{
    riverty_cli_finding_t *findings = output->findings;
    size_t i = output->findings_count++;

    riverty_text_position(output->body, finding.start, &finding.line,
                          &finding.column);

    while (i > 0 && findings[i - 1].start > finding.start) {
        findings[i] = findings[i - 1];
        i--;
    }

    findings[i] = finding;
}


static void
tell_finding(riverty_cli_output_t *output, const riverty_contract_t *contract,
             const riverty_finding_t *finding)
{
    const char *pointer = contract->fields[finding->field].pointer;

    add_finding(output, (riverty_cli_finding_t){
                            .rule = riverty_rules[finding->rule].id,
                            .level = (riverty_level_t) finding->level,
                            .pointer = pointer,
                            .field = dotted(pointer),
                            .detail = detail_of(contract, finding),
                            .start = finding->start,
                            .end = finding->end,
                        });
}


/* A body that is not JSON is told as problem documents tell it. */
static void
tell_malformed(riverty_cli_output_t *output, const riverty_document_t *document)
{
    const char *detail = riverty_scan_detail(document->status);

    output->findings_total = 1;

    add_finding(output, (riverty_cli_finding_t){
                            .rule = riverty_scan_id(document->status),
                            .level = RIVERTY_LEVEL_REJECT,
                            .pointer = "",
                            .field = dotted(""),
                            .detail = riverty_cli_copy(riverty_span_of(detail)),
                            .start = document->scan.error,
                            .end = document->scan.error,
                        });
}


static riverty_span_t
unescaped(riverty_span_t raw)
{
    unsigned char *text = riverty_cli_allocate(raw.len);

    return (riverty_span_t){ text, riverty_string_unescape(raw, text) };
}


static void
tell_change(riverty_cli_output_t *output, const riverty_contract_t *contract,
            const riverty_edit_t *edit)
{
    riverty_cli_change_t *change = &output->changes[output->changes_count++];

    change->pointer = contract->fields[edit->field].pointer;
    change->old_raw.data = output->body.data + edit->start;
    change->old_raw.len = edit->end - edit->start;
    change->new_raw = edit->text;
    change->old_text = unescaped(change->old_raw);
    change->new_text = unescaped(change->new_raw);
}


static riverty_span_t
forwarded(const riverty_document_t *document)
{
    size_t len = riverty_document_length(document);
    unsigned char *text = riverty_cli_allocate(len);

    (void) riverty_document_write(document, text);
    return (riverty_span_t){ text, len };
}


static void
tell_judged(riverty_cli_output_t *output, const riverty_contract_t *contract,
            const riverty_document_t *document)
{
    output->findings_total = document->findings_total;
    output->document = forwarded(document);

    for (size_t i = 0; i < document->findings_count; i++) {
        tell_finding(output, contract, &document->findings[i]);
    }

    for (size_t i = 0; i < document->edits_count; i++) {
        tell_change(output, contract, &document->edits[i]);
    }
}


void
riverty_cli_output_fill(riverty_cli_output_t *output, const char *name,
                        const riverty_contract_t *contract,
                        const riverty_document_t *document)
{
    memset(output, 0, sizeof(*output));

    output->name = name;
    output->verdict = verdict_name(document->verdict);
    output->accepted = document->verdict == RIVERTY_ACCEPTED;
    output->judged = document->verdict != RIVERTY_MALFORMED;
    output->body = document->input.body;
    output->audit = riverty_cli_recorded(contract, document);

    if (output->judged) {
        output->subject = "the document";
        tell_judged(output, contract, document);
    } else {
        output->subject = "malformed:"; /* the detail is a sentence */
        tell_malformed(output, document);
    }
}


/* Told as a finding at the first byte that is too many. */
void
riverty_cli_output_too_large(riverty_cli_output_t *output, const char *name,
                             riverty_span_t body, size_t max_body)
{
    riverty_cli_finding_t finding = {
        .rule = riverty_problems[RIVERTY_PROBLEM_TOO_LARGE].slug,
        .level = RIVERTY_LEVEL_REJECT,
        .pointer = "",
        .field = dotted(""),
        .detail = riverty_cli_allocate(DETAIL_SIZE),
        .start = max_body,
        .end = max_body,
    };

    memset(output, 0, sizeof(*output));

    (void) snprintf(finding.detail, DETAIL_SIZE,
                    "has %zu bytes, and %zu are taken there", body.len,
                    max_body);

    output->name = name;
    output->verdict = "oversized";
    output->subject = "the document";
    output->body = body;
    output->audit = json_object();
    output->findings_total = 1;

    add_finding(output, finding);
}
