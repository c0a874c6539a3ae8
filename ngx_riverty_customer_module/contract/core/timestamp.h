/*
 * A time as an audit record writes it: RFC 3339, UTC, microseconds.
 */
#ifndef RIVERTY_TIMESTAMP_H
#define RIVERTY_TIMESTAMP_H

#include "riverty.h"


/* 2026-11-23T20:15:42.183905Z, without a NUL. */
#define RIVERTY_TIMESTAMP_LENGTH 27


/*
 * Writes RIVERTY_TIMESTAMP_LENGTH bytes at out.  seconds are since 1970-01-01
 * UTC, microseconds below 1,000,000; a clock outside of the years 1970 to 9999
 * is shown as the nearest end of them.
 */
void riverty_timestamp_write(unsigned char *out, int64_t seconds,
                             uint32_t microseconds);

/*
 * A time and its text, kept from one record to the next: within a second only
 * the microseconds change.  Begin with zeros.
 */
typedef struct {
    int64_t seconds;
    unsigned char text[RIVERTY_TIMESTAMP_LENGTH];
} riverty_timestamp_t;

/* Makes its text that of the time, as riverty_timestamp_write() does. */
void riverty_timestamp_set(riverty_timestamp_t *timestamp, int64_t seconds,
                           uint32_t microseconds);

#endif
