#include "frame/vector.h"

#include <assert.h>
#include <string.h>

#include "frame/list.h"
#include "number/float_order.h"

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "canonical bytes are little-endian");

Vector vector_slice(const Vector *vector, size_t begin, size_t end)
{
    CHECK(begin <= end && end <= vector->count);
    size_t size = storage_size(type_storage(vector->type));
    Vector slice = {.type = vector->type, .count = end - begin};
    if (vector->valid != NULL) slice.valid = vector->valid + begin;
    if (vector->values.any != NULL) slice.values.any = (char *)vector->values.any + begin * size;
    return slice;
}

static uint64_t float_encoding(double value)
{
    return float_bits(float_canonical(value));
}

size_t vector_encode_fixed(const Vector *vector, size_t i, uint8_t *out)
{
    out[0] = vector_is_valid(vector, i);
    if (out[0] == 0) return 1;

    uint64_t bits = 0;
    switch (type_storage(vector->type)) {
    case STORAGE_BOOL:
        out[1] = vector->values.bools[i] != 0;
        return 2;
    case STORAGE_INT:
        memcpy(out + 1, &vector->values.ints[i], sizeof(int64_t));
        return 1 + sizeof(int64_t);
    case STORAGE_FLOAT:
        bits = float_encoding(vector->values.floats[i]);
        memcpy(out + 1, &bits, sizeof(bits));
        return 1 + sizeof(bits);
    case STORAGE_DECIMAL:
        memcpy(out + 1, &vector->values.decimals[i], sizeof(Int128));
        return 1 + sizeof(Int128);
    case STORAGE_STRING:
        break;
    }
    CHECK(false);
}

static bool string_encode(const Vector *vector, size_t i, Bytes *out, Error *err)
{
    bool valid = vector_is_valid(vector, i);
    TRY(bytes_append_byte(out, valid, err));
    if (!valid) return true;
    TRY(bytes_append_u64(out, vector->values.strings[i].size, err));
    return bytes_append_str(out, vector->values.strings[i], err);
}

bool vector_encode(const Vector *vector, size_t i, Bytes *out, Error *err)
{
    if (type_storage(vector->type) == STORAGE_STRING) return string_encode(vector, i, out, err);
    TRY(bytes_reserve(out, VALUE_BYTES_MAX, err));
    out->size += vector_encode_fixed(vector, i, out->data + out->size);
    return true;
}

bool vector_same(const Vector *left, size_t i, const Vector *right, size_t j)
{
    bool valid = vector_is_valid(left, i);
    if (valid != vector_is_valid(right, j)) return false;
    if (!valid) return true;
    switch (type_storage(left->type)) {
    case STORAGE_BOOL:
        return left->values.bools[i] == right->values.bools[j];
    case STORAGE_INT:
        return left->values.ints[i] == right->values.ints[j];
    case STORAGE_FLOAT:
        return float_encoding(left->values.floats[i]) == float_encoding(right->values.floats[j]);
    case STORAGE_DECIMAL:
        return left->values.decimals[i] == right->values.decimals[j];
    case STORAGE_STRING:
        return str_equal(left->values.strings[i], right->values.strings[j]);
    }
    return false;
}

#define COMPARE(left, right) (((left) > (right)) - ((left) < (right)))

int vector_compare(const Vector *left, size_t i, const Vector *right, size_t j)
{
    bool left_valid = vector_is_valid(left, i);
    bool right_valid = vector_is_valid(right, j);
    if (!left_valid || !right_valid) return (int)left_valid - (int)right_valid;
    switch (type_storage(left->type)) {
    case STORAGE_BOOL:
        return COMPARE(left->values.bools[i], right->values.bools[j]);
    case STORAGE_INT:
        return COMPARE(left->values.ints[i], right->values.ints[j]);
    case STORAGE_FLOAT:
        return float_compare(left->values.floats[i], right->values.floats[j]);
    case STORAGE_DECIMAL:
        return COMPARE(left->values.decimals[i], right->values.decimals[j]);
    case STORAGE_STRING:
        if (type_is_nested(left->type)) {
            return list_compare(left->type, left->values.strings[i], right->values.strings[j]);
        }
        return str_compare(left->values.strings[i], right->values.strings[j]);
    }
    return 0;
}
