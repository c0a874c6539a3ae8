/*
 * What is printed about chains (audit_chains.h).
 */

#include <inttypes.h>
#include <stdlib.h>

#include "audit_chains_output.h"
#include "cli/cli.h"
#include "cli/memory.h"
#include "audit_chains.h"
#include "audit_checkpoints_output.h"

typedef struct {
    size_t damaged;
    size_t open;
    riverty_cli_checkpoints_counts_t checkpoints;
} counts_t;

typedef void (*print_pt)(FILE *file, const riverty_cli_chain_t *chain);


static void
print_place(FILE *file, const riverty_cli_place_t *place)
{
    fprintf(file, "%s:%" PRIu64, place->file, place->line);
}


static void
print_chain(FILE *file, const riverty_cli_place_t *place,
            const riverty_cli_chain_t *chain, uint64_t seq)
{
    print_place(file, place);
    fputs(": chain ", file);
    riverty_cli_id_print(file, chain->chain.id);
    fprintf(file, " seq %" PRIu64 ": ", seq);
}


static void
print_changed(FILE *file, const riverty_cli_chain_t *chain)
{
    fputs(chain->seq == 0 ? "changed, or written under another key" : "changed",
          file);
}


static void
print_missing(FILE *file, const riverty_cli_chain_t *chain)
{
    uint64_t first = chain->chain.seq, last = chain->seq - 1;

    if (first == last) {
        fprintf(file, "seq %" PRIu64 " is missing before it", first);
    } else {
        fprintf(file, "seq %" PRIu64 " to %" PRIu64 " are missing before it",
                first, last);
    }

    if (first == 0) {
        fputs(" (has an older file been left out?)", file);
    }
}


static void
print_moved(FILE *file, const riverty_cli_chain_t *chain)
{
    /* the chain has moved on by the record that came late */
    fprintf(file,
            "out of order: seq %" PRIu64 ", which belongs before it, "
            "stands at ",
            chain->chain.seq - 1);
    print_place(file, &chain->moved);

    if (chain->chain.seq == 1) {
        fputs(" (is one of them another log, or was the clock set back?)",
              file);
    }
}


static void
print_doubled(FILE *file, const riverty_cli_chain_t *chain)
{
    fprintf(file, "doubled: it stands behind seq %" PRIu64,
            chain->chain.seq - 1);
}


static void
print_no_end(FILE *file, const riverty_cli_chain_t *chain)
{
    (void) chain;
    fputs("no end: this is not a record of an end, and nothing follows", file);
}


static void
print_replaced(FILE *file, const riverty_cli_chain_t *chain)
{
    fputs("another record than the checkpoint at ", file);
    print_place(file, &chain->mark->note->place);
    fputs(" tells of", file);
}


static void
print_cut(FILE *file, const riverty_cli_chain_t *chain)
{
    fputs("cut off behind it: the checkpoint at ", file);
    print_place(file, &chain->mark->note->place);
    fprintf(file, " tells of seq %" PRIu64, chain->mark->seq);
}


static void
print_unnoted(FILE *file, const riverty_cli_chain_t *chain)
{
    if (chain->mark == NULL) {
        fputs("no checkpoint tells of this chain", file);
    } else {
        fprintf(file, "no checkpoint tells of what is behind seq %" PRIu64,
                chain->mark->seq);
    }
}


static const print_pt damages[] = {
    [RIVERTY_CLI_CHAIN_CHANGED] = print_changed,
    [RIVERTY_CLI_CHAIN_MISSING] = print_missing,
    [RIVERTY_CLI_CHAIN_MOVED] = print_moved,
    [RIVERTY_CLI_CHAIN_DOUBLED] = print_doubled,
    [RIVERTY_CLI_CHAIN_NO_END] = print_no_end,
    [RIVERTY_CLI_CHAIN_REPLACED] = print_replaced,
    [RIVERTY_CLI_CHAIN_CUT] = print_cut,
    [RIVERTY_CLI_CHAIN_UNNOTED] = print_unnoted,
};


static const riverty_cli_place_t *
place_of(const riverty_cli_chain_t *chain)
{
    return chain->damage == RIVERTY_CLI_CHAIN_WHOLE ? &chain->last
                                                    : &chain->place;
}


static int
compare(const void *a, const void *b)
{
    uint64_t first = place_of(*(riverty_cli_chain_t *const *) a)->order;
    uint64_t second = place_of(*(riverty_cli_chain_t *const *) b)->order;

    return (first > second) - (first < second);
}


