/// Runs a plan's programs over many rows, block by block: the one executor of training, backfill and serving.
///
/// Results do not depend on blocks or threads. Inputs are borrowed and must outlive the output, which may point into them.
#ifndef PAWL_ENGINE_PROGRAM_H
#define PAWL_ENGINE_PROGRAM_H

#include "engine/kernel.h"

enum {
    PROGRAM_BLOCK_ROWS = 1024,
    PROGRAM_TASK_ROWS = 64 * PROGRAM_BLOCK_ROWS,
    PROGRAM_SMALL_ROWS = 64 ///< so many rows' values are not worth an allocation of their own
};

typedef struct ProgramInput {
    size_t count; ///< rows to compute
    const Vector *columns;
    size_t gathered_count; ///< the first so many columns are read through `rows` and `known`, the others as they lie
    const uint64_t *rows;  ///< row i reads gathered columns at rows[i]; NULL: at i
    const uint8_t *known;  ///< count * gathered_count: 0 makes the column null in that row; NULL: all are known
    const int64_t *at;     ///< one per row; may be NULL when the program does not read it
    const Vector *const *aggregates; ///< per group and aggregate: `count` values; may be NULL likewise
} ProgramInput;

/// One vector for each node asked for. Zero is empty.
typedef struct ProgramOutput {
    Vector *vectors;
    size_t vector_count;
    void **owned; ///< per vector: values, then valid; NULL where borrowed, or in the arena
    Arena arena;  ///< the list itself, and values of few rows
    Arena *texts; ///< strings that kernels made, one arena per task
    size_t text_count;
} ProgramOutput;

void program_output_deinit(ProgramOutput *output);

/// Computes `nodes` (ids of the program) and what they need, nothing else.
MUST_CHECK bool program_evaluate(const Program *program, const uint32_t *nodes, size_t node_count,
                                 const ProgramInput *input, size_t threads, ProgramOutput *out, Error *err);

/// Marks (1) every node that one of `nodes` needs, itself included. `needed` has node_count bytes.
void program_mark_needed(const Program *program, const uint32_t *nodes, size_t count, uint8_t *needed);

#endif
