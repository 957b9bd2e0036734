/// A step's key: the SHA-256 of a document that names everything which its outputs depend on, so that the same key means
/// the same outputs, and so that two documents tell which field made the difference.
///
/// The document is canonical JSON: {"code", "command", "environment", "image", "inputs", "kind", "outputs", "params", "seed", "semantics"}.
/// Inputs are logical digests. `image` is the digest of a container's, not its name; it is there for steps that have one. `command` is there for kind "command" only: pawl's own stages are their code digest.
#ifndef PAWL_FLOW_KEY_INTERNAL_H
#define PAWL_FLOW_KEY_INTERNAL_H

#include "flow/explain.h"

typedef struct StepKey {
    Digest digest;
    Str document; ///< in an arena
} StepKey;

/// `inputs` belong to step->inputs, in the same order; `params` is canonical JSON, empty: {}.
MUST_CHECK bool step_key_make(const FlowStep *step, Str params, const StepArtifact *inputs, Arena *arena, StepKey *out,
                              Error *err);

/// "params.rounds: 100 -> 200": the fields that differ, at most a few, in the order of their names. Empty: none does.
MUST_CHECK bool key_difference(Str before, Str after, Arena *arena, Str *out, Error *err);

/// All of them, whole.
MUST_CHECK bool key_differences(Str before, Str after, Arena *arena, FlowDifference **out, size_t *out_count,
                                Error *err);

#endif
