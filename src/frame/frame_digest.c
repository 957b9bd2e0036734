#include "frame/frame_digest.h"

#include "base/memory.h"
#include "frame/row_codec.h"

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

static bool digest_values(Sha256 *hash, const Vector *vector, Bytes *batch, Error *err)
{
    if (type_storage(vector->type) == STORAGE_STRING) return digest_strings(hash, vector, batch, err);
    return digest_fixed(hash, vector, batch, err);
}

void frame_digest_deinit(FrameDigest *digest)
{
    for (size_t i = 0; digest->columns != NULL && i < digest->schema.count; i++) sha256_deinit(&digest->columns[i]);
    memory_free(digest->columns);
    bytes_deinit(&digest->batch);
    *digest = (FrameDigest){0};
}

bool frame_digest_init(Schema schema, FrameDigest *out, Error *err)
{
    Sha256 *columns = memory_alloc_array(schema.count, sizeof(*columns), err);
    if (columns == NULL) return false;
    *out = (FrameDigest){.schema = schema, .columns = columns};
    return true;
}

bool frame_digest_add(FrameDigest *digest, const Vector *vectors, size_t row_count, Error *err)
{
    for (size_t i = 0; i < digest->schema.count; i++) {
        CHECK(vectors[i].count == row_count);
        TRY(digest_values(&digest->columns[i], &vectors[i], &digest->batch, err));
    }
    digest->row_count += row_count;
    return true;
}

bool frame_digest_add_frame(FrameDigest *digest, const Frame *block, Error *err)
{
    CHECK(block->column_count == digest->schema.count);
    for (size_t i = 0; i < block->column_count; i++) {
        Vector vector = frame_vector(block, i);
        TRY(digest_values(&digest->columns[i], &vector, &digest->batch, err));
    }
    digest->row_count += block->row_count;
    return true;
}

static bool digest_column(Sha256 *hash, const Field *field, Sha256 *values, Error *err)
{
    Digest digest = {0};
    TRY(digest_field(hash, field, err));
    TRY(sha256_finish(values, &digest, err));
    return sha256_update(hash, digest.bytes, DIGEST_BYTES, err);
}

bool frame_digest_finish(FrameDigest *digest, Digest *out, Error *err)
{
    AUTO(sha256_deinit) Sha256 hash = {0};
    TRY(sha256_update_u64(&hash, digest->schema.count, err));
    TRY(sha256_update_u64(&hash, digest->row_count, err));
    for (size_t i = 0; i < digest->schema.count; i++)
        TRY(digest_column(&hash, &digest->schema.fields[i], &digest->columns[i], err));
    return sha256_finish(&hash, out, err);
}

bool frame_digest(const Frame *frame, Digest *out, Error *err)
{
    AUTO(frame_digest_deinit) FrameDigest digest = {0};
    TRY(frame_digest_init(frame_schema(frame), &digest, err));
    TRY(frame_digest_add_frame(&digest, frame, err));
    return frame_digest_finish(&digest, out, err);
}

static bool rows_hash(const RowCodec *codec, const Vector *vectors, size_t row_count, Hash128 *out, Error *err)
{
    AUTO(bytes_deinit) Bytes row = {0};
    for (size_t i = 0; i < row_count; i++) {
        bytes_clear(&row);
        TRY(row_encode(codec, vectors, i, &row, err));
        out[i] = hash128(row.data, row.size);
    }
    return true;
}

bool frame_row_hashes(const Frame *frame, Hash128 *out, Error *err)
{
    AUTO(row_codec_deinit) RowCodec codec = {0};
    TRY(row_codec_init(frame_schema(frame), &codec, err));
    Vector *vectors = memory_alloc_array(frame->column_count, sizeof(*vectors), err);
    if (vectors == NULL) return false;
    for (size_t i = 0; i < frame->column_count; i++) vectors[i] = frame_vector(frame, i);
    bool done = rows_hash(&codec, vectors, frame->row_count, out, err);
    memory_free(vectors);
    return done;
}
