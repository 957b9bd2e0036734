/// The general path: the rows of one window, whatever its kind, found from the last one back.
#include "engine/window_internal.h"

// The first position whose time is not below the bound.
static size_t first_not_below(const Sweep *sweep, int64_t bound)
{
    size_t from = sweep->begin;
    size_t end = sweep->end;
    while (from < end) {
        size_t middle = from + (end - from) / 2;
        if (sweep->facts->time[middle] < bound) {
            from = middle + 1;
        } else {
            end = middle;
        }
    }
    return from;
}

static bool is_visible(const FactTable *facts, size_t position, int64_t seen)
{
    return facts->known[position] < seen && (facts->superseded == NULL || seen <= facts->superseded[position]);
}

// Whether a session breaks between a row and what comes after it: a row, or the instant asked about.
static bool session_breaks(const Window *window, int64_t time, int64_t after)
{
    return window->kind == WINDOW_SESSION && (uint64_t)after - (uint64_t)time > (uint64_t)window->length_us;
}

static void reverse(uint32_t *items, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        uint32_t item = items[i];
        items[i] = items[count - 1 - i];
        items[count - 1 - i] = item;
    }
}

bool window_gather(const Sweep *sweep, const Window *window, int64_t t, WindowRows *out, Error *err)
{
    WindowScratch *scratch = sweep->scratch;
    const int64_t *time = sweep->facts->time;
    WindowClock clock = window_clock(window);
    WindowBounds bounds = window_bounds(&clock, t);
    size_t rows_max = window->rows_max > 0 ? window->rows_max : SIZE_MAX;
    int64_t after = t;
    size_t count = 0;

    for (size_t i = first_not_below(sweep, bounds.high); i > sweep->begin && count < rows_max; i--) {
        if (time[i - 1] < bounds.low || session_breaks(window, time[i - 1], after)) break;
        if (!is_visible(sweep->facts, i - 1, bounds.seen)) continue;
        TRY(array_reserve(&scratch->gathered, &scratch->gathered_capacity, count + 1, sizeof(*scratch->gathered), err));
        scratch->gathered[count++] = (uint32_t)(i - 1);
        after = time[i - 1];
    }
    reverse(scratch->gathered, count);
    *out = (WindowRows){scratch->gathered, count};
    return true;
}
