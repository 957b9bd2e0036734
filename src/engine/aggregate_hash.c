#include "engine/aggregate_hash.h"

#include <string.h>

#include "base/hash.h"
#include "number/float_order.h"

// A valid value's bytes: 1, then the storage's own, little-endian as this machine.
static uint64_t hash_word(const void *word)
{
    uint8_t bytes[1 + sizeof(uint64_t)] = {1};
    memcpy(bytes + 1, word, sizeof(uint64_t));
    return hash64(bytes, sizeof(bytes), 0);
}

bool value_hash(const Vector *vector, size_t i, Bytes *bytes, uint64_t *out, Error *err)
{
    Storage storage = type_storage(vector->type);
    if (storage == STORAGE_FLOAT) {
        double key = float_canonical_key(vector->values.floats[i]);
        *out = hash_word(&key);
        return true;
    }
    if (storage == STORAGE_INT) {
        *out = hash_word(&vector->values.ints[i]);
        return true;
    }
    bytes_clear(bytes);
    TRY(vector_encode(vector, i, bytes, err));
    *out = hash64(bytes->data, bytes->size, 0);
    return true;
}
