/// Building a group: records in, partitions of sorted facts out.
#ifndef PAWL_ENGINE_GROUP_INTERNAL_H
#define PAWL_ENGINE_GROUP_INTERNAL_H

#include "engine/code_sort.h"
#include "engine/entity_sort.h"
#include "engine/group.h"
#include "engine/record_store.h"

/// What is known of a group's rows before they come.
typedef struct GroupShape {
    uint64_t row_count; ///< about; 0: unknown
    bool has_known;     ///< otherwise known is time
    bool has_superseded;
    RecordOrder order;
} GroupShape;

MUST_CHECK bool group_init(const PlanGroup *plan, const GroupShape *shape, GroupMemory *memory, Group *out, Error *err);

/// Where the group's rows go on their way into partitions. Borrows the group's layout: the group must stay where it is.
void group_records_init(Group *group, RecordStore *out);

/// Sorts the records into the group's partitions. `versions` are those that RECORD_BY_ROW speaks of. When `*tied` is set - rows that
/// differ have the same place in an unordered group's order - the group is not to be used.
MUST_CHECK bool group_finish(Group *group, RecordStore *records, const Versions *versions, size_t threads, bool *tied,
                             Error *err);

/// Records of a plain layout, column by column in the order in which they came, and how they will stand. One thread's memory; zero is
/// ready.
typedef struct PlainRows {
    CodeSorter sorter;
    uint32_t *entities; ///< numbers in the partition
    int64_t *times;
    uint8_t *values; ///< of all rows, column after column
    uint8_t *nulls;  ///< of all columns, row after row, as in a record
    uint32_t *order;
    uint64_t *hashes; ///< per entity
    uint32_t *slots;  ///< by hash: entity + 1, 0 where free
    size_t entities_capacity, time_capacity, value_capacity, null_capacity, order_capacity, hash_capacity,
        slot_capacity;
} PlainRows;

void plain_rows_deinit(PlainRows *rows);

/// One thread's memory for building partitions, one after the other.
typedef struct BuildScratch {
    Lane link;
    EntitySorter sorter;
    const uint8_t **records; ///< of the partition, as items number them
    size_t record_capacity;
    uint32_t *slots, *ties;
    size_t slot_capacity, tie_capacity;
    const uint8_t **entities; ///< a record of each
    size_t entity_capacity;
    uint8_t *nulls; ///< bits as in a record: whether any has them
    size_t null_capacity;
    TieSorter tie_sorter;
    bool has_tie_sorter;
    Slab slab; ///< of what was built, taken over by the group
    GroupMemory *memory;
    RecordBuffer records_read; ///< from the file
    RecordBuffer image;        ///< of a partition that goes into the file
    PlainRows plain;
    TiedList tied; ///< plain rows
} BuildScratch;

void build_scratch_deinit(BuildScratch *scratch);

/// What stands in the group's table of runs of one partition.
typedef struct PartitionRuns {
    const EntityRun *runs; ///< by hash
    size_t count;
    size_t row_count; ///< that have to be put in order, and then stand in the table from `begin` on
    size_t begin;
    const RunTable *table;
    const FactTable *facts; ///< the same
} PartitionRuns;

/// The records of all lanes that belong to a partition.
typedef struct PartitionRecords {
    const RecordLayout *layout;
    RecordBlocks blocks;
    int64_t base;              ///< of packed times
    const PartitionRuns *runs; ///< NULL: the group has none
    size_t index;              ///< of the partition
    const Versions *versions;  ///< that RECORD_BY_ROW speaks of
} PartitionRecords;

/// Orders runs of equal entity and time by the rest of the total order. `*tied` is set when rows that differ have the same place in an
/// order that does not tell them apart.
MUST_CHECK bool partition_order_ties(const PartitionRecords *input, BuildScratch *scratch, EntityItem *items,
                                     size_t count, bool *tied, Error *err);

/// A partition that is laid out, to be filled.
typedef struct PartitionDraft {
    GroupPartition partition;
    PartitionImage image; ///< its size is 0 where the partition is in memory that stays
    char *text;           ///< where the next string's bytes go
} PartitionDraft;

/// In the scratch's slab, or in what goes into the file.
MUST_CHECK bool partition_alloc(const RecordLayout *layout, const PartitionShape *shape, BuildScratch *scratch,
                                PartitionDraft *out, Error *err);

/// Filled: in its place, or in the file.
MUST_CHECK bool partition_keep(const RecordLayout *layout, const PartitionShape *shape, BuildScratch *scratch,
                               const PartitionDraft *draft, GroupPartition *out, Error *err);

/// Copying sorted records into a partition that is laid out.
typedef struct PartitionFill {
    const RecordLayout *layout;
    const uint8_t *const *records;
    const EntityItem *items; ///< sorted
    size_t count;
    char *text; ///< where the next string's bytes go
} PartitionFill;

/// `entities`: a record of each.
void partition_fill_entities(PartitionFill *fill, const uint8_t *const *entities, const uint32_t *slots,
                             GroupPartition *out);
void partition_fill_facts(PartitionFill *fill, GroupPartition *out);

/// Runs of all lanes, partition by partition. Owned: group_runs_deinit; zero is none.
typedef struct GroupRuns {
    PartitionRuns *partitions; ///< NULL: there are none
    EntityRun *runs;
} GroupRuns;

void group_runs_deinit(GroupRuns *runs);

/// Of a closed store; makes room in the group's table.
MUST_CHECK bool group_runs_init(Group *group, const RecordStore *records, GroupRuns *out, Error *err);

/// partition_build where the group has runs.
MUST_CHECK bool partition_build_runs(const PartitionRecords *input, BuildScratch *scratch, GroupPartition *out,
                                     bool *tied, Error *err);

/// partition_build for records of a plain layout.
MUST_CHECK bool partition_build_plain(const PartitionRecords *input, BuildScratch *scratch, GroupPartition *out,
                                      bool *tied, Error *err);

/// Facts of the records, in memory of the scratch's slab. When `*tied` is set nothing was built.
MUST_CHECK bool partition_build(const PartitionRecords *input, BuildScratch *scratch, GroupPartition *out, bool *tied,
                                Error *err);

#endif
