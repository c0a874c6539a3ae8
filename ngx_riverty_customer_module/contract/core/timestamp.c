/*
 * A time as text (RFC 3339).  gmtime() would take a lock and look at time
 * zones, which this has no use for.
 */
#include "timestamp.h"

#include "date.h"
#include "digits.h"


#define TIMESTAMP_MAX 253402300799 /* 9999-12-31T23:59:59Z */
#define SECONDS_A_DAY 86400

#define MICROSECOND_DIGITS 6
#define MICROSECOND_PLACE  (RIVERTY_TIMESTAMP_LENGTH - MICROSECOND_DIGITS - 1)


static unsigned char *
write_two(unsigned char *out, uint32_t number)
{
    riverty_two_digits(out, number);
    return out + 2;
}


static unsigned char *
write_date(unsigned char *out, riverty_date_t date)
{
    out = write_two(out, (uint32_t) date.year / 100);
    out = write_two(out, (uint32_t) date.year % 100);
    *out++ = '-';
    out = write_two(out, (uint32_t) date.month);
    *out++ = '-';

    return write_two(out, (uint32_t) date.day);
}


static unsigned char *
write_time(unsigned char *out, uint32_t seconds)
{
    out = write_two(out, seconds / 3600);
    *out++ = ':';
    out = write_two(out, seconds / 60 % 60);
    *out++ = ':';

    return write_two(out, seconds % 60);
}


static void
write_microseconds(unsigned char *out, uint32_t microseconds)
{
    out = write_two(out, microseconds / 10000);
    out = write_two(out, microseconds / 100 % 100);
    (void) write_two(out, microseconds % 100);
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
    out = write_time(out, (uint32_t) (seconds % SECONDS_A_DAY));
    *out++ = '.';
    write_microseconds(out, microseconds);
    out[MICROSECOND_DIGITS] = 'Z';
}


void
riverty_timestamp_set(riverty_timestamp_t *timestamp, int64_t seconds,
                      uint32_t microseconds)
{
    unsigned char *text = timestamp->text;

    if (text[0] != '\0' && timestamp->seconds == seconds) {
        write_microseconds(text + MICROSECOND_PLACE, microseconds);
        return;
    }

    timestamp->seconds = seconds;
    riverty_timestamp_write(text, seconds, microseconds);
}
