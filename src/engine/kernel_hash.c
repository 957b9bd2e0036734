#include <string.h>

#include "base/hash.h"
#include "engine/kernel_internal.h"

// A valid value's canonical bytes: 1, then the storage's little-endian bytes (frame/column.h). This is a little-endian machine.
static inline bool hash_storage(const void *value, size_t size, int64_t *out)
{
    uint8_t bytes[1 + sizeof(Int128)] = {1};
    memcpy(bytes + 1, value, size);
    *out = (int64_t)hash64(bytes, 1 + size, 0);
    return true;
}

static inline bool hash_bool(uint8_t value, int64_t *out)
{
    return hash_storage(&value, sizeof(value), out);
}

static inline bool hash_int64(int64_t value, int64_t *out)
{
    return hash_storage(&value, sizeof(value), out);
}

static inline bool hash_decimal(Int128 value, int64_t *out)
{
    return hash_storage(&value, sizeof(value), out);
}

static inline bool hash_float64(double value, int64_t *out)
{
    double key = float_canonical_key(value);
    return hash_storage(&key, sizeof(key), out);
}

static inline bool bucket(int64_t hash, int64_t count, int64_t *out)
{
    *out = (int64_t)((uint64_t)hash % (uint64_t)(count < 1 ? 1 : count));
    return count >= 1;
}

// The value's bytes as vector_encode writes them, -0 as 0.
static uint64_t hash_value(const Vector *vector, size_t i, uint64_t seed)
{
    uint8_t bytes[VALUE_BYTES_MAX];
    if (type_storage(vector->type) == STORAGE_FLOAT && vector_is_valid(vector, i)) {
        double key = float_canonical_key(vector->values.floats[i]);
        bytes[0] = 1;
        memcpy(bytes + 1, &key, sizeof(key));
        return hash64(bytes, 1 + sizeof(key), seed);
    }
    return hash64(bytes, vector_encode_fixed(vector, i, bytes), seed);
}

#define KERNEL_HASH_WITH(id)                                                                                           \
    bool kernel_##id(const KernelContext *context, const Vector *arguments, Block *out, Error *err)                    \
    {                                                                                                                  \
        UNUSED(context);                                                                                               \
        UNUSED(err);                                                                                                   \
        for (size_t i = 0; i < out->count; i++) {                                                                      \
            out->valid[i] = vector_is_valid(&arguments[0], i);                                                         \
            out->values.ints[i] = (int64_t)hash_value(&arguments[1], i, (uint64_t)arguments[0].values.ints[i]);        \
        }                                                                                                              \
        return true;                                                                                                   \
    }

KERNEL_HASH_WITH(HASH_WITH_BOOL)
KERNEL_HASH_WITH(HASH_WITH_INT64)
KERNEL_HASH_WITH(HASH_WITH_DECIMAL)
KERNEL_HASH_WITH(HASH_WITH_FLOAT64)
KERNEL_HASH_WITH(HASH_WITH_INSTANT)

KERNEL_MAP_1(HASH_BOOL, ints, bools, hash_bool)
KERNEL_MAP_1(HASH_INT64, ints, ints, hash_int64)
KERNEL_MAP_1(HASH_DECIMAL, ints, decimals, hash_decimal)
KERNEL_MAP_1(HASH_FLOAT64, ints, floats, hash_float64)
KERNEL_MAP_1(HASH_INSTANT, ints, ints, hash_int64)
KERNEL_MAP_2(BUCKET, ints, ints, bucket)

// Strings have any length, so their bytes are laid out in a buffer.
bool kernel_HASH_STRING(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    AUTO(bytes_deinit) Bytes bytes = {0};

    UNUSED(context);
    for (size_t i = 0; i < out->count; i++) {
        if (!out->valid[i]) continue;
        bytes_clear(&bytes);
        TRY(vector_encode(&arguments[0], i, &bytes, err));
        out->values.ints[i] = (int64_t)hash64(bytes.data, bytes.size, 0);
    }
    return true;
}

bool kernel_HASH_WITH_STRING(const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    AUTO(bytes_deinit) Bytes bytes = {0};

    UNUSED(context);
    for (size_t i = 0; i < out->count; i++) {
        bytes_clear(&bytes);
        TRY(vector_encode(&arguments[1], i, &bytes, err));
        out->valid[i] = vector_is_valid(&arguments[0], i);
        out->values.ints[i] = (int64_t)hash64(bytes.data, bytes.size, (uint64_t)arguments[0].values.ints[i]);
    }
    return true;
}
