/*
 * Chains, followed line by line (audit_chains.h).
 *
 * A worker that dies while it writes leaves a line without an end, and the
 * next record of another worker stands behind it on the same line.  So where a
 * mac does not fit, the line is tried once more from the last beginning of a
 * record.
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


bool
riverty_cli_chains_init(riverty_cli_chains_t *chains,
                        riverty_secrets_t *secrets)
{
    memset(chains, 0, sizeof(*chains));

    chains->secrets = secrets;

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


static void
count(riverty_cli_kind_t *kind, const riverty_cli_place_t *place)
{
    if (kind->count == 0) {
        kind->first = *place;
    }

    kind->count++;
}


/* Is a line without a chain a record, or a torn one? */
static void
take_other(riverty_cli_chains_t *chains, riverty_span_t text)
{
    json_t *record = json_loadb((const char *) text.data, text.len, 0, NULL);

    if (!json_is_object(record)) {
        count(&chains->torn, &chains->place);
    } else if (chains->count == 0) {
        count(&chains->early, &chains->place);
    } else {
        count(&chains->bare, &chains->place);
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
    return good;
}


static void
damage(riverty_cli_chain_t *chain, riverty_cli_damage_t what,
       const riverty_cli_place_t *place, uint64_t seq)
{
    chain->damage = what;
    chain->place = *place;
    chain->seq = seq;
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

    chains->records++;

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


void
riverty_cli_chains_close(riverty_cli_chains_t *chains, bool closed)
{
    for (riverty_cli_chain_t *it = chains->chains; it; it = it->next) {
        if (closed && it->damage == RIVERTY_CLI_CHAIN_WHOLE && !it->ended) {
            damage(it, RIVERTY_CLI_CHAIN_NO_END, &it->last, it->chain.seq - 1);
        }
    }
}
