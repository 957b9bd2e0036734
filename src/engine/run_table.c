#include "engine/run_table.h"

#include "base/array.h"
#include "base/memory.h"
#include "engine/key.h"
#include "number/float_order.h"

#ifdef PAWL_TESTING
enum { STRETCH_ROWS = 512, RUN_ROWS_MIN = 3 }; // so that small tests come by all of this
#else
enum {
    STRETCH_ROWS = 1 << 16, ///< that a thread takes at once
    RUN_ROWS_MIN = 8        ///< shorter runs, on the average, are not worth it
};
#endif

enum { LOOK_ROWS = 16, STRETCHES_SPARE = 64 }; ///< beyond the rows expected: threads leave theirs half empty

bool run_table_init(const RecordLayout *layout, uint64_t row_count, RunTable *out, Error *err)
{
    AUTO(run_table_deinit)
    RunTable table = {.lock = LOCK_INIT, .column_count = layout->field_count - layout->key_count};
    bool useful = layout->packs && row_count > 0 && row_count < INT32_MAX / 2;

    table.columns = arena_alloc_array(&table.arena, table.column_count, sizeof(*table.columns), err);
    TRY(table.columns != NULL);
    for (size_t i = 0; i < table.column_count; i++) table.columns[i].type = layout->fields[layout->key_count + i].type;
    if (useful) table.row_max = (size_t)row_count + row_count / 16 + (size_t)STRETCHES_SPARE * STRETCH_ROWS;

    *out = table;
    table = (RunTable){0};
    return true;
}

static uint8_t *column_valid(const Vector *column)
{
    union {
        const uint8_t *read;
        uint8_t *write;
    } valid = {.read = column->valid}; // the table's own
    return valid.write;
}

void run_table_deinit(RunTable *table)
{
    memory_free(table->time);
    for (size_t i = 0; table->columns != NULL && i < table->column_count; i++) {
        memory_free(table->columns[i].values.any);
        memory_free(column_valid(&table->columns[i]));
    }
    arena_deinit(&table->arena);
    *table = (RunTable){0};
}

void run_lane_deinit(RunLane *lane)
{
    memory_free(lane->runs);
    *lane = (RunLane){0};
}

// Memory that is not written to costs nothing.
static bool alloc_rows(RunTable *table, Error *err)
{
    table->time = memory_alloc_array(table->row_max, sizeof(*table->time), err);
    TRY(table->time != NULL);
    for (size_t i = 0; i < table->column_count; i++) {
        Vector *column = &table->columns[i];
        column->values.any = memory_alloc_array(table->row_max, storage_size(type_storage(column->type)), err);
        TRY(column->values.any != NULL);
    }
    table->capacity = table->row_max;
    return true;
}

// A stretch that goes on where the lane's ends lets its newest run go on too.
static bool take_stretch(RunTable *table, RunLane *lane, bool *out_taken, Error *err)
{
    bool done = true;

    lock_enter(&table->lock);
    if (table->capacity == 0) done = alloc_rows(table, err);
    *out_taken = done && table->capacity - table->used >= STRETCH_ROWS;
    if (*out_taken) {
        lane->is_open = lane->is_open && lane->next == table->used;
        lane->next = (uint32_t)table->used;
        table->used += STRETCH_ROWS;
        lane->end = (uint32_t)table->used;
    }
    lock_leave(&table->lock);
    return done;
}

static size_t count_changes(const int64_t *keys, size_t count)
{
    size_t changes = 1;
    for (size_t i = 1; i < count; i++) changes += keys[i] != keys[i - 1];
    return changes;
}

// A look at the first few tells nearly always.
static bool rows_are_runs(const RunRows *rows)
{
    const int64_t *keys = rows->values[0].values.ints + rows->begin;
    const int64_t *time = rows->time + rows->begin;
    size_t few = rows->count < LOOK_ROWS ? rows->count : LOOK_ROWS;
    size_t changes = 1;
    bool ascend = true;

    if (count_changes(keys, few) > LOOK_ROWS / 2) return false;
    for (size_t i = 1; i < rows->count; i++) {
        bool same = keys[i] == keys[i - 1];
        changes += !same;
        ascend &= !same || time[i] > time[i - 1];
    }
    return ascend && changes * RUN_ROWS_MIN <= rows->count;
}

