/*
 * What is printed about checkpoints (audit_checkpoints_output.h).
 */

#include <inttypes.h>

#include "audit_checkpoints_output.h"
#include "contract/core/out.h"

#define HEX_SIZE (2 * RIVERTY_CHAIN_ID_SIZE + 1)


void
riverty_cli_id_print(FILE *file, const unsigned char *id)
{
    char hex[HEX_SIZE] = "";
    riverty_out_t out;

    riverty_out_init(&out, hex, sizeof(hex) - 1);
    riverty_out_hex(&out, id, RIVERTY_CHAIN_ID_SIZE);
    fputs(hex, file);
}


void
riverty_cli_kind_print(FILE *file, const riverty_cli_kind_t *kind,
                       const char *what, const char *line)
{
    if (kind->count == 0) {
        return;
    }

    fprintf(file, "%s:%" PRIu64 ": %s: ", kind->first.file, kind->first.line,
            what);

    if (kind->count == 1) {
        fprintf(file, "a %s\n", line);
    } else {
        fprintf(file, "the first of %" PRIu64 " %ss\n", kind->count, line);
    }
}


/*
 * Should a chain be in the logs?  Its last record came some time before the
 * note of it did: not where that may have been before the logs begin.
 */
static bool
is_asked(const riverty_cli_chains_t *chains, const riverty_cli_mark_t *last)
{
    const riverty_cli_checkpoints_t *checkpoints = chains->checkpoints;
    int64_t edge = checkpoints->since != RIVERTY_CLI_NO_TIME
                       ? checkpoints->since
                       : chains->begin;

    return edge == RIVERTY_CLI_NO_TIME ||
           last->note->seconds - checkpoints->every >= edge;
}


static void
print_missing(FILE *file, const riverty_cli_mark_t *last)
{
    fprintf(file, "%s:%" PRIu64 ": chain ", last->note->place.file,
            last->note->place.line);
    riverty_cli_id_print(file, last->id);
    fprintf(file,
            " seq %" PRIu64 ": missing: no record of this chain is in the "
            "logs (it was in %s)\n",
            last->seq, last->log);
}


/* Looks at the last mark of each chain. */
static void
print_chains(FILE *file, const riverty_cli_chains_t *chains,
             riverty_cli_checkpoints_counts_t *counts)
{
    const riverty_cli_checkpoints_t *checkpoints = chains->checkpoints;

    for (size_t i = 0; i < checkpoints->marks_count; i++) {
        const riverty_cli_mark_t *mark = &checkpoints->marks[i];
        bool last = i + 1 == checkpoints->marks_count ||
                    memcmp(mark[1].id, mark->id, sizeof(mark->id)) != 0;

        if (!last || riverty_cli_chains_know(chains, mark->id)) {
            continue;
        }

        if (checkpoints->log != NULL &&
            strcmp(checkpoints->log, mark->log) != 0) {
            continue;
        }

        if (is_asked(chains, mark)) {
            print_missing(file, mark);
            counts->missing++;
        } else {
            counts->unasked++;
        }
    }
}


static void
print_note(FILE *file, const riverty_cli_note_t *note)
{
    fprintf(file, "%s:%" PRIu64 ": series ", note->place.file,
            note->place.line);
    riverty_cli_id_print(file, note->series);
    fprintf(file, " note %" PRIu64 ": ", note->number);
}


static void
print_missing_notes(FILE *file, const riverty_cli_checkpoints_t *checkpoints)
{
    for (size_t i = 0; i < checkpoints->sorted_count; i++) {
        const riverty_cli_note_t *note = checkpoints->sorted[i];

        if (note->damage == RIVERTY_CLI_NOTE_MISSING) {
            print_note(file, note);
            fputs("the note before it is missing\n", file);
        }
    }
}


riverty_cli_checkpoints_counts_t
riverty_cli_checkpoints_print(FILE *file, const riverty_cli_chains_t *chains)
{
    const riverty_cli_checkpoints_t *checkpoints = chains->checkpoints;
    riverty_cli_checkpoints_counts_t counts = { 0, 0, 0 };

    print_chains(file, chains, &counts);
    print_missing_notes(file, checkpoints);

    riverty_cli_kind_print(file, &checkpoints->changed, "changed",
                           "checkpoint");
    riverty_cli_kind_print(file, &checkpoints->foreign, "another key",
                           "checkpoint");
    riverty_cli_kind_print(file, &checkpoints->other, "another form",
                           "checkpoint");

    counts.damaged = checkpoints->missing + checkpoints->changed.count +
                     checkpoints->foreign.count + checkpoints->other.count;
    return counts;
}


static void
print_unasked(FILE *file, const riverty_cli_chains_t *chains, size_t unasked)
{
    unsigned char time[RIVERTY_TIMESTAMP_LENGTH];
    bool since = chains->checkpoints->since != RIVERTY_CLI_NO_TIME;

    riverty_timestamp_write(
        time, since ? chains->checkpoints->since : chains->begin, 0);

    fprintf(file,
            "note: %zu %s of before %.19sZ%s not in the logs, and not asked "
            "for\n",
            unasked, unasked == 1 ? "chain" : "chains", (const char *) time,
            since          ? " are"
            : unasked == 1 ? ", when the logs begin, is"
                           : ", when the logs begin, are");
}


void
riverty_cli_checkpoints_print_notes(
    FILE *file, const riverty_cli_chains_t *chains,
    const riverty_cli_checkpoints_counts_t *counts)
{
    const riverty_cli_checkpoints_t *checkpoints = chains->checkpoints;

    riverty_cli_kind_print(file, &checkpoints->torn, "note: skipped",
                           "torn line");

    for (size_t i = 0; i < checkpoints->sorted_count; i++) {
        if (checkpoints->sorted[i]->damage == RIVERTY_CLI_NOTE_FIRST) {
            print_note(file, checkpoints->sorted[i]);
            fputs("note: the first one that is here\n", file);
        }
    }

    if (counts->unasked > 0) {
        print_unasked(file, chains, counts->unasked);
    }
}


void
riverty_cli_checkpoints_print_sum(
    FILE *file, const riverty_cli_checkpoints_t *checkpoints,
    const riverty_cli_checkpoints_counts_t *counts)
{
    if (counts->missing > 0) {
        fprintf(file, ", %zu missing", counts->missing);
    }

    fprintf(file, "; %zu checkpoints", checkpoints->sorted_count);

    if (counts->damaged > 0) {
        fprintf(file, ", %" PRIu64 " damaged", counts->damaged);
    }

    if (checkpoints->last != NULL) {
        fprintf(file, ", the last of %.19sZ", checkpoints->last->time);
    }
}
