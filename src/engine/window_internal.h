/// The two ways in which a window moves over an entity's facts, and what aggregates do along the way.
#ifndef PAWL_ENGINE_WINDOW_INTERNAL_H
#define PAWL_ENGINE_WINDOW_INTERNAL_H

#include "base/array.h"
#include "engine/window.h"
#include "engine/window_bounds.h"

/// One entity's facts and queries while a sweep is under way.
typedef struct Sweep {
    WindowScratch *scratch;
    const WindowPlan *plan;
    const FactTable *facts;
    size_t begin, end;
    const WindowQueries *queries;
    WindowAggregate *aggregates;
    const uint32_t *low, *high; ///< per query: the range of positions, of the window at hand
    bool dense;   ///< windows are ranges, and cover more than they span: what they share in series is worth its making
    bool changes; ///< windows are no ranges: single rows enter and leave
    size_t span_begin, span_end;
} Sweep;

// When rows become known in their total order and none is superseded, a window is a range of positions.

bool sweep_is_ranges(const Sweep *sweep);

/// Where a window lies, for each query.
void sweep_ranges(const Sweep *sweep, const Window *window, uint32_t *low, uint32_t *high);
MUST_CHECK bool ranges_pick(const Sweep *sweep, WindowAggregate *aggregate, Error *err);

/// One pass for all readers of the work's state.
void ranges_slide(const Sweep *sweep, const AggregateWork *work);

// Otherwise it is a set that single rows enter and leave.

enum { CHANGE_LEAVES = 1 }; ///< in the last bit of a change

MUST_CHECK bool sweep_changes(const Sweep *sweep, const Window *window, Error *err);
MUST_CHECK bool changes_pick(const Sweep *sweep, WindowAggregate *aggregate, Error *err);
void changes_slide(const Sweep *sweep, const AggregateWork *work);

/// The rows of one window, as positions in total order. Borrowed until the next gathering with the same scratch.
typedef struct WindowRows {
    const uint32_t *positions;
    size_t count;
} WindowRows;

/// Those in the window as of instant t, whatever the window's kind; conditions and nulls are not looked at. For aggregates that
/// look at all their rows anew.
MUST_CHECK bool window_gather(const Sweep *sweep, const Window *window, int64_t t, WindowRows *out, Error *err);

/// Writes the scratch's state's value for a query, once for each of the work's readers.
static inline void readers_finish(const Sweep *sweep, const AggregateWork *work, uint32_t row)
{
    for (size_t i = 0; i < work->reader_count; i++) {
        uint32_t reader = sweep->plan->readers[work->reader_begin + i];
        WindowAggregate *aggregate = &sweep->aggregates[reader];
        sweep->plan->works[reader].functions->finish(sweep->scratch->state, aggregate->argument, &aggregate->result,
                                                     row);
    }
}

/// Whether all its rows are looked at anew.
static inline bool sweep_gathers(const Sweep *sweep, size_t aggregate)
{
    const AggregateWork *work = &sweep->plan->works[aggregate];
    bool otherwise = (sweep->dense && work->over_series != NULL) || (sweep->changes && work->over_changes != NULL);
    return work->kind == WORK_GATHERS && !otherwise;
}

AggregateInput sweep_input(const Sweep *sweep, const WindowAggregate *aggregate);

/// The first of an aggregate's readers, whose columns are those of all.
static inline AggregateInput work_input(const Sweep *sweep, const AggregateWork *work)
{
    return sweep_input(sweep, &sweep->aggregates[sweep->plan->readers[work->reader_begin]]);
}

/// Copies the argument at `position` into row `row` of the result.
void sweep_pick(const AggregateInput *input, size_t position, WindowAggregate *aggregate, size_t row);

#endif