/* All chains, ordered by the line that each is told at. */
static const riverty_cli_chain_t **
sort(const riverty_cli_chains_t *chains)
{
    const riverty_cli_chain_t **sorted;
    size_t i = 0;

    sorted = riverty_cli_allocate((chains->count + 1) * sizeof(*sorted));

    for (const riverty_cli_chain_t *it = chains->chains; it; it = it->next) {
        sorted[i++] = it;
    }

    qsort(sorted, i, sizeof(*sorted), compare);
    return sorted;
}


/* Where no line has a chain, nothing could be whole. */
static const riverty_cli_kind_t *
bare_lines(const riverty_cli_chains_t *chains)
{
    return chains->count == 0 ? &chains->early : &chains->bare;
}


static void
print_bare(FILE *file, const riverty_cli_chains_t *chains)
{
    riverty_cli_kind_print(file, bare_lines(chains), "no chain", "record");
}


static void
print_damage(FILE *file, const riverty_cli_chain_t *chain)
{
    print_chain(file, &chain->place, chain, chain->seq);
    damages[chain->damage](file, chain);
    fputc('\n', file);
}


/* Tells of records without a chain where the first of them stands. */
static void
print_all_damage(FILE *file, const riverty_cli_chains_t *chains,
                 const riverty_cli_chain_t **sorted, counts_t *counts)
{
    const riverty_cli_kind_t *bare = bare_lines(chains);
    bool told = bare->count == 0;

    for (size_t i = 0; i < chains->count; i++) {
        if (sorted[i]->damage == RIVERTY_CLI_CHAIN_WHOLE) {
            continue;
        }

        if (!told && bare->first.order < sorted[i]->place.order) {
            print_bare(file, chains);
            told = true;
        }

        print_damage(file, sorted[i]);
        counts->damaged++;
    }

    if (!told) {
        print_bare(file, chains);
    }
}


static void
print_open(FILE *file, const riverty_cli_chains_t *chains,
           const riverty_cli_chain_t **sorted, counts_t *counts)
{
    for (size_t i = 0; i < chains->count; i++) {
        const riverty_cli_chain_t *chain = sorted[i];

        if (chain->damage == RIVERTY_CLI_CHAIN_WHOLE && !chain->ended) {
            print_chain(file, &chain->last, chain, chain->chain.seq - 1);
            fputs("note: open, no end yet\n", file);
            counts->open++;
        }
    }
}


static void
print_notes(FILE *file, const riverty_cli_chains_t *chains)
{
    riverty_cli_kind_print(file, &chains->torn, "note: skipped", "torn line");

    if (chains->count > 0) {
        riverty_cli_kind_print(file, &chains->early,
                               "note: before the first chain", "record");
    }
}


static void
print_sum(FILE *file, const riverty_cli_chains_t *chains,
          const counts_t *counts, bool whole)
{
    if (chains->count == 0 && bare_lines(chains)->count == 0 &&
        chains->checkpoints == NULL) {
        fputs("there are no records to verify\n", file);
        return;
    }

    fprintf(file, "%s: %" PRIu64 " records in %zu chains",
            whole ? "whole" : "damaged", chains->records, chains->count);

    if (counts->damaged > 0) {
        fprintf(file, ", %zu damaged", counts->damaged);
    }

    if (counts->open > 0) {
        fprintf(file, ", %zu open", counts->open);
    }

    if (chains->checkpoints != NULL) {
        riverty_cli_checkpoints_print_sum(file, chains->checkpoints,
                                          &counts->checkpoints);
    }

    fputc('\n', file);
}


static bool
is_whole(const riverty_cli_chains_t *chains, const counts_t *counts)
{
    const riverty_cli_checkpoints_t *checkpoints = chains->checkpoints;

    if (checkpoints != NULL &&
        (checkpoints->sorted_count == 0 || counts->checkpoints.missing > 0 ||
         counts->checkpoints.damaged > 0)) {
        return false;
    }

    return chains->count > 0 && counts->damaged == 0 &&
           bare_lines(chains)->count == 0;
}


bool
riverty_cli_chains_print(FILE *file, const riverty_cli_chains_t *chains)
{
    const riverty_cli_chain_t **sorted = sort(chains);
    counts_t counts = { .damaged = 0 };
    bool whole;

    print_all_damage(file, chains, sorted, &counts);

    if (chains->checkpoints != NULL) {
        counts.checkpoints = riverty_cli_checkpoints_print(file, chains);
    }

    print_open(file, chains, sorted, &counts);
    print_notes(file, chains);

    if (chains->checkpoints != NULL) {
        riverty_cli_checkpoints_print_notes(file, chains, &counts.checkpoints);
    }

    whole = is_whole(chains, &counts);
    print_sum(file, chains, &counts, whole);
    return whole;
}
