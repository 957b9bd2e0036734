/// Histories of keyed rows, partition by partition, and their versions that can be seen on the way out.
#ifndef PAWL_ENGINE_KEY_HISTORY_INTERNAL_H
#define PAWL_ENGINE_KEY_HISTORY_INTERNAL_H

#include "engine/key_order.h"
#include "engine/key_rows.h"

/// One thread's memory for histories, one partition after the other.
typedef struct KeyScratch {
    Lane link;
    Arena arena; ///< of a batch
    RecordBuffer buffer;
    const uint8_t **records;
    uint32_t *slots;     ///< by hash: the record that came last of its key
    uint32_t *next;      ///< per record: the one of its key that came before
    int64_t *superseded; ///< per record
    uint32_t *repeated;  ///< slots of the keys that came more than once
    uint32_t *kept;
    KeyVersion *versions; ///< of one key
    size_t record_capacity, slot_capacity, next_capacity, superseded_capacity, repeated_capacity, kept_capacity,
        version_capacity;
    size_t repeated_count;
    KeyCounts counts;
} KeyScratch;

typedef struct HistoryJob {
    KeyRows *rows;
    const VersionSink *sink;
    LanePool scratches;
    atomic_bool tied;
} HistoryJob;

/// One partition while its histories are found.
typedef struct KeyPartition {
    HistoryJob *job;
    KeyScratch *scratch;
    size_t count;
    size_t slot_count;
} KeyPartition;

/// Hands the first `count` of the scratch's kept records to the job's sink.
MUST_CHECK bool key_partition_hand(const KeyPartition *partition, size_t count, Error *err);

#endif
