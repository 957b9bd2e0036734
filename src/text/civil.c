#include "text/civil.h"

#include "text/duration.h"

enum { DAYS_PER_ERA = 146097, YEARS_PER_ERA = 400, DAYS_TO_EPOCH = 719468 };

static int64_t floor_divide(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

int64_t civil_days(int64_t year, unsigned month, unsigned day)
{
    // Years begin in March, so that the leap day is the last of its year.
    year -= month <= 2;
    int64_t era = floor_divide(year, YEARS_PER_ERA);
    int64_t year_of_era = year - era * YEARS_PER_ERA;
    int64_t month_from_march = (month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - DAYS_TO_EPOCH;
}

bool civil_is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

unsigned civil_month_days(int64_t year, unsigned month)
{
    static const uint8_t DAYS[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12) return 0;
    return month == 2 && civil_is_leap(year) ? 29 : DAYS[month];
}

Civil civil_from_days(int64_t days)
{
    Civil civil = {0};
    int64_t shifted = days + DAYS_TO_EPOCH;
    int64_t era = floor_divide(shifted, DAYS_PER_ERA);
    int64_t day_of_era = shifted - era * DAYS_PER_ERA;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;

    civil.day = (uint8_t)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    civil.month = (uint8_t)month;
    civil.year = (int32_t)(year_of_era + era * YEARS_PER_ERA + (month <= 2));
    int64_t weekday = (days + 3) % 7; // 1970-01-01 was a Thursday
    civil.weekday = (uint8_t)(weekday < 0 ? weekday + 7 : weekday);
    return civil;
}

Civil civil_from_us(int64_t us)
{
    int64_t days = floor_divide(us, MICROSECONDS_PER_DAY);
    int64_t rest = us % MICROSECONDS_PER_DAY;
    if (rest < 0) rest += MICROSECONDS_PER_DAY;
    Civil civil = civil_from_days(days);
    civil.hour = (uint8_t)(rest / MICROSECONDS_PER_HOUR);
    civil.minute = (uint8_t)(rest / MICROSECONDS_PER_MINUTE % 60);
    civil.second = (uint8_t)(rest / MICROSECONDS_PER_SECOND % 60);
    civil.microsecond = (uint32_t)(rest % MICROSECONDS_PER_SECOND);
    return civil;
}

bool civil_to_us(const Civil *civil, int64_t *out_us)
{
    int64_t rest = civil->hour * MICROSECONDS_PER_HOUR + civil->minute * MICROSECONDS_PER_MINUTE +
                   civil->second * MICROSECONDS_PER_SECOND + civil->microsecond;
    // The first day that int64 reaches is not whole, so its start does not fit: step from the next day's.
    int64_t days = civil_days(civil->year, civil->month, civil->day);
    if (days < 0) {
        days += 1;
        rest -= MICROSECONDS_PER_DAY;
    }
    int64_t start;
    if (__builtin_mul_overflow(days, MICROSECONDS_PER_DAY, &start)) return false;
    return !__builtin_add_overflow(start, rest, out_us);
}
