#include "engine/tie_text.h"

#include "number/float_order.h"

bool tie_text_is_possible(Type type)
{
    return !type_is_nested(type);
}

static bool append_ordered(uint64_t value, Bytes *out, Error *err)
{
    uint8_t bytes[sizeof(value)];
    for (size_t i = 0; i < sizeof(bytes); i++) bytes[i] = (uint8_t)(value >> (56 - 8 * i));
    return bytes_append(out, bytes, sizeof(bytes), err);
}

#define SIGN_BIT ((uint64_t)1 << 63)

static bool append_decimal(Int128 value, Bytes *out, Error *err)
{
    Uint128 bits = (Uint128)value;
    TRY(append_ordered((uint64_t)(bits >> 64) ^ SIGN_BIT, out, err));
    return append_ordered((uint64_t)bits, out, err);
}

// A zero in the text is followed by 255, its end is two zeros: a text that another begins with comes before it.
static bool append_string(Str string, Bytes *out, Error *err)
{
    for (size_t i = 0; i < string.size; i++) {
        TRY(bytes_append_byte(out, (uint8_t)string.data[i], err));
        if (string.data[i] == 0) TRY(bytes_append_byte(out, UINT8_MAX, err));
    }
    TRY(bytes_append_byte(out, 0, err));
    return bytes_append_byte(out, 0, err);
}

static bool append_part(const Vector *part, size_t row, Bytes *out, Error *err)
{
    TRY(bytes_append_byte(out, vector_is_valid(part, row), err)); // null first
    if (!vector_is_valid(part, row)) return true;
    switch (type_storage(part->type)) {
    case STORAGE_BOOL:
        return bytes_append_byte(out, part->values.bools[row], err);
    case STORAGE_INT:
        return append_ordered((uint64_t)part->values.ints[row] ^ SIGN_BIT, out, err);
    case STORAGE_FLOAT:
        return append_ordered(float_order_bits(part->values.floats[row]), out, err);
    case STORAGE_DECIMAL:
        return append_decimal(part->values.decimals[row], out, err);
    case STORAGE_STRING:
        return append_string(part->values.strings[row], out, err);
    }
    return true;
}

bool tie_text_append_key(const Vector *parts, size_t count, size_t row, Bytes *out, Error *err)
{
    for (size_t i = 0; i < count; i++) TRY(append_part(&parts[i], row, out, err));
    return true;
}

bool tie_text_append_digest(Hash128 digest, Bytes *out, Error *err)
{
    TRY(append_ordered(digest.high, out, err));
    return append_ordered(digest.low, out, err);
}

static bool append_version(const VersionBatch *batch, size_t key_count, uint32_t member, size_t i, Bytes *out,
                           Error *err)
{
    bytes_clear(out);
    if (member != PLAN_NONE) TRY(append_ordered(member, out, err));
    if (batch->keys != NULL) TRY(tie_text_append_key(batch->keys, key_count, i, out, err));
    return batch->digests == NULL || tie_text_append_digest(batch->digests[i], out, err);
}

bool tie_texts_make(const VersionBatch *batch, size_t key_count, uint32_t member, Arena *arena, const Str **out,
                    Error *err)
{
    AUTO(bytes_deinit) Bytes bytes = {0};
    Str *texts = arena_alloc_array(arena, batch->count, sizeof(*texts), err);
    TRY(texts != NULL);
    for (size_t i = 0; i < batch->count; i++) {
        TRY(append_version(batch, key_count, member, i, &bytes, err));
        TRY(arena_copy(arena, bytes_str(&bytes), &texts[i], err));
    }
    *out = texts;
    return true;
}
