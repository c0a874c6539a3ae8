/*
 * riverty-customer report: counts records; the rows are report_rows.c's, the
 * forms of telling them report_text.c's and report_json.c's.
 */

#include "report.h"
#include "cli/options.h"
#include "audit_lines.h"
#include "audit_print.h"
#include "audit_record.h"
#include "report_json.h"
#include "report_text.h"

enum { OPTION_BY = 1, OPTION_SINCE, OPTION_UNTIL, OPTION_JSON };

/* clang-format off */
static const struct option names[] = {
    { "by", required_argument, NULL, OPTION_BY },
    { "since", required_argument, NULL, OPTION_SINCE },
    { "until", required_argument, NULL, OPTION_UNTIL },
    { "json", no_argument, NULL, OPTION_JSON },
    { NULL, 0, NULL, 0 },
};
/* clang-format on */

/* The outcomes of what is refused here; the others come from elsewhere. */
static const char *const refusing[] = { "rejected", "denied", "refused",
                                        "unavailable" };

#define REFUSING (sizeof(refusing) / sizeof(refusing[0]))


static bool
read_by(const char *word, riverty_cli_report_t *report)
{
    static const char *const words[] = {
        [RIVERTY_CLI_BY_APP] = "app",
        [RIVERTY_CLI_BY_RULE] = "rule",
        [RIVERTY_CLI_BY_FIELD] = "field",
    };

    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(word, words[i]) == 0) {
            report->by = i;
            return true;
        }
    }

    riverty_cli_complain("--by: must be app, rule or field");
    return false;
}


static bool
read_option(void *data, int option)
{
    riverty_cli_report_t *report = data;

    switch (option) {
    case OPTION_BY:
        return read_by(optarg, report);
    case OPTION_SINCE:
        return riverty_cli_filter_time(report->filter.since, "--since", optarg);
    case OPTION_UNTIL:
        return riverty_cli_filter_time(report->filter.until, "--until", optarg);
    case OPTION_JSON:
        report->json = true;
        return true;
    default:
        return false;
    }
}


static bool
is_word(riverty_span_t text, const char *word)
{
    return riverty_span_equal(text, riverty_span_of(word));
}


static bool
refuses(riverty_span_t outcome)
{
    for (size_t i = 0; i < REFUSING; i++) {
        if (is_word(outcome, refusing[i])) {
            return true;
        }
    }

    return false;
}


/* A row counts a record once, however often it fits. */
static void
count_refusal(riverty_cli_row_t *row, uint64_t number, bool monitored)
{
    if (row->refusal != number) {
        row->refusal = number;
        row->would += monitored;
        row->refused += !monitored;
    }
}


static void
count_request(riverty_cli_row_t *row, uint64_t number,
              const riverty_cli_record_t *record, riverty_span_t pointer)
{
    if (row->record != number) {
        row->record = number;
        row->requests++;
        row->monitored += is_word(record->mode, "monitor");
        riverty_cli_row_seen(row, record->time, record->event, pointer);
    }
}


/* Digits alone; a number that is not one counts as none. */
static uint64_t
number_of(riverty_span_t text)
{
    uint64_t number = 0;

    for (size_t i = 0; i < text.len && i < 18; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return 0;
        }

        number = number * 10 + (text.data[i] - '0');
    }

    return number;
}


static void
count_finding(riverty_cli_report_t *report, const riverty_cli_record_t *record,
              const riverty_cli_record_finding_t *finding)
{
    bool monitored = is_word(record->mode, "monitor");
    riverty_cli_row_t *rows[2] = { NULL, NULL };

    rows[0] = riverty_cli_rows_get(&report->rules, record->app, finding->rule);

    if (report->by == RIVERTY_CLI_BY_RULE) {
        rows[1] = riverty_cli_rows_get(&report->others, finding->rule,
                                       riverty_span(""));
    } else if (report->by == RIVERTY_CLI_BY_FIELD) {
        rows[1] = riverty_cli_rows_get(&report->others, finding->pointer,
                                       finding->rule);
    }

    for (size_t i = 0; i < 2 && rows[i] != NULL; i++) {
        count_request(rows[i], report->records, record, finding->pointer);
        if (is_word(finding->level, "reject")) {
            count_refusal(rows[i], report->records, monitored);
        }
    }
}


/* The problem, where there is one; nginx's other modules refuse without. */
static void
count_problem(riverty_cli_report_t *report, const riverty_cli_record_t *record,
              riverty_cli_row_t *app)
{
    riverty_span_t none = { NULL, 0 };
    bool monitored = is_word(record->mode, "monitor");
    riverty_span_t outcome = monitored ? record->would : record->outcome;
    riverty_cli_row_t *row;
    uint64_t bytes;

    if (record->problem.data == NULL && !refuses(outcome)) {
        return;
    }

    row = riverty_cli_rows_get(&report->refusals, record->app,
                               record->problem.data != NULL
                                   ? record->problem
                                   : riverty_span(RIVERTY_CLI_BY_NGINX));
    count_request(row, report->records, record, none);
    count_refusal(row, report->records, monitored);
    count_refusal(app, report->records, monitored);
    count_refusal(&report->all, report->records, monitored);

    bytes = number_of(record->bytes);
    if (bytes > row->bytes) {
        row->bytes = bytes;
    }
}


