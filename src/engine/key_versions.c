#include "engine/key.h"
#include "engine/key_history_internal.h"

/// Versions of a partition that can be seen, some at a time, column by column.
typedef struct KeptVersions {
    const KeyPartition *partition;
    size_t count;
    int64_t *time, *known, *superseded;
} KeptVersions;

static const uint8_t *kept_record(const KeptVersions *kept, size_t i)
{
    return kept->partition->scratch->records[kept->partition->scratch->kept[i]];
}

#define TAKE(member)                                                                                                   \
    for (size_t i = 0; i < kept->count; i++)                                                                           \
    memcpy(&values.member[i], kept_record(kept, i) + field->offset, sizeof(*values.member))

static void take_values(const KeptVersions *kept, const RecordField *field, Values values)
{
    switch (field->storage) {
    case STORAGE_BOOL:
        TAKE(bools);
        break;
    case STORAGE_INT:
        TAKE(ints);
        break;
    case STORAGE_FLOAT:
        TAKE(floats);
        break;
    case STORAGE_DECIMAL:
        TAKE(decimals);
        break;
    case STORAGE_STRING:
        for (size_t i = 0; i < kept->count; i++) values.strings[i] = record_text(kept_record(kept, i), field->offset);
        break;
    }
}

static bool take_nulls(const KeptVersions *kept, uint32_t field, uint8_t *valid)
{
    const RecordLayout *layout = &kept->partition->job->rows->layout;
    uint8_t all = 1;

    for (size_t i = 0; i < kept->count; i++) {
        valid[i] = record_has(layout, kept_record(kept, i), field);
        all &= valid[i];
    }
    return !all;
}

static bool take_field(const KeptVersions *kept, uint32_t number, Vector *out, Error *err)
{
    const RecordField *field = &kept->partition->job->rows->layout.fields[number];
    Arena *arena = &kept->partition->scratch->arena;
    uint8_t *valid = arena_alloc(arena, kept->count, err);
    TRY(valid != NULL);

    *out = (Vector){.type = field->type, .count = kept->count};
    out->values.any = arena_alloc_array(arena, kept->count, storage_size(field->storage), err);
    TRY(out->values.any != NULL);
    take_values(kept, field, out->values);
    if (take_nulls(kept, number, valid)) out->valid = valid;
    return true;
}

static bool take_columns(const KeptVersions *kept, const Vector **out, Error *err)
{
    const KeyRows *rows = kept->partition->job->rows;
    const PlanSource *source = rows->reading->source;
    Vector *columns = arena_alloc_array(&kept->partition->scratch->arena, source->field_count, sizeof(*columns), err);
    TRY(columns != NULL);

    for (uint32_t i = 0; i < source->field_count; i++) {
        if (rows->column_fields[i] == PLAN_NONE) continue;
        TRY(take_field(kept, rows->column_fields[i], &columns[i], err));
        columns[i].type = type_computed(source->fields[i].type);
    }
    *out = columns;
    return true;
}

static bool key_from_records(const KeptVersions *kept, Vector *out, Error *err)
{
    const KeyRows *rows = kept->partition->job->rows;
    const PlanSource *source = rows->reading->source;
    Arena *arena = &kept->partition->scratch->arena;
    uint8_t *valid = arena_alloc(arena, kept->count, err);
    TRY(valid != NULL);

    *out = (Vector){.type = source->fields[source->key[0]].type, .count = kept->count, .valid = valid};
    out->values.any = arena_alloc_array(arena, kept->count, storage_size(type_storage(out->type)), err);
    TRY(out->values.any != NULL);
    for (size_t i = 0; i < kept->count; i++) {
        const uint8_t *record = kept_record(kept, i);
        valid[i] = !record[rows->layout.fields[0].offset];
        if (valid[i]) key_from_hash(record_hash(record), out->type, out->values, i);
    }
    return true;
}

static bool take_keys(const KeptVersions *kept, const Vector **out, Error *err)
{
    const KeyRows *rows = kept->partition->job->rows;
    uint32_t count = rows->reading->source->key_count;
    Vector *keys = arena_alloc_array(&kept->partition->scratch->arena, count, sizeof(*keys), err);
    TRY(keys != NULL);

    if (rows->exact) TRY(key_from_records(kept, keys, err));
    for (uint32_t i = 0; !rows->exact && i < count; i++) TRY(take_field(kept, i, &keys[i], err));
    *out = keys;
    return true;
}

static bool take_instants(KeptVersions *kept, Error *err)
{
    const KeyScratch *scratch = kept->partition->scratch;
    const RecordLayout *layout = &kept->partition->job->rows->layout;
    Arena *arena = &kept->partition->scratch->arena;

    kept->time = arena_alloc_array(arena, kept->count, sizeof(*kept->time), err);
    TRY(kept->time != NULL);
    kept->known = arena_alloc_array(arena, kept->count, sizeof(*kept->known), err);
    TRY(kept->known != NULL);
    kept->superseded = arena_alloc_array(arena, kept->count, sizeof(*kept->superseded), err);
    TRY(kept->superseded != NULL);
    for (size_t i = 0; i < kept->count; i++) {
        kept->time[i] = record_instant(kept_record(kept, i), RECORD_TIME);
        kept->known[i] = record_known(layout, kept_record(kept, i));
        kept->superseded[i] = scratch->superseded[scratch->kept[i]];
    }
    return true;
}

bool key_partition_hand(const KeyPartition *partition, size_t count, Error *err)
{
    KeptVersions kept = {.partition = partition, .count = count};
    VersionBatch batch = {.count = count};
    const VersionSink *sink = partition->job->sink;

    arena_reset(&partition->scratch->arena);
    TRY(take_instants(&kept, err));
    TRY(take_columns(&kept, &batch.columns, err));
    if (partition->job->rows->reading->ordered) TRY(take_keys(&kept, &batch.keys, err));
    batch.time = kept.time;
    batch.known = kept.known;
    batch.superseded = kept.superseded;
    return sink->put(sink->context, &batch, &partition->scratch->arena, err);
}
