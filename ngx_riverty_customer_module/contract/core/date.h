/*
 * The proleptic Gregorian calendar (RFC 3339): dates and the days between them.
 */
#ifndef RIVERTY_DATE_H
#define RIVERTY_DATE_H

#include "riverty.h"


/* YYYY-MM-DD, without a NUL. */
#define RIVERTY_DATE_LENGTH 10

typedef struct {
    int64_t year;
    int month; /* from 1 */
    int day;   /* from 1 */
} riverty_date_t;


/* Reads YYYY-MM-DD; false where text has another form or the day is missing
   from the calendar. */
bool riverty_date_read(riverty_span_t text, riverty_date_t *date);

/* Days since 1970-01-01 of a date that exists, and back. */
int64_t riverty_date_days(riverty_date_t date);
riverty_date_t riverty_date_of_days(int64_t days);

#endif
