#include "language/window.h"

#include "text/duration.h"
#include "text/zone.h"

static int compare_ints(int64_t left, int64_t right)
{
    return (left > right) - (left < right);
}

int window_compare(const Window *left, const Window *right)
{
    const int64_t pairs[][2] = {
        {left->kind, right->kind},         {left->length_us, right->length_us}, {left->unit, right->unit},
        {left->units, right->units},       {left->ending_us, right->ending_us}, {left->step_us, right->step_us},
        {left->rows_max, right->rows_max},
    };
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        if (pairs[i][0] != pairs[i][1]) return compare_ints(pairs[i][0], pairs[i][1]);
    }
    return str_compare(left->zone, right->zone);
}

bool window_equal(const Window *left, const Window *right)
{
    return window_compare(left, right) == 0;
}

static bool zone_is_known(Str name)
{
    const Zone *zone = NULL;
    return zone_find(name, &zone, NULL);
}

static bool shift_is_valid(const Window *window)
{
    bool may_shift = window->kind == WINDOW_TIME || window->kind == WINDOW_CALENDAR;
    return may_shift ? window->ending_us >= 0 && window->step_us >= 0 : window->ending_us == 0 && window->step_us == 0;
}

bool window_is_valid(const Window *window)
{
    bool is_calendar = window->kind == WINDOW_CALENDAR;
    bool has_length = !is_calendar && window->kind != WINDOW_LIFETIME;

    if (window->kind >= WINDOW_KIND_COUNT || window->unit >= CALENDAR_UNIT_COUNT) return false;
    if (has_length ? window->length_us <= 0 : window->length_us != 0) return false;
    if (window->rows_max > (window->kind == WINDOW_NEXT ? 0 : WINDOW_ROWS_MAX)) return false;
    if (!shift_is_valid(window)) return false;
    if (!is_calendar) return window->unit == CALENDAR_DAY && window->units == 0 && window->zone.size == 0;
    return window->units >= 1 && window->units <= WINDOW_UNITS_MAX && zone_is_known(window->zone);
}

Str calendar_unit_name(CalendarUnit unit, bool plural)
{
    static const Str NAMES[CALENDAR_UNIT_COUNT] = {STR_INIT("days"), STR_INIT("weeks"), STR_INIT("months"),
                                                   STR_INIT("quarters"), STR_INIT("years")};
    return str_slice(NAMES[unit], 0, NAMES[unit].size - (plural ? 0 : 1));
}

static bool format_calendar(const Window *window, Bytes *out, Error *err)
{
    Str unit = calendar_unit_name(window->unit, window->units != 1);
    TRY(bytes_append_format(out, err, "%u calendar %.*s", window->units, STR_ARG(unit)));
    if (str_equal(window->zone, STR("UTC"))) return true;
    return bytes_append_format(out, err, " in '%.*s'", STR_ARG(window->zone));
}

static bool format_reach(const Window *window, Bytes *out, Error *err)
{
    switch (window->kind) {
    case WINDOW_CALENDAR:
        return format_calendar(window, out, err);
    case WINDOW_SESSION:
        TRY(bytes_append_str(out, STR("session "), err));
        break;
    case WINDOW_NEXT:
        TRY(bytes_append_str(out, STR("next "), err));
        break;
    default:
        break;
    }
    if (window->kind == WINDOW_LIFETIME) return true;
    return bytes_append_str(out, str_from(duration_format(window->length_us).text), err);
}

bool window_format(const Window *window, Bytes *out, Error *err)
{
    const char *cap = window->kind == WINDOW_LIFETIME ? "" : " max ";

    TRY(format_reach(window, out, err));
    if (window->ending_us > 0)
        TRY(bytes_append_format(out, err, " ending %s ago", duration_format(window->ending_us).text));
    if (window->step_us > 0) TRY(bytes_append_format(out, err, " step %s", duration_format(window->step_us).text));
    if (window->rows_max == 0) return true;
    return bytes_append_format(out, err, "%s%u row%s", cap, window->rows_max, window->rows_max == 1 ? "" : "s");
}
