#include "engine/key_rows.h"

#include <string.h>

#include "engine/key.h"
#include "engine/partition.h"

bool source_has_history(const PlanSource *source)
{
    return source->key_count > 0;
}

void key_rows_deinit(KeyRows *rows)
{
    record_store_deinit(&rows->store);
    arena_deinit(&rows->arena);
}

/// The fields of a record as they are listed.
typedef struct FieldList {
    Type *types;
    uint32_t count;
} FieldList;

static uint32_t add_field(FieldList *list, Type type)
{
    list->types[list->count] = type;
    return list->count++;
}

// A part of the key that programs read as it came stands in the record once.
static void list_key(KeyRows *rows, FieldList *list)
{
    const PlanSource *source = rows->reading->source;

    if (rows->exact) {
        add_field(list, TYPE_OF(TYPE_BOOL));
        return;
    }
    for (uint32_t i = 0; i < source->key_count; i++) {
        Type type = source->fields[source->key[i]].type;
        uint32_t field = add_field(list, type);
        if (!type_is_timestamp(type_computed(type))) rows->column_fields[source->key[i]] = field;
    }
}

static void list_fields(KeyRows *rows, FieldList *list)
{
    const SourceReading *reading = rows->reading;
    const PlanSource *source = reading->source;

    for (uint32_t i = 0; i < source->field_count; i++) rows->column_fields[i] = PLAN_NONE;
    list_key(rows, list);
    bool deletes = source->deleted.output_count > 0;
    rows->deleted_field = deletes ? add_field(list, TYPE_OF(TYPE_BOOL)) : PLAN_NONE;
    for (uint32_t i = 0; i < source->field_count; i++) {
        if (!reading->computed[i]) {
            rows->column_fields[i] = PLAN_NONE;
        } else if (rows->column_fields[i] == PLAN_NONE) {
            rows->column_fields[i] = add_field(list, type_computed(source->fields[i].type));
        }
    }
}

static bool key_is_exact(const PlanSource *source)
{
    return source->key_count == 1 && key_hash_gives_key(&source->fields[source->key[0]].type, 1);
}

static bool rows_layout(KeyRows *rows, Error *err)
{
    const SourceReading *reading = rows->reading;
    const PlanSource *source = reading->source;
    FieldList list = {0};

    list.types = arena_alloc_array(&rows->arena, source->field_count + source->key_count + 2, sizeof(Type), err);
    TRY(list.types != NULL);
    rows->column_fields = arena_alloc_array(&rows->arena, source->field_count, sizeof(*rows->column_fields), err);
    TRY(rows->column_fields != NULL);
    list_fields(rows, &list);
    RecordShape shape = {.types = list.types,
                         .field_count = list.count,
                         .has_known = reading->has_known,
                         .order = reading->digests ? RECORD_BY_DIGEST : RECORD_UNORDERED};
    return record_layout_init(&shape, &rows->arena, &rows->layout, err);
}

bool key_rows_init(const SourceReading *reading, uint64_t row_count, GroupMemory *memory, KeyRows *out, Error *err)
{
    out->reading = reading;
    out->exact = key_is_exact(reading->source);
    TRY(rows_layout(out, err));
    record_store_init(&out->layout, partition_bits(row_count), memory, &out->store);
    return true;
}

static bool null_flags(const Vector *key, size_t count, Arena *arena, Vector *out, Error *err)
{
    *out = (Vector){.type = TYPE_OF(TYPE_BOOL), .count = count};
    out->values.bools = arena_alloc(arena, count, err);
    TRY(out->values.bools != NULL);
    for (size_t i = 0; key->valid != NULL && i < count; i++) out->values.bools[i] = !key->valid[i];
    return true;
}

static bool record_values(const KeyRows *rows, const VersionBatch *batch, Arena *arena, Vector *out, Error *err)
{
    const PlanSource *source = rows->reading->source;

    if (rows->exact) {
        TRY(null_flags(&batch->keys[0], batch->count, arena, &out[0], err));
    } else {
        memcpy(out, batch->keys, source->key_count * sizeof(*out));
    }
    if (rows->deleted_field != PLAN_NONE) {
        union {
            const uint8_t *read;
            uint8_t *bools;
        } deleted = {.read = batch->deleted};
        out[rows->deleted_field] =
            (Vector){.type = TYPE_OF(TYPE_BOOL), .count = batch->count, .values = {.bools = deleted.bools}};
    }
    for (uint32_t i = 0; i < source->field_count; i++) {
        if (rows->column_fields[i] != PLAN_NONE) out[rows->column_fields[i]] = batch->columns[i];
    }
    return true;
}

bool key_rows_put(KeyRows *rows, const VersionBatch *batch, Arena *arena, Error *err)
{
    Vector *values = arena_alloc_array(arena, rows->layout.field_count, sizeof(*values), err);
    TRY(values != NULL);
    uint64_t *hashes = arena_alloc_array(arena, batch->count, sizeof(*hashes), err);
    TRY(hashes != NULL);
    uint8_t *nulls = arena_alloc(arena, batch->count, err);
    TRY(nulls != NULL);

    TRY(record_values(rows, batch, arena, values, err));
    key_hash_rows(batch->keys, rows->reading->source->key_count, 0, batch->count, hashes, nulls);
    RecordBatch records = {.count = batch->count,
                           .values = values,
                           .hashes = hashes,
                           .time = batch->time,
                           .known = batch->known,
                           .digests = batch->digests};
    return record_store_put(&rows->store, &records, err);
}
