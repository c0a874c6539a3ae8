/*
 * Checks of dates of birth.
 */
#include "check_date.h"

#include "contract/core/date.h"


#define AGE_MAX         125
#define AGE_OF_MAJORITY 18


/* Is time T00:00:00, perhaps with .0 of any length and with Z behind it? */
static bool
is_midnight(riverty_span_t time)
{
    static const char midnight[] = "T00:00:00";
    size_t pos = sizeof(midnight) - 1;
    size_t zeros;

    if (time.len < pos || memcmp(time.data, midnight, pos) != 0) {
        return false;
    }

    if (pos < time.len && time.data[pos] == '.') {
        zeros = ++pos;
        while (pos < time.len && time.data[pos] == '0') {
            pos++;
        }
        if (pos == zeros) {
            return false;
        }
    }

    if (pos < time.len && time.data[pos] == 'Z') {
        pos++;
    }

    return pos == time.len;
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
