/// A Transform being compiled: expressions go through the compiler's emitter, which hands fitted calls over to transform_call.c.
#ifndef PAWL_LANGUAGE_TRANSFORM_INTERNAL_H
#define PAWL_LANGUAGE_TRANSFORM_INTERNAL_H

#include "language/compile_internal.h"
#include "language/transform.h"

/// What emitters of transforms share.
struct TransformAssembly {
    Transform *transform; ///< its arena takes what stays
    ARRAY_OF(TransformCall) calls;
    uint32_t last_call; ///< the call that the latest call with several columns became
};

/// The place among transform->inputs of what a name stands for, in `out`; an error at the tree's node.
MUST_CHECK bool transform_resolve(const Transform *transform, Formula *formula, Error *err);

/// What stands before a call's parameters, as nodes of the type that it takes.
MUST_CHECK bool transform_arguments(Emitter *emitter, uint32_t tree_node, TransformCall *call, Error *err);

MUST_CHECK bool transform_parameters(Emitter *emitter, uint32_t tree_node, TransformCall *call, Error *err);

#endif
