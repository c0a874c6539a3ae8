/*
 * The names of the members that are known: two small tables with open
 * addressing.  The configuration fills them, never a client, so their hash
 * needs no key and the longest probe is bounded.
 */
#include "names.h"

#include "contract/core/bytes.h"


#define CASE_BIT                                              \
    0x20 /* an ASCII letter differs from its other case by it \
          */

/*
 * Three bytes and the length tell names apart well enough: no two of the field
 * table share a slot.  Bits of ignored count as set in all of the bytes.
 */
static inline unsigned
names_hash(unsigned parent, riverty_span_t name, unsigned ignored)
{
    unsigned first, middle, last;

    if (name.len == 0) {
        return parent % RIVERTY_NAMES_SIZE;
    }

    first = name.data[0] | ignored;
    middle = name.data[name.len / 2] | ignored;
    last = name.data[name.len - 1] | ignored;

    return ((unsigned) name.len + parent * 5 + first * 3 + middle * 9 + last) %
           RIVERTY_NAMES_SIZE;
}


static inline unsigned char
lower(unsigned char byte)
{
    return byte >= 'A' && byte <= 'Z' ? byte | CASE_BIT : byte;
}


static bool
same_letters(riverty_span_t a, riverty_span_t b)
{
    if (a.len != b.len) {
        return false;
    }

    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.data[i]) != lower(b.data[i])) {
            return false;
        }
    }

    return true;
}


/* Compares word by word: names are short, and memcmp() is a call. */
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


/* Takes the first free slot from the given one on. */
static void
fill_slot(uint8_t *slots, unsigned slot, size_t field)
{
    while (slots[slot] != 0) {
        slot = (slot + 1) % RIVERTY_NAMES_SIZE;
    }

    slots[slot] = (uint8_t) (field + 1);
}


bool
riverty_names_add(riverty_names_t *names, unsigned parent, riverty_span_t name,
                  bool object)
{
    size_t field = names->count;

    if (field == RIVERTY_FIELDS_MAX) {
        return false;
    }

    names->name[field] = name;
    names->parent[field] = (uint8_t) parent;
    names->object[field] = object;
    names->count++;

    /* The document is not a member: a member named "" is another one. */
    if (field == RIVERTY_NAMES_DOCUMENT) {
        return true;
    }

    fill_slot(names->slot, names_hash(parent, name, 0), field);
    fill_slot(names->caseless, names_hash(parent, name, CASE_BIT), field);

    return true;
}


int
riverty_names_find(const riverty_names_t *names, unsigned parent,
                   riverty_span_t name)
{
    unsigned slot = names_hash(parent, name, 0);
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


int
riverty_names_find_caseless(const riverty_names_t *names, unsigned parent,
                            riverty_span_t name)
{
    unsigned slot = names_hash(parent, name, CASE_BIT);

    while (names->caseless[slot] != 0) {
        unsigned field = names->caseless[slot] - 1u;

        if (names->parent[field] == parent &&
            same_letters(names->name[field], name)) {
            return (int) field;
        }

        slot = (slot + 1) % RIVERTY_NAMES_SIZE;
    }

    return -1;
}
