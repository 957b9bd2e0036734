/// How the aggregates of a group are evaluated side by side: which share a window, a state, a series. Found once, read for every entity.
#ifndef PAWL_ENGINE_WINDOW_PLAN_H
#define PAWL_ENGINE_WINDOW_PLAN_H

#include "engine/aggregate_call.h"

/// One aggregate asked for, and where its values go: one per query row.
typedef struct WindowAggregate {
    const PlanAggregate *plan;
    uint32_t argument_column;  ///< of the facts, PLAN_NONE: rows themselves
    uint32_t second_column;    ///< PLAN_NONE: none
    uint32_t category_column;  ///< PLAN_NONE: none
    uint32_t condition_column; ///< PLAN_NONE: every row
    Type argument, second;     ///< bool for none
    Block result;
    Type type;
} WindowAggregate;

struct Sweep;
struct Series;

/// Evaluates aggregate `index`, and those that read its state, where windows are ranges of a series' values.
typedef bool SeriesFunction(const struct Sweep *sweep, struct Series *series, size_t index, Error *err);

typedef enum WorkKind {
    WORK_SLIDES,  ///< rows enter and leave a state
    WORK_READS,   ///< as another's state says, which is before it
    WORK_PICKS,   ///< one row
    WORK_GATHERS, ///< all rows, anew for each query
} WorkKind;

/// What is to be done for one aggregate.
typedef struct AggregateWork {
    WorkKind kind;
    const AggregateFunctions *functions; ///< of what slides or reads
    uint32_t reader_begin, reader_count; ///< of the plan's readers: those of its state, itself among them
    SeriesFunction *over_series;         ///< instead, where windows are ranges; NULL: none
    SeriesFunction *over_changes;        ///< likewise, where single rows enter and leave
    uint32_t series;                     ///< of the plan's
} AggregateWork;

/// Aggregates of one window, one after the other.
typedef struct WindowPart {
    size_t begin, end;
    bool gathers; ///< at least one does
} WindowPart;

/// Which values a series holds, by the facts' columns.
typedef struct SeriesSource {
    uint32_t argument_column, second_column, condition_column;
} SeriesSource;

/// Owned; zero is empty. Speaks of aggregates by their numbers.
typedef struct WindowPlan {
    size_t aggregate_count;
    AggregateWork *works; ///< one per aggregate
    uint32_t *readers;    ///< aggregates
    WindowPart *parts;
    size_t part_count;
    SeriesSource *series;
    size_t series_count;
} WindowPlan;

void window_plan_deinit(WindowPlan *plan);

/// Aggregates are ordered by window.
MUST_CHECK bool window_plan_init(const WindowAggregate *aggregates, size_t count, WindowPlan *out, Error *err);

#endif
