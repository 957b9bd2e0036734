#include "naive/chunk_reader.h"

#include <pthread.h>
#include <stdlib.h>

#include "number/random.h"

enum { THREADS = 2, FIELDS_MAX = 64, CHUNKS_MAX = 64 };

static bool read_all(void *context, Frame *out, Error *err)
{
    const ChunkReader *reader = context;
    return frame_append(out, reader->table, err);
}

/// What one thread hands out: chunk i of those that the scan is cut into goes to thread i % THREADS.
typedef struct Share {
    const ChunkReader *reader;
    const uint32_t *fields;
    size_t field_count;
    const ChunkSink *sink;
    const size_t *cuts; ///< chunk i is [cuts[i], cuts[i + 1])
    const size_t *order;
    size_t chunk_count;
    size_t thread;
    bool done;
    Error err;
} Share;

static bool share_put(Share *share, size_t chunk)
{
    Vector vectors[FIELDS_MAX];
    size_t begin = share->cuts[chunk];
    size_t end = share->cuts[chunk + 1];
    for (size_t i = 0; i < share->field_count; i++) {
        Vector whole = frame_vector(share->reader->table, share->fields[i]);
        vectors[i] = vector_slice(&whole, begin, end);
    }
    return share->sink->put(share->sink->context, vectors, end - begin, &share->err);
}

static void *share_run(void *context)
{
    Share *share = context;
    share->done = true;
    for (size_t i = share->thread; share->done && i < share->chunk_count; i += THREADS)
        share->done = share_put(share, share->order[i]);
    return NULL;
}

static int compare_sizes(const void *left, const void *right)
{
    size_t one = *(const size_t *)left;
    size_t other = *(const size_t *)right;
    return (one > other) - (one < other);
}

static bool scan(void *context, const uint32_t *fields, size_t field_count, const ChunkSink *sink, Error *err)
{
    const ChunkReader *reader = context;
    RandomKey key = random_key(reader->seed, RANDOM_TEST, 3);
    size_t chunks = 1 + (size_t)random_below(key, 0, 0, CHUNKS_MAX - 1);
    size_t cuts[CHUNKS_MAX + 1] = {0};
    size_t order[CHUNKS_MAX] = {0};
    Share shares[THREADS];
    pthread_t threads[THREADS];
    CHECK(field_count <= FIELDS_MAX);
    for (size_t i = 1; i < chunks; i++) cuts[i] = (size_t)random_below(key, i, 1, reader->table->row_count + 1);
    cuts[chunks] = reader->table->row_count;
    qsort(cuts, chunks + 1, sizeof(*cuts), compare_sizes);
    for (size_t i = 0; i < chunks; i++) {
        size_t other = (size_t)random_below(key, i, 2, i + 1);
        order[i] = order[other];
        order[other] = i;
    }
    for (size_t i = 0; i < THREADS; i++) {
        shares[i] = (Share){reader, fields, field_count, sink, cuts, order, chunks, i, false, {0}};
        CHECK(pthread_create(&threads[i], NULL, share_run, &shares[i]) == 0);
    }
    for (size_t i = 0; i < THREADS; i++) CHECK(pthread_join(threads[i], NULL) == 0);
    for (size_t i = 0; i < THREADS; i++) {
        if (!shares[i].done) *err = shares[i].err;
    }
    return shares[0].done && shares[1].done;
}

RowReader chunk_reader(ChunkReader *reader)
{
    return (RowReader){.read = read_all,
                       .scan = scan,
                       .context = reader,
                       .schema = frame_schema(reader->table),
                       .row_count = reader->table->row_count};
}
