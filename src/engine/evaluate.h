/// Evaluates nodes of a plan's main program as of many instants: the aggregates of group after group, as the entity of one may be named
/// by what another says, then the program.
///
/// Where facts come from - groups in memory, or a store - is all that training and serving do differently.
#ifndef PAWL_ENGINE_EVALUATE_H
#define PAWL_ENGINE_EVALUATE_H

#include "base/array.h"
#include "engine/group.h"

/// The queries: one row each.
typedef struct Queries {
    const Vector *inputs; ///< per plan input
    const int64_t *at;
    size_t count;
} Queries;

/// Arenas that answers point into, one per thread that made some.
typedef ARRAY_OF(Arena) AnswerTexts;

/// The aggregates of one group that are asked for, ordered by window, with room for a result per query.
typedef struct GroupRequest {
    const PlanGroup *plan;
    uint32_t group;
    const Vector *keys; ///< per part of the entity's key
    const int64_t *at;  ///< moved by 1 us for an inclusive group
    size_t count;
    WindowAggregate *aggregates;
    size_t aggregate_count;
    EntityStatus *statuses; ///< one per query, all ENTITY_UNKNOWN at first; may be NULL
    Arena *text;            ///< for strings that do not outlive the facts
    AnswerTexts *texts;     ///< for threads' lists and maps
} GroupRequest;

/// Answers a request; queries whose entity is unknown stay as they are.
typedef bool (*FactReader)(void *context, const GroupRequest *request, Error *err);

typedef struct Evaluator {
    const Plan *plan;
    FactReader read;
    void *context;
    size_t threads;
} Evaluator;

/// The values of the nodes asked for, and what they point into. Zero is empty.
typedef struct NodeValues {
    Arena arena;
    AnswerTexts texts;
    ProgramOutput *keys; ///< of groups' entities
    size_t key_count;
    ProgramOutput output; ///< output.vectors: one per node asked for
    void **owned;
    size_t owned_count, owned_capacity;
} NodeValues;

void node_values_deinit(NodeValues *evaluation);

/// Whether these values are memory of their own, which the caller now owns and frees; what reads them goes on to.
bool node_values_take(NodeValues *evaluation, const void *values);

/// `statuses` (may be NULL): plan->group_count * count, group-major.
MUST_CHECK bool evaluate_nodes(const Evaluator *evaluator, const Queries *queries, const uint32_t *nodes,
                               size_t node_count, EntityStatus *statuses, NodeValues *out, Error *err);

#endif
