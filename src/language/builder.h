/// A program being made: equal nodes are one node, so that what is written twice is computed once.
#ifndef PAWL_LANGUAGE_BUILDER_H
#define PAWL_LANGUAGE_BUILDER_H

#include "base/array.h"
#include "base/map.h"
#include "language/kernel.h"

enum {
    PROGRAM_NODES_MAX = 1 << 20, ///< while it is made
    PLAN_NODES_MAX = 1 << 18,    ///< of all programs of a plan
};

/// The zero value is an empty program.
typedef struct Builder {
    Arena keys; ///< of `ids`
    Map ids;    ///< a node's bytes to its id
    ARRAY_OF(PlanNode) nodes;
    ARRAY_OF(uint32_t) outputs;
} Builder;

void builder_deinit(Builder *builder);

/// The id of the node: a new one, or that of an equal node.
MUST_CHECK bool builder_add(Builder *builder, PlanNode node, uint32_t *out, Error *err);

/// A call whose arguments are nodes of exactly the types that the kernel wants.
MUST_CHECK bool builder_call(Builder *builder, Kernel kernel, Type type, const uint32_t *arguments, uint32_t *out,
                             Error *err);

/// The place of `node` among the outputs from `first` on: that of an equal output, or a new one.
MUST_CHECK bool builder_output(Builder *builder, uint32_t first, uint32_t node, uint32_t *out, Error *err);

/// A copy in `arena`, with the bytes of its strings.
MUST_CHECK bool builder_finish(const Builder *builder, Arena *arena, Program *out, Error *err);

#endif
