/*
 * The API's reply to a create or an update: what it calls the customer.
 * Source: Riverty, customer management, create customer (response).
 */
#ifndef RIVERTY_REPLY_H
#define RIVERTY_REPLY_H

#include "contract/core/riverty.h"
#include "contract/json/names.h"


/* The longest reply that is read; one as documented has some 120 bytes. */
#define RIVERTY_REPLY_MAX 65536

/*
 * MEMBER(value, name): the members that are read.  A read's reply has a
 * customerNumber, too, but there it is the merchant's.
 */
#define RIVERTY_REPLY_MEMBERS(MEMBER)                                  \
    MEMBER(customer, "customerNumber")             /* Riverty's own */ \
    MEMBER(reference, "externalCustomerReference") /* ours */

/* Unescaped; absent where the reply has no such string or number. */
typedef struct {
#define RIVERTY_REPLY_VALUE(value, name) riverty_span_t value;
    RIVERTY_REPLY_MEMBERS(RIVERTY_REPLY_VALUE)
#undef RIVERTY_REPLY_VALUE
} riverty_reply_t;


/* Learns the names of the members; seed: see riverty_names_init(). */
void riverty_reply_names(riverty_names_t *names, const uint64_t seed[2]);

/*
 * Reads the reply body, any bytes, in time linear in their number.  names are
 * those above; reply refers to body and to memory, which must outlive it.
 * Returns false, and reply is all absent,
 * where the scanner refuses body (scan.h) or there is no memory.
 */
bool riverty_reply_read(riverty_reply_t *reply, riverty_span_t body,
                        const riverty_names_t *names,
                        const riverty_memory_t *memory);

#endif
