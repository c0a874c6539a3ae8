/*
 * The names of the members that are known: from a parent and a name to the
 * number of the member.
 */
#ifndef RIVERTY_NAMES_H
#define RIVERTY_NAMES_H

#include "contract/core/bytes.h"
#include "contract/core/riverty.h"


/* The number of the document itself, which has no name. */
#define RIVERTY_NAMES_DOCUMENT 0

#define RIVERTY_NAMES_SIZE 256 /* numbered by the 8 bits of a hash */

/* An unescaped name and its ends, which tell most names apart. */
typedef struct {
    riverty_span_t text;
    uint64_t head; /* its first 8 bytes; zeros behind a shorter one */
    uint64_t tail; /* its last 8 bytes; 0 where it has less than 8 */
} riverty_name_t;

/* The contract fills it (contract.h); the scanner only reads. */
typedef struct {
    uint8_t slot[RIVERTY_NAMES_SIZE]; /* number + 1, 0: free */
    riverty_name_t name[RIVERTY_FIELDS_MAX];
    uint8_t parent[RIVERTY_FIELDS_MAX];
    bool object[RIVERTY_FIELDS_MAX]; /* its members are known, too */
    size_t count;
    uint8_t wrapper;  /* the scan tells whether members of it stand at
                         the top of the document instead; 0: there is none */
    bool miscased;    /* it also tells of names in another case of letters */
    uint64_t seed[2]; /* keys the hash that finds duplicates (SipHash) */
} riverty_names_t;


/* The name that text is; end is where the bytes end that may be read. */
RIVERTY_INLINE riverty_name_t
riverty_name_of(riverty_span_t text, const unsigned char *end)
{
    riverty_name_t name = { text, 0, 0 };

    if (text.len >= 8) {
        name.head = riverty_word_load(text.data);
        name.tail = riverty_word_load(text.data + text.len - 8);

    } else if (end - text.data >= 8) {
        name.head =
            riverty_word_load(text.data) & ((UINT64_C(1) << 8 * text.len) - 1);

    } else {
        name.head = riverty_word_short(text.data, text.len);
    }

    return name;
}


RIVERTY_INLINE bool
riverty_name_equal(riverty_name_t a, riverty_name_t b)
{
    return a.head == b.head && a.tail == b.tail && a.text.len == b.text.len &&
           (a.text.len <= 16 ||
            memcmp(a.text.data + 8, b.text.data + 8, a.text.len - 16) == 0);
}


/* 2^64 by the golden ratio: a factor that spreads all bits to the highest. */
#define RIVERTY_SPREAD UINT64_C(0x9e3779b97f4a7c15)

/* An ASCII letter differs from its other case by this bit. */
#define RIVERTY_CASE_BIT 0x20

/*
 * The slot where the search begins.  It is the same for both cases of a letter,
 * so that one table serves both kinds of search.
 */
RIVERTY_INLINE unsigned
riverty_names_slot(unsigned parent, riverty_name_t name)
{
    uint64_t head = name.head | riverty_word_of(RIVERTY_CASE_BIT);
    uint64_t tail = name.tail | riverty_word_of(RIVERTY_CASE_BIT);
    uint64_t hash = head ^ tail << 3 ^ name.text.len ^ parent;

    return (unsigned) (hash * RIVERTY_SPREAD >> 56);
}


/* The member of that parent and name, or -1. */
RIVERTY_INLINE int
riverty_names_find(const riverty_names_t *names, unsigned parent,
                   riverty_name_t name)
{
    unsigned slot = riverty_names_slot(parent, name);
    unsigned field;

    while (names->slot[slot] != 0) {
        field = names->slot[slot] - 1u;

        if (names->parent[field] == parent &&
            riverty_name_equal(names->name[field], name)) {
            return (int) field;
        }

        slot = (slot + 1) % RIVERTY_NAMES_SIZE;
    }

    return -1;
}


/* Starts with no name; seed (16 random bytes) keys the hash of duplicates. */
void riverty_names_init(riverty_names_t *names, const uint64_t seed[2]);

/*
 * Adds the next member: its number is the count so far (the first is the
 * document).  The name is kept by reference.  Returns false when there are
 * RIVERTY_FIELDS_MAX already.
 */
bool riverty_names_add(riverty_names_t *names, unsigned parent,
                       riverty_span_t name, bool object);

/*
 * The member of that parent and name, whose ASCII letters may be of the other
 * case, or -1.
 */
int riverty_names_find_caseless(const riverty_names_t *names, unsigned parent,
                                riverty_name_t name);

#endif
