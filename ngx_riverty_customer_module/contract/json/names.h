/*
 * The names of the members that are known: from a parent and a name to the
 * number of the member.
 */
#ifndef RIVERTY_NAMES_H
#define RIVERTY_NAMES_H

#include "contract/core/riverty.h"


/* The number of the document itself, which has no name. */
#define RIVERTY_NAMES_DOCUMENT 0

#define RIVERTY_NAMES_SIZE 256

/* The contract fills it (contract.h); the scanner only reads. */
typedef struct {
    uint8_t slot[RIVERTY_NAMES_SIZE];     /* number + 1, 0: free */
    uint8_t caseless[RIVERTY_NAMES_SIZE]; /* the same, letters of either case */
    riverty_span_t name[RIVERTY_FIELDS_MAX];
    uint8_t parent[RIVERTY_FIELDS_MAX];
    bool object[RIVERTY_FIELDS_MAX]; /* its members are known, too */
    size_t count;
    uint8_t wrapper;  /* the scan tells whether members of it stand at
                         the top of the document instead; 0: there is none */
    bool miscased;    /* it also tells of names in another case of letters */
    uint64_t seed[2]; /* keys the hash that finds duplicates (SipHash) */
} riverty_names_t;


/* Starts with no name; seed (16 random bytes) keys the hash of duplicates. */
void riverty_names_init(riverty_names_t *names, const uint64_t seed[2]);

/*
 * Adds the next member: its number is the count so far (the first is the
 * document).  The name is kept by reference.  Returns false when there are
 * RIVERTY_FIELDS_MAX already.
 */
bool riverty_names_add(riverty_names_t *names, unsigned parent,
                       riverty_span_t name, bool object);

/* The member of that parent and (unescaped) name, or -1. */
int riverty_names_find(const riverty_names_t *names, unsigned parent,
                       riverty_span_t name);

/* The same of a name whose ASCII letters may be of the other case. */
int riverty_names_find_caseless(const riverty_names_t *names, unsigned parent,
                                riverty_span_t name);

#endif
