/// Answers on their way from partitions, which hold queries of anywhere, into columns in the queries' order.
///
/// A column would miss the cache for every value; so each query's answers are written together, as one row, and rows are turned into
/// columns block by block.
#ifndef PAWL_ENGINE_RESULT_ROWS_H
#define PAWL_ENGINE_RESULT_ROWS_H

#include "engine/entity_sort.h"
#include "engine/evaluate.h"
#include "engine/slab.h"

/// Rows of all queries of a request, in memory that was the records'. Borrows the request. Owned; zero is empty.
typedef struct ResultRows {
    const GroupRequest *request;
    Slab slab;
    uint8_t **pieces; ///< of piece_rows rows each: a byte per aggregate whether its value is there, then the values
    uint8_t *there;   ///< per row: whether it is
    uint32_t *sizes;  ///< of the aggregates' values
    size_t row_size, piece_rows;
} ResultRows;

void result_rows_deinit(ResultRows *rows);

/// Whether rows pay for their memory: many queries, several aggregates.
bool result_rows_are_useful(const GroupRequest *request);
MUST_CHECK bool result_rows_init(const GroupRequest *request, SlabPool *pool, ResultRows *out, Error *err);

/// One thread's columns of a partition's answers; zero is empty.
typedef struct ResultBlocks {
    WindowAggregate *aggregates; ///< the request's, with results here
    size_t aggregate_count;
    EntityStatus *statuses;
    size_t capacity; ///< queries
} ResultBlocks;

void result_blocks_deinit(ResultBlocks *blocks);

/// Empty answers of `count` queries; lists among them in `text`.
MUST_CHECK bool result_blocks_clear(ResultBlocks *blocks, const GroupRequest *request, size_t count, Arena *text,
                                    Error *err);

/// The answers of `count` queries, in the items' order; statuses go straight to the request's.
void result_rows_put(const ResultRows *rows, const ResultBlocks *blocks, const EntityItem *items, size_t count);

/// Fills the request's results from the rows that are there.
MUST_CHECK bool result_rows_finish(const ResultRows *rows, size_t threads, Error *err);

#endif
