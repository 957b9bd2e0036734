/// What a step's key is, and whether the cache answers it. Shared by running and by forecasting.
#ifndef PAWL_FLOW_LOOKUP_INTERNAL_H
#define PAWL_FLOW_LOOKUP_INTERNAL_H

#include "flow/journal_internal.h"

/// What is known once all that a step reads is there. In an arena.
typedef struct Lookup {
    Str params;
    Resolved resolved;
    StepKey key;
    int64_t result;        ///< cached and intact; 0: it must run
    StepArtifact *outputs; ///< of the result
    size_t output_count;
    Str reason; ///< why it must run
} Lookup;

/// Resolves the params, unless `resolved` already says what this run made of the same params, and makes the key.
MUST_CHECK bool lookup_key(const FlowStep *step, const FlowOptions *options, const StepArtifact *inputs,
                           const StepValue *values, size_t value_count, Arena *arena, Lookup *lookup, Error *err);

/// Asks the cache for the key, and checks that the outputs are still as they were committed.
MUST_CHECK bool lookup_cache(Journal *journal, const Flow *flow, const FlowStep *step, Arena *arena, Lookup *lookup,
                             Error *err);

/// Reads a result's outputs; `*out_intact` tells whether all are as they were committed.
MUST_CHECK bool lookup_outputs(Journal *journal, int64_t result, Arena *arena, StepArtifact **out, size_t *out_count,
                               bool *out_intact, Error *err);

/// What the step's input is: an output of the upstream `result`, or a value of it, whose digests are those of its JSON.
MUST_CHECK bool lookup_input(Journal *journal, const FlowInput *input, int64_t result, const StepArtifact *outputs,
                             size_t output_count, Arena *arena, StepArtifact *out, Error *err);

/// A value of a result; empty: it has none of that name.
MUST_CHECK bool lookup_value(Journal *journal, int64_t result, Str name, Arena *arena, Str *out, Error *err);

/// Finds `name` among a step's outputs.
const StepArtifact *lookup_output(const StepArtifact *outputs, size_t count, Str name);

#endif
