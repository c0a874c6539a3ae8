/*
 * A time as text (RFC 3339).  gmtime() would take a lock and look at time
 * zones, which this has no use for.
 */
#include "timestamp.h"

#include "date.h"


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


static unsigned char *
write_date(unsigned char *out, riverty_date_t date)
{
    out = write_digits(out, (uint32_t) date.year, 4);
    *out++ = '-';
    out = write_digits(out, (uint32_t) date.month, 2);
    *out++ = '-';

    return write_digits(out, (uint32_t) date.day, 2);
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

    out = write_date(out, riverty_date_of_days(seconds / SECONDS_A_DAY));
    *out++ = 'T';
    out = write_time(out, (uint32_t) (seconds % SECONDS_A_DAY), microseconds);
    *out = 'Z';
}
