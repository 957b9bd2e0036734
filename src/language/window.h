/// Which of an entity's visible rows an aggregate looks at, as of t. What `over` says.
///
/// In this order: bounds in time, then the session, then the cap on rows; `where` filters what is left.
///
///     over 7d                              t - 7d <= time < t
///     over 7d ending 1d ago                t - 1d - 7d <= time < t - 1d; visible still means known < t
///     over 30d step 1h                     t is first rounded down to whole steps since 1970 UTC: e - 30d <= time < e, e = floor(t / 1h) * 1h
///     over 1 calendar month in 'America/New_York'  from the zone's clock moved back by so many units (a day that the month does not have
///                                          becomes its last; a local time in a gap moves forward by the gap, of two the first) to t
///     over 10 rows                         the last 10 in total order of all with time < t
///     over 7d max 200 rows                 the last 200 of the 7 days
///     over session 30m                     the session that is open at t: rows back from the last one (which is at most 30m before t)
///                                          as long as each is at most 30m after the one before it in total order; nothing when
///                                          the last row is longer ago
///     over next 7d                         labels only: t <= time < t + 7d, seen as of t + 7d
///     (nothing)                            all with time < t; a view's ttl when it has one
///
/// "ending ... ago" and "step" go with times and calendars, in that order; "max n rows" with everything but "n rows" and "next".
/// With step and ending: e = floor(t / step) * step - ago.
#ifndef PAWL_LANGUAGE_WINDOW_H
#define PAWL_LANGUAGE_WINDOW_H

#include "base/bytes.h"
#include "base/str.h"

enum { WINDOW_ROWS_MAX = 1 << 20, WINDOW_UNITS_MAX = 10000, WINDOW_SERIES_MAX = 64 };

typedef enum WindowKind {
    WINDOW_LIFETIME, ///< also `over n rows`, by rows_max
    WINDOW_TIME,     ///< length_us
    WINDOW_CALENDAR, ///< units of unit in zone
    WINDOW_SESSION,  ///< length_us is the gap
    WINDOW_NEXT,     ///< length_us ahead
    WINDOW_KIND_COUNT
} WindowKind;

typedef enum CalendarUnit {
    CALENDAR_DAY,
    CALENDAR_WEEK,
    CALENDAR_MONTH,
    CALENDAR_QUARTER,
    CALENDAR_YEAR,
    CALENDAR_UNIT_COUNT
} CalendarUnit;

/// Zero is a lifetime.
typedef struct Window {
    WindowKind kind;
    int64_t length_us;
    CalendarUnit unit;
    uint32_t units;
    Str zone;          ///< "UTC" when none is given
    int64_t ending_us; ///< 0: at t
    int64_t step_us;   ///< 0: none
    uint32_t rows_max; ///< 0: no cap
} Window;

bool window_equal(const Window *left, const Window *right);

/// Total order: aggregates of equal windows come to stand side by side.
int window_compare(const Window *left, const Window *right);

/// Whether each field has a value that its kind may have, and those that it does not use are zero.
bool window_is_valid(const Window *window);

/// As it is written after `over`: "7d ending 1d ago step 1h max 200 rows"; of a lifetime without cap nothing.
MUST_CHECK bool window_format(const Window *window, Bytes *out, Error *err);

/// "month", or "months".
Str calendar_unit_name(CalendarUnit unit, bool plural);

#endif
