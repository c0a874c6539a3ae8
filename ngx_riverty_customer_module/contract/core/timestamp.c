/*
 * A time as text (RFC 3339).  Our own arithmetic: gmtime() knows time zones
 * and locks, and takes what @timestamp does not need.
 */

#include "timestamp.h"

#define TIMESTAMP_MAX 253402300799 /* 9999-12-31T23:59:59Z */
#define SECONDS_A_DAY 86400


static unsigned char *
write_digits(unsigned char *out, uint32_t number, unsigned count)
{
    for (unsigned i = count; i > 0; i--) {
        out[i - 1] = (unsigned char) ('0' + number % 10);
        number /= 10;
    }

    return out + count;
}


/*
 * YYYY-MM-DD of days since 1970-01-01, not before it.  Years are counted from
 * March, so that a leap day is the last day of its year and months follow a
 * pattern of 153 days in five (H. Hinnant, chrono-compatible low-level date
 * algorithms).
 */
static unsigned char *
write_date(unsigned char *out, uint32_t days)
{
    uint32_t from_march = days + 719468; /* since 0000-03-01 */
    uint32_t era = from_march / 146097;  /* of 400 years */
    uint32_t day_of_era = from_march % 146097;
    uint32_t year_of_era = (day_of_era - day_of_era / 1460 +
                            day_of_era / 36524 - day_of_era / 146096) /
                           365;
    uint32_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint32_t month_from_march = (5 * day_of_year + 2) / 153;
    uint32_t month =
        month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;

    out = write_digits(out, era * 400 + year_of_era + (month <= 2), 4);
    *out++ = '-';
    out = write_digits(out, month, 2);
    *out++ = '-';

    return write_digits(out, day_of_year - (153 * month_from_march + 2) / 5 + 1,
                        2);
}


static unsigned char *
write_time(unsigned char *out, uint32_t seconds, uint32_t microseconds)
{
    out = write_digits(out, seconds / 3600, 2);
    *out++ = ':';
    out = write_digits(out, seconds / 60 % 60, 2);
    *out++ = ':';
    out = write_digits(out, seconds % 60, 2);
    *out++ = '.';

    return write_digits(out, microseconds, 6);
}


void
riverty_timestamp_write(unsigned char *out, int64_t seconds,
                        uint32_t microseconds)
{
    if (seconds < 0) {
        seconds = 0;
    } else if (seconds > TIMESTAMP_MAX) {
        seconds = TIMESTAMP_MAX;
    }

    out = write_date(out, (uint32_t) (seconds / SECONDS_A_DAY));
    *out++ = 'T';
    out = write_time(out, (uint32_t) (seconds % SECONDS_A_DAY), microseconds);
    *out = 'Z';
}
