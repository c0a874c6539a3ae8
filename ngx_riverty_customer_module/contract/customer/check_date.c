/*
 * Checks of dates of birth, in the proleptic Gregorian calendar.  The
 * arithmetic on days counts years from March, so that a leap day comes last.
 */
#include "check.h"


#define DATE_LENGTH       10
#define DAYS_OF_400_YEARS 146097
#define DAYS_TO_1970      719468 /* from 0000-03-01 */

#define AGE_MAX         125
#define AGE_OF_MAJORITY 18

typedef struct {
    int64_t year;
    int month;
    int day;
} date_t;


static bool
is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}


static int
days_of_month(int64_t year, int month)
{
    static const int days[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };

    return days[month - 1] + (month == 2 && is_leap(year));
}


/* Of years from 0 on. */
static int64_t
days_of_date(date_t date)
{
    int64_t year = date.month > 2 ? date.year : date.year - 1;
    int64_t month = (date.month + 9) % 12; /* from March */
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * month + 2) / 5 + date.day - 1;

    return era * DAYS_OF_400_YEARS + of_era * 365 + of_era / 4 - of_era / 100 +
           of_year - DAYS_TO_1970;
}


static date_t
date_of_days(int64_t days)
{
    date_t date;
    int64_t era, of_era, year, of_year, month;

    days += DAYS_TO_1970;
    era = (days >= 0 ? days : days - DAYS_OF_400_YEARS + 1) / DAYS_OF_400_YEARS;
    of_era = days - era * DAYS_OF_400_YEARS;
    year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    of_year = of_era - (365 * year + year / 4 - year / 100);
    month = (5 * of_year + 2) / 153;

    date.day = (int) (of_year - (153 * month + 2) / 5 + 1);
    date.month = (int) (month < 10 ? month + 3 : month - 9);
    date.year = year + era * 400 + (date.month <= 2);

    return date;
}


/* Reads count digits at text. */
static bool
read_digits(const unsigned char *text, size_t count, int *number)
{
    size_t i;

    *number = 0;

    for (i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        *number = *number * 10 + (text[i] - '0');
    }

    return true;
}


static bool
read_date(riverty_span_t text, date_t *date)
{
    int year;

    if (text.len != DATE_LENGTH || text.data[4] != '-' || text.data[7] != '-' ||
        !read_digits(text.data, 4, &year) ||
        !read_digits(text.data + 5, 2, &date->month) ||
        !read_digits(text.data + 8, 2, &date->day)) {
        return false;
    }

    date->year = year;

    return date->month >= 1 && date->month <= 12 && date->day >= 1 &&
           date->day <= days_of_month(year, date->month);
}


bool
riverty_date_parse(riverty_span_t text, int64_t *days)
{
    date_t date;

    if (!read_date(text, &date)) {
        return false;
    }

    *days = days_of_date(date);
    return true;
}


/* Is time T00:00:00, .0 of any length behind it, and perhaps Z? */
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


/* Is a later than b moved by so many years? */
static bool
is_after(date_t a, date_t b, int years)
{
    b.year += years;

    if (a.year != b.year) {
        return a.year > b.year;
    }

    return a.month != b.month ? a.month > b.month : a.day > b.day;
}


static void
check_age(riverty_value_t *value, date_t birth)
{
    date_t today = date_of_days(value->today);

    /* It is tomorrow already where the client lives. */
    if (days_of_date(birth) > value->today + 1) {
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
    date_t birth;

    if (date.len > DATE_LENGTH) {
        time.data = date.data + DATE_LENGTH;
        time.len = date.len - DATE_LENGTH;
        date.len = is_midnight(time) ? DATE_LENGTH : 0;
    }

    if (!read_date(date, &birth)) {
        riverty_value_note(value, RIVERTY_RULE_BIRTH_DATE, NULL);
        return;
    }

    if (date.len != value->text.len) {
        riverty_value_repair(value, RIVERTY_RULE_BIRTH_DATE_TIME, NULL, date);
    }

    check_age(value, birth);
}
