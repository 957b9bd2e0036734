/// The facts of one group in memory: every entity's versions in total order, with the outputs of the row program, split into
/// partitions by the hash of the entity.
///
/// A Group borrows its plan and owns the rest. Read-only once built.
#ifndef PAWL_ENGINE_GROUP_H
#define PAWL_ENGINE_GROUP_H

#include "engine/program.h"
#include "engine/records.h"
#include "engine/versions.h"
#include "engine/window.h"

/// Entities whose hashes begin alike. Entity e has the facts [entity_begin[e], entity_begin[e + 1]).
typedef struct GroupPartition {
    size_t entity_count;
    uint32_t *entity_begin; ///< entity_count + 1 positions in `facts`
    uint64_t *entity_hash;
    Vector *keys;    ///< per part of the key: a value per entity
    uint32_t *slots; ///< by hash: entity + 1, 0 where free
    size_t slot_count;
    size_t fact_count;
    FactTable facts;
} GroupPartition;

typedef struct Group {
    const PlanGroup *plan;
    Arena arena; ///< of the layout
    RecordLayout layout;
    size_t column_count; ///< of the facts: arguments and conditions
    GroupPartition *partitions;
    uint32_t bits;
    SlabPool *pool;
    Slab *memory; ///< of the partitions, one per thread that built some
    size_t memory_count;
} Group;

void group_deinit(Group *group);

/// `features` has a vector per row feature, one value per version. Borrows the versions while it builds.
MUST_CHECK bool group_build(const PlanGroup *plan, const Versions *versions, const Vector *features, size_t threads,
                            Group *out, Error *err);

/// The entity's number in its partition, or SIZE_MAX. The key is row `row` of `keys`.
size_t group_find(const GroupPartition *partition, uint64_t hash, const Vector *keys, size_t key_count, size_t row);

#endif
