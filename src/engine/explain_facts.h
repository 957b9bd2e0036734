/// One entity's rows as a group of a plan has them, with the rows that they come from and why versions of them ended.
#ifndef PAWL_ENGINE_EXPLAIN_FACTS_H
#define PAWL_ENGINE_EXPLAIN_FACTS_H

#include "engine/engine_internal.h"

/// A source's versions, and which of them ended by being taken back.
typedef struct ExplainSource {
    Versions versions;
    uint8_t *retracted; ///< per version; NULL: none
} ExplainSource;

/// Zero is empty.
typedef struct ExplainFacts {
    Arena arena;
    const PlanGroup *group;
    ExplainSource *sources; ///< the group's source, or its union's in order
    uint32_t *source_ids;   ///< of the plan
    size_t source_count;
    Versions joined; ///< of a union
    FactTable facts; ///< of the entity, in total order
    Column *columns; ///< what `facts` reads
    size_t column_count;
    uint32_t *order; ///< per fact: its version
    size_t count;
} ExplainFacts;

void explain_facts_deinit(ExplainFacts *facts);

/// `keys` has a vector per part of the entity's key, whose row 0 is asked for.
MUST_CHECK bool explain_facts_find(const Engine *engine, const Frame *tables, const PlanGroup *group,
                                   const Vector *keys, ExplainFacts *out, Error *err);

/// The source of a fact among `sources`, and its version there.
size_t explain_facts_source(const ExplainFacts *facts, size_t fact, size_t *out_version);

#endif
