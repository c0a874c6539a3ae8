/*
 * A report for programs.  Every text of it comes from a table or from a
 * document that was scanned, so it is UTF-8.
 */

#include "cli/cli.h"
#include "contract/customer/rules.h"
#include "output.h"


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
findings_json(const riverty_cli_report_t *report)
{
    json_t *findings = json_array();

    for (size_t i = 0; i < report->findings_count; i++) {
        json_array_append_new(findings, finding_json(&report->findings[i]));
    }

    return findings;
}


static json_t *
changes_json(const riverty_cli_report_t *report)
{
    json_t *changes = json_array();

    for (size_t i = 0; i < report->changes_count; i++) {
        const riverty_cli_change_t *change = &report->changes[i];

        json_array_append_new(
            changes, json_pack("{s:s, s:o, s:o}", "pointer", change->pointer,
                               "old", text_of(change->old_text), "new",
                               text_of(change->new_text)));
    }

    return changes;
}


static json_t *
document_json(const riverty_cli_report_t *report)
{
    return report->document.data == NULL ? json_null()
                                         : text_of(report->document);
}


void
riverty_cli_report_json(FILE *file, const riverty_cli_report_t *report)
{
    json_t *all = json_pack("{s:s, s:o, s:I, s:o, s:o, s:O}", "verdict",
                            riverty_cli_verdict_name(report->verdict),
                            "findings", findings_json(report), "findings_total",
                            (json_int_t) report->findings_total, "changes",
                            changes_json(report), "document",
                            document_json(report), "audit", report->audit);

    if (all == NULL) {
        riverty_cli_starve();
    }

    (void) json_dumpf(all, file, JSON_COMPACT);
    fputc('\n', file);
    json_decref(all);
}
