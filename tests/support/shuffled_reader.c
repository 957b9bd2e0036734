#include "support/shuffled_reader.h"

#include <string.h>

#include "number/random.h"
#include "sys/thread.h"

enum { CHUNK_ROWS_MAX = 700, PARTS = 7 };

static bool read_all(void *context, Frame *out, Error *err)
{
    ShuffledReader *reader = context;
    reader->read_count++;
    return frame_append(out, reader->table, err);
}

typedef struct Reading {
    uint64_t seed;
    const Frame *rows;
    const uint32_t *fields;
    size_t field_count;
    const ChunkSink *sink;
} Reading;

static bool put_part(void *context, size_t part, Error *err)
{
    const Reading *reading = context;
    size_t count = reading->rows->row_count;
    size_t begin = count * part / PARTS;
    size_t end = count * (part + 1) / PARTS;
    RandomKey key = random_key(reading->seed, RANDOM_TEST, 1 + part);
    for (uint64_t i = 0; begin < end; i++) {
        Vector vectors[SHUFFLED_FIELDS_MAX];
        size_t rows = 1 + random_below(key, i, 0, CHUNK_ROWS_MAX);
        rows = rows < end - begin ? rows : end - begin;
        for (size_t field = 0; field < reading->field_count; field++) {
            Vector whole = frame_vector(reading->rows, reading->fields[field]);
            vectors[field] = vector_slice(&whole, begin, begin + rows);
            // As DuckDB says it of a chunk in which nothing is null.
            if (vectors[field].valid != NULL && memchr(vectors[field].valid, 0, rows) == NULL)
                vectors[field].valid = NULL;
        }
        TRY(reading->sink->put(reading->sink->context, vectors, rows, err));
        begin += rows;
    }
    return true;
}

bool shuffled_put(const Frame *rows, uint64_t seed, uint32_t threads, const uint32_t *fields, size_t field_count,
                  const ChunkSink *sink, Error *err)
{
    Reading reading = {seed, rows, fields, field_count, sink};
    return thread_parallel_for(PARTS, threads, put_part, &reading, err);
}

static bool scan(void *context, const uint32_t *fields, size_t field_count, const ChunkSink *sink, Error *err)
{
    ShuffledReader *reader = context;
    AUTO(frame_deinit) Frame rows = {0};
    AUTO(arena_deinit) Arena arena = {0};
    size_t count = reader->table->row_count;
    uint64_t *order = arena_alloc_array(&arena, count, sizeof(*order), err);
    TRY(order != NULL);
    reader->scan_count++;
    for (size_t i = 0; i < count; i++) {
        size_t j = random_below(random_key(reader->seed, RANDOM_TEST, 0), i, 0, i + 1);
        order[i] = order[j];
        order[j] = i;
    }
    TRY(frame_gather(reader->table, order, count, &rows, err));
    return shuffled_put(&rows, reader->seed, reader->threads, fields, field_count, sink, err);
}

RowReader shuffled_reader(ShuffledReader *reader)
{
    return (RowReader){.read = read_all,
                       .scan = scan,
                       .context = reader,
                       .schema = frame_schema(reader->table),
                       .row_count = reader->seed % 2 == 0 ? 0 : reader->table->row_count};
}
