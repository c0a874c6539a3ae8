/*
 * The names of the members that are known: a small table with open addressing.
 * The configuration fills it, never a client, so its hash needs no key and the
 * longest probe is bounded.
 */
#include "names.h"


static inline unsigned char
lower(unsigned char byte)
{
    return riverty_byte_is_upper(byte) ? byte | RIVERTY_CASE_BIT : byte;
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


/* What names->count covers is set by riverty_names_add(). */
void
riverty_names_init(riverty_names_t *names, const uint64_t seed[2])
{
    memset(names->slot, 0, sizeof(names->slot));
    names->count = 0;
    names->wrapper = 0;
    names->miscased = false;
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

    names->name[field] = riverty_name_of(name, name.data + name.len);
    names->parent[field] = (uint8_t) parent;
    names->object[field] = object;
    names->count++;

    /* The document is not a member: a member named "" is another one. */
    if (field == RIVERTY_NAMES_DOCUMENT) {
        return true;
    }

    slot = riverty_names_slot(parent, names->name[field]);
    while (names->slot[slot] != 0) {
        slot = (slot + 1) % RIVERTY_NAMES_SIZE;
    }
    names->slot[slot] = (uint8_t) (field + 1);

    return true;
}


int
riverty_names_find_caseless(const riverty_names_t *names, unsigned parent,
                            riverty_name_t name)
{
    unsigned slot = riverty_names_slot(parent, name);

    while (names->slot[slot] != 0) {
        unsigned field = names->slot[slot] - 1u;

        if (names->parent[field] == parent &&
            same_letters(names->name[field].text, name.text)) {
            return (int) field;
        }

        slot = (slot + 1) % RIVERTY_NAMES_SIZE;
    }

    return -1;
}
