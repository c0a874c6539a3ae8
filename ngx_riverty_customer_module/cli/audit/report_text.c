/*
 * A report as tables: apps, what `on` refuses, findings; then the lines for
 * nginx.conf.
 */

#include <inttypes.h>
#include <string.h>

#include "report_text.h"
#include "audit_print.h"
#include "report_advice.h"

#define NAME_WIDTH    16
#define PROBLEM_WIDTH 27
#define RULE_WIDTH    25
#define FIELD_WIDTH   36
#define TIME_WIDTH    19 /* 2026-11-23T20:15:42 */
#define EVENT_WIDTH   32


/* To the second; all times are UTC. */
static void
print_time(FILE *file, const char *time)
{
    char text[TIME_WIDTH + 1];

    (void) snprintf(text, sizeof(text), "%.*s", TIME_WIDTH, time);
    riverty_cli_print_cell(file, text, TIME_WIDTH);
}


static void
print_head(FILE *file, const riverty_cli_report_t *report)
{
    const riverty_cli_row_t *all = &report->all;

    print_time(file, all->first);
    fputs("to  ", file);
    print_time(file, all->last);
    fprintf(file, "UTC, %" PRIu64 " request%s\n", all->requests,
            all->requests == 1 ? "" : "s");
}


static void
print_app(FILE *file, const riverty_cli_report_t *report,
          const riverty_cli_row_t *row, const char *name)
{
    riverty_cli_print_cell(file, name, NAME_WIDTH);
    fprintf(
        file,
        "%9" PRIu64 " %6.1f %%  %9" PRIu64 "  %9" PRIu64 " %6.1f %%"
        "  %9" PRIu64 " %6.1f %%\n",
        row->requests,
        riverty_cli_report_share(row->requests, report->all.requests),
        row->monitored, row->would,
        riverty_cli_report_share(row->would, row->monitored), row->refused,
        riverty_cli_report_share(row->refused, row->requests - row->monitored));
}


static void
print_apps(FILE *file, const riverty_cli_report_t *report)
{
    riverty_cli_row_t **rows =
        riverty_cli_rows_sorted(&report->apps, riverty_cli_report_by_requests);

    fprintf(file, "\n%-*s  %9s %8s  %9s  %18s  %18s\n", NAME_WIDTH, "app",
            "requests", "share", "monitor", "on would refuse", "on refused");

    for (size_t i = 0; i < report->apps.count; i++) {
        print_app(file, report, rows[i], rows[i]->names[0]);
    }

    print_app(file, report, &report->all, "(all)");
}


/* What the tables of refusals and of findings share. */
static void
print_titles(FILE *file)
{
    fprintf(file, "%9s %8s  %9s  %9s  %-*s  %-*s  %-*s", "requests", "share",
            "would", "refused", TIME_WIDTH, "first", TIME_WIDTH, "last",
            EVENT_WIDTH, "event of the last");
}


static void
print_counts(FILE *file, const riverty_cli_row_t *row, uint64_t whole)
{
    fprintf(file, "%9" PRIu64 " %6.1f %%  %9" PRIu64 "  %9" PRIu64 "  ",
            row->requests, riverty_cli_report_share(row->requests, whole),
            row->would, row->refused);
    print_time(file, row->first);
    print_time(file, row->last);
    riverty_cli_print_text(file, row->event, EVENT_WIDTH);
}


static void
print_status(FILE *file, const char *problem)
{
    unsigned status = riverty_cli_report_status(problem);

    if (status == 0) {
        fprintf(file, "%6s  ", "-");
    } else {
        fprintf(file, "%6u  ", status);
    }
}


static void
print_refusals(FILE *file, const riverty_cli_report_t *report)
{
    riverty_cli_row_t **rows = riverty_cli_rows_sorted(
        &report->refusals, riverty_cli_report_by_refusals);

    if (report->refusals.count == 0) {
        fputs("\n\"on\" refuses nothing of this\n", file);
        return;
    }

    fprintf(file, "\n%-*s  %-*s  %6s  ", NAME_WIDTH, "app", PROBLEM_WIDTH,
            "\"on\" refuses, or would", "status");
    print_titles(file);
    fputc('\n', file);

    for (size_t i = 0; i < report->refusals.count; i++) {
        riverty_cli_print_cell(file, rows[i]->names[0], NAME_WIDTH);
        riverty_cli_print_cell(file, rows[i]->names[1], PROBLEM_WIDTH);
        print_status(file, rows[i]->names[1]);
        print_counts(file, rows[i],
                     riverty_cli_report_requests(report, rows[i]));
        fputc('\n', file);
    }
}


