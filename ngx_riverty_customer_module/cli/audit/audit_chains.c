/*
 * Chains, followed line by line (audit_chains.h).
 *
 * A worker that dies while it writes leaves a line without an end, and the
 * next record of another worker stands behind it on the same line.  So where a
 * mac does not fit, the line is tried once more from the last beginning of a
 * record.
 *
 * A chain has the marks of the checkpoints that tell of it, in the order of
 * their records.  A record that no checkpoint tells of is no fault as long as
 * the next one was not due.
 */
#define _GNU_SOURCE /* memmem() */

#include <jansson.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "audit_chains.h"
#include "contract/core/siphash.h"

#define SLOTS_FIRST 64

/* An orderly end says so near its beginning: only ids stand before that. */
#define END_EVENT "\"event.type\":\"info\",\"event.action\":\"end\""
#define END_PLACE 512

#define LENGTH(text) (sizeof(text) - 1)

/* How much later than it should a checkpoint may come, in seconds. */
#define LATE 60


bool
riverty_cli_chains_init(riverty_cli_chains_t *chains,
                        riverty_secrets_t *secrets)
{
    memset(chains, 0, sizeof(*chains));

    chains->secrets = secrets;
    chains->begin = RIVERTY_CLI_NO_TIME;

    /*
     * with a seed of zeros a forged log is slow to judge, but judged as well
     */
    (void) RAND_bytes((unsigned char *) chains->seed, sizeof(chains->seed));

    return secrets != NULL;
}


/* The chains' own memory; it is the secrets' memory. */
void
riverty_cli_chains_free(riverty_cli_chains_t *chains)
{
    free(chains->slots);
}


/* The slot of the chain with that id, or the free slot for it. */
static riverty_cli_chain_t **
slot_of(const riverty_cli_chains_t *chains, const unsigned char *id)
{
    const riverty_span_t text = { id, RIVERTY_CHAIN_ID_SIZE };
    size_t mask = chains->size - 1;
    size_t i = (size_t) riverty_siphash(chains->seed, 0, text) & mask;

    while (chains->slots[i] != NULL &&
           memcmp(chains->slots[i]->chain.id, id, RIVERTY_CHAIN_ID_SIZE) != 0) {
        i = (i + 1) & mask;
    }

    return &chains->slots[i];
}


/* Room for one chain more; half of the slots stay free. */
static bool
grow(riverty_cli_chains_t *chains)
{
    size_t size = chains->size == 0 ? SLOTS_FIRST : chains->size * 2;
    riverty_cli_chain_t **slots;

    if (chains->count < chains->size / 2) {
        return true;
    }

    slots = calloc(size, sizeof(*slots));
    if (slots == NULL) {
        return false;
    }

    free(chains->slots);
    chains->slots = slots;
    chains->size = size;

    for (riverty_cli_chain_t *it = chains->chains; it; it = it->next) {
        *slot_of(chains, it->chain.id) = it;
    }

    return true;
}


static riverty_cli_chain_t *
add_chain(riverty_cli_chains_t *chains, const unsigned char *id)
{
    riverty_cli_chain_t *chain =
        riverty_secrets_alloc(chains->secrets, sizeof(*chain));

    if (chain == NULL || !grow(chains)) {
        chains->failed = "out of memory";
        return NULL;
    }

    memcpy(chain->chain.id, id, RIVERTY_CHAIN_ID_SIZE);
    chain->unnoted = RIVERTY_CLI_NO_TIME;
    chain->latest = RIVERTY_CLI_NO_TIME;
    if (chains->checkpoints != NULL) {
        chain->marks = riverty_cli_checkpoints_of(chains->checkpoints, id);
    }
    chain->next = chains->chains;
    chains->chains = chain;
    chains->count++;

    *slot_of(chains, id) = chain;
    return chain;
}


static riverty_cli_chain_t *
find_chain(riverty_cli_chains_t *chains, const unsigned char *id)
{
    riverty_cli_chain_t *chain = chains->recent;

    if (chain != NULL &&
        memcmp(chain->chain.id, id, RIVERTY_CHAIN_ID_SIZE) == 0) {
        return chain;
    }

    chain = chains->size > 0 ? *slot_of(chains, id) : NULL;
    if (chain == NULL) {
        chain = add_chain(chains, id);
    }

    chains->recent = chain;
    return chain;
}


bool
riverty_cli_chains_know(const riverty_cli_chains_t *chains,
                        const unsigned char *id)
{
    return chains->size > 0 && *slot_of(chains, id) != NULL;
}


