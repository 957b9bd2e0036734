/// Calendar arithmetic on a zone's clock: truncating, adding and counting units from microseconds to years.
///
/// Units up to the hour are durations: they never look at the clock's changes, but for where on the clock they begin. Units from
/// the day are dates: a local time that does not exist (the gap when clocks go forward) is shifted forward by the gap's length, and
/// of two instants with the same local time (the fold) the earlier is meant, but where the functions say otherwise. Everything is
/// false where a result does not fit into int64 microseconds.
#ifndef PAWL_TEXT_CALENDAR_H
#define PAWL_TEXT_CALENDAR_H

#include "text/zone.h"

typedef enum DateUnit {
    DATE_MICROSECOND,
    DATE_MILLISECOND,
    DATE_SECOND,
    DATE_MINUTE,
    DATE_HOUR,
    DATE_DAY,
    DATE_WEEK, ///< begins on Monday
    DATE_MONTH,
    DATE_QUARTER,
    DATE_YEAR,
    DATE_UNIT_COUNT
} DateUnit;

/// By name: "microsecond" ... "year"; ERROR_NOT_FOUND suggests the nearest.
MUST_CHECK bool date_unit_find(Str name, DateUnit *out, Error *err);

/// The greatest instant not after `utc_us` at which the zone's clock shows the beginning of a unit. Up to the hour it lies as far
/// back as the clock shows beyond the unit.
MUST_CHECK bool calendar_truncate(const Zone *zone, DateUnit unit, int64_t utc_us, int64_t *out_us);

/// `utc_us` moved by `count` units. From the day on the clock time stays; a day of the month past its end becomes the month's last.
/// In a fold the instant with the offset of `utc_us` is meant where there is one, so that adding 0 changes nothing.
MUST_CHECK bool calendar_add(const Zone *zone, DateUnit unit, int64_t utc_us, int64_t count, int64_t *out_us);

/// From one instant to another: up to the hour the whole units that passed, without the rest; from the day on how many units the
/// zone's calendar turned. Negative when `to` is earlier.
MUST_CHECK bool calendar_difference(const Zone *zone, DateUnit unit, int64_t from_us, int64_t to_us, int64_t *out);

/// A date and time of day on the zone's clock; false when there is no such date or time of day. The weekday is ignored.
MUST_CHECK bool calendar_instant(const Zone *zone, const Civil *civil, int64_t *out_us);

/// 1 to 366.
int64_t calendar_day_of_year(const Civil *civil);

/// The week of ISO 8601, 1 to 53, and the year that it belongs to: the one of its Thursday.
int64_t calendar_iso_week(const Civil *civil, int64_t *out_year);

#endif
