/// The facts of one group in memory: every entity's versions in total order, with the outputs of the row program, split into
/// partitions by the hash of the entity.
///
/// A Group borrows the Versions and owns the rest. Read-only once built.
#ifndef PAWL_ENGINE_GROUP_H
#define PAWL_ENGINE_GROUP_H

#include "engine/partition.h"
#include "engine/program.h"
#include "engine/versions.h"
#include "engine/window.h"

/// Entities whose hashes begin alike. Entity e has the facts [entity_begin[e], entity_begin[e + 1]).
typedef struct GroupPartition {
    size_t entity_count;
    size_t *entity_begin;     ///< entity_count + 1 positions in the group's arrays
    uint32_t *entity_version; ///< a version with the entity's key
    uint64_t *entity_hash;
    uint32_t *slots; ///< by hash: entity + 1, 0 where free
    size_t slot_count;
    Arena text; ///< strings that came from row features, which do not stay
} GroupPartition;

typedef struct Group {
    const PlanGroup *plan;
    const Versions *versions;
    ProgramOutput rows; ///< per version: keys, then arguments and conditions
    size_t fact_count;
    FactTable facts; ///< of arrays owned below
    int64_t *time, *known, *superseded;
    Vector *columns; ///< per argument and condition
    void **owned;    ///< their values and validity
    size_t column_count;
    GroupPartition *partitions;
    uint32_t bits;
} Group;

void group_deinit(Group *group);

/// `features` has a vector per row feature, one value per version.
MUST_CHECK bool group_build(const PlanGroup *plan, const Versions *versions, const Vector *features, size_t threads,
                            Group *out, Error *err);

/// The entity's number in its partition, or SIZE_MAX. The key is row `row` of `keys`.
size_t group_find(const Group *group, const GroupPartition *partition, uint64_t hash, const Vector *keys, size_t row);

#endif
