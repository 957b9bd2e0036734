#include "engine/group_internal.h"
#include "engine/key.h"
#include "number/float_order.h"

enum { FILL_AHEAD = 16 }; ///< records that are fetched before they are needed

static inline const uint8_t *record_at(const PartitionFill *fill, size_t i)
{
    return fill->records[fill->items[i].index];
}

static inline void fetch_ahead(const PartitionFill *fill, size_t i, uint32_t offset)
{
    size_t ahead = i + FILL_AHEAD < fill->count ? i + FILL_AHEAD : i;
    __builtin_prefetch(record_at(fill, ahead) + offset);
}

static void fill_instants(const PartitionFill *fill, uint32_t offset, int64_t *out)
{
    for (size_t i = 0; i < fill->count; i++) out[i] = record_instant(record_at(fill, i), offset);
}

static Str keep_text(PartitionFill *fill, const uint8_t *record, uint32_t offset)
{
    Str text = record_text(record, offset);
    if (text.size == 0) return (Str){0};
    memcpy(fill->text, text.data, text.size);
    Str kept = {fill->text, text.size};
    fill->text += text.size;
    return kept;
}

// One value by its storage; null values hold zero bits already.
static inline void fill_value(PartitionFill *fill, const RecordField *field, const uint8_t *record, Values out,
                              size_t i)
{
    switch (field->storage) {
    case STORAGE_BOOL:
        out.bools[i] = record[field->offset];
        break;
    case STORAGE_INT:
        memcpy(&out.ints[i], record + field->offset, sizeof(int64_t));
        break;
    case STORAGE_FLOAT:
        memcpy(&out.floats[i], record + field->offset, sizeof(double));
        out.floats[i] = float_canonical(out.floats[i]);
        break;
    case STORAGE_DECIMAL:
        memcpy(&out.decimals[i], record + field->offset, sizeof(Int128));
        break;
    case STORAGE_STRING:
        out.strings[i] = keep_text(fill, record, field->offset);
        break;
    }
}

static void fill_column(PartitionFill *fill, size_t column, const Vector *out)
{
    const RecordLayout *layout = fill->layout;
    const RecordField *field = &layout->fields[layout->key_count + column];
    union {
        const uint8_t *read;
        uint8_t *write;
    } valid = {.read = out->valid}; // this partition's own

    for (size_t i = 0; i < fill->count; i++) {
        fetch_ahead(fill, i, field->offset);
        fill_value(fill, field, record_at(fill, i), out->values, i);
    }
    for (size_t i = 0; valid.write != NULL && i < fill->count; i++)
        valid.write[i] = record_has(layout, record_at(fill, i), column);
}

static void fill_key(PartitionFill *fill, const RecordField *field, const uint8_t *const *entities, Vector *out)
{
    for (size_t i = 0; i < out->count; i++) {
        if (fill->layout->keys_are_hashed) {
            key_from_hash(record_hash(entities[i]), field->type, out->values, i);
        } else {
            fill_value(fill, field, entities[i], out->values, i);
        }
    }
}

void partition_fill_entities(PartitionFill *fill, const uint8_t *const *entities, const uint32_t *slots,
                             GroupPartition *out)
{
    for (size_t i = 0; i < out->entity_count; i++) out->entity_hash[i] = record_hash(entities[i]);
    for (uint32_t part = 0; part < fill->layout->key_count; part++)
        fill_key(fill, &fill->layout->fields[part], entities, &out->keys[part]);
    for (size_t i = 0; i < fill->count; i++) out->entity_begin[fill->items[i].entity + 1] = (uint32_t)i + 1;
    out->entity_begin[0] = 0;
    if (out->slot_count > 0) memcpy(out->slots, slots, out->slot_count * sizeof(*slots));
}

void partition_fill_facts(PartitionFill *fill, GroupPartition *out)
{
    const RecordLayout *layout = fill->layout;
    union {
        const int64_t *read;
        int64_t *write;
    } time = {.read = out->facts.time}, known = {.read = out->facts.known},
      superseded = {.read = out->facts.superseded};

    for (size_t i = 0; i < fill->count; i++) time.write[i] = fill->items[i].instant;
    if (layout->has_known) fill_instants(fill, layout->known, known.write);
    if (superseded.write != NULL) fill_instants(fill, layout->superseded, superseded.write);
    for (size_t i = 0; i < layout->field_count - layout->key_count; i++) fill_column(fill, i, &out->facts.columns[i]);
}
