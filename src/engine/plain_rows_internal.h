/// Building a partition of plain records: they are read column by column, so that what follows looks at dense arrays whatever the
/// records' form: an index, an instant and an entity fit into one number to sort, and no pointers are followed.
#ifndef PAWL_ENGINE_PLAIN_ROWS_INTERNAL_H
#define PAWL_ENGINE_PLAIN_ROWS_INTERNAL_H

#include "engine/group_internal.h"

/// A partition under construction.
typedef struct PlainBuild {
    const RecordLayout *layout;
    PlainRows *rows;
    int64_t base;           ///< of packed times
    size_t capacity, count; ///< rows
    size_t column_count, null_bytes;
    size_t entity_count, slot_count;
    int64_t least, greatest; ///< times
    uint8_t *nulls;          ///< bits per column: whether any row has them
} PlainBuild;

/// Room for `capacity` rows in the scratch's memory.
MUST_CHECK bool plain_build_init(const PartitionRecords *input, BuildScratch *scratch, size_t capacity, PlainBuild *out,
                                 Error *err);

MUST_CHECK bool plain_build_read(PlainBuild *build, const RecordBlocks *blocks, Error *err);

/// Rows that came in a run, from the table.
MUST_CHECK bool plain_build_read_run(PlainBuild *build, const EntityRun *run, const RunTable *table, Error *err);

/// A new entity, without rows so far.
MUST_CHECK bool plain_build_add(PlainBuild *build, uint64_t hash, Error *err);

/// Finds the order of all rows. `*tied`: some that differ have the same place in it.
MUST_CHECK bool plain_build_order(PlainBuild *build, EntitySorter *sorter, bool *tied, Error *err);

/// Notes which are tied, if they are few, to be settled later: `*tied` is unset then. The facts are going to stand from `begin` on.
MUST_CHECK bool plain_build_note_ties(const PlainBuild *build, const PartitionRecords *input, size_t begin,
                                      BuildScratch *scratch, bool *tied, Error *err);

/// Hashes, slots and keys of all entities.
void plain_build_fill_entities(const PlainBuild *build, GroupPartition *out);

/// Rows in their order from position `begin` of the table on.
void plain_build_fill_facts(const PlainBuild *build, size_t begin, const FactTable *out);

#endif
