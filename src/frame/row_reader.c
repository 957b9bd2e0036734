#include "frame/row_reader.h"

enum { SCAN_CHUNK_ROWS = 16384 };

bool frame_scan(const Frame *frame, const uint32_t *fields, size_t field_count, const ChunkSink *sink, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Vector *vectors = arena_alloc_array(&arena, field_count, sizeof(*vectors), err);
    TRY(vectors != NULL);

    for (size_t begin = 0; begin < frame->row_count; begin += SCAN_CHUNK_ROWS) {
        size_t end = frame->row_count - begin < SCAN_CHUNK_ROWS ? frame->row_count : begin + SCAN_CHUNK_ROWS;
        for (size_t i = 0; i < field_count; i++) {
            Vector whole = frame_vector(frame, fields[i]);
            vectors[i] = vector_slice(&whole, begin, end);
        }
        TRY(sink->put(sink->context, vectors, end - begin, err));
    }
    return true;
}