/* Is a line without a chain a record, or a torn one? */
static void
take_other(riverty_cli_chains_t *chains, riverty_span_t text)
{
    json_t *record = json_loadb((const char *) text.data, text.len, 0, NULL);

    if (!json_is_object(record)) {
        riverty_cli_kind_count(&chains->torn, &chains->place);
    } else if (chains->count == 0) {
        riverty_cli_kind_count(&chains->early, &chains->place);
    } else {
        riverty_cli_kind_count(&chains->bare, &chains->place);
    }

    json_decref(record);
}


static bool
is_end(riverty_span_t text)
{
    size_t len = text.len < END_PLACE ? text.len : END_PLACE;

    return memmem(text.data, len, END_EVENT, LENGTH(END_EVENT)) != NULL;
}


/*
 * The last record that begins on a line, other than at its start; or nothing.
 */
static riverty_span_t
last_record(riverty_span_t text)
{
    riverty_span_t last = { NULL, 0 };

    (void) riverty_cli_line_part(&text);

    while (text.len > 0) {
        last = text;
        (void) riverty_cli_line_part(&text);
    }

    return last;
}


/* A chain's first record shows which root secret it belongs to. */
static bool
verify_first(riverty_cli_chains_t *chains, riverty_chain_t *chain,
             riverty_span_t record, const riverty_link_t *link)
{
    for (size_t i = 0; i < chains->roots_count; i++) {
        riverty_chain_start(chain, chains->roots[i], link->id);

        if (riverty_link_verify(chain, record, link)) {
            return true;
        }
    }

    return false;
}


static bool
verify_record(riverty_cli_chains_t *chains, riverty_chain_t *chain,
              riverty_span_t record, const riverty_link_t *link)
{
    return chain->seq == 0 ? verify_first(chains, chain, record, link)
                           : riverty_link_verify(chain, record, link);
}


static void
damage(riverty_cli_chain_t *chain, riverty_cli_damage_t what,
       const riverty_cli_place_t *place, uint64_t seq)
{
    chain->damage = what;
    chain->place = *place;
    chain->seq = seq;
}


/* The time of a record; of what only looks like one, none. */
static int64_t
time_of(riverty_span_t record)
{
    const size_t head = LENGTH(RIVERTY_CLI_BEGINNING);

    if (record.len <= head) {
        return RIVERTY_CLI_NO_TIME;
    }

    return riverty_cli_seconds(
        (riverty_span_t){ record.data + head, record.len - head });
}


/* Notes a record that no checkpoint tells of, nor of any behind it. */
static void
note_time(riverty_cli_chains_t *chains, riverty_cli_chain_t *chain,
          riverty_span_t record)
{
    int64_t time = time_of(record);

    if (chain->unnoted == RIVERTY_CLI_NO_TIME) {
        chain->unnoted = time;
    }

    if (time < chains->checkpoints->read_at) {
        chain->latest = time;
        chain->latest_ends = chain->ended;
    }
}


/* Looks whether checkpoints tell of this record, which is good. */
static void
look_at_marks(riverty_cli_chains_t *chains, riverty_cli_chain_t *chain,
              riverty_span_t record, const riverty_link_t *link)
{
    riverty_cli_marks_t *marks = &chain->marks;

    if (marks->count == 0) {
        note_time(chains, chain, record);
    }

    for (; marks->count > 0 && marks->first->seq <= link->seq; marks->count--) {
        if (!riverty_sha256_equal(marks->first->mac, link->mac)) {
            damage(chain, RIVERTY_CLI_CHAIN_REPLACED, &chains->place,
                   link->seq);
            chain->mark = marks->first;
            return;
        }
        chain->mark = marks->first++;
    }
}


/*
 * Computes the mac of text.  Where it does not fit, tries the last record on
 * the line; then text becomes what stands before that, else nothing.
 */
static bool
verify(riverty_cli_chains_t *chains, riverty_cli_chain_t *chain,
       riverty_link_t *link, riverty_span_t *text)
{
    riverty_span_t record = *text;
    bool good = verify_record(chains, &chain->chain, record, link);

    if (!good) {
        record = last_record(*text);
        link->covered -= text->len - record.len;
        good = record.len > 0 &&
               verify_record(chains, &chain->chain, record, link);
    }

    text->len = good ? text->len - record.len : 0;
    chain->ended = good && is_end(record);

    if (good && chains->checkpoints != NULL) {
        look_at_marks(chains, chain, record, link);
    }

    return good;
}


