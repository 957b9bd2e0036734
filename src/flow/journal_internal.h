/// What happened, in the metadata database: runs, their steps, results, and the cache. The only file of flow's that knows tables.
///
/// A result is what one attempt of a step committed: outputs, values, lineage. A step of a run points to the result that it made or
/// found in the cache. Every change of a step is a compare-and-swap on (state, attempt, epoch): who was replaced changes nothing and
/// gets an ERROR_CONFLICT. The caller opens the transactions.
#ifndef PAWL_FLOW_JOURNAL_INTERNAL_H
#define PAWL_FLOW_JOURNAL_INTERNAL_H

#include "flow/key_internal.h"

typedef struct Journal {
    Store *store;
    int64_t epoch; ///< of this scheduler; 0: a reader
    int64_t run;   ///< the run being written
} Journal;

/// Makes or brings up to date the tables.
MUST_CHECK bool journal_open(Store *store, Journal *out, Error *err);

/// Makes this process the store's scheduler: later changes by an earlier one are refused.
MUST_CHECK bool journal_take_over(Journal *journal, Error *err);

/// What the resolver made of a step's params. Within a run it is decided once: what a step of the run has changed since, such as the
/// model in production, must not turn its earlier steps into others when the run goes on.
typedef struct Resolved {
    Str params;  ///< empty: they were left as they are
    Digest from; ///< of the params that it began with
} Resolved;

/// A step as the journal has it.
typedef struct StepRow {
    Str name;
    StepState state;
    uint32_t attempt;  ///< the last one begun; 0: none
    uint32_t failures; ///< attempts that failed
    uint32_t losses;   ///< attempts that ended without a trace
    Digest key;        ///< of the last attempt; zero: none
    int64_t result;    ///< 0: none
    Str staged;        ///< JSON: digests of outputs on their way into the objects; empty: none
    Resolved resolved;
    int64_t started_us;
} StepRow;

typedef struct RunRow {
    int64_t run;
    StepState state;
    int64_t as_of_us;
    StepRow *steps; ///< by position
    size_t step_count;
} RunRow;

/// A new run with all its steps waiting; becomes the journal's run. Own transaction.
MUST_CHECK bool journal_begin_run(Journal *journal, const Flow *flow, int64_t as_of_us, Error *err);

/// The newest run of the flow that has not ended; 0: none.
MUST_CHECK bool journal_find_open_run(Journal *journal, Str flow, int64_t *out_run, Error *err);

MUST_CHECK bool journal_read_run(Journal *journal, int64_t run, Arena *arena, RunRow *out, Error *err);

/// The run goes on: what did not get done waits again. Becomes the journal's run. Own transaction.
MUST_CHECK bool journal_resume_run(Journal *journal, int64_t run, Error *err);

/// Own transaction. Fenced by the epoch.
MUST_CHECK bool journal_end_run(Journal *journal, int64_t run, StepState state, Str message, Error *err);

/// A step that the run turned out to have, waiting. In the caller's transaction.
MUST_CHECK bool journal_add_step(Journal *journal, size_t position, Str name, Str kind, Error *err);

/// What a step changes from and to. Fields that a state has no use for are left as they are.
typedef struct StepChange {
    size_t position;
    StepState from;
    uint32_t from_attempt;
    StepState to;
    uint32_t attempt;
    uint32_t failures;
    uint32_t losses;
    int64_t result;           ///< DONE, CACHED, REFUSED
    const Digest *key;        ///< NULL: as before
    const Resolved *resolved; ///< likewise
    Str reason;
    Str message;
} StepChange;

/// In the caller's transaction.
MUST_CHECK bool journal_change_step(Journal *journal, const StepChange *change, Error *err);

/// Remembers the digests of outputs that are about to move into the objects. Own transaction.
MUST_CHECK bool journal_stage_outputs(Journal *journal, size_t position, uint32_t attempt, Str staged, Error *err);

/// What an attempt made.
typedef struct NewResult {
    const FlowStep *step;
    Str flow;
    uint32_t attempt;
    const StepKey *key;
    const StepArtifact *inputs; ///< of step->inputs, in their order
    const StepArtifact *outputs;
    size_t output_count;
    const StepValue *values;
    size_t value_count;
    bool cached; ///< whether later runs may use it
} NewResult;

/// In the caller's transaction.
MUST_CHECK bool journal_add_result(Journal *journal, const NewResult *result, int64_t *out_result, Error *err);

/// The result cached under the key; 0: none.
MUST_CHECK bool journal_find_cached(Journal *journal, const Digest *key, int64_t *out_result, Error *err);

/// The key document of the step's newest result; empty: none.
MUST_CHECK bool journal_last_document(Journal *journal, Str flow, Str step, Arena *arena, Str *out, Error *err);

/// A result's outputs, sorted by name; `path` is empty.
MUST_CHECK bool journal_read_outputs(Journal *journal, int64_t result, Arena *arena, StepArtifact **out,
                                     size_t *out_count, Error *err);
MUST_CHECK bool journal_read_values(Journal *journal, int64_t result, Arena *arena, StepValue **out, size_t *out_count,
                                    Error *err);

#endif
