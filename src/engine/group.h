/// The facts of one group, in memory or behind it in a file: every entity's versions in total order, with the outputs of the row program, split into
/// partitions by the hash of the entity.
///
/// A Group borrows its plan and its memory, and owns the rest. Read-only once built.
#ifndef PAWL_ENGINE_GROUP_H
#define PAWL_ENGINE_GROUP_H

#include "base/array.h"
#include "engine/program.h"
#include "engine/records.h"
#include "engine/versions.h"
#include "engine/window.h"

/// What groups share: memory for records and facts up to a limit, and a file for what exceeds it. Stays where it is.
typedef struct GroupMemory {
    SlabPool pool;
    Spill spill;
    size_t limit;    ///< of the pool, about; 0: none
    size_t lane_max; ///< of the limit, for one thread's records of one group
} GroupMemory;

/// Without a limit; after all groups.
void group_memory_init(GroupMemory *out);
void group_memory_deinit(GroupMemory *memory);

/// What a partition has room for.
typedef struct PartitionShape {
    size_t fact_count, entity_count, slot_count;
    size_t text_bytes; ///< keys' texts counted for every record though each is kept once: room to spare, but bounded
    bool has_superseded;
    const uint8_t *nulls;   ///< bits per column
    const FactTable *table; ///< not NULL: facts stand there
} PartitionShape;

/// A partition in the file: an image of its memory.
typedef struct PartitionImage {
    PartitionShape shape;
    uint64_t offset;
    size_t size;
    const char *text; ///< where the texts lay when it was made
} PartitionImage;

/// Entities whose hashes begin alike. Entity e has the facts [entity_begin[e], entity_end[e]).
typedef struct GroupPartition {
    size_t entity_count;
    uint32_t *entity_begin; ///< positions in `facts`
    uint32_t *entity_end;   ///< the same moved by one, unless facts stand in the group's table of runs
    uint64_t *entity_hash;
    Vector *keys;    ///< per part of the key: a value per entity
    uint32_t *slots; ///< by hash: entity + 1, 0 where free
    size_t slot_count;
    size_t fact_count;
    FactTable facts;
    const PartitionImage *image; ///< not NULL: what is above has to be read first, but for the counts
} GroupPartition;

/// Rows that differ but have the same place in the order of a group that does not tell them apart: facts [begin, begin + count) of a
/// partition.
typedef struct TiedRows {
    uint64_t hash; ///< of the entity
    int64_t time;
    uint32_t partition, begin, count;
} TiedRows;

typedef ARRAY_OF(TiedRows) TiedList;

typedef struct Group {
    const PlanGroup *plan;
    Arena arena; ///< of the layout
    RecordLayout layout;
    size_t column_count; ///< of the facts: arguments and conditions
    GroupPartition *partitions;
    uint32_t bits;
    GroupMemory *memory;
    RunTable runs;
    FactTable table; ///< of the runs
    TiedList ties;   ///< to be settled before the group is used
    Slab *slabs;     ///< of the partitions, one per thread that built some
    size_t slab_count;
} Group;

void group_deinit(Group *group);

/// `features` has a vector per row feature, one value per version. Borrows the versions while it builds, and the memory.
MUST_CHECK bool group_build(const PlanGroup *plan, const Versions *versions, const Vector *features, size_t threads,
                            GroupMemory *memory, Group *out, Error *err);

/// A partition that can be looked at: itself, or read from the file into the buffer, where it is good until the buffer's next use.
MUST_CHECK bool group_partition_read(const Group *group, size_t index, RecordBuffer *buffer, GroupPartition *out,
                                     Error *err);

/// The entity's number in its partition, or SIZE_MAX. The key is row `row` of `keys`.
size_t group_find(const GroupPartition *partition, uint64_t hash, const Vector *keys, size_t key_count, size_t row);

#endif
