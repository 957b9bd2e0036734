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
