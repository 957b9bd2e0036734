#include "frame/row_codec.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void row_codec_deinit(RowCodec *codec)
{
    memory_free(codec->order);
    *codec = (RowCodec){0};
}

static int compare_fields(const void *left, const void *right, void *context)
{
    const Field *fields = context;
    return str_compare(fields[*(const uint32_t *)left].name, fields[*(const uint32_t *)right].name);
}

bool row_codec_init(Schema schema, RowCodec *out, Error *err)
{
    uint32_t *order = memory_alloc_array(schema.count, sizeof(*order), err);
    TRY(order != NULL);
    for (uint32_t i = 0; i < schema.count; i++) order[i] = i;
    // Only read.
    void *fields = (void *)(uintptr_t)schema.fields;
    if (schema.count > 1) qsort_r(order, schema.count, sizeof(*order), compare_fields, fields);
    *out = (RowCodec){.schema = schema, .order = order};
    return true;
}

bool row_encode(const RowCodec *codec, const Vector *vectors, size_t row, Bytes *out, Error *err)
{
    TRY(bytes_reserve(out, codec->schema.count * VALUE_BYTES_MAX, err));
    for (size_t i = 0; i < codec->schema.count; i++) {
        const Vector *vector = &vectors[codec->order[i]];
        if (type_storage(vector->type) == STORAGE_STRING) {
            TRY(vector_encode(vector, row, out, err));
            TRY(bytes_reserve(out, codec->schema.count * VALUE_BYTES_MAX, err));
        } else {
            out->size += vector_encode_fixed(vector, row, out->data + out->size);
        }
    }
    return true;
}

static bool string_decode(ByteReader *reader, Column *column, Error *err)
{
    uint64_t size = 0;
    const uint8_t *bytes = NULL;
    TRY(reader_u64(reader, &size, err));
    TRY(reader_bytes(reader, size, &bytes, err));
    return column_push_string(column, (Str){(const char *)bytes, size}, err);
}

static bool decimal_decode(ByteReader *reader, Column *column, Error *err)
{
    const uint8_t *bytes = NULL;
    Int128 value = 0;
    TRY(reader_bytes(reader, sizeof(value), &bytes, err));
    memcpy(&value, bytes, sizeof(value));
    return column_push_decimal(column, value, err);
}

static bool word_decode(ByteReader *reader, Column *column, Error *err)
{
    uint64_t bits = 0;
    double number = 0;
    TRY(reader_u64(reader, &bits, err));
    memcpy(&number, &bits, sizeof(number));
    bool is_float = type_storage(column->type) == STORAGE_FLOAT;
    return is_float ? column_push_float(column, number, err) : column_push_int(column, (int64_t)bits, err);
}

static bool value_decode(ByteReader *reader, Column *column, Error *err)
{
    uint8_t byte = 0;
    TRY(reader_u8(reader, &byte, err));
    if (byte == 0) return column_push_null(column, err);
    switch (type_storage(column->type)) {
    case STORAGE_BOOL:
        TRY(reader_u8(reader, &byte, err));
        return column_push_bool(column, byte != 0, err);
    case STORAGE_INT:
    case STORAGE_FLOAT:
        return word_decode(reader, column, err);
    case STORAGE_DECIMAL:
        return decimal_decode(reader, column, err);
    case STORAGE_STRING:
        return string_decode(reader, column, err);
    }
    CHECK(false);
}

bool row_decode(const RowCodec *codec, Str bytes, Frame *out, Error *err)
{
    ByteReader reader = {.data = (const uint8_t *)bytes.data, .size = bytes.size};
    for (size_t i = 0; i < codec->schema.count; i++) TRY(value_decode(&reader, &out->columns[codec->order[i]], err));
    return reader.offset == reader.size || error_set(err, ERROR_DATA, "a row has bytes left over");
}
