/*
 * A report as one JSON object.
 */

#include "report_json.h"
#include "cli/memory.h"
#include "cli/print_json.h"
#include "cli/text.h"
#include "report_advice.h"


/* Of a text that need not be UTF-8. */
static json_t *
text_of(const char *text)
{
    return json_string(riverty_cli_utf8(riverty_span_of(text)));
}


static json_t *
number_of(uint64_t number)
{
    return json_integer((json_int_t) number);
}


static void
set(json_t *object, const char *name, json_t *value)
{
    if (json_object_set_new(object, name, value) != 0) {
        riverty_cli_starve();
    }
}


static void
set_counts(json_t *object, const riverty_cli_row_t *row, uint64_t whole)
{
    set(object, "requests", number_of(row->requests));
    set(object, "share",
        json_real(riverty_cli_report_share(row->requests, whole) / 100));
    set(object, "monitor", number_of(row->monitored));
    set(object, "would", number_of(row->would));
    set(object, "refused", number_of(row->refused));
    set(object, "first", text_of(row->first));
    set(object, "last", text_of(row->last));
    set(object, "event", text_of(row->event));
}


static json_t *
apps_json(const riverty_cli_report_t *report)
{
    riverty_cli_row_t **rows =
        riverty_cli_rows_sorted(&report->apps, riverty_cli_report_by_requests);
    json_t *apps = json_array();

    for (size_t i = 0; i < report->apps.count; i++) {
        json_t *app = json_object();

        set(app, "app", text_of(rows[i]->names[0]));
        set_counts(app, rows[i], report->all.requests);
        json_array_append_new(apps, app);
    }

    return apps;
}


static json_t *
refusals_json(const riverty_cli_report_t *report)
{
    riverty_cli_row_t **rows = riverty_cli_rows_sorted(
        &report->refusals, riverty_cli_report_by_refusals);
    json_t *refusals = json_array();

    for (size_t i = 0; i < report->refusals.count; i++) {
        unsigned status = riverty_cli_report_status(rows[i]->names[1]);
        json_t *refusal = json_object();

        set(refusal, "app", text_of(rows[i]->names[0]));
        set(refusal, "problem", text_of(rows[i]->names[1]));
        if (status != 0) {
            set(refusal, "status", number_of(status));
        }
        set_counts(refusal, rows[i],
                   riverty_cli_report_requests(report, rows[i]));
        json_array_append_new(refusals, refusal);
    }

    return refusals;
}


static json_t *
finding_json(const riverty_cli_report_t *report, const riverty_cli_row_t *row)
{
    json_t *finding = json_object();

    switch (report->by) {
    case RIVERTY_CLI_BY_APP:
        set(finding, "app", text_of(row->names[0]));
        set(finding, "rule", text_of(row->names[1]));
        set(finding, "pointer", text_of(riverty_cli_row_pointer(row)));
        break;
    case RIVERTY_CLI_BY_RULE:
        set(finding, "rule", text_of(row->names[0]));
        set(finding, "pointer", text_of(riverty_cli_row_pointer(row)));
        break;
    case RIVERTY_CLI_BY_FIELD:
        set(finding, "pointer", text_of(row->names[0]));
        set(finding, "rule", text_of(row->names[1]));
        break;
    }

    set_counts(finding, row, riverty_cli_report_whole(report, row));
    return finding;
}


static json_t *
findings_json(const riverty_cli_report_t *report)
{
    const riverty_cli_rows_t *findings = riverty_cli_report_findings(report);
    riverty_cli_row_t **rows =
        riverty_cli_rows_sorted(findings, riverty_cli_report_by_name);
    json_t *array = json_array();

    for (size_t i = 0; i < findings->count; i++) {
        json_array_append_new(array, finding_json(report, rows[i]));
    }

    return array;
}


static json_t *
advice_json(const riverty_cli_report_t *report)
{
    size_t count;
    const riverty_cli_advice_t *advice =
        riverty_cli_report_advice(report, &count);
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *one = json_object();

        set(one, "what", text_of(advice[i].what));
        set(one, "status", number_of(advice[i].status));
        set(one, "requests", number_of(advice[i].requests));
        if (advice[i].directive != NULL) {
            set(one, "directive", text_of(advice[i].directive));
        } else {
            set(one, "remedy", text_of(advice[i].remedy));
        }
        json_array_append_new(array, one);
    }

    return array;
}


static json_t *
watch_json(const riverty_cli_report_t *report)
{
    size_t count;
    const riverty_cli_watch_t *watch = riverty_cli_report_watch(report, &count);
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *one = json_object();

        set(one, "app", text_of(watch[i].app));
        set(one, "requests", number_of(watch[i].requests));
        json_array_append_new(array, one);
    }

    return array;
}


void
riverty_cli_report_json(FILE *file, const riverty_cli_report_t *report)
{
    json_t *object = json_object();

    set_counts(object, &report->all, report->all.requests);
    set(object, "torn", number_of(report->torn));
    set(object, "apps", apps_json(report));
    set(object, "refusals", refusals_json(report));
    set(object, "findings", findings_json(report));
    set(object, "watch", watch_json(report));
    set(object, "advice", advice_json(report));

    riverty_cli_print_json(file, object);
    json_decref(object);
}
