#include "text/calendar.h"

#include "text/duration.h"

static const Str UNIT_NAMES[DATE_UNIT_COUNT] = {
    [DATE_MICROSECOND] = STR_INIT("microsecond"),
    [DATE_MILLISECOND] = STR_INIT("millisecond"),
    [DATE_SECOND] = STR_INIT("second"),
    [DATE_MINUTE] = STR_INIT("minute"),
    [DATE_HOUR] = STR_INIT("hour"),
    [DATE_DAY] = STR_INIT("day"),
    [DATE_WEEK] = STR_INIT("week"),
    [DATE_MONTH] = STR_INIT("month"),
    [DATE_QUARTER] = STR_INIT("quarter"),
    [DATE_YEAR] = STR_INIT("year"),
};

/// Of units up to the week, which all have one length on the zone's clock.
static const int64_t UNIT_US[] = {
    [DATE_MICROSECOND] = 1,
    [DATE_MILLISECOND] = MICROSECONDS_PER_MILLISECOND,
    [DATE_SECOND] = MICROSECONDS_PER_SECOND,
    [DATE_MINUTE] = MICROSECONDS_PER_MINUTE,
    [DATE_HOUR] = MICROSECONDS_PER_HOUR,
    [DATE_DAY] = MICROSECONDS_PER_DAY,
    [DATE_WEEK] = MICROSECONDS_PER_WEEK,
};

/// Of units from the month.
static const int64_t UNIT_MONTHS[DATE_UNIT_COUNT] = {[DATE_MONTH] = 1, [DATE_QUARTER] = 3, [DATE_YEAR] = 12};

bool date_unit_find(Str name, DateUnit *out, Error *err)
{
    for (size_t i = 0; i < DATE_UNIT_COUNT; i++) {
        if (!str_equal(name, UNIT_NAMES[i])) continue;
        *out = (DateUnit)i;
        return true;
    }
    Str shown = str_slice(name, 0, 64);
    Str nearest = str_nearest(shown, UNIT_NAMES, DATE_UNIT_COUNT);
    if (nearest.size == 0) nearest = UNIT_NAMES[DATE_DAY];
    return error_set(err, ERROR_NOT_FOUND, "unknown calendar unit '%.*s'; did you mean '%.*s'?", STR_ARG(shown),
                     STR_ARG(nearest));
}

