/*
 * What is printed about chains (audit_chains.h).
 */

#include <inttypes.h>
#include <stdlib.h>

#include "audit_chains_output.h"
#include "cli/cli.h"
#include "cli/memory.h"
#include "audit_chains.h"
#include "contract/core/out.h"

#define HEX_SIZE (2 * RIVERTY_CHAIN_ID_SIZE + 1)

typedef struct {
    size_t damaged;
    size_t open;
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
    char id[HEX_SIZE] = "";
    riverty_out_t out;

    riverty_out_init(&out, id, sizeof(id) - 1);
    riverty_out_hex(&out, chain->chain.id, RIVERTY_CHAIN_ID_SIZE);

    print_place(file, place);
    fprintf(file, ": chain %s seq %" PRIu64 ": ", id, seq);
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


static const print_pt damages[] = {
    [RIVERTY_CLI_CHAIN_CHANGED] = print_changed,
    [RIVERTY_CLI_CHAIN_MISSING] = print_missing,
    [RIVERTY_CLI_CHAIN_MOVED] = print_moved,
    [RIVERTY_CLI_CHAIN_DOUBLED] = print_doubled,
    [RIVERTY_CLI_CHAIN_NO_END] = print_no_end,
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


/* FILE:LINE: what: of one line, or of the first of several. */
static void
print_kind(FILE *file, const riverty_cli_kind_t *kind, const char *what,
           const char *line)
{
    print_place(file, &kind->first);
    fprintf(file, ": %s: ", what);

    if (kind->count == 1) {
        fprintf(file, "a %s\n", line);
    } else {
        fprintf(file, "the first of %" PRIu64 " %ss\n", kind->count, line);
    }
}


static void
print_bare(FILE *file, const riverty_cli_chains_t *chains)
{
    print_kind(file, bare_lines(chains), "no chain", "record");
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
    if (chains->torn.count > 0) {
        print_kind(file, &chains->torn, "note: skipped", "torn line");
    }

    if (chains->early.count > 0 && chains->count > 0) {
        print_kind(file, &chains->early, "note: before the first chain",
                   "record");
    }
}


static void
print_sum(FILE *file, const riverty_cli_chains_t *chains,
          const counts_t *counts, bool whole)
{
    if (chains->count == 0 && bare_lines(chains)->count == 0) {
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

    fputc('\n', file);
}


bool
riverty_cli_chains_print(FILE *file, const riverty_cli_chains_t *chains)
{
    const riverty_cli_chain_t **sorted = sort(chains);
    counts_t counts = { 0, 0 };
    bool whole;

    print_all_damage(file, chains, sorted, &counts);
    print_open(file, chains, sorted, &counts);
    print_notes(file, chains);

    whole = chains->count > 0 && counts.damaged == 0 &&
            bare_lines(chains)->count == 0;
    print_sum(file, chains, &counts, whole);
    return whole;
}
