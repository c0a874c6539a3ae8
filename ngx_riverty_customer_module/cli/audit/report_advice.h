/*
 * What to do about the refusals of a report: the lines for nginx.conf with
 * which `on` would warn of them only, and a word where no line helps.
 */
#ifndef RIVERTY_CLI_REPORT_ADVICE_H
#define RIVERTY_CLI_REPORT_ADVICE_H

#include "report.h"


typedef struct {
    const char *directive; /* a whole line; NULL: none helps */
    const char *what;      /* the rule or the problem; printable ASCII */
    unsigned status;       /* that a refusal has; 0: not known */
    const char *remedy;    /* where no line helps; else NULL */
    uint64_t requests;
    const char *apps; /* "billing 50, shop 10"; UTF-8, of any characters */
} riverty_cli_advice_t;


/* Advice on all that is refused, or would be; *count says how much. */
riverty_cli_advice_t *
riverty_cli_report_advice(const riverty_cli_report_t *report, size_t *count);

typedef struct {
    const char *app; /* what a key store may call one */
    uint64_t requests;
} riverty_cli_watch_t;


/*
 * The apps whose documents are refused, or would be: those to watch with
 * riverty_mode while the others are enforced.
 */
riverty_cli_watch_t *
riverty_cli_report_watch(const riverty_cli_report_t *report, size_t *count);

/* The status of that problem, or 0 where there is no such problem. */
unsigned riverty_cli_report_status(const char *problem);

#endif