/* The first columns of the findings; row is NULL for their titles. */
static void
print_names(FILE *file, const riverty_cli_report_t *report,
            const riverty_cli_row_t *row)
{
    static const struct {
        const char *title[RIVERTY_CLI_ROW_NAMES];
        int width[RIVERTY_CLI_ROW_NAMES];
    } columns[] = {
        [RIVERTY_CLI_BY_APP] = { { "app", "rule" },
                                 { NAME_WIDTH, RULE_WIDTH } },
        [RIVERTY_CLI_BY_RULE] = { { "rule", NULL }, { RULE_WIDTH, 0 } },
        [RIVERTY_CLI_BY_FIELD] = { { "field", "rule" },
                                   { FIELD_WIDTH, RULE_WIDTH } },
    };

    for (size_t i = 0; i < RIVERTY_CLI_ROW_NAMES; i++) {
        const char *title = columns[report->by].title[i];

        if (title != NULL) {
            riverty_cli_print_cell(file, row != NULL ? row->names[i] : title,
                                   columns[report->by].width[i]);
        }
    }
}


static void
print_findings(FILE *file, const riverty_cli_report_t *report)
{
    const riverty_cli_rows_t *findings = riverty_cli_report_findings(report);
    bool pointers = report->by != RIVERTY_CLI_BY_FIELD;
    riverty_cli_row_t **rows =
        riverty_cli_rows_sorted(findings, report->by == RIVERTY_CLI_BY_RULE
                                              ? riverty_cli_report_by_refusals
                                              : riverty_cli_report_by_name);

    if (findings->count == 0) {
        fputs("\nno findings\n", file);
        return;
    }

    fputc('\n', file);
    print_names(file, report, NULL);
    print_titles(file);
    fputs(pointers ? "  pointer of the last\n" : "\n", file);

    for (size_t i = 0; i < findings->count; i++) {
        print_names(file, report, rows[i]);
        print_counts(file, rows[i], riverty_cli_report_whole(report, rows[i]));

        if (pointers) {
            fputs("  ", file);
            riverty_cli_print_text(file, riverty_cli_row_pointer(rows[i]), 0);
        }

        fputc('\n', file);
    }
}


/* A name of an app is in a comment, so it must not end the line. */
static void
print_line(FILE *file, const riverty_cli_advice_t *advice)
{
    if (advice->directive != NULL) {
        fprintf(file, "%-48s # ", advice->directive);
    } else {
        fprintf(file, "# no line for %u %s (%s): ", advice->status,
                advice->what, advice->remedy);
    }

    fprintf(file, "%" PRIu64 ": ", advice->requests);
    riverty_cli_print_text(file, advice->apps, 0);
    fputc('\n', file);
}


/* These words mean something else at the head of a map's line. */
static bool
is_map_word(const char *app)
{
    return strcmp(app, "default") == 0 || strcmp(app, "include") == 0 ||
           strcmp(app, "hostnames") == 0 || strcmp(app, "volatile") == 0;
}


static void
print_watch(FILE *file, const riverty_cli_report_t *report)
{
    size_t count;
    const riverty_cli_watch_t *watch = riverty_cli_report_watch(report, &count);

    if (count == 0) {
        return;
    }

    fputs("\n# For http{}, with \"riverty_mode $app_mode;\" beside "
          "\"riverty_customer on;\": enforces\n# all apps but those whose "
          "documents would be refused, and watches these.\n"
          "map $riverty_app $app_mode {\n    default on;\n",
          file);

    for (size_t i = 0; i < count; i++) {
        fprintf(file, "    %s%s monitor; # %" PRIu64 "\n",
                is_map_word(watch[i].app) ? "\\" : "", watch[i].app,
                watch[i].requests);
    }

    fputs("}\n", file);
}


static void
print_advice(FILE *file, const riverty_cli_report_t *report)
{
    size_t count;
    const riverty_cli_advice_t *advice =
        riverty_cli_report_advice(report, &count);

    if (count == 0) {
        return;
    }

    fputs("\n# For nginx.conf: a line for each thing that shall not be refused "
          "but stay at\n# \"warn\"; behind it how many requests it is about. "
          " Leave out what shall be refused.\n",
          file);

    for (size_t i = 0; i < count; i++) {
        print_line(file, &advice[i]);
    }
}


void
riverty_cli_report_text(FILE *file, const riverty_cli_report_t *report)
{
    print_head(file, report);
    print_apps(file, report);
    print_refusals(file, report);
    print_findings(file, report);
    print_watch(file, report);
    print_advice(file, report);
}
