#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "frame/frame.h"

/// Encoded values are hashed in pieces of about this many bytes.
#define DIGEST_BATCH_BYTES ((size_t)1 << 16)

static bool digest_field(Sha256 *hash, const Field *field, Error *err)
{
    char type[TYPE_NAME_BYTES_MAX];
    type_name(field->type, type);
    TRY(sha256_update_str(hash, field->name, err));
    return sha256_update_str(hash, str_from(type), err);
}

static bool digest_flush(Sha256 *hash, Bytes *batch, Error *err)
{
    TRY(sha256_update(hash, batch->data, batch->size, err));
    bytes_clear(batch);
    return true;
}

static bool digest_strings(Sha256 *hash, const Vector *vector, Bytes *batch, Error *err)
{
    for (size_t i = 0; i < vector->count; i++) {
        TRY(vector_encode(vector, i, batch, err));
        if (batch->size >= DIGEST_BATCH_BYTES) TRY(digest_flush(hash, batch, err));
    }
    return digest_flush(hash, batch, err);
}

static bool digest_fixed(Sha256 *hash, const Vector *vector, Bytes *batch, Error *err)
{
    TRY(bytes_reserve(batch, DIGEST_BATCH_BYTES + VALUE_BYTES_MAX, err));
    for (size_t i = 0; i < vector->count; i++) {
        batch->size += vector_encode_fixed(vector, i, batch->data + batch->size);
        if (batch->size >= DIGEST_BATCH_BYTES) TRY(digest_flush(hash, batch, err));
    }
    return digest_flush(hash, batch, err);
}

static bool digest_column(Sha256 *hash, const Vector *vector, Bytes *batch, Error *err)
{
    if (type_storage(vector->type) == STORAGE_STRING) return digest_strings(hash, vector, batch, err);
    return digest_fixed(hash, vector, batch, err);
}

bool frame_digest(const Frame *frame, Digest *out, Error *err)
{
    AUTO(sha256_deinit) Sha256 hash = {0};
    AUTO(bytes_deinit) Bytes batch = {0};
    TRY(sha256_update_u64(&hash, frame->column_count, err));
    TRY(sha256_update_u64(&hash, frame->row_count, err));
    for (size_t i = 0; i < frame->column_count; i++) {
        Vector vector = frame_vector(frame, i);
        TRY(digest_field(&hash, &frame->fields[i], err));
        TRY(digest_column(&hash, &vector, &batch, err));
    }
    return sha256_finish(&hash, out, err);
}

typedef struct NamedVector {
    Str name;
    Vector vector;
} NamedVector;

static int named_vector_compare(const void *left, const void *right)
{
    return str_compare(((const NamedVector *)left)->name, ((const NamedVector *)right)->name);
}

/// The frame's columns in order of name; owned by the caller.
static NamedVector *frame_sort_columns(const Frame *frame, Error *err)
{
    NamedVector *columns = memory_alloc_array(frame->column_count, sizeof(NamedVector), err);
    if (columns == NULL) return NULL;
    for (size_t i = 0; i < frame->column_count; i++) {
        columns[i] = (NamedVector){.name = frame->fields[i].name, .vector = frame_vector(frame, i)};
    }
    qsort(columns, frame->column_count, sizeof(NamedVector), named_vector_compare);
    return columns;
}

static bool row_encode(const NamedVector *columns, size_t count, size_t row, Bytes *out, Error *err)
{
    bytes_clear(out);
    TRY(bytes_reserve(out, count * VALUE_BYTES_MAX, err));
    for (size_t i = 0; i < count; i++) {
        const Vector *vector = &columns[i].vector;
        if (type_storage(vector->type) == STORAGE_STRING) {
            TRY(vector_encode(vector, row, out, err));
            TRY(bytes_reserve(out, count * VALUE_BYTES_MAX, err));
        } else {
            out->size += vector_encode_fixed(vector, row, out->data + out->size);
        }
    }
    return true;
}

static bool rows_hash(const NamedVector *columns, const Frame *frame, Hash128 *out, Error *err)
{
    AUTO(bytes_deinit) Bytes row = {0};
    for (size_t i = 0; i < frame->row_count; i++) {
        TRY(row_encode(columns, frame->column_count, i, &row, err));
        out[i] = hash128(row.data, row.size);
    }
    return true;
}

bool frame_row_hashes(const Frame *frame, Hash128 *out, Error *err)
{
    NamedVector *columns = frame_sort_columns(frame, err);
    if (columns == NULL) return false;
    bool done = rows_hash(columns, frame, out, err);
    memory_free(columns);
    return done;
}
