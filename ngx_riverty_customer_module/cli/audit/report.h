/*
 * riverty-customer report: what an audit log tells of each app and rule, and
 * what `on` would refuse.
 */
#ifndef RIVERTY_CLI_REPORT_H
#define RIVERTY_CLI_REPORT_H

#include <stdio.h>

#include "audit_filter.h"
#include "cli/cli.h"
#include "report_rows.h"


typedef enum {
    RIVERTY_CLI_BY_APP,
    RIVERTY_CLI_BY_RULE,
    RIVERTY_CLI_BY_FIELD
} riverty_cli_report_by_t;

/* In place of a problem where another module of nginx has refused. */
#define RIVERTY_CLI_BY_NGINX "(nginx)"

typedef struct {
    riverty_cli_report_by_t by;
    riverty_cli_filter_t filter;
    bool json;
    uint64_t torn;    /* lines that are not records */
    uint64_t records; /* ends of requests */
    riverty_cli_row_t all;
    riverty_cli_rows_t apps;     /* app */
    riverty_cli_rows_t refusals; /* app, problem */
    riverty_cli_rows_t rules;    /* app, rule */
    riverty_cli_rows_t others;   /* rule; or field, rule */
} riverty_cli_report_t;


riverty_cli_status_t riverty_cli_report(int argc, char **argv);

/* Per cent of whole; 0 of nothing. */
double riverty_cli_report_share(uint64_t part, uint64_t whole);

/* What the report is by: app and rule, rule, or field and rule. */
const riverty_cli_rows_t *
riverty_cli_report_findings(const riverty_cli_report_t *report);

/* The requests of an app's row. */
uint64_t riverty_cli_report_requests(const riverty_cli_report_t *report,
                                     const riverty_cli_row_t *row);

/* What the share of such a finding is of: its app's requests, or all. */
uint64_t riverty_cli_report_whole(const riverty_cli_report_t *report,
                                  const riverty_cli_row_t *row);

/*
 * Orders of rows for qsort(): the most requests first, or what would be refused
 * first; of an app or a field together, or not.
 */
int riverty_cli_report_by_requests(const void *left, const void *right);
int riverty_cli_report_by_name(const void *left, const void *right);
int riverty_cli_report_by_refusals(const void *left, const void *right);

#endif
