#include "engine/key.h"
#include "engine/plain_rows_internal.h"
#include "number/float_order.h"

void plain_build_fill_entities(const PlainBuild *build, GroupPartition *out)
{
    const PlainRows *rows = build->rows;

    memcpy(out->entity_hash, rows->hashes, build->entity_count * sizeof(*rows->hashes));
    memcpy(out->slots, rows->slots, build->slot_count * sizeof(*rows->slots));
    for (size_t i = 0; i < build->entity_count; i++)
        key_from_hash(rows->hashes[i], build->layout->fields[0].type, out->keys[0].values, i);
}

static void fill_times(const PlainBuild *build, size_t begin, const FactTable *out)
{
    union {
        const int64_t *read;
        int64_t *write;
    } time = {.read = out->time}; // this partition's own

    for (size_t i = 0; i < build->count; i++) time.write[begin + i] = build->rows->times[build->rows->order[i]];
}

#define GATHER(Value)                                                                                                  \
    for (size_t i = 0; i < build->count; i++)                                                                          \
    memcpy(to + i * sizeof(Value), values + order[i] * sizeof(Value), sizeof(Value))

static void fill_values(const PlainBuild *build, Storage storage, const uint8_t *values, size_t begin,
                        const Vector *out)
{
    const uint32_t *order = build->rows->order;
    uint8_t *to = (uint8_t *)out->values.any + begin * storage_size(storage);

    switch (storage_size(storage)) {
    case sizeof(uint8_t):
        GATHER(uint8_t);
        return;
    case sizeof(uint64_t):
        GATHER(uint64_t);
        break;
    default:
        GATHER(Int128);
        return;
    }
    double *floats = out->values.floats + begin;
    for (size_t i = 0; storage == STORAGE_FLOAT && i < build->count; i++) floats[i] = float_canonical(floats[i]);
}

static void fill_valid(const PlainBuild *build, size_t column, size_t begin, const Vector *out)
{
    union {
        const uint8_t *read;
        uint8_t *write;
    } valid = {.read = out->valid}; // this partition's own

    for (size_t i = 0; valid.write != NULL && i < build->count; i++) {
        const uint8_t *nulls = build->rows->nulls + build->rows->order[i] * build->null_bytes;
        valid.write[begin + i] = (nulls[column / 8] >> (column % 8) & 1) == 0;
    }
}

void plain_build_fill_facts(const PlainBuild *build, size_t begin, const FactTable *out)
{
    const RecordLayout *layout = build->layout;
    const uint8_t *values = build->rows->values;

    fill_times(build, begin, out);
    for (size_t i = 0; i < build->column_count; i++) {
        Storage storage = layout->fields[layout->key_count + i].storage;
        fill_values(build, storage, values, begin, &out->columns[i]);
        fill_valid(build, i, begin, &out->columns[i]);
        values += build->capacity * storage_size(storage);
    }
}

static void fill_begins(const PlainBuild *build, GroupPartition *out)
{
    const PlainRows *rows = build->rows;

    for (size_t i = 0; i < build->count; i++) out->entity_begin[rows->entities[rows->order[i]] + 1] = (uint32_t)i + 1;
    out->entity_begin[0] = 0;
}

bool partition_build_plain(const PartitionRecords *input, BuildScratch *scratch, GroupPartition *out, bool *tied,
                           Error *err)
{
    PlainBuild build = {0};
    PartitionDraft draft = {0};

    TRY(plain_build_init(input, scratch, record_blocks_count(&input->blocks), &build, err));
    TRY(plain_build_read(&build, &input->blocks, err));
    TRY(plain_build_order(&build, &scratch->sorter, tied, err));
    TRY(plain_build_note_ties(&build, input, 0, scratch, tied, err));
    if (*tied) return true;
    PartitionShape shape = {.fact_count = build.count,
                            .entity_count = build.entity_count,
                            .slot_count = build.slot_count,
                            .nulls = build.nulls};
    TRY(partition_alloc(build.layout, &shape, scratch, &draft, err));
    plain_build_fill_entities(&build, &draft.partition);
    fill_begins(&build, &draft.partition);
    plain_build_fill_facts(&build, 0, &draft.partition.facts);
    return partition_keep(build.layout, &shape, scratch, &draft, out, err);
}
