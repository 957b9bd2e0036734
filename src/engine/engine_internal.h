/// An engine seen from beside: what explaining a value needs of it.
#ifndef PAWL_ENGINE_ENGINE_INTERNAL_H
#define PAWL_ENGINE_ENGINE_INTERNAL_H

#include "engine/evaluate.h"
#include "engine/versions.h"

const Plan *engine_plan(const Engine *engine);
size_t engine_threads(const Engine *engine);

/// What each version of a group's rows would have been told at its own time by the groups before: a vector per row feature.
/// `inputs` holds what the rows sent, and must live as long as the values.
MUST_CHECK bool engine_row_features(const Engine *engine, const PlanGroup *group, const Versions *versions,
                                    ProgramOutput *inputs, NodeValues *out, Error *err);

/// Nodes of the main program.
typedef struct EngineNodes {
    const uint32_t *ids;
    size_t count;
} EngineNodes;

/// Their values for requests, as engine_evaluate has them. `arena` and `inputs` must live as long as the values.
MUST_CHECK bool engine_read_nodes(const Engine *engine, const Frame *inputs, const int64_t *at,
                                  const EngineNodes *nodes, Arena *arena, NodeValues *out, Error *err);

#endif
