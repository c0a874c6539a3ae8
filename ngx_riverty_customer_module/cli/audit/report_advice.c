/*
 * Advice (report_advice.h).  A log may be forged, so a directive is made of the
 * module's own tables, never of a name that stood in the log.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "report_advice.h"
#include "cli/memory.h"
#include "contract/customer/problem.h"
#include "contract/customer/rules.h"
#include "contract/store/store.h"

#define APPS_SHOWN  4
#define APPS_SIZE   ((APPS_SHOWN + 1) * (3 * RIVERTY_CLI_ROW_NAME_MAX + 32))
#define DIRECTIVE   128
#define BODY_FIRST  ((uint64_t) 64 * 1024)
#define BODY_MAX    ((uint64_t) 16 * 1024 * 1024)
#define TOO_LARGE   RIVERTY_PROBLEM_TOO_LARGE
#define BY_DOCUMENT RIVERTY_PROBLEM_CONTRACT_BROKEN

static const struct {
    riverty_problem_id_t problem;
    const char *remedy;
} remedies[] = {
    { RIVERTY_PROBLEM_UNKNOWN_APP, "the key store has no such token or app" },
    { RIVERTY_PROBLEM_OPERATION_NOT_GRANTED,
      "\"operations\" of the key store grants it" },
    { RIVERTY_PROBLEM_TOO_LARGE, "riverty_max_body takes no more than 16m" },
    { RIVERTY_PROBLEM_KEY_UNAVAILABLE,
      "the key store needs a key that is valid" },
    { RIVERTY_PROBLEM_AUDIT_UNAVAILABLE, "the audit log took no record" },
    { RIVERTY_PROBLEM_CREDENTIALS_REFUSED,
      "the API takes none of the app's keys" },
    { RIVERTY_PROBLEM_GATEWAY_FAULT, "error.log names the directive" },
};

#define REMEDIES (sizeof(remedies) / sizeof(remedies[0]))


static riverty_problem_id_t
find_problem(const char *slug)
{
    unsigned i = 0;

    while (i < RIVERTY_PROBLEM_COUNT &&
           strcmp(riverty_problems[i].slug, slug) != 0) {
        i++;
    }

    return i;
}


unsigned
riverty_cli_report_status(const char *problem)
{
    riverty_problem_id_t id = find_problem(problem);

    return id == RIVERTY_PROBLEM_COUNT ? 0 : riverty_problems[id].status;
}


static const char *
remedy_of(riverty_problem_id_t problem)
{
    for (size_t i = 0; i < REMEDIES; i++) {
        if (remedies[i].problem == problem) {
            return remedies[i].remedy;
        }
    }

    return "only the application can change that";
}


static uint64_t
refusals_of(const riverty_cli_row_t *row)
{
    return row->would + row->refused;
}


/* What riverty_mode lets pass: a document's contract, and its form. */
static bool
is_watched(riverty_problem_id_t problem)
{
    return problem == RIVERTY_PROBLEM_CONTRACT_BROKEN ||
           problem == RIVERTY_PROBLEM_MALFORMED_JSON ||
           problem == RIVERTY_PROBLEM_TOO_LARGE ||
           problem == RIVERTY_PROBLEM_UNSUPPORTED_MEDIA_TYPE ||
           problem == RIVERTY_PROBLEM_UNSUPPORTED_CODING;
}


riverty_cli_watch_t *
riverty_cli_report_watch(const riverty_cli_report_t *report, size_t *count)
{
    const riverty_cli_rows_t *rows = &report->refusals;
    riverty_cli_row_t **all =
        riverty_cli_rows_sorted(rows, riverty_cli_report_by_name);
    riverty_cli_watch_t *watch =
        riverty_cli_allocate((rows->count + 1) * sizeof(*watch));
    size_t n = 0;

    for (size_t i = 0; i < rows->count; i++) {
        const char *app = all[i]->names[0];

        /* a log may be forged; "-" is nobody */
        if (!is_watched(find_problem(all[i]->names[1])) ||
            refusals_of(all[i]) == 0 || strcmp(app, "-") == 0 ||
            !riverty_store_id(riverty_span_of(app))) {
            continue;
        }

        if (n == 0 || strcmp(watch[n - 1].app, app) != 0) {
            watch[n++] = (riverty_cli_watch_t){ .app = app };
        }

        watch[n - 1].requests += refusals_of(all[i]);
    }

    *count = n;
    return watch;
}


/* Rows of one rule or problem stand together, the most refusals first. */
static int
compare(const void *left, const void *right)
{
    const riverty_cli_row_t *a = *(riverty_cli_row_t *const *) left;
    const riverty_cli_row_t *b = *(riverty_cli_row_t *const *) right;
    int order = strcmp(a->names[1], b->names[1]);

    return order != 0 ? order : riverty_cli_report_by_refusals(left, right);
}


