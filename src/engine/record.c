#include "engine/record.h"

#include "engine/key.h"
#include "number/float_order.h"

static uint32_t field_size(Storage storage)
{
    return storage == STORAGE_STRING ? (uint32_t)sizeof(RecordText) : (uint32_t)storage_size(storage);
}

static uint32_t place(uint32_t *end, uint32_t size)
{
    uint32_t offset = *end;
    *end += size;
    return offset;
}

static uint32_t tie_size(RecordOrder order)
{
    if (order == RECORD_BY_DIGEST) return sizeof(Hash128);
    if (order == RECORD_BY_TEXT) return sizeof(RecordText);
    return order == RECORD_BY_ROW ? sizeof(uint32_t) : 0;
}

static bool values_are_fixed(const RecordLayout *layout)
{
    for (uint32_t i = 0; i < layout->field_count; i++) {
        if (layout->fields[i].storage == STORAGE_STRING) return false;
    }
    return true;
}

static void place_packed(RecordLayout *layout)
{
    uint32_t end = PACKED_VALUES;

    layout->is_plain = layout->keys_are_hashed && !layout->has_known && !layout->has_superseded &&
                       layout->order == RECORD_UNORDERED && values_are_fixed(layout);
    layout->packs = layout->is_plain && layout->fields[0].storage == STORAGE_INT;
    for (uint32_t i = layout->key_count; i < layout->field_count; i++)
        layout->fields[i].packed = place(&end, field_size(layout->fields[i].storage));
    layout->packed_nulls = place(&end, (layout->field_count - layout->key_count + 7) / 8);
    layout->packed_size = end;
}

bool record_layout_init(const RecordShape *shape, Arena *arena, RecordLayout *out, Error *err)
{
    uint32_t end = RECORD_TIME + sizeof(int64_t);
    RecordLayout layout = {
        .key_count = shape->key_count,
        .field_count = shape->field_count,
        .keys_are_hashed = key_hash_gives_key(shape->types, shape->key_count),
        .has_known = shape->has_known,
        .has_superseded = shape->has_superseded,
        .order = shape->order,
    };

    layout.fields = arena_alloc_array(arena, shape->field_count, sizeof(*layout.fields), err);
    TRY(layout.fields != NULL);
    layout.known = layout.has_known ? place(&end, sizeof(int64_t)) : 0;
    layout.superseded = layout.has_superseded ? place(&end, sizeof(int64_t)) : 0;
    layout.tie = place(&end, tie_size(layout.order));
    for (uint32_t i = 0; i < shape->field_count; i++) {
        Storage storage = type_storage(shape->types[i]);
        bool stored = i >= shape->key_count || !layout.keys_are_hashed;
        layout.fields[i] = (RecordField){shape->types[i], storage, stored ? place(&end, field_size(storage)) : 0, 0};
    }
    layout.nulls = place(&end, (shape->field_count - shape->key_count + 7) / 8);
    layout.size = end;
    place_packed(&layout);

    *out = layout;
    return true;
}

static double record_float(const uint8_t *record, uint32_t offset)
{
    double value;
    memcpy(&value, record + offset, sizeof(value));
    return value;
}

static bool same_text(const uint8_t *left, const uint8_t *right, uint32_t offset)
{
    return str_equal(record_text(left, offset), record_text(right, offset));
}

static bool same_key_part(const RecordField *field, const uint8_t *left, const uint8_t *right)
{
    if (field->storage == STORAGE_STRING) return same_text(left, right, field->offset);
    if (field->storage != STORAGE_FLOAT)
        return memcmp(left + field->offset, right + field->offset, storage_size(field->storage)) == 0;
    return float_bits(float_canonical_key(record_float(left, field->offset))) ==
           float_bits(float_canonical_key(record_float(right, field->offset)));
}

bool record_same_key(const RecordLayout *layout, const uint8_t *left, const uint8_t *right)
{
    if (layout->keys_are_hashed) return true;
    for (uint32_t i = 0; i < layout->key_count; i++) {
        if (!same_key_part(&layout->fields[i], left, right)) return false;
    }
    return true;
}

bool record_same_parts(const RecordLayout *layout, uint32_t count, const uint8_t *left, const uint8_t *right)
{
    for (uint32_t i = 0; i < count; i++) {
        bool there = record_has(layout, left, i);
        if (there != record_has(layout, right, i)) return false;
        if (there && !same_key_part(&layout->fields[i], left, right)) return false;
    }
    return true;
}

static bool same_column(const RecordField *field, const uint8_t *left, const uint8_t *right)
{
    if (field->storage == STORAGE_STRING) return same_text(left, right, field->offset);
    if (field->storage != STORAGE_FLOAT)
        return memcmp(left + field->offset, right + field->offset, storage_size(field->storage)) == 0;
    return float_bits(float_canonical(record_float(left, field->offset))) ==
           float_bits(float_canonical(record_float(right, field->offset)));
}

bool record_same_columns(const RecordLayout *layout, const uint8_t *left, const uint8_t *right)
{
    size_t column_count = layout->field_count - layout->key_count;

    if (memcmp(left + layout->nulls, right + layout->nulls, (column_count + 7) / 8) != 0) return false;
    for (uint32_t i = layout->key_count; i < layout->field_count; i++) {
        if (!same_column(&layout->fields[i], left, right)) return false;
    }
    return true;
}

int record_compare_tie(const RecordLayout *layout, const uint8_t *left, const uint8_t *right)
{
    int64_t left_known = record_known(layout, left);
    int64_t right_known = record_known(layout, right);
    Hash128 digests[2] = {0};

    if (left_known != right_known) return left_known < right_known ? -1 : 1;
    if (layout->order == RECORD_BY_TEXT)
        return str_compare(record_text(left, layout->tie), record_text(right, layout->tie));
    if (layout->order != RECORD_BY_DIGEST) return 0;
    memcpy(&digests[0], left + layout->tie, sizeof(digests[0]));
    memcpy(&digests[1], right + layout->tie, sizeof(digests[1]));
    return hash128_compare(digests[0], digests[1]);
}
