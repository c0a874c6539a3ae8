/*
 * Filters of records (audit_filter.h).
 */
#define _GNU_SOURCE /* POSIX */

#include <string.h>
#include <time.h>

#include "audit_filter.h"
#include "cli/cli.h"
#include "contract/core/bytes.h"
#include "contract/audit/redact.h"
#include "contract/core/timestamp.h"
#include "contract/customer/rules.h"
#include "contract/json/scan_status.h"

#define CUSTOMER_ACTION "customer."

static const char *const operations[] = { "create", "read", "update", "other",
                                          "unknown" };

static const char *const outcomes[] = { "forwarded", "rejected", "denied",
                                        "refused",   "served",   "unavailable",
                                        "failed",    "aborted" };

/* What happens to a log, of which its own records tell. */
static const char *const log_events[] = { "start", "reload", "store", "end" };

static const char *const levels[] = { "warn", "reject" };

#define COUNT(words) (sizeof(words) / sizeof(words[0]))

/* 9 stands for a digit. */
static const char time_form[] = "9999-99-99T99:99:99.999999";

/* The lengths at which a time may end. */
static const size_t time_stops[] = { 4,  7,  10, 13, 16, 19,
                                     21, 22, 23, 24, 25, 26 };

static const struct {
    char name;
    int64_t seconds;
} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };


static bool
is_one_of(const char *option, const char *value, const char *const *words,
          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(value, words[i]) == 0) {
            return true;
        }
    }

    riverty_cli_complain("%s: unknown value \"%s\"", option, value);
    return false;
}


/* customer.create is the same as create. */
bool
riverty_cli_filter_operation(riverty_cli_filter_t *filter, const char *value)
{
    if (strncmp(value, CUSTOMER_ACTION, sizeof(CUSTOMER_ACTION) - 1) == 0) {
        value += sizeof(CUSTOMER_ACTION) - 1;
    }

    filter->operation = value;
    return is_one_of("--operation", value, operations, COUNT(operations));
}


bool
riverty_cli_filter_outcome(riverty_cli_filter_t *filter, const char *value)
{
    filter->outcome = value;
    return is_one_of("--outcome", value, outcomes, COUNT(outcomes));
}


bool
riverty_cli_filter_would(riverty_cli_filter_t *filter, const char *value)
{
    filter->would = value;
    return is_one_of("--would", value, outcomes, COUNT(outcomes));
}


bool
riverty_cli_filter_level(riverty_cli_filter_t *filter, const char *value)
{
    filter->level = value;
    return is_one_of("--level", value, levels, COUNT(levels));
}


/* A rule of the table, or what a body that is not JSON has. */
bool
riverty_cli_filter_rule(riverty_cli_filter_t *filter, const char *value)
{
    filter->rule = value;

    if (riverty_rule_find(riverty_span_of(value)) != RIVERTY_RULE_NONE) {
        return true;
    }

    for (unsigned i = 0; i < RIVERTY_SCAN_STATUS_COUNT; i++) {
        if (strcmp(riverty_scan_id(i), value) == 0) {
            return true;
        }
    }

    riverty_cli_complain("--rule: there is no rule \"%s\"", value);
    return false;
}


/* An id or its beginning, of digits and letters, as a UUID with dashes. */
bool
riverty_cli_filter_event(riverty_cli_filter_t *filter, const char *value)
{
    size_t len = 0;

    while (riverty_byte_is_id((unsigned char) value[len])) {
        len++;
    }

    filter->event = value;

    if (len == 0 || value[len] != '\0') {
        riverty_cli_complain("--event: takes the id of an event, or its "
                             "beginning, or one of start, reload, store, end");
        return false;
    }

    return true;
}


bool
riverty_cli_filter_store(riverty_cli_filter_t *filter, const char *value)
{
    size_t digits = strspn(value, "0123456789");

    filter->store = value;

    if (digits == 0 || value[digits] != '\0') {
        riverty_cli_complain("--store: takes a version, a number");
        return false;
    }

    return true;
}


