/// Why a feature has the value that it has: each row of its entity, and what became of it.
///
/// Works on the sources' tables anew, as groups keep only what aggregates need; the rows that it finds are those that the engine
/// counts, by the same windows.
#ifndef PAWL_ENGINE_EXPLAIN_H
#define PAWL_ENGINE_EXPLAIN_H

#include "engine/engine.h"

/// What became of a row's version. The first that holds.
typedef enum ExplainReason {
    EXPLAIN_COUNTED,   ///< it made the value
    EXPLAIN_LATE,      ///< not known yet at that instant
    EXPLAIN_REPLACED,  ///< a later version of the row was known by then
    EXPLAIN_RETRACTED, ///< the row was taken back by then
    EXPLAIN_AHEAD,     ///< its time has not come into the window
    EXPLAIN_LEFT,      ///< its time has left the window, or its session has ended
    EXPLAIN_CAPPED,    ///< in the window, and beyond the cap on rows
    EXPLAIN_CONDITION, ///< `where` is not true
    EXPLAIN_NULL,      ///< an argument is null
    EXPLAIN_REASON_COUNT,
} ExplainReason;

/// "counted", "not known yet", ... for people; "counted", "late", ... for machines.
const char *explain_reason_text(ExplainReason reason);
const char *explain_reason_name(ExplainReason reason);

typedef struct ExplainRow {
    ExplainReason reason;
    uint32_t source; ///< of the plan
    uint64_t row;    ///< of the source's table
    int64_t time;
    int64_t known;
    int64_t superseded; ///< INT64_MAX: never
    Str key;            ///< the source's key as a JSON object; empty: it has none
    Str value;          ///< the argument as JSON; empty: count() of rows
} ExplainRow;

/// One of the aggregates that a feature reads, itself or to know whose rows it asks for.
typedef struct ExplainAggregate {
    Str view;
    Str text;          ///< "mean over 7d"
    bool names_entity; ///< read to find the entity of another
    Str entity;        ///< a JSON array of the parts of its key
    Str value;         ///< as JSON
    Str sources;       ///< "trips"
    uint64_t counts[EXPLAIN_REASON_COUNT];
    ExplainRow *rows; ///< in total order; of each reason the last `rows_max`
    size_t row_count;
} ExplainAggregate;

typedef struct Explanation {
    Arena arena; ///< of all that it points to
    Str feature;
    Type type;
    Str value; ///< as JSON
    ExplainAggregate *aggregates;
    size_t aggregate_count;
} Explanation;

void explanation_deinit(Explanation *explanation);

typedef struct ExplainQuestion {
    Str feature;         ///< "view.column"
    const Frame *inputs; ///< one row
    int64_t at;
    uint32_t rows_max; ///< of each reason
} ExplainQuestion;

/// `tables` are those that the engine was opened with. An unknown feature is an ERROR_NOT_FOUND that suggests the nearest.
MUST_CHECK bool engine_explain(const Engine *engine, const Frame *tables, const ExplainQuestion *question,
                               Explanation *out, Error *err);

/// Marks the plan's inputs that a feature needs, itself and to find entities. `needed` has a byte per input.
MUST_CHECK bool explain_inputs(const Plan *plan, Str feature, uint8_t *needed, Error *err);

#endif
