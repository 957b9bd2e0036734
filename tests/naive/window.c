#include "naive/window.h"

#include <string.h>

#include "text/duration.h"
#include "text/zone.h"

static int64_t clamp(Int128 instant)
{
    return instant > INT64_MAX ? INT64_MAX : instant < INT64_MIN ? INT64_MIN : (int64_t)instant;
}

static Int128 round_down(int64_t t, int64_t step)
{
    Int128 rest = (Int128)t % step;
    return rest < 0 ? t - rest - step : t - rest;
}

static Int128 window_end(const Window *window, int64_t t)
{
    if (window->kind == WINDOW_NEXT) return (Int128)t + window->length_us;
    Int128 end = window->step_us == 0 ? t : round_down(t, window->step_us);
    return end - window->ending_us;
}

static unsigned least(unsigned left, unsigned right)
{
    return left < right ? left : right;
}

/// The zone's clock, so many months earlier.
static int64_t months_back(int64_t local, int64_t months)
{
    Civil civil = civil_from_us(local);
    int64_t month = (int64_t)civil.year * 12 + civil.month - 1 - months;
    int64_t year = month >= 0 ? month / 12 : -((11 - month) / 12);
    unsigned of_year = (unsigned)(month - year * 12) + 1;
    unsigned day = least(civil.day, civil_month_days(year, of_year));
    int64_t midnight = civil_days(civil.year, civil.month, civil.day);
    int64_t moved = civil_days(year, of_year, day);
    return clamp((Int128)local + ((Int128)moved - midnight) * 86400 * 1000000);
}

/// By so many units, on the zone's clock.
static Int128 calendar_begin(const Window *window, Int128 end)
{
    static const int64_t DAYS[CALENDAR_UNIT_COUNT] = {[CALENDAR_DAY] = 1, [CALENDAR_WEEK] = 7};
    static const int64_t MONTHS[CALENDAR_UNIT_COUNT] = {
        [CALENDAR_MONTH] = 1, [CALENDAR_QUARTER] = 3, [CALENDAR_YEAR] = 12};
    const Zone *zone = zone_utc();
    if (window->zone.size > 0) CHECK(zone_find(window->zone, &zone, NULL));
    int64_t local = zone_local_us(zone, clamp(end));
    local = clamp((Int128)local - (Int128)DAYS[window->unit] * window->units * 86400 * 1000000);
    if (MONTHS[window->unit] > 0) local = months_back(local, MONTHS[window->unit] * window->units);
    return local == INT64_MIN ? INT64_MIN : zone_utc_us(zone, local); // before the beginning of time
}

static Int128 window_begin(const Window *window, int64_t t)
{
    Int128 end = window_end(window, t);
    switch (window->kind) {
    case WINDOW_TIME:
        return end - window->length_us;
    case WINDOW_CALENDAR:
        return calendar_begin(window, end);
    case WINDOW_NEXT:
        return t;
    default:
        return INT64_MIN;
    }
}

int64_t window_seen(const Window *window, int64_t t)
{
    return window->kind == WINDOW_NEXT ? clamp(window_end(window, t)) : t;
}

bool window_holds(const Window *window, int64_t t, int64_t time)
{
    return window_begin(window, t) <= time && time < window_end(window, t);
}

/// The first row of the session that is open at t; `count` when none is.
static size_t session_begin(const Window *window, int64_t t, const RowVersion *rows, size_t count)
{
    size_t begin = count;
    Int128 after = t;
    while (begin > 0 && after - rows[begin - 1].time <= window->length_us) after = rows[--begin].time;
    return begin;
}

size_t window_keep(const Window *window, int64_t t, RowVersion *rows, size_t count)
{
    size_t begin = window->kind == WINDOW_SESSION ? session_begin(window, t, rows, count) : 0;
    if (window->rows_max > 0 && count - begin > window->rows_max) begin = count - window->rows_max;
    memmove(rows, rows + begin, (count - begin) * sizeof(*rows));
    return count - begin;
}

static void append_length(const Window *window, Bytes *out)
{
    static const char *const UNITS[CALENDAR_UNIT_COUNT] = {"day", "week", "month", "quarter", "year"};
    switch (window->kind) {
    case WINDOW_CALENDAR:
        CHECK(bytes_append_format(out, NULL, "%u calendar %s%s", window->units, UNITS[window->unit],
                                  window->units == 1 ? "" : "s"));
        break;
    case WINDOW_SESSION:
        CHECK(bytes_append_format(out, NULL, "session %s", duration_format(window->length_us).text));
        break;
    case WINDOW_NEXT:
        CHECK(bytes_append_format(out, NULL, "next %s", duration_format(window->length_us).text));
        break;
    case WINDOW_TIME:
        CHECK(bytes_append_str(out, str_from(duration_format(window->length_us).text), NULL));
        break;
    default:
        CHECK(bytes_append_format(out, NULL, "%u rows", window->rows_max));
        break;
    }
}

void window_append_text(const Window *window, Bytes *out)
{
    append_length(window, out);
    if (window->kind == WINDOW_CALENDAR && window->zone.size > 0 && !str_equal(window->zone, STR("UTC")))
        CHECK(bytes_append_format(out, NULL, " in %.*s", STR_ARG(window->zone)));
    if (window->ending_us > 0)
        CHECK(bytes_append_format(out, NULL, " ending %s ago", duration_format(window->ending_us).text));
    if (window->step_us > 0) CHECK(bytes_append_format(out, NULL, " step %s", duration_format(window->step_us).text));
    if (window->rows_max > 0 && window->kind != WINDOW_LIFETIME)
        CHECK(bytes_append_format(out, NULL, " max %u rows", window->rows_max));
}
