/// Evaluates all aggregates of a group for one entity at ascending instants: what is in each window, as rows enter and leave it.
///
/// A version counts at t where it is visible, known < t <= superseded, and the window holds it: language/window.h says which rows
/// it does. Training sweeps over many instants, serving asks for one; both run this.
#ifndef PAWL_ENGINE_WINDOW_H
#define PAWL_ENGINE_WINDOW_H

#include "engine/engine.h"
#include "engine/series.h"
#include "engine/window_bounds.h"
#include "engine/window_plan.h"

/// Versions of entities one after the other, each entity's in total order. Borrowed.
typedef struct FactTable {
    const int64_t *time;
    const int64_t *known;      ///< may be `time` itself
    const int64_t *superseded; ///< NULL: never
    const Vector *columns;     ///< outputs of the group's row program after its keys
} FactTable;

/// Queries of one entity, ascending in time. `rows` are where results go.
typedef struct WindowQueries {
    const int64_t *at;
    const uint32_t *rows;
    size_t count;
} WindowQueries;

/// Scratch memory of one thread; the zero value is ready. Owned.
typedef struct WindowScratch {
    AggregateState *state;
    uint32_t *ranges; ///< per window and query: the range of positions, when it is one; all that begin, then all ends
    size_t range_capacity;
    Series *series; ///< as the plan numbers them
    size_t series_capacity;
    SeriesScratch *sketches;
    WindowBounds *bounds; ///< per query
    size_t bounds_capacity;
    uint32_t *comes, *goes; ///< per position: the first query that it is in, and the first after that that it is not in
    size_t come_capacity, go_capacity;
    uint32_t *changes, *change_begin; ///< position * 2 + (1: leaves), and where each query's begin
    size_t change_count, change_capacity, change_begin_capacity;
    uint32_t *nodes; ///< a tree over positions, or a queue of them
    size_t nodes_capacity;
    uint32_t *gathered; ///< positions of one window
    size_t gathered_capacity;
    uint32_t *before; ///< those of the window before it
    size_t before_count, before_capacity;
    AggregateScratch aggregates; ///< its `text` is where lists and maps of results go
} WindowScratch;

void window_scratch_deinit(WindowScratch *scratch);

/// Facts [begin, end) of the table are the entity's. `statuses` (by query row) may be NULL. The aggregates are those of the plan.
MUST_CHECK bool window_evaluate(WindowScratch *scratch, const WindowPlan *plan, const FactTable *facts, size_t begin,
                                size_t end, const WindowQueries *queries, WindowAggregate *aggregates,
                                EntityStatus *statuses, Error *err);

#endif
