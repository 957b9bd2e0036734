/// Which rows a window holds: language/window.h, word for word.
#ifndef PAWL_NAIVE_WINDOW_H
#define PAWL_NAIVE_WINDOW_H

#include "language/window.h"
#include "naive/rows.h"

/// The instant that rows must be known before, so that a window as of `t` can hold them.
int64_t window_seen(const Window *window, int64_t t);

/// Whether a row of that time is inside of the window's bounds in time.
bool window_holds(const Window *window, int64_t t, int64_t time);

/// Of an entity's visible rows within the bounds, in total order: leaves those of the open session and under the cap, at the
/// front of `rows`, and gives their number.
size_t window_keep(const Window *window, int64_t t, RowVersion *rows, size_t count);

/// As the user writes it: "7d ending 1d ago max 10 rows".
void window_append_text(const Window *window, Bytes *out);

#endif