static void copy_floats(const double *from, size_t count, double *to)
{
    for (size_t i = 0; i < count; i++) to[i] = float_canonical(from[i]);
}

static void copy_rows(const RunTable *table, const RunLane *lane, const RunRows *rows)
{
    memcpy(table->time + lane->next, rows->time + rows->begin, rows->count * sizeof(*table->time));
    for (size_t i = 0; i < table->column_count; i++) {
        const Vector *from = &rows->values[1 + i];
        Values to = table->columns[i].values;
        Storage storage = type_storage(from->type);
        size_t size = storage_size(storage);
        if (storage == STORAGE_FLOAT) {
            copy_floats(from->values.floats + rows->begin, rows->count, to.floats + lane->next);
        } else {
            memcpy((uint8_t *)to.any + lane->next * size, (const uint8_t *)from->values.any + rows->begin * size,
                   rows->count * size);
        }
    }
}

static bool note_runs(RunLane *lane, const RunRows *rows, Error *err)
{
    const int64_t *keys = rows->values[0].values.ints + rows->begin;
    const int64_t *time = rows->time + rows->begin;
    bool goes_on = lane->is_open && keys[0] == lane->key && time[0] > lane->time;

    for (size_t i = 0; i < rows->count; i++) {
        if (!goes_on) {
            TRY(array_reserve(&lane->runs, &lane->run_capacity, lane->run_count + 1, sizeof(*lane->runs), err));
            lane->runs[lane->run_count++] = (EntityRun){key_hash_int(keys[i]), lane->next + (uint32_t)i, 0};
        }
        lane->runs[lane->run_count - 1].count++;
        goes_on = i + 1 < rows->count && keys[i + 1] == keys[i];
    }
    lane->is_open = true;
    lane->key = keys[rows->count - 1];
    lane->time = time[rows->count - 1];
    return true;
}

bool run_table_put(RunTable *table, RunLane *lane, const RunRows *rows, bool *out_kept, Error *err)
{
    bool room = true;

    *out_kept = false;
    if (table->row_max == 0 || rows->count > STRETCH_ROWS || !rows_are_runs(rows)) return true;
    if (lane->end - lane->next < rows->count) TRY(take_stretch(table, lane, &room, err));
    if (!room) return true;
    copy_rows(table, lane, rows);
    TRY(note_runs(lane, rows, err));
    lane->next += (uint32_t)rows->count;
    lane->row_count += rows->count;
    *out_kept = true;
    return true;
}

static bool extend_column(RunTable *table, Vector *column, size_t capacity, bool nulls, Error *err)
{
    size_t size = storage_size(type_storage(column->type));

    if (capacity > table->capacity) {
        void *grown = memory_realloc(column->values.any, capacity * size, err);
        TRY(grown != NULL);
        column->values.any = grown;
    }
    column->count = capacity;
    if (!nulls) return true;
    uint8_t *valid = memory_alloc(capacity, err);
    TRY(valid != NULL);
    memset(valid, 1, table->used);
    column->valid = valid;
    return true;
}

bool run_table_extend(RunTable *table, size_t more, bool nulls, Error *err)
{
    size_t wanted = table->used + more;
    size_t capacity = wanted > table->capacity ? wanted : table->capacity;

    if (capacity >= UINT32_MAX) return error_set(err, ERROR_MEMORY, "%zu rows of one group", capacity);
    if (capacity > table->capacity) {
        int64_t *grown = memory_realloc(table->time, capacity * sizeof(*grown), err);
        TRY(grown != NULL);
        table->time = grown;
    }
    for (size_t i = 0; i < table->column_count; i++)
        TRY(extend_column(table, &table->columns[i], capacity, nulls, err));
    table->capacity = capacity;
    return true;
}
