/// A reader over a table that hands out chunks of any size, in any order, on two threads: what a split file may look like.
#ifndef PAWL_NAIVE_CHUNK_READER_H
#define PAWL_NAIVE_CHUNK_READER_H

#include "frame/row_reader.h"

typedef struct ChunkReader {
    const Frame *table;
    uint64_t seed;
} ChunkReader;

RowReader chunk_reader(ChunkReader *reader);

#endif
