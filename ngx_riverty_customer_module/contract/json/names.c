/*
 * The names of the members that are known.  A small table with
 * open addressing; it is filled from the configuration and never by a client,
 * so its hash need not be keyed and its longest probe is bounded.
 */
#include "names.h"

#include "contract/core/bytes.h"


/*
 * Three bytes and the length tell names apart well enough: no two of the field
 * table share a slot.
 */
static inline unsigned
names_hash(unsigned parent, riverty_span_t name)
{
    unsigned first, middle, last;

    if (name.len == 0) {
        return parent % RIVERTY_NAMES_SIZE;
    }

    first = name.data[0];
    middle = name.data[name.len / 2];
    last = name.data[name.len - 1];

    return ((unsigned) name.len + parent * 5 + first * 3 + middle * 9 + last) %
           RIVERTY_NAMES_SIZE;
}


/* Names are short: memcmp() by words, without its call. */
static inline bool
same_name(riverty_span_t a, riverty_span_t b)
{
    size_t i = 0;

    if (a.len != b.len) {
        return false;
    }

    if (a.len < 8) {
        while (i < a.len && a.data[i] == b.data[i]) {
            i++;
        }
        return i == a.len;
    }

    for (i = 0; i < a.len - 8; i += 8) {
        if (riverty_word_load(a.data + i) != riverty_word_load(b.data + i)) {
            return false;
        }
    }

    /* The last eight bytes may overlap those before. */
    i = a.len - 8;
    return riverty_word_load(a.data + i) == riverty_word_load(b.data + i);
}


void
riverty_names_init(riverty_names_t *names, const uint64_t seed[2])
{
    memset(names, 0, sizeof(*names));
    names->seed[0] = seed[0];
    names->seed[1] = seed[1];
}


bool
riverty_names_add(riverty_names_t *names, unsigned parent, riverty_span_t name,
                  bool object)
{
    size_t field = names->count;
    unsigned slot;

    if (field == RIVERTY_FIELDS_MAX) {
        return false;
    }

    names->name[field] = name;
    names->parent[field] = (uint8_t) parent;
    names->object[field] = object;
    names->count++;

    /* The document is no member: a member named "" in it is another. */
    if (field == RIVERTY_NAMES_DOCUMENT) {
        return true;
    }

    slot = names_hash(parent, name);
    while (names->slot[slot] != 0) {
        slot = (slot + 1) % RIVERTY_NAMES_SIZE;
    }
    names->slot[slot] = (uint8_t) (field + 1);

    return true;
}


int
riverty_names_find(const riverty_names_t *names, unsigned parent,
                   riverty_span_t name)
{
    unsigned slot = names_hash(parent, name);
    unsigned field;

    while (names->slot[slot] != 0) {
        field = names->slot[slot] - 1u;

        if (names->parent[field] == parent &&
            same_name(names->name[field], name)) {
            return (int) field;
        }

        slot = (slot + 1) % RIVERTY_NAMES_SIZE;
    }

    return -1;
}
