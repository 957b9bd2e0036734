/// Puts any number of items in order within the memory given: sorted runs go into a file and are merged while they are read.
///
/// What is sorted are bytes, so that rows, examples and single values all go through the same sort. Items are ordered by (order,
/// key, value), the latter two by their bytes; so equal multisets of items come out as equal sequences, however they came in.
/// Owned: sorter_deinit.
#ifndef PAWL_DATASET_SORTER_H
#define PAWL_DATASET_SORTER_H

#include "base/array.h"
#include "engine/spill.h"

typedef struct SortItem {
    int64_t order;
    Str key, value;
} SortItem;

/// Runs that are merged at once; more are merged into fewer first.
enum { SORTER_RUNS_MAX = 64 };

/// The least memory that a sorter gets by with; less is taken as this.
#define SORTER_BYTES_MIN ((uint64_t)1 << 20)

/// Where an item's record lies: an offset while the buffer grows, then an address.
typedef union RecordPlace {
    uint64_t offset;
    const uint8_t *bytes;
} RecordPlace;

typedef struct SorterEntry {
    int64_t order;
    RecordPlace record;
} SorterEntry;

typedef struct SorterRun {
    uint64_t begin, end; ///< in the file
} SorterRun;

/// A run being read.
typedef struct RunReader {
    uint64_t next, end;   ///< what is left in the file
    Bytes buffer;         ///< begins with the current record
    size_t at;            ///< of the current record in the buffer
    const uint8_t *bytes; ///< the current record; NULL: the run is spent
} RunReader;

/// The records of several runs, or of the memory, in order.
typedef struct SorterMerge {
    RunReader *readers;
    size_t reader_count;
    size_t *heap; ///< of readers that have a record, the least at the top
    size_t heap_count;
    bool at_first; ///< nothing was handed out yet
    size_t entry;  ///< of the memory
} SorterMerge;

typedef struct Sorter {
    uint64_t memory_bytes;
    Spill spill;
    Bytes bytes; ///< records of the run being filled
    ARRAY_OF(SorterEntry) entries;
    ARRAY_OF(SorterRun) runs;
    uint64_t item_count;
    uint64_t item_bytes; ///< of all keys and values
    bool finished;
    SorterMerge merge;
} Sorter;

/// `memory_bytes` 0: as much as there is. `directory` empty: $TMPDIR or /tmp. `disk` NULL: the system's.
void sorter_init(uint64_t memory_bytes, Str directory, const Disk *disk, Sorter *out);
void sorter_deinit(Sorter *sorter);

/// Copies the item. Not after sorter_finish.
MUST_CHECK bool sorter_add(Sorter *sorter, const SortItem *item, Error *err);

/// Nothing more is added; sorter_next gives the first item.
MUST_CHECK bool sorter_finish(Sorter *sorter, Error *err);

/// The next item, borrowed until the next call; `*there` is false at the end.
MUST_CHECK bool sorter_next(Sorter *sorter, SortItem *out, bool *there, Error *err);

/// sorter_next gives the first item again.
MUST_CHECK bool sorter_rewind(Sorter *sorter, Error *err);

#endif
