/*
 * riverty-customer audit show: records for people.
 */

#include "audit_show.h"
#include "cli/options.h"
#include "audit_command.h"
#include "audit_filter.h"
#include "audit_print.h"

typedef struct {
    riverty_cli_filter_t filter;
    riverty_cli_printer_t printer;
} show_t;

enum {
    OPTION_APP = 1,
    OPTION_OPERATION,
    OPTION_OUTCOME,
    OPTION_SINCE,
    OPTION_UNTIL,
    OPTION_STATUS,
    OPTION_CUSTOMER,
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

    return true;
}


static void
show_line(void *data, const riverty_cli_line_t *line)
{
    show_t *show = data;
    riverty_span_t rest = line->text;

    do {
        riverty_span_t part = riverty_cli_line_part(&rest);
        json_t *record = riverty_cli_print_parse(&show->printer, part);

        if (record != NULL && riverty_cli_filter_takes(&show->filter, record)) {
            riverty_cli_print_record(&show->printer, record, part);
        }

        json_decref(record);
    } while (rest.len > 0);
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

    count = (size_t) (argc - optind);

    if (!riverty_cli_lines_readable(argv + optind, count)) {
        return RIVERTY_CLI_FAILED;
    }

    read = riverty_cli_lines_read(argv + optind, count, show_line, &show);
    riverty_cli_print_end(&show.printer);

    return read ? RIVERTY_CLI_GOOD : RIVERTY_CLI_FAILED;
}
