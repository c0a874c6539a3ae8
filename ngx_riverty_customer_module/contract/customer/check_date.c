/*
 * Checks of dates of birth.
 */
#include "check_date.h"

#include "contract/core/date.h"


#define AGE_MAX         125
#define AGE_OF_MAJORITY 18


/* The part of text behind what it starts with, or all of it. */
static riverty_span_t
behind(riverty_span_t text, riverty_span_t start)
{
    if (text.len >= start.len &&
        memcmp(text.data, start.data, start.len) == 0) {
        text.data += start.len;
        text.len -= start.len;
    }

    return text;
}


/* Behind the seconds of midnight, where time has them, and their fraction. */
static riverty_span_t
pass_seconds(riverty_span_t time)
{
    riverty_span_t rest = behind(time, riverty_span(":00"));
    size_t zeros = 1;

    if (rest.len == time.len || rest.len < 2 || rest.data[0] != '.') {
        return rest;
    }

    while (zeros < rest.len && rest.data[zeros] == '0') {
        zeros++;
    }

    return zeros == 1 ? rest
                      : (riverty_span_t){ rest.data + zeros, rest.len - zeros };
}


/* Does nothing stand there, or UTC, by Z or by an offset? */
static bool
is_utc(riverty_span_t zone)
{
    if (zone.len > 0 && (zone.data[0] == '+' || zone.data[0] == '-')) {
        zone.data++;
        zone.len--;

        return riverty_span_equal(zone, riverty_span("00:00")) ||
               riverty_span_equal(zone, riverty_span("0000")) ||
               riverty_span_equal(zone, riverty_span("00"));
    }

    return zone.len == 0 ||
           (zone.len == 1 && (zone.data[0] == 'Z' || zone.data[0] == 'z'));
}


/*
 * Is time midnight, T00:00, perhaps with seconds and their fraction, here or in
 * UTC?  In another zone the day may be another one.
 */
static bool
is_midnight(riverty_span_t time)
{
    riverty_span_t rest;

    if (time.len < 2 || (time.data[0] != 'T' && time.data[0] != 't')) {
        return false;
    }

    time.data++;
    time.len--;
    rest = behind(time, riverty_span("00:00"));

    return rest.len < time.len && is_utc(pass_seconds(rest));
}


/* Is a later than b plus so many years? */
static bool
is_after(riverty_date_t a, riverty_date_t b, int years)
{
    b.year += years;

    if (a.year != b.year) {
        return a.year > b.year;
    }

    return a.month != b.month ? a.month > b.month : a.day > b.day;
}


static void
check_age(riverty_value_t *value, riverty_date_t birth)
{
    riverty_date_t today = riverty_date_of_days(value->today);

    /* East of here tomorrow has begun. */
    if (riverty_date_days(birth) > value->today + 1) {
        riverty_value_note(value, RIVERTY_RULE_BIRTH_DATE_FUTURE, NULL);

    } else if (is_after(today, birth, AGE_MAX)) {
        riverty_value_note(value, RIVERTY_RULE_BIRTH_DATE_AGE, NULL);

    } else if (is_after(birth, today, -AGE_OF_MAJORITY)) {
        riverty_value_note(value, RIVERTY_RULE_BIRTH_DATE_MINOR, NULL);
    }
}


void
riverty_check_birth_date(riverty_value_t *value)
{
    riverty_span_t date = value->text;
    riverty_span_t time;
    riverty_date_t birth;

    if (date.len > RIVERTY_DATE_LENGTH) {
        time.data = date.data + RIVERTY_DATE_LENGTH;
        time.len = date.len - RIVERTY_DATE_LENGTH;
        date.len = is_midnight(time) ? RIVERTY_DATE_LENGTH : 0;
    }

    if (!riverty_date_read(date, &birth)) {
        riverty_value_note(value, RIVERTY_RULE_BIRTH_DATE, NULL);
        return;
    }

    if (date.len != value->text.len) {
        riverty_value_repair(value, RIVERTY_RULE_BIRTH_DATE_TIME, NULL, date);
    }

    check_age(value, birth);
}
