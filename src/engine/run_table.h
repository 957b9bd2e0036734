/// Rows that come in runs - many of one entity, ascending in time, as sorted files give them - kept as they came: facts already, that need
/// neither be scattered nor sorted.
///
/// All rows stand in one table; each thread fills stretches of it. An entity whose rows came in one run is its place in the table.
/// Owned: run_table_deinit. Only for plain layouts whose key is an integer.
#ifndef PAWL_ENGINE_RUN_TABLE_H
#define PAWL_ENGINE_RUN_TABLE_H

#include <stdatomic.h>

#include "engine/record.h"
#include "engine/window.h"
#include "sys/lock.h"

/// Consecutive rows of one entity, each later than the one before.
typedef struct EntityRun {
    uint64_t hash;
    uint32_t begin, count;
} EntityRun;

typedef struct RunTable {
    Lock lock;       ///< of what follows, while rows are put
    size_t row_max;  ///< wanted; 0: no row is kept here
    size_t capacity; ///< rows there is memory for: none before the first run
    size_t used;     ///< rows handed out
    int64_t *time;
    Vector *columns; ///< of the facts
    size_t column_count;
    Arena arena;
} RunTable;

/// Where one thread at a time writes. The zero value is ready.
typedef struct RunLane {
    EntityRun *runs;
    size_t run_count, run_capacity;
    size_t row_count;
    uint32_t next, end; ///< of its stretch of the table
    bool is_open;       ///< whether the newest run may go on
    int64_t key, time;  ///< of the newest row
} RunLane;

/// `row_count`: about how many will come; 0: unknown, then nothing is kept here.
MUST_CHECK bool run_table_init(const RecordLayout *layout, uint64_t row_count, RunTable *out, Error *err);
void run_table_deinit(RunTable *table);
void run_lane_deinit(RunLane *lane);

/// Some rows of one chunk, without nulls.
typedef struct RunRows {
    const Vector *values; ///< key, then columns
    const int64_t *time;
    size_t begin, count;
} RunRows;

/// Keeps the rows where they come in runs and there is room: `*out_kept` tells.
MUST_CHECK bool run_table_put(RunTable *table, RunLane *lane, const RunRows *rows, bool *out_kept, Error *err);

/// Room for `more` rows behind those that are there; nothing is put any more. With `nulls`, columns tell which values are there.
MUST_CHECK bool run_table_extend(RunTable *table, size_t more, bool nulls, Error *err);

#endif
