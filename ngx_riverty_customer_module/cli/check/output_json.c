/*
 * The output for programs.  Each text in it comes from a table or from a
 * document that was scanned, so it is UTF-8.
 */

#include "output_json.h"
#include "cli/cli.h"
#include "cli/memory.h"
#include "cli/text.h"
#include "output.h"
#include "contract/customer/rules.h"


static json_t *
text_of(riverty_span_t text)
{
    return json_stringn((const char *) text.data, text.len);
}


static json_t *
finding_json(const riverty_cli_finding_t *finding)
{
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:I, s:I}", "rule", finding->rule, "level",
        riverty_level_name(finding->level), "pointer", finding->pointer,
        "field", finding->field, "detail", finding->detail, "line",
        (json_int_t) finding->line, "column", (json_int_t) finding->column);
}


static json_t *
findings_json(const riverty_cli_output_t *output)
{
    json_t *findings = json_array();

    for (size_t i = 0; i < output->findings_count; i++) {
        json_array_append_new(findings, finding_json(&output->findings[i]));
    }

    return findings;
}


static json_t *
changes_json(const riverty_cli_output_t *output)
{
    json_t *changes = json_array();

    for (size_t i = 0; i < output->changes_count; i++) {
        const riverty_cli_change_t *change = &output->changes[i];

        json_array_append_new(
            changes, json_pack("{s:s, s:o, s:o}", "pointer", change->pointer,
                               "old", text_of(change->old_text), "new",
                               text_of(change->new_text)));
    }

    return changes;
}


static json_t *
document_json(const riverty_cli_output_t *output)
{
    return output->document.data == NULL ? json_null()
                                         : text_of(output->document);
}


void
riverty_cli_output_json(FILE *file, const riverty_cli_output_t *output,
                        bool named)
{
    json_t *all = json_pack(
        "{s:s, s:o, s:I, s:o, s:o, s:O}", "verdict", output->verdict,
        "findings", findings_json(output), "findings_total",
        (json_int_t) output->findings_total, "changes", changes_json(output),
        "document", document_json(output), "audit", output->audit);

    if (all == NULL) {
        riverty_cli_starve();
    }

    /* a name need not be UTF-8 */
    if (named) {
        const char *name = riverty_cli_utf8(riverty_span_of(output->name));

        (void) json_object_set_new(all, "file", json_string(name));
    }

    (void) json_dumpf(all, file, JSON_COMPACT);
    fputc('\n', file);
    json_decref(all);
}
