/// One task's state while a program runs: a block of values for every needed node.
#ifndef PAWL_ENGINE_PROGRAM_INTERNAL_H
#define PAWL_ENGINE_PROGRAM_INTERNAL_H

#include "engine/program.h"

/// What all tasks of one evaluation share, read-only.
typedef struct ProgramJob {
    const Program *program;
    const ProgramInput *input;
    const uint8_t *needed;   ///< per node
    const uint32_t *targets; ///< per node: the output vector that it writes straight into, or PLAN_NONE
    const Vector *outputs;   ///< those that are not lent have their memory already
    size_t capacity;         ///< rows of a block
} ProgramJob;

typedef struct ProgramState {
    const ProgramJob *job;
    Arena arena; ///< blocks
    Arena *text;
    Vector *values;                    ///< per node: this block's
    Block *blocks;                     ///< per node: where it writes
    const KernelConstants **constants; ///< per node
} ProgramState;

void program_state_deinit(ProgramState *state);
MUST_CHECK bool program_state_init(const ProgramJob *job, Arena *text, ProgramState *out, Error *err);

/// Computes rows [begin, begin + count), count at most the capacity.
MUST_CHECK bool program_state_run(ProgramState *state, size_t begin, size_t count, Error *err);

/// Whether a node's values can be lent from the input as they lie there.
bool program_node_is_lent(const PlanNode *node, const ProgramInput *input);

/// The lent values of rows [begin, begin + count).
Vector program_node_lend(const PlanNode *node, const ProgramInput *input, size_t begin, size_t count);

#endif
