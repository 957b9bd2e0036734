/// The proleptic Gregorian calendar without zones: days since 1970-01-01 to year, month, day and back.
///
/// Algorithms: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". Exact for all of int64
/// microseconds (years -290308 to 294247).
#ifndef PAWL_TEXT_CIVIL_H
#define PAWL_TEXT_CIVIL_H

#include "base/base.h"

/// A local date and time of day.
typedef struct Civil {
    int32_t year;
    uint8_t month;   ///< 1 to 12
    uint8_t day;     ///< 1 to 31
    uint8_t weekday; ///< Monday is 0
    uint8_t hour;
    uint8_t minute;
    uint8_t second; ///< 0 to 59; leap seconds do not exist here
    uint32_t microsecond;
} Civil;

int64_t civil_days(int64_t year, unsigned month, unsigned day);
bool civil_is_leap(int64_t year);

/// 28 to 31; 0 when the month is not 1 to 12.
unsigned civil_month_days(int64_t year, unsigned month);

/// The date of a day; the time of day is 0. Days of years -2^31 to 2^31.
Civil civil_from_days(int64_t days);

/// From microseconds since 1970-01-01T00:00 of the same clock (local or UTC).
Civil civil_from_us(int64_t us);

/// Ignores the weekday; false when the result does not fit.
MUST_CHECK bool civil_to_us(const Civil *civil, int64_t *out_us);

#endif