/* How many of the rows, from the first on, are of the same name. */
static size_t
group_of(riverty_cli_row_t **rows, size_t count)
{
    size_t n = 1;

    while (n < count && strcmp(rows[n]->names[1], rows[0]->names[1]) == 0) {
        n++;
    }

    return n;
}


/* Counts the refusals of a group, and names its apps. */
static void
sum_up(riverty_cli_advice_t *advice, riverty_cli_row_t **rows, size_t count)
{
    char *apps = riverty_cli_allocate(APPS_SIZE);
    size_t len = 0, more = 0;

    apps[0] = '\0';
    advice->requests = 0;
    advice->apps = apps;

    for (size_t i = 0; i < count; i++) {
        advice->requests += refusals_of(rows[i]);

        if (refusals_of(rows[i]) > 0 && i < APPS_SHOWN) {
            len += (size_t) snprintf(apps + len, APPS_SIZE - len,
                                     "%s%s %" PRIu64, i > 0 ? ", " : "",
                                     rows[i]->names[0], refusals_of(rows[i]));
        } else {
            more += refusals_of(rows[i]) > 0;
        }
    }

    if (more > 0) {
        (void) snprintf(apps + len, APPS_SIZE - len, ", %zu more", more);
    }
}


/* What no rule of the table says is a body that is not JSON: a problem. */
static bool
advise_rule(riverty_cli_advice_t *advice, riverty_cli_row_t **rows,
            size_t count)
{
    riverty_rule_id_t rule =
        riverty_rule_find(riverty_span_of(rows[0]->names[1]));
    char *line;

    if (rule == RIVERTY_RULE_NONE) {
        return false;
    }

    line = riverty_cli_allocate(DIRECTIVE);
    (void) snprintf(line, DIRECTIVE, "riverty_rule %s warn;",
                    riverty_rules[rule].id);

    *advice = (riverty_cli_advice_t){ .directive = line,
                                      .what = riverty_rules[rule].id };
    sum_up(advice, rows, count);
    advice->status = riverty_problems[BY_DOCUMENT].status;

    return advice->requests > 0;
}


/* The smallest doubled limit that takes the longest body; NULL: none does. */
static const char *
body_limit(riverty_cli_row_t **rows, size_t count)
{
    uint64_t bytes = 0, size = BODY_FIRST;
    char *line = riverty_cli_allocate(DIRECTIVE);

    for (size_t i = 0; i < count; i++) {
        bytes = rows[i]->bytes > bytes ? rows[i]->bytes : bytes;
    }

    while (size < bytes) {
        size *= 2;
    }

    (void) snprintf(line, DIRECTIVE, "riverty_max_body %" PRIu64 "k;",
                    size / 1024);

    return bytes > 0 && size <= BODY_MAX ? line : NULL;
}


static bool
advise_problem(riverty_cli_advice_t *advice, riverty_cli_row_t **rows,
               size_t count)
{
    riverty_problem_id_t problem = find_problem(rows[0]->names[1]);

    if (problem == BY_DOCUMENT || problem == RIVERTY_PROBLEM_COUNT) {
        return false;
    }

    *advice = (riverty_cli_advice_t){
        .what = riverty_problems[problem].slug,
        .status = riverty_problems[problem].status,
        .directive = problem == TOO_LARGE ? body_limit(rows, count) : NULL,
    };

    if (advice->directive == NULL) {
        advice->remedy = remedy_of(problem);
    }

    sum_up(advice, rows, count);
    return true;
}


/* Lines come first, those that help most before the others. */
static int
compare_advice(const void *left, const void *right)
{
    const riverty_cli_advice_t *a = left, *b = right;
    int order = (a->directive == NULL) - (b->directive == NULL);

    if (order == 0) {
        order = (a->requests < b->requests) - (a->requests > b->requests);
    }

    return order != 0 ? order : strcmp(a->what, b->what);
}


/* Advice on each group of rows; returns how much there is. */
static size_t
advise(riverty_cli_advice_t *advice, const riverty_cli_rows_t *rows,
       bool (*one)(riverty_cli_advice_t *, riverty_cli_row_t **, size_t))
{
    riverty_cli_row_t **all = riverty_cli_rows_sorted(rows, compare);
    size_t count = 0, n;

    for (size_t i = 0; i < rows->count; i += n) {
        n = group_of(all + i, rows->count - i);
        count += one(&advice[count], all + i, n);
    }

    return count;
}


riverty_cli_advice_t *
riverty_cli_report_advice(const riverty_cli_report_t *report, size_t *count)
{
    size_t room = report->rules.count + report->refusals.count;
    riverty_cli_advice_t *advice =
        riverty_cli_allocate((room + 1) * sizeof(*advice));

    *count = advise(advice, &report->rules, advise_rule);
    *count += advise(advice + *count, &report->refusals, advise_problem);

    qsort(advice, *count, sizeof(*advice), compare_advice);
    return advice;
}
