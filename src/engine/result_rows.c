#include "engine/result_rows.h"

#include <string.h>

#include "base/memory.h"
#include "sys/thread.h"

enum {
    ROWS_QUERIES_MIN = 4096,
    ROWS_AGGREGATES_MIN = 3,
    BLOCK_ROWS = 512 ///< turned into columns while they are in cache
};

#define ROWS_BYTES_MAX ((size_t)1 << 30)

static size_t value_size(const WindowAggregate *aggregate)
{
    return storage_size(type_storage(aggregate->type));
}

static size_t find_row_size(const GroupRequest *request)
{
    size_t size = 1 + request->aggregate_count;
    for (size_t i = 0; i < request->aggregate_count; i++) size += value_size(&request->aggregates[i]);
    return size;
}

bool result_rows_are_useful(const GroupRequest *request)
{
    if (request->count < ROWS_QUERIES_MIN || request->aggregate_count < ROWS_AGGREGATES_MIN) return false;
    return request->count <= ROWS_BYTES_MAX / find_row_size(request);
}

void result_rows_deinit(ResultRows *rows)
{
    memory_free(rows->rows);
    memory_free(rows->sizes);
    *rows = (ResultRows){0};
}

bool result_rows_init(const GroupRequest *request, ResultRows *out, Error *err)
{
    AUTO(result_rows_deinit) ResultRows rows = {.request = request, .row_size = find_row_size(request)};

    rows.sizes = memory_alloc_array(request->aggregate_count, sizeof(*rows.sizes), err);
    TRY(rows.sizes != NULL);
    for (size_t i = 0; i < request->aggregate_count; i++) rows.sizes[i] = (uint32_t)value_size(&request->aggregates[i]);
    rows.rows = memory_alloc_array(request->count, rows.row_size, err);
    TRY(rows.rows != NULL);

    *out = rows;
    rows = (ResultRows){0};
    return true;
}

static void free_results(ResultBlocks *blocks)
{
    for (size_t i = 0; blocks->aggregates != NULL && i < blocks->aggregate_count; i++) {
        memory_free(blocks->aggregates[i].result.values.any);
        memory_free(blocks->aggregates[i].result.valid);
        blocks->aggregates[i].result = (Block){0};
    }
    memory_free(blocks->statuses);
    blocks->statuses = NULL;
    blocks->capacity = 0;
}

void result_blocks_deinit(ResultBlocks *blocks)
{
    free_results(blocks);
    memory_free(blocks->aggregates);
    *blocks = (ResultBlocks){0};
}

static bool alloc_results(ResultBlocks *blocks, size_t count, Error *err)
{
    free_results(blocks);
    for (size_t i = 0; i < blocks->aggregate_count; i++) {
        Block *result = &blocks->aggregates[i].result;
        result->values.any = memory_alloc_array(count, value_size(&blocks->aggregates[i]), err);
        TRY(result->values.any != NULL);
        result->valid = memory_alloc(count, err);
        TRY(result->valid != NULL);
    }
    blocks->statuses = memory_alloc_array(count, sizeof(*blocks->statuses), err);
    TRY(blocks->statuses != NULL);
    blocks->capacity = count;
    return true;
}

static bool copy_aggregates(ResultBlocks *blocks, const GroupRequest *request, Error *err)
{
    if (blocks->aggregates != NULL) return true;
    blocks->aggregates = memory_alloc_array(request->aggregate_count, sizeof(*blocks->aggregates), err);
    TRY(blocks->aggregates != NULL);
    memcpy(blocks->aggregates, request->aggregates, request->aggregate_count * sizeof(*blocks->aggregates));
    blocks->aggregate_count = request->aggregate_count;
    for (size_t i = 0; i < request->aggregate_count; i++) blocks->aggregates[i].result = (Block){0};
    return true;
}

bool result_blocks_clear(ResultBlocks *blocks, const GroupRequest *request, size_t count, Arena *text, Error *err)
{
    TRY(copy_aggregates(blocks, request, err));
    if (count > blocks->capacity) TRY(alloc_results(blocks, count + count / 2, err));
    for (size_t i = 0; i < blocks->aggregate_count; i++) {
        WindowAggregate *aggregate = &blocks->aggregates[i];
        aggregate->result.count = count;
        memset(aggregate->result.values.any, 0, count * value_size(aggregate));
        TRY(aggregate_fill_empty(aggregate->plan, text, &aggregate->result, err));
    }
    for (size_t i = 0; i < count; i++) blocks->statuses[i] = ENTITY_UNKNOWN;
    return true;
}

// Most values are of one size, which is one move.
static inline void copy_value(uint8_t *to, const uint8_t *from, size_t size)
{
    if (size == sizeof(int64_t)) {
        memcpy(to, from, sizeof(int64_t));
    } else {
        memcpy(to, from, size);
    }
}

static void put_row(const ResultRows *rows, const ResultBlocks *blocks, size_t query, uint8_t *row)
{
    uint8_t *valid = row + 1;
    uint8_t *value = valid + blocks->aggregate_count;

    row[0] = 1;
    for (size_t i = 0; i < blocks->aggregate_count; i++) {
        const Block *result = &blocks->aggregates[i].result;
        size_t size = rows->sizes[i];
        valid[i] = result->valid[query];
        copy_value(value, (const uint8_t *)result->values.any + query * size, size);
        value += size;
    }
}

void result_rows_put(const ResultRows *rows, const ResultBlocks *blocks, const EntityItem *items, size_t count)
{
    EntityStatus *statuses = rows->request->statuses;

    for (size_t i = 0; i < count; i++) put_row(rows, blocks, i, rows->rows + items[i].index * rows->row_size);
    for (size_t i = 0; statuses != NULL && i < count; i++) statuses[items[i].index] = blocks->statuses[i];
}

static void fill_column(const ResultRows *rows, size_t column, size_t offset, size_t begin, size_t end)
{
    const Block *result = &rows->request->aggregates[column].result;
    size_t size = rows->sizes[column];

    for (size_t i = begin; i < end; i++) {
        const uint8_t *row = rows->rows + i * rows->row_size;
        if (row[0] == 0) continue; // of an unknown entity: the column has the empty value already
        result->valid[i] = row[1 + column];
        copy_value((uint8_t *)result->values.any + i * size, row + offset, size);
    }
}

static bool finish_block(void *context, size_t index, Error *err)
{
    const ResultRows *rows = context;
    size_t count = rows->request->count;
    size_t begin = index * BLOCK_ROWS;
    size_t end = count - begin < BLOCK_ROWS ? count : begin + BLOCK_ROWS;
    size_t offset = 1 + rows->request->aggregate_count;

    UNUSED(err);
    for (size_t column = 0; column < rows->request->aggregate_count; column++) {
        fill_column(rows, column, offset, begin, end);
        offset += rows->sizes[column];
    }
    return true;
}

bool result_rows_finish(const ResultRows *rows, size_t threads, Error *err)
{
    union {
        const ResultRows *read;
        void *context;
    } borrowed = {.read = rows};
    return thread_parallel_for((rows->request->count + BLOCK_ROWS - 1) / BLOCK_ROWS, threads, finish_block,
                               borrowed.context, err);
}
