/// The functions behind language/kernels.def: one per row, each over a batch of values.
///
/// Serving runs the very same functions with a batch of one. A kernel reads vectors of equal length and fills a Block; what it
/// computes for one row depends on that row's arguments only, and on the node's types and constants.
#ifndef PAWL_ENGINE_KERNEL_H
#define PAWL_ENGINE_KERNEL_H

#include "language/kernel_constant.h"

/// What a kernel writes: `count` values and, beside them, whether each is there. `valid` is never NULL.
typedef struct Block {
    size_t count;
    uint8_t *valid;
    Values values;
} Block;

typedef struct KernelContext {
    Type type;                        ///< of the result
    const KernelConstants *constants; ///< NULL: the kernel takes none
    Arena *text;                      ///< where strings that a kernel makes live
} KernelContext;

/// `out->valid` arrives as the conjunction of the arguments' (STRICT), or all 1 (OWN). A kernel may clear more of it; values of
/// rows that are null in the end are zeroed by kernel_run.
typedef bool KernelFunction(const KernelContext *context, const Vector *arguments, Block *out, Error *err);

#define KERNEL(id, ...) KernelFunction kernel_##id;
#include "language/kernels.def"
#undef KERNEL

/// Runs one kernel over `out->count` rows of its `argument_count` arguments.
MUST_CHECK bool kernel_run(Kernel kernel, const KernelContext *context, const Vector *arguments, size_t argument_count,
                           Block *out, Error *err);

/// Makes the values zero bits where `valid` is 0.
void block_zero_nulls(Block *block, Storage storage);

#endif
