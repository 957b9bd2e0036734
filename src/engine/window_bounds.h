/// Which times a window holds as of an instant, and as of when their rows are seen.
#ifndef PAWL_ENGINE_WINDOW_BOUNDS_H
#define PAWL_ENGINE_WINDOW_BOUNDS_H

#include "language/window.h"
#include "text/zone.h"

/// Rows with known < seen <= superseded and low <= time < high. A session and a cap on rows choose among them.
typedef struct WindowBounds {
    int64_t seen, low, high;
} WindowBounds;

/// A window and its zone, found once. Borrows the window.
typedef struct WindowClock {
    const Window *window;
    const Zone *zone; ///< of a calendar
} WindowClock;

WindowClock window_clock(const Window *window);

/// What passes the ends of int64 stays there. `seen` and `high` never decrease as t grows, and neither does `low`, but of a
/// calendar: the 29th to the 31st of March lie one month after the 28th of February, and clocks go back.
WindowBounds window_bounds(const WindowClock *clock, int64_t t);

#endif