static int64_t floor_divide(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

/// Monday 1970-01-05 begins a week: its days count from there.
static int64_t unit_phase(DateUnit unit)
{
    return unit == DATE_WEEK ? 4 * MICROSECONDS_PER_DAY : 0;
}

/// The remainder of floor_divide.
static int64_t floor_rest(int64_t value, int64_t by)
{
    int64_t rest = value % by;
    return rest < 0 ? rest + by : rest;
}

/// What the clock shows beyond the beginning of the unit.
static int64_t unit_rest(DateUnit unit, int64_t local_us)
{
    return floor_rest(floor_rest(local_us, UNIT_US[unit]) - unit_phase(unit), UNIT_US[unit]);
}

/// The clock time at an instant; false where it would pass the ends of int64.
static bool local_at(const Zone *zone, int64_t utc_us, int64_t *out_us)
{
    return !__builtin_add_overflow(utc_us, zone_offset_at(zone, utc_us) * MICROSECONDS_PER_SECOND, out_us);
}

/// The instant of a clock time, with the offset that is asked for where the time has it.
static bool instant_of(const Zone *zone, int64_t local_us, const int32_t *offset_s, int64_t *out_us)
{
    int64_t utc_us = 0;
    int64_t back = 0;
    if (offset_s != NULL && !__builtin_sub_overflow(local_us, *offset_s * MICROSECONDS_PER_SECOND, &utc_us) &&
        zone_offset_at(zone, utc_us) == *offset_s) {
        *out_us = utc_us;
        return true;
    }
    utc_us = zone_utc_us(zone, local_us);
    *out_us = utc_us;
    // At the ends of int64 zone_utc_us saturates: the way back then leads elsewhere.
    bool inner = utc_us != INT64_MAX && utc_us != INT64_MIN;
    return inner || (local_at(zone, utc_us, &back) && back == local_us);
}

/// Months since the year 0.
static int64_t month_of(const Civil *civil)
{
    return (int64_t)civil->year * 12 + civil->month - 1;
}

/// The first day of a month, at 0:00.
static Civil month_begin(int64_t month)
{
    int64_t year = floor_divide(month, 12);
    return (Civil){.year = (int32_t)year, .month = (uint8_t)(month - year * 12 + 1), .day = 1};
}

static bool truncate_local(DateUnit unit, int64_t local_us, int64_t *out_us)
{
    if (unit < DATE_MONTH) return !__builtin_sub_overflow(local_us, unit_rest(unit, local_us), out_us);
    Civil civil = civil_from_us(local_us);
    int64_t month = month_of(&civil);
    Civil begin = month_begin(floor_divide(month, UNIT_MONTHS[unit]) * UNIT_MONTHS[unit]);
    return civil_to_us(&begin, out_us);
}

bool calendar_truncate(const Zone *zone, DateUnit unit, int64_t utc_us, int64_t *out_us)
{
    int64_t local_us = 0;
    if (!local_at(zone, utc_us, &local_us)) return false;
    if (unit <= DATE_HOUR) return !__builtin_sub_overflow(utc_us, unit_rest(unit, local_us), out_us);
    return truncate_local(unit, local_us, &local_us) && instant_of(zone, local_us, NULL, out_us);
}

/// Years that int64 microseconds reach lie well inside.
static bool month_is_near(int64_t month)
{
    const int64_t limit = INT64_C(12) * 300000;
    return month > -limit && month < limit;
}

static bool add_months(int64_t local_us, int64_t months, int64_t *out_us)
{
    Civil civil = civil_from_us(local_us);
    int64_t month = 0;
    if (__builtin_add_overflow(month_of(&civil), months, &month) || !month_is_near(month)) return false;
    Civil moved = month_begin(month);
    unsigned last = civil_month_days(moved.year, moved.month);
    civil.year = moved.year;
    civil.month = moved.month;
    if (civil.day > last) civil.day = (uint8_t)last;
    return civil_to_us(&civil, out_us);
}

bool calendar_add(const Zone *zone, DateUnit unit, int64_t utc_us, int64_t count, int64_t *out_us)
{
    bool by_months = unit >= DATE_MONTH;
    int64_t local_us = 0;
    int64_t amount = 0;
    if (__builtin_mul_overflow(count, by_months ? UNIT_MONTHS[unit] : UNIT_US[unit], &amount)) return false;
    if (unit <= DATE_HOUR) return !__builtin_add_overflow(utc_us, amount, out_us);
    if (!local_at(zone, utc_us, &local_us)) return false;
    bool fits =
        by_months ? add_months(local_us, amount, &local_us) : !__builtin_add_overflow(local_us, amount, &local_us);
    int32_t offset_s = zone_offset_at(zone, utc_us);
    return fits && instant_of(zone, local_us, &offset_s, out_us);
}

/// Which unit of its kind a clock time lies in.
static int64_t unit_index(DateUnit unit, int64_t local_us)
{
    if (unit < DATE_MONTH) {
        bool before = floor_rest(local_us, UNIT_US[unit]) < unit_phase(unit);
        return floor_divide(local_us, UNIT_US[unit]) - before;
    }
    Civil civil = civil_from_us(local_us);
    return floor_divide(month_of(&civil), UNIT_MONTHS[unit]);
}

bool calendar_difference(const Zone *zone, DateUnit unit, int64_t from_us, int64_t to_us, int64_t *out)
{
    int64_t from = 0;
    int64_t to = 0;
    if (unit <= DATE_HOUR) {
        Int128 units = ((Int128)to_us - from_us) / UNIT_US[unit];
        *out = (int64_t)units;
        return units == *out;
    }
    if (!local_at(zone, from_us, &from) || !local_at(zone, to_us, &to)) return false;
    *out = unit_index(unit, to) - unit_index(unit, from);
    return true;
}

bool calendar_instant(const Zone *zone, const Civil *civil, int64_t *out_us)
{
    int64_t local_us = 0;
    bool date = civil->day >= 1 && civil->day <= civil_month_days(civil->year, civil->month);
    bool time = civil->hour < 24 && civil->minute < 60 && civil->second < 60 && civil->microsecond < 1000000;
    if (!date || !time || !month_is_near(month_of(civil))) return false;
    return civil_to_us(civil, &local_us) && instant_of(zone, local_us, NULL, out_us);
}

int64_t calendar_day_of_year(const Civil *civil)
{
    return civil_days(civil->year, civil->month, civil->day) - civil_days(civil->year, 1, 1) + 1;
}

int64_t calendar_iso_week(const Civil *civil, int64_t *out_year)
{
    int64_t thursday = civil_days(civil->year, civil->month, civil->day) - civil->weekday + 3;
    Civil middle = civil_from_days(thursday);
    *out_year = middle.year;
    return (calendar_day_of_year(&middle) - 1) / 7 + 1;
}
