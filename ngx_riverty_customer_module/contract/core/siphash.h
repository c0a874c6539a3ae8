/*
 * SipHash-1-3: a keyed hash for tables that clients fill.
 */
#ifndef RIVERTY_SIPHASH_H
#define RIVERTY_SIPHASH_H

#include "riverty.h"


/*
 * Returns the hash under key of eight bytes, word in little-endian order, and
 * the bytes of text behind them.
 */
uint64_t riverty_siphash(const uint64_t key[2], uint64_t word,
                         riverty_span_t text);

#endif