static void
count_record(riverty_cli_report_t *report, const riverty_cli_record_t *record)
{
    riverty_span_t none = { NULL, 0 };
    riverty_cli_row_t *app;

    report->records++;

    app = riverty_cli_rows_get(&report->apps, record->app, riverty_span(""));
    count_request(app, report->records, record, none);
    count_request(&report->all, report->records, record, none);
    count_problem(report, record, app);

    for (size_t i = 0; i < record->findings_count; i++) {
        count_finding(report, record, &record->findings[i]);
    }
}


static void
count_line(void *data, const riverty_cli_line_t *line)
{
    riverty_cli_report_t *report = data;
    riverty_span_t rest = line->text;
    riverty_cli_record_t record;

    do {
        riverty_span_t part = riverty_cli_line_part(&rest);

        if (!riverty_cli_record_read(&record, part)) {
            report->torn++;
        } else if (is_word(record.type, "end") &&
                   riverty_cli_filter_has_time(&report->filter, record.time)) {
            count_record(report, &record);
        }
    } while (rest.len > 0);
}


double
riverty_cli_report_share(uint64_t part, uint64_t whole)
{
    return whole == 0 ? 0 : 100.0 * (double) part / (double) whole;
}


const riverty_cli_rows_t *
riverty_cli_report_findings(const riverty_cli_report_t *report)
{
    return report->by == RIVERTY_CLI_BY_APP ? &report->rules : &report->others;
}


uint64_t
riverty_cli_report_requests(const riverty_cli_report_t *report,
                            const riverty_cli_row_t *row)
{
    const riverty_cli_row_t *app =
        riverty_cli_rows_find(&report->apps, row->keys[0], riverty_span(""));

    return app != NULL ? app->requests : report->records;
}


uint64_t
riverty_cli_report_whole(const riverty_cli_report_t *report,
                         const riverty_cli_row_t *row)
{
    return report->by == RIVERTY_CLI_BY_APP
               ? riverty_cli_report_requests(report, row)
               : report->records;
}


static int
compare_numbers(uint64_t left, uint64_t right)
{
    return (left < right) - (left > right);
}


int
riverty_cli_report_by_requests(const void *left, const void *right)
{
    const riverty_cli_row_t *a = *(riverty_cli_row_t *const *) left;
    const riverty_cli_row_t *b = *(riverty_cli_row_t *const *) right;
    int order = compare_numbers(a->requests, b->requests);

    if (order == 0) {
        order = strcmp(a->names[0], b->names[0]);
    }

    return order != 0 ? order : strcmp(a->names[1], b->names[1]);
}


int
riverty_cli_report_by_refusals(const void *left, const void *right)
{
    const riverty_cli_row_t *a = *(riverty_cli_row_t *const *) left;
    const riverty_cli_row_t *b = *(riverty_cli_row_t *const *) right;
    int order = compare_numbers(a->refused + a->would, b->refused + b->would);

    return order != 0 ? order : riverty_cli_report_by_requests(left, right);
}


int
riverty_cli_report_by_name(const void *left, const void *right)
{
    const riverty_cli_row_t *a = *(riverty_cli_row_t *const *) left;
    const riverty_cli_row_t *b = *(riverty_cli_row_t *const *) right;
    int order = strcmp(a->names[0], b->names[0]);

    return order != 0 ? order : riverty_cli_report_by_refusals(left, right);
}


static void
print(const riverty_cli_report_t *report)
{
    riverty_cli_print_torn(report->torn);

    if (report->json) {
        riverty_cli_report_json(stdout, report);
    } else if (report->records > 0) {
        riverty_cli_report_text(stdout, report);
    } else {
        riverty_cli_complain("no record");
    }
}


riverty_cli_status_t
riverty_cli_report(int argc, char **argv)
{
    riverty_cli_report_t report = { .by = RIVERTY_CLI_BY_APP };
    size_t count;

    if (!riverty_cli_options(argc, argv, names, read_option, &report)) {
        return RIVERTY_CLI_USAGE;
    }

    if (optind == argc) {
        riverty_cli_complain("report: takes one audit log or more, or - for "
                             "standard input");
        return RIVERTY_CLI_USAGE;
    }

    riverty_cli_rows_init(&report.apps);
    riverty_cli_rows_init(&report.refusals);
    riverty_cli_rows_init(&report.rules);
    riverty_cli_rows_init(&report.others);

    count = (size_t) (argc - optind);

    if (!riverty_cli_lines_readable(argv + optind, count) ||
        !riverty_cli_lines_read(argv + optind, count, count_line, &report)) {
        return RIVERTY_CLI_FAILED;
    }

    print(&report);
    return RIVERTY_CLI_GOOD;
}