/* k1:9f2c4e77 or more of it. */
static bool
is_pseudonym(const char *text)
{
    size_t id = 0, digits;

    while (riverty_byte_is_id((unsigned char) text[id])) {
        id++;
    }

    if (id == 0 || id > RIVERTY_PSEUDONYM_ID_MAX || text[id] != ':') {
        return false;
    }

    digits = strlen(text + id + 1);
    return digits > 0 && digits <= RIVERTY_PSEUDONYM_DIGITS &&
           strspn(text + id + 1, "0123456789abcdef") == digits;
}


bool
riverty_cli_filter_customer(riverty_cli_filter_t *filter, const char *value)
{
    filter->customer = strncmp(value, "t:", 2) == 0 ? value + 2 : value;

    if (!is_pseudonym(filter->customer)) {
        /* it may be a customer number, so the message does not repeat it */
        riverty_cli_complain(
            "--customer: takes a pseudonym, t:ID:DIGITS or its "
            "beginning; for a number use audit find");
        return false;
    }

    return true;
}


static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}


/* 404, or 4xx for all of them. */
bool
riverty_cli_filter_status(riverty_cli_filter_t *filter, const char *value)
{
    int status = 0;

    if (strlen(value) == 3 && is_digit(value[0]) && value[0] != '0') {
        status = (value[0] - '0') * 100;
    }

    if (status > 0 && strcmp(value + 1, "xx") == 0) {
        filter->status_first = status;
        filter->status_last = status + 99;
        return true;
    }

    if (status == 0 || !is_digit(value[1]) || !is_digit(value[2])) {
        riverty_cli_complain("--status: takes a number as 404, or 4xx");
        return false;
    }

    status += (value[1] - '0') * 10 + (value[2] - '0');
    filter->status_first = status;
    filter->status_last = status;
    return true;
}


static bool
is_time(const char *value, size_t len)
{
    bool stops = false;

    for (size_t i = 0; i < COUNT(time_stops); i++) {
        stops = stops || len == time_stops[i];
    }

    for (size_t i = 0; stops && i < len; i++) {
        char form = time_form[i], c = value[i];

        stops = form == '9'   ? is_digit(c)
                : form == 'T' ? c == 'T' || c == ' '
                              : c == form;
    }

    return stops;
}


static bool
read_time(char bound[RIVERTY_CLI_BOUND_SIZE], const char *value)
{
    size_t len = strlen(value);

    if (len > 0 && value[len - 1] == 'Z') {
        len--;
    }

    if (!is_time(value, len)) {
        return false;
    }

    memcpy(bound, value, len);
    bound[len] = '\0';

    if (len > 10) {
        bound[10] = 'T';
    }

    return true;
}


static int64_t
seconds_of(char unit)
{
    for (size_t i = 0; i < COUNT(units); i++) {
        if (units[i].name == unit) {
            return units[i].seconds;
        }
    }

    return 0;
}


/* 12h: so long ago. */
static bool
read_ago(char bound[RIVERTY_CLI_BOUND_SIZE], const char *value)
{
    unsigned char text[RIVERTY_TIMESTAMP_LENGTH];
    size_t digits = strspn(value, "0123456789");
    int64_t ago = 0, unit;

    if (digits == 0 || digits > 6 || strlen(value) != digits + 1) {
        return false;
    }

    unit = seconds_of(value[digits]);

    for (size_t i = 0; i < digits; i++) {
        ago = ago * 10 + (value[i] - '0');
    }

    riverty_timestamp_write(text, (int64_t) time(NULL) - ago * unit, 0);
    memcpy(bound, text, RIVERTY_CLI_BOUND_SIZE - 1);
    bound[RIVERTY_CLI_BOUND_SIZE - 1] = '\0';

    return unit > 0;
}


