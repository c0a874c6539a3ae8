/*
 * A summary (audit_summary.h).
 */

#include <inttypes.h>
#include <jansson.h>

#include "audit_summary.h"
#include "audit_print.h"
#include "cli/memory.h"
#include "cli/print_json.h"

#define NAME_WIDTH  10
#define VALUE_WIDTH 30

/* What is counted, in the order of its telling. */
static const struct {
    const char *name;
    size_t place; /* in riverty_cli_record_t */
} members[] = {
    { "app", offsetof(riverty_cli_record_t, app) },
    { "action", offsetof(riverty_cli_record_t, action) },
    { "outcome", offsetof(riverty_cli_record_t, outcome) },
    { "would", offsetof(riverty_cli_record_t, would) },
    { "problem", offsetof(riverty_cli_record_t, problem) },
    { "status", offsetof(riverty_cli_record_t, status) },
};

#define MEMBERS (sizeof(members) / sizeof(members[0]))


void
riverty_cli_summary_init(riverty_cli_summary_t *summary)
{
    summary->requests = 0;
    riverty_cli_rows_init(&summary->rows);
}


static void
count(riverty_cli_summary_t *summary, const char *name, riverty_span_t value)
{
    riverty_cli_row_t *row;

    if (value.data == NULL) {
        return;
    }

    row = riverty_cli_rows_get(&summary->rows, riverty_span_of(name), value);

    if (row->record != summary->requests) {
        row->record = summary->requests;
        row->requests++;
    }
}


void
riverty_cli_summary_count(riverty_cli_summary_t *summary,
                          const riverty_cli_record_t *record)
{
    riverty_span_t value;

    if (!riverty_span_equal(record->type, riverty_span("end"))) {
        return;
    }

    summary->requests++;

    for (size_t i = 0; i < MEMBERS; i++) {
        memcpy(&value, (const char *) record + members[i].place, sizeof(value));
        count(summary, members[i].name, value);
    }

    for (size_t i = 0; i < record->findings_count; i++) {
        count(summary, "rule", record->findings[i].rule);
    }
}


/* The place of a member among the others; rules come last. */
static size_t
place_of(const char *name)
{
    size_t i = 0;

    while (i < MEMBERS && strcmp(members[i].name, name) != 0) {
        i++;
    }

    return i;
}


static int
compare(const void *left, const void *right)
{
    const riverty_cli_row_t *a = *(riverty_cli_row_t *const *) left;
    const riverty_cli_row_t *b = *(riverty_cli_row_t *const *) right;
    size_t a_place = place_of(a->names[0]), b_place = place_of(b->names[0]);

    if (a_place != b_place) {
        return a_place < b_place ? -1 : 1;
    }

    if (a->requests != b->requests) {
        return a->requests > b->requests ? -1 : 1;
    }

    return strcmp(a->names[1], b->names[1]);
}


static void
print_table(FILE *file, riverty_cli_row_t **rows, size_t count,
            uint64_t requests)
{
    const char *before = "";

    fprintf(file, "%-*s  %-*s  %9" PRIu64 "\n", NAME_WIDTH, "requests",
            VALUE_WIDTH, "", requests);

    for (size_t i = 0; i < count; i++) {
        const char *name = rows[i]->names[0];

        fprintf(file, "%-*s  ", NAME_WIDTH,
                strcmp(name, before) == 0 ? "" : name);
        riverty_cli_print_text(file, rows[i]->names[1], VALUE_WIDTH);
        fprintf(file, "  %9" PRIu64 " %6.1f %%\n", rows[i]->requests,
                100.0 * (double) rows[i]->requests / (double) requests);
        before = name;
    }
}


static void
print_object(FILE *file, riverty_cli_row_t **rows, size_t count,
             uint64_t requests)
{
    json_t *object = json_pack("{s:I}", "requests", (json_int_t) requests);

    for (size_t i = 0; i < count; i++) {
        json_t *member = json_object_get(object, rows[i]->names[0]);

        if (member == NULL) {
            member = json_object();
            (void) json_object_set_new(object, rows[i]->names[0], member);
        }

        if (json_object_set_new(member, rows[i]->names[1],
                                json_integer((json_int_t) rows[i]->requests)) !=
            0) {
            riverty_cli_starve();
        }
    }

    riverty_cli_print_json(file, object);
    json_decref(object);
}


void
riverty_cli_summary_print(FILE *file, const riverty_cli_summary_t *summary,
                          bool json)
{
    riverty_cli_row_t **rows = riverty_cli_rows_sorted(&summary->rows, compare);

    if (json) {
        print_object(file, rows, summary->rows.count, summary->requests);
    } else {
        print_table(file, rows, summary->rows.count, summary->requests);
    }
}
