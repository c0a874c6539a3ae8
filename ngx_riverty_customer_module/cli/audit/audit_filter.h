/*
 * Which records of an audit log are asked for.
 */
#ifndef RIVERTY_CLI_AUDIT_FILTER_H
#define RIVERTY_CLI_AUDIT_FILTER_H

#include "audit_record.h"


/* The beginning of a time as records have it, to microseconds at most. */
#define RIVERTY_CLI_BOUND_SIZE 27

typedef struct {
    const char *app;       /* in each, NULL, "" or 0 means any */
    const char *operation; /* create, ... */
    const char *outcome;
    const char *would; /* the outcome that `on` would have given */
    const char *rule;  /* a finding of that rule and that level */
    const char *level;
    const char *event;    /* the beginning of an event's id, or a log's event */
    const char *store;    /* a version of the key store */
    const char *customer; /* the beginning of a pseudonym, behind its t: */
    char since[RIVERTY_CLI_BOUND_SIZE];
    char until[RIVERTY_CLI_BOUND_SIZE]; /* what begins like it counts, too */
    int status_first;
    int status_last;
} riverty_cli_filter_t;


/*
 * Each takes the value of an option.  Returns false, after a complaint, where
 * the value does not fit.  value must last as long as the filter.
 */
bool riverty_cli_filter_operation(riverty_cli_filter_t *filter,
                                  const char *value);
bool riverty_cli_filter_outcome(riverty_cli_filter_t *filter,
                                const char *value);
bool riverty_cli_filter_would(riverty_cli_filter_t *filter, const char *value);
bool riverty_cli_filter_rule(riverty_cli_filter_t *filter, const char *value);
bool riverty_cli_filter_level(riverty_cli_filter_t *filter, const char *value);
bool riverty_cli_filter_event(riverty_cli_filter_t *filter, const char *value);
bool riverty_cli_filter_store(riverty_cli_filter_t *filter, const char *value);
bool riverty_cli_filter_customer(riverty_cli_filter_t *filter,
                                 const char *value);
bool riverty_cli_filter_status(riverty_cli_filter_t *filter, const char *value);

/* 2026-11-23, 2026-11-23T20:15 and so on, UTC; or 90s, 30m, 12h, 7d ago. */
bool riverty_cli_filter_time(char bound[RIVERTY_CLI_BOUND_SIZE],
                             const char *option, const char *value);

/* Is that @timestamp, which may be absent, from since on and up to until? */
bool riverty_cli_filter_has_time(const riverty_cli_filter_t *filter,
                                 riverty_span_t time);

/* Does the filter select that record? */
bool riverty_cli_filter_takes(const riverty_cli_filter_t *filter,
                              const riverty_cli_record_t *record);

#endif
