#include "engine/result_rows.h"

#include <string.h>

#include "base/memory.h"
#include "sys/thread.h"

enum {
    ROWS_QUERIES_MIN = 4096,
    ROWS_AGGREGATES_MIN = 3,
    BLOCK_ROWS = 512,                       ///< turned into columns while they are in cache
    PIECE_BYTES = SLAB_CHUNK_BYTES / 2 - 64 ///< two to a chunk
};

#define ROWS_BYTES_MAX ((size_t)1 << 30)

static size_t value_size(const WindowAggregate *aggregate)
{
    return storage_size(type_storage(aggregate->type));
}

static size_t find_row_size(const GroupRequest *request)
{
    size_t size = request->aggregate_count;
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
    slab_deinit(&rows->slab);
    memory_free(rows->pieces);
    memory_free(rows->there);
    memory_free(rows->sizes);
    *rows = (ResultRows){0};
}

static bool alloc_pieces(ResultRows *rows, Error *err)
{
    size_t count = rows->request->count;
    size_t piece_count = (count + rows->piece_rows - 1) / rows->piece_rows;

    rows->pieces = memory_alloc_array(piece_count, sizeof(*rows->pieces), err);
    TRY(rows->pieces != NULL);
    for (size_t i = 0; i < piece_count; i++) {
        rows->pieces[i] = slab_alloc(&rows->slab, rows->piece_rows * rows->row_size, err);
        TRY(rows->pieces[i] != NULL);
    }
    rows->there = memory_alloc(count, err);
    return rows->there != NULL;
}

bool result_rows_init(const GroupRequest *request, SlabPool *pool, ResultRows *out, Error *err)
{
    AUTO(result_rows_deinit)
    ResultRows rows = {.request = request, .slab = {.pool = pool}, .row_size = find_row_size(request)};

    rows.piece_rows = rows.row_size < PIECE_BYTES ? PIECE_BYTES / rows.row_size : 1;
    rows.sizes = memory_alloc_array(request->aggregate_count, sizeof(*rows.sizes), err);
    TRY(rows.sizes != NULL);
    for (size_t i = 0; i < request->aggregate_count; i++) rows.sizes[i] = (uint32_t)value_size(&request->aggregates[i]);
    TRY(alloc_pieces(&rows, err));

    *out = rows;
    rows = (ResultRows){0};
    return true;
}

static uint8_t *row_at(const ResultRows *rows, size_t i)
{
    return rows->pieces[i / rows->piece_rows] + i % rows->piece_rows * rows->row_size;
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
    uint8_t *valid = row;
    uint8_t *value = valid + blocks->aggregate_count;

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

    for (size_t i = 0; i < count; i++) {
        rows->there[items[i].index] = 1;
        put_row(rows, blocks, i, row_at(rows, items[i].index));
    }
    for (size_t i = 0; statuses != NULL && i < count; i++) statuses[items[i].index] = blocks->statuses[i];
}

/// Rows that become columns together, NULL where the entity is unknown: the columns have the empty value already.
typedef struct RowBlock {
    size_t begin, count;
    const uint8_t *rows[BLOCK_ROWS];
} RowBlock;

static void find_rows(const ResultRows *rows, RowBlock *block)
{
    for (size_t i = 0; i < block->count; i++) {
        size_t query = block->begin + i;
        block->rows[i] = rows->there[query] ? row_at(rows, query) : NULL;
    }
}

static void fill_column(const ResultRows *rows, const RowBlock *block, size_t column, size_t offset)
{
    const Block *result = &rows->request->aggregates[column].result;
    size_t size = rows->sizes[column];

    for (size_t i = 0; i < block->count; i++) {
        const uint8_t *row = block->rows[i];
        size_t query = block->begin + i;
        if (row == NULL) continue;
        result->valid[query] = row[column];
        copy_value((uint8_t *)result->values.any + query * size, row + offset, size);
    }
}

static bool finish_block(void *context, size_t index, Error *err)
{
    const ResultRows *rows = context;
    size_t count = rows->request->count;
    size_t offset = rows->request->aggregate_count;
    RowBlock block = {.begin = index * BLOCK_ROWS};

    UNUSED(err);
    block.count = count - block.begin < BLOCK_ROWS ? count - block.begin : BLOCK_ROWS;
    find_rows(rows, &block);
    for (size_t column = 0; column < rows->request->aggregate_count; column++) {
        fill_column(rows, &block, column, offset);
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
