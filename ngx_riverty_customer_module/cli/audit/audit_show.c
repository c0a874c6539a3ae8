/*
 * riverty-customer audit show: records for people.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "audit_show.h"
#include "cli/options.h"
#include "audit_filter.h"
#include "audit_print.h"
#include "audit_record.h"
#include "audit_summary.h"

typedef struct {
    riverty_cli_filter_t filter;
    riverty_cli_printer_t printer;
    riverty_cli_summary_t summary;
    bool summed; /* the summary in place of the records */
    bool follow;
    uint64_t would_fit; /* records of which `on` would have that outcome */
} show_t;

enum {
    OPTION_APP = 1,
    OPTION_OPERATION,
    OPTION_OUTCOME,
    OPTION_SINCE,
    OPTION_UNTIL,
    OPTION_STATUS,
    OPTION_CUSTOMER,
    OPTION_WOULD,
    OPTION_RULE,
    OPTION_LEVEL,
    OPTION_EVENT,
    OPTION_STORE,
    OPTION_SUMMARY,
    OPTION_FOLLOW,
    OPTION_JSON
};

/* clang-format off */
static const struct option names[] = {
    { "app", required_argument, NULL, OPTION_APP },
    { "operation", required_argument, NULL, OPTION_OPERATION },
    { "outcome", required_argument, NULL, OPTION_OUTCOME },
    { "since", required_argument, NULL, OPTION_SINCE },
    { "until", required_argument, NULL, OPTION_UNTIL },
    { "status", required_argument, NULL, OPTION_STATUS },
    { "customer", required_argument, NULL, OPTION_CUSTOMER },
    { "would", required_argument, NULL, OPTION_WOULD },
    { "rule", required_argument, NULL, OPTION_RULE },
    { "level", required_argument, NULL, OPTION_LEVEL },
    { "event", required_argument, NULL, OPTION_EVENT },
    { "store", required_argument, NULL, OPTION_STORE },
    { "summary", no_argument, NULL, OPTION_SUMMARY },
    { "follow", no_argument, NULL, OPTION_FOLLOW },
    { "json", no_argument, NULL, OPTION_JSON },
    { NULL, 0, NULL, 0 },
};
/* clang-format on */


static bool
read_option(void *data, int option)
{
    show_t *show = data;
    riverty_cli_filter_t *filter = &show->filter;

    switch (option) {
    case OPTION_APP:
        filter->app = optarg;
        return true;
    case OPTION_OPERATION:
        return riverty_cli_filter_operation(filter, optarg);
    case OPTION_OUTCOME:
        return riverty_cli_filter_outcome(filter, optarg);
    case OPTION_SINCE:
        return riverty_cli_filter_time(filter->since, "--since", optarg);
    case OPTION_UNTIL:
        return riverty_cli_filter_time(filter->until, "--until", optarg);
    case OPTION_STATUS:
        return riverty_cli_filter_status(filter, optarg);
    case OPTION_CUSTOMER:
        return riverty_cli_filter_customer(filter, optarg);
    case OPTION_WOULD:
        return riverty_cli_filter_would(filter, optarg);
    case OPTION_RULE:
        return riverty_cli_filter_rule(filter, optarg);
    case OPTION_LEVEL:
        return riverty_cli_filter_level(filter, optarg);
    case OPTION_EVENT:
        return riverty_cli_filter_event(filter, optarg);
    case OPTION_STORE:
        return riverty_cli_filter_store(filter, optarg);
    case OPTION_SUMMARY:
        show->summed = true;
        return true;
    case OPTION_FOLLOW:
        show->follow = true;
        return true;
    case OPTION_JSON:
        show->printer.json = true;
        return true;
    default:
        return false;
    }
}


static bool
read_options(int argc, char **argv, show_t *show)
{
    if (!riverty_cli_options(argc, argv, names, read_option, show)) {
        return false;
    }

    if (optind == argc) {
        riverty_cli_complain("audit show: takes one log or more, or - for "
                             "standard input");
        return false;
    }

    if (show->summed && show->follow) {
        riverty_cli_complain("--summary: needs an end, which --follow has not");
        return false;
    }

    return true;
}


/* Whoever asks for an outcome in a log of monitor means what `on` would do. */
static bool
would_fit(const show_t *show, const riverty_cli_record_t *record)
{
    riverty_cli_filter_t filter = show->filter;

    if (filter.outcome == NULL || filter.would != NULL) {
        return false;
    }

    filter.would = filter.outcome;
    filter.outcome = NULL;
    return riverty_cli_filter_takes(&filter, record);
}


static void
show_record(show_t *show, riverty_span_t text)
{
    riverty_cli_record_t record;
    json_t *json;

    if (!riverty_cli_record_read(&record, text)) {
        show->printer.torn++;
        return;
    }

    if (!riverty_cli_filter_takes(&show->filter, &record)) {
        show->would_fit += would_fit(show, &record);
        return;
    }

    if (show->summed) {
        riverty_cli_summary_count(&show->summary, &record);
        return;
    }

    json = riverty_cli_print_parse(&show->printer, text);
    if (json != NULL) {
        riverty_cli_print_record(&show->printer, json, text);
    }

    json_decref(json);
}


static void
show_line(void *data, const riverty_cli_line_t *line)
{
    riverty_span_t rest = line->text;

    do {
        show_record(data, riverty_cli_line_part(&rest));
    } while (rest.len > 0);
}


/*
 * Whoever reads this wants to see what there is; where nobody can, a log that
 * is followed has no other end.
 */
static void
flush(void *data)
{
    (void) data;

    if (fflush(stdout) != 0) {
        riverty_cli_complain("standard output: %s", strerror(errno));
        exit(1);
    }
}


static void
end(show_t *show)
{
    if (show->summed) {
        show->printer.shown = show->summary.requests;
        riverty_cli_summary_print(stdout, &show->summary, show->printer.json);
    }

    riverty_cli_print_end(&show->printer);

    if (show->printer.shown == 0 && show->would_fit > 0) {
        riverty_cli_complain("--outcome: %" PRIu64
                             " record%s of monitor would have it; see "
                             "--would %s",
                             show->would_fit, show->would_fit == 1 ? "" : "s",
                             show->filter.outcome);
    }
}


riverty_cli_status_t
riverty_cli_audit_show(int argc, char **argv)
{
    show_t show = { .printer = { .file = stdout } };
    size_t count;
    bool read;

    if (!read_options(argc, argv, &show)) {
        return RIVERTY_CLI_USAGE;
    }

    riverty_cli_summary_init(&show.summary);
    count = (size_t) (argc - optind);

    if (!riverty_cli_lines_readable(argv + optind, count)) {
        return RIVERTY_CLI_FAILED;
    }

    read = riverty_cli_lines_watch(argv + optind, count, show.follow, show_line,
                                   flush, &show);
    end(&show);

    return read ? RIVERTY_CLI_GOOD : RIVERTY_CLI_FAILED;
}
