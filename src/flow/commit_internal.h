/// From an attempt's private directory into the store: checking, hashing, staging and placing what a step made. Recording it is the
/// journal's, in one transaction.
#ifndef PAWL_FLOW_COMMIT_INTERNAL_H
#define PAWL_FLOW_COMMIT_INTERNAL_H

#include "flow/journal_internal.h"

/// What an attempt made, in an arena.
typedef struct Made {
    StepArtifact *outputs; ///< `path` while it is still in the attempt
    size_t output_count;
    StepValue *values;
    size_t value_count;
    Str message;
} Made;

/// Why a value in result.json is not what its output was declared as; empty: it is.
MUST_CHECK bool commit_check_value(const FlowOutput *output, const StepResult *result, Arena *arena, Str *out_problem,
                                   Error *err);

/// Why what lies at `path` is not what the output was declared as: missing, empty, of another type; empty: it is. A table's rows get
/// their digest in `*out_logical`, unless it is there already.
MUST_CHECK bool commit_check_file(const Disk *disk, const FlowOutput *output, const FlowOptions *options, Str path,
                                  Arena *arena, Digest *out_logical, Str *out_problem, Error *err);

/// Reads result.json and looks at the outputs. `*out_problem` is empty, or tells why an exit of 0 does not count: an output that is
/// missing, empty or not of its type, a result that cannot be read. With `evidence`, outputs that are not there are left out.
///
/// `staged` is what an earlier scheduler wrote down before it died: what has left the attempt already is taken from there.
MUST_CHECK bool commit_look(const Store *store, const FlowStep *step, const FlowOptions *options, Str directory,
                            Str staged, bool evidence, Arena *arena, Made *out, Str *out_problem, Error *err);

/// Hashes and syncs what is still in the attempt, writes the digests down, renames into the objects.
MUST_CHECK bool commit_place(Journal *journal, size_t position, uint32_t attempt, Made *made, Error *err);

#endif