/*
 * Judges a record of a chain that was whole so far.  Where a record is
 * missing, the chain remembers it, to tell later whether it was removed or
 * moved.
 */
static void
judge(riverty_cli_chains_t *chains, riverty_cli_chain_t *chain,
      riverty_link_t *link, riverty_span_t *text)
{
    const riverty_cli_place_t *place = &chains->place;
    uint64_t expected = chain->chain.seq;

    if (link->seq != expected) {
        damage(chain,
               link->seq > expected ? RIVERTY_CLI_CHAIN_MISSING
                                    : RIVERTY_CLI_CHAIN_DOUBLED,
               place, link->seq);
        text->len = 0;

    } else if (verify(chains, chain, link, text)) {
        chain->last = *place;

    } else {
        damage(chain, RIVERTY_CLI_CHAIN_CHANGED, place, link->seq);
    }
}


/* Is it the record that a chain is waiting for? */
static void
look_for_moved(riverty_cli_chains_t *chains, riverty_cli_chain_t *chain,
               riverty_link_t *link, riverty_span_t text)
{
    if (link->seq == chain->chain.seq && verify(chains, chain, link, &text)) {
        chain->damage = RIVERTY_CLI_CHAIN_MOVED;
        chain->moved = chains->place;
    }
}


/* Takes the record at the end of text, which becomes what stands before it. */
static bool
take_record(riverty_cli_chains_t *chains, riverty_span_t *text)
{
    riverty_cli_chain_t *chain;
    riverty_link_t link;

    if (!riverty_link_parse(*text, &link)) {
        return false;
    }

    chain = find_chain(chains, link.id);
    if (chain == NULL) {
        return false;
    }

    if (chains->records++ == 0) {
        chains->begin = time_of(*text);
    }

    if (chain->damage == RIVERTY_CLI_CHAIN_WHOLE) {
        judge(chains, chain, &link, text);
        return true;
    }

    if (chain->damage == RIVERTY_CLI_CHAIN_MISSING) {
        look_for_moved(chains, chain, &link, *text);
    }

    text->len = 0;
    return true;
}


void
riverty_cli_chains_line(void *data, const riverty_cli_line_t *line)
{
    riverty_cli_chains_t *chains = data;
    riverty_span_t text = line->text;

    chains->place.file = line->file;
    chains->place.line = line->number;
    chains->place.order++;

    if (chains->failed != NULL) {
        return;
    }

    do {
        if (!take_record(chains, &text)) {
            take_other(chains, text);
            return;
        }
    } while (text.len > 0);
}


/*
 * Should a checkpoint tell of what stands behind the last one?  Its worker has
 * lived on beyond the time of the next, or has ended.  Of a chain that is older
 * than all checkpoints they need not tell.
 */
static bool
is_unnoted(const riverty_cli_chains_t *chains, const riverty_cli_chain_t *chain)
{
    const riverty_cli_checkpoints_t *checkpoints = chains->checkpoints;

    if (chain->latest == RIVERTY_CLI_NO_TIME ||
        (chain->mark == NULL && chain->unnoted < checkpoints->begin)) {
        return false;
    }

    return chain->latest_ends ||
           chain->latest - chain->unnoted > checkpoints->every + LATE;
}


static void
close_chain(const riverty_cli_chains_t *chains, riverty_cli_chain_t *chain,
            bool closed)
{
    riverty_cli_damage_t what = RIVERTY_CLI_CHAIN_WHOLE;

    if (chains->checkpoints != NULL && chain->marks.count > 0) {
        what = RIVERTY_CLI_CHAIN_CUT;
        chain->mark = &chain->marks.first[chain->marks.count - 1];

    } else if (chains->checkpoints != NULL && is_unnoted(chains, chain)) {
        what = RIVERTY_CLI_CHAIN_UNNOTED;

    } else if (closed && !chain->ended) {
        what = RIVERTY_CLI_CHAIN_NO_END;
    }

    damage(chain, what, &chain->last, chain->chain.seq - 1);
}


void
riverty_cli_chains_close(riverty_cli_chains_t *chains, bool closed)
{
    for (riverty_cli_chain_t *it = chains->chains; it; it = it->next) {
        if (it->damage == RIVERTY_CLI_CHAIN_WHOLE) {
            close_chain(chains, it, closed);
        }
    }
}
