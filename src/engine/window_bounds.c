#include "engine/window_bounds.h"

#include "text/duration.h"

WindowClock window_clock(const Window *window)
{
    WindowClock clock = {.window = window};
    if (window->kind == WINDOW_CALENDAR) CHECK(zone_find(window->zone, &clock.zone, NULL));
    return clock;
}

static int64_t subtract(int64_t from, int64_t length)
{
    int64_t result = 0;
    return __builtin_sub_overflow(from, length, &result) ? INT64_MIN : result;
}

static int64_t floor_to(int64_t t, int64_t step)
{
    int64_t rest = t % step;
    return rest < 0 ? subtract(t, rest + step) : t - rest;
}

enum { MONTHS_PER_YEAR = 12, MONTHS_PER_QUARTER = 3, DAYS_PER_WEEK = 7 };

static int64_t local_days_back(int64_t local, int64_t days)
{
    return subtract(local, days * MICROSECONDS_PER_DAY);
}

/// A day that the month does not have becomes its last.
static int64_t local_months_back(int64_t local, int64_t months)
{
    Civil civil = civil_from_us(local);
    int64_t month = (int64_t)civil.year * MONTHS_PER_YEAR + civil.month - 1 - months;
    int64_t month_of_year = month % MONTHS_PER_YEAR;
    if (month_of_year < 0) month_of_year += MONTHS_PER_YEAR;
    int64_t back = 0;

    civil.year = (int32_t)((month - month_of_year) / MONTHS_PER_YEAR);
    civil.month = (uint8_t)(month_of_year + 1);
    unsigned days = civil_month_days(civil.year, civil.month);
    if (civil.day > days) civil.day = (uint8_t)days;
    return civil_to_us(&civil, &back) ? back : INT64_MIN;
}

static int64_t local_back(int64_t local, CalendarUnit unit, int64_t units)
{
    switch (unit) {
    case CALENDAR_WEEK:
        return local_days_back(local, units * DAYS_PER_WEEK);
    case CALENDAR_MONTH:
        return local_months_back(local, units);
    case CALENDAR_QUARTER:
        return local_months_back(local, units * MONTHS_PER_QUARTER);
    case CALENDAR_YEAR:
        return local_months_back(local, units * MONTHS_PER_YEAR);
    default:
        return local_days_back(local, units);
    }
}

static int64_t calendar_back(const WindowClock *clock, int64_t t)
{
    const Window *window = clock->window;
    int64_t back = local_back(zone_local_us(clock->zone, t), window->unit, window->units);
    return back == INT64_MIN ? INT64_MIN : zone_utc_us(clock->zone, back);
}

static WindowBounds bounds_ahead(const Window *window, int64_t t)
{
    int64_t end = 0;
    if (__builtin_add_overflow(t, window->length_us, &end)) end = INT64_MAX;
    return (WindowBounds){.seen = end, .low = t, .high = end};
}

WindowBounds window_bounds(const WindowClock *clock, int64_t t)
{
    const Window *window = clock->window;
    WindowBounds bounds = {.seen = t, .low = INT64_MIN, .high = t};

    if (window->kind == WINDOW_NEXT) return bounds_ahead(window, t);
    if (window->step_us > 0) bounds.high = floor_to(t, window->step_us);
    bounds.high = subtract(bounds.high, window->ending_us);
    if (window->kind == WINDOW_TIME) bounds.low = subtract(bounds.high, window->length_us);
    if (window->kind == WINDOW_CALENDAR) bounds.low = calendar_back(clock, bounds.high);
    return bounds;
}