bool
riverty_cli_filter_time(char bound[RIVERTY_CLI_BOUND_SIZE], const char *option,
                        const char *value)
{
    if (read_time(bound, value) || read_ago(bound, value)) {
        return true;
    }

    riverty_cli_complain("%s: takes a time in UTC as 2026-11-23T20:15, or 90s, "
                         "30m, 12h, 7d before now",
                         option);
    return false;
}


/* Is that text wanted?  NULL wants any. */
static bool
is_wanted(riverty_span_t text, const char *wanted)
{
    return wanted == NULL || riverty_span_equal(text, riverty_span_of(wanted));
}


static bool
begins(riverty_span_t text, riverty_span_t beginning)
{
    return text.len >= beginning.len &&
           memcmp(text.data, beginning.data, beginning.len) == 0;
}


/* text without that beginning, where it has it */
static riverty_span_t
behind(riverty_span_t text, riverty_span_t beginning)
{
    if (text.data != NULL && begins(text, beginning)) {
        text.data += beginning.len;
        text.len -= beginning.len;
    }

    return text;
}


static bool
has_customer(riverty_span_t customer, const char *wanted)
{
    riverty_span_t mark = riverty_span("t:");

    return wanted == NULL ||
           (customer.data != NULL && begins(customer, mark) &&
            begins(behind(customer, mark), riverty_span_of(wanted)));
}


/* No id begins with one of these words. */
static bool
is_log_event(const char *word)
{
    for (size_t i = 0; i < COUNT(log_events); i++) {
        if (strcmp(word, log_events[i]) == 0) {
            return true;
        }
    }

    return false;
}


static bool
has_event(const riverty_cli_record_t *record, const char *wanted)
{
    if (wanted != NULL && is_log_event(wanted)) {
        return riverty_span_equal(record->type, riverty_span("info")) &&
               is_wanted(record->action, wanted);
    }

    return wanted == NULL || (record->event.data != NULL &&
                              begins(record->event, riverty_span_of(wanted)));
}


/* Has one finding the rule and the level? */
static bool
has_finding(const riverty_cli_record_t *record, const char *rule,
            const char *level)
{
    bool found = rule == NULL && level == NULL;

    for (size_t i = 0; !found && i < record->findings_count; i++) {
        found = is_wanted(record->findings[i].rule, rule) &&
                is_wanted(record->findings[i].level, level);
    }

    return found;
}


/* Does a come before b, as far as b goes? */
static int
compare_time(riverty_span_t a, const char *b)
{
    size_t len = strlen(b);
    int order = memcmp(a.data, b, a.len < len ? a.len : len);

    return order != 0 ? order : -(a.len < len);
}


bool
riverty_cli_filter_has_time(const riverty_cli_filter_t *filter,
                            riverty_span_t time)
{
    if (time.data == NULL) {
        return filter->since[0] == '\0' && filter->until[0] == '\0';
    }

    return compare_time(time, filter->since) >= 0 &&
           (filter->until[0] == '\0' || compare_time(time, filter->until) <= 0);
}


static bool
has_status(riverty_span_t status, const riverty_cli_filter_t *filter)
{
    int value = 0;

    for (size_t i = 0; status.len == 3 && i < 3; i++) {
        value = value * 10 + (status.data[i] - '0');
    }

    return filter->status_first == 0 ||
           (value >= filter->status_first && value <= filter->status_last);
}


bool
riverty_cli_filter_takes(const riverty_cli_filter_t *filter,
                         const riverty_cli_record_t *record)
{
    return is_wanted(record->app, filter->app) &&
           is_wanted(behind(record->action, riverty_span(CUSTOMER_ACTION)),
                     filter->operation) &&
           is_wanted(record->outcome, filter->outcome) &&
           is_wanted(record->would, filter->would) &&
           is_wanted(record->store, filter->store) &&
           has_event(record, filter->event) &&
           has_customer(record->customer, filter->customer) &&
           has_finding(record, filter->rule, filter->level) &&
           riverty_cli_filter_has_time(filter, record->time) &&
           has_status(record->status, filter);
}
