/// The two ways in which a window moves over an entity's facts, and what aggregates do along the way.
#ifndef PAWL_ENGINE_WINDOW_INTERNAL_H
#define PAWL_ENGINE_WINDOW_INTERNAL_H

#include "base/array.h"
#include "engine/window.h"
#include "engine/window_bounds.h"

/// One entity's facts and queries while a sweep is under way.
typedef struct Sweep {
    WindowScratch *scratch;
    const FactTable *facts;
    size_t begin, end;
    const WindowQueries *queries;
} Sweep;

// When rows become known in their total order and none is superseded, a window is a range of positions.

bool sweep_is_ranges(const Sweep *sweep);
MUST_CHECK bool sweep_ranges(const Sweep *sweep, const Window *window, Error *err);
MUST_CHECK bool ranges_pick(const Sweep *sweep, WindowAggregate *aggregate, Error *err);

/// One pass for all readers of the scratch's state.
void ranges_slide(const Sweep *sweep);

// Otherwise it is a set that single rows enter and leave.

MUST_CHECK bool sweep_changes(const Sweep *sweep, const Window *window, Error *err);
MUST_CHECK bool changes_pick(const Sweep *sweep, WindowAggregate *aggregate, Error *err);
void changes_slide(const Sweep *sweep);

/// The rows of one window, as positions in total order. Borrowed until the next gathering with the same scratch.
typedef struct WindowRows {
    const uint32_t *positions;
    size_t count;
} WindowRows;

/// Those in the window as of instant t, whatever the window's kind; conditions and nulls are not looked at. For aggregates that
/// look at all their rows anew.
MUST_CHECK bool window_gather(const Sweep *sweep, const Window *window, int64_t t, WindowRows *out, Error *err);

/// Writes the state's value for a query, once for each of its readers.
static inline void readers_finish(const WindowScratch *scratch, uint32_t row)
{
    for (size_t i = 0; i < scratch->reader_count; i++) {
        const StateReader *reader = &scratch->readers[i];
        reader->functions->finish(scratch->state, reader->aggregate->argument, &reader->aggregate->result, row);
    }
}

AggregateInput sweep_input(const Sweep *sweep, const WindowAggregate *aggregate);

/// Copies the argument at `position` into row `row` of the result.
void sweep_pick(const AggregateInput *input, size_t position, WindowAggregate *aggregate, size_t row);

#endif
