/*
 * The calendar.  The arithmetic counts years from March, so that a leap day is
 * the last day of its year and months follow a pattern of 153 days in five
 * (H. Hinnant, chrono-compatible low-level date algorithms).
 */
#include "date.h"


#define DAYS_OF_400_YEARS 146097
#define DAYS_TO_1970      719468 /* from 0000-03-01 */


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


int64_t
riverty_date_days(riverty_date_t date)
{
    int64_t year = date.month > 2 ? date.year : date.year - 1;
    int64_t month = (date.month + 9) % 12; /* from March */
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * month + 2) / 5 + date.day - 1;

    return era * DAYS_OF_400_YEARS + of_era * 365 + of_era / 4 - of_era / 100 +
           of_year - DAYS_TO_1970;
}


riverty_date_t
riverty_date_of_days(int64_t days)
{
    riverty_date_t date;
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
    *number = 0;

    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        *number = *number * 10 + (text[i] - '0');
    }

    return true;
}


bool
riverty_date_read(riverty_span_t text, riverty_date_t *date)
{
    int year;

    if (text.len != RIVERTY_DATE_LENGTH || text.data[4] != '-' ||
        text.data[7] != '-' || !read_digits(text.data, 4, &year) ||
        !read_digits(text.data + 5, 2, &date->month) ||
        !read_digits(text.data + 8, 2, &date->day)) {
        return false;
    }

    date->year = year;

    return date->month >= 1 && date->month <= 12 && date->day >= 1 &&
           date->day <= days_of_month(year, date->month);
}
