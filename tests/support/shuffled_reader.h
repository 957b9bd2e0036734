/// A reader over a table that gives its rows in an order of its own, in chunks of uneven size, on several threads, and counts how often
/// it was asked.
#ifndef PAWL_SUPPORT_SHUFFLED_READER_H
#define PAWL_SUPPORT_SHUFFLED_READER_H

#include "frame/row_reader.h"

typedef struct ShuffledReader {
    const Frame *table; ///< of at most SHUFFLED_FIELDS_MAX columns
    uint64_t seed;      ///< of the order; even: the number of rows is not told
    uint32_t threads;
    size_t read_count, scan_count; ///< whole, in chunks
} ShuffledReader;

enum { SHUFFLED_FIELDS_MAX = 16 };

/// Gives the rows in chunks of uneven size, on several threads: what any reader of a test does once it has its order.
MUST_CHECK bool shuffled_put(const Frame *rows, uint64_t seed, uint32_t threads, const uint32_t *fields,
                             size_t field_count, const ChunkSink *sink, Error *err);

/// Borrows the reader.
RowReader shuffled_reader(ShuffledReader *reader);

#endif
