#include "base/array.h"
#include "engine/group_internal.h"
#include "engine/key.h"
#include "number/float_order.h"

// Plain records are read column by column, so that what follows looks at dense arrays whatever the records' form: an index, an instant
// and an entity fit into one number to sort, and no pointers are followed.

enum { ENTITY_SLOTS_MIN = 16 };

void plain_rows_deinit(PlainRows *rows)
{
    code_sorter_deinit(&rows->sorter);
    memory_free(rows->entities);
    memory_free(rows->times);
    memory_free(rows->values);
    memory_free(rows->nulls);
    memory_free(rows->order);
    memory_free(rows->hashes);
    memory_free(rows->slots);
    *rows = (PlainRows){0};
}

/// A partition under construction.
typedef struct PlainBuild {
    const RecordLayout *layout;
    PlainRows *rows;
    int64_t base; ///< of packed times
    size_t count, column_count, null_bytes;
    size_t entity_count, slot_count;
    int64_t least, greatest; ///< times
    uint8_t *nulls;          ///< bits per column: whether any row has them
} PlainBuild;

static bool build_init(const PartitionRecords *input, BuildScratch *scratch, PlainBuild *out, Error *err)
{
    const RecordLayout *layout = input->layout;
    PlainRows *rows = &scratch->plain;
    PlainBuild build = {.layout = layout,
                        .rows = rows,
                        .base = input->base,
                        .count = record_blocks_count(&input->blocks),
                        .column_count = layout->field_count - layout->key_count,
                        .least = INT64_MAX,
                        .greatest = INT64_MIN};
    size_t row_size = layout->packed_size - PACKED_VALUES; // and 1 below: never empty

    build.null_bytes = (build.column_count + 7) / 8;
    TRY(array_reserve(&rows->entities, &rows->entities_capacity, build.count, sizeof(*rows->entities), err));
    TRY(array_reserve(&rows->times, &rows->time_capacity, build.count, sizeof(*rows->times), err));
    TRY(array_reserve(&rows->values, &rows->value_capacity, build.count * row_size + 1, 1, err));
    TRY(array_reserve(&rows->nulls, &rows->null_capacity, build.count * build.null_bytes + 1, 1, err));
    TRY(array_reserve(&rows->order, &rows->order_capacity, build.count, sizeof(*rows->order), err));
    TRY(array_reserve(&scratch->nulls, &scratch->null_capacity, build.null_bytes + 1, 1, err));
    memset(scratch->nulls, 0, build.null_bytes);
    build.nulls = scratch->nulls;
    *out = build;
    return true;
}

static size_t slot_of(const PlainBuild *build, uint64_t hash)
{
    const PlainRows *rows = build->rows;
    size_t mask = build->slot_count - 1;
    size_t slot = (size_t)hash & mask;

    while (rows->slots[slot] != 0 && rows->hashes[rows->slots[slot] - 1] != hash) slot = (slot + 1) & mask;
    return slot;
}

// At most a quarter of the slots are used, so that most are found at the first look.
static bool slots_grow(PlainBuild *build, Error *err)
{
    PlainRows *rows = build->rows;

    if (4 * build->entity_count < build->slot_count) return true;
    build->slot_count = build->slot_count == 0 ? ENTITY_SLOTS_MIN : 2 * build->slot_count;
    TRY(array_reserve(&rows->slots, &rows->slot_capacity, build->slot_count, sizeof(*rows->slots), err));
    memset(rows->slots, 0, build->slot_count * sizeof(*rows->slots));
    for (size_t entity = 0; entity < build->entity_count; entity++)
        rows->slots[slot_of(build, rows->hashes[entity])] = (uint32_t)entity + 1;
    return true;
}

static bool entity_add(PlainBuild *build, uint64_t hash, size_t slot, Error *err)
{
    PlainRows *rows = build->rows;

    TRY(array_reserve(&rows->hashes, &rows->hash_capacity, build->entity_count + 1, sizeof(*rows->hashes), err));
    rows->hashes[build->entity_count++] = hash;
    rows->slots[slot] = (uint32_t)build->entity_count;
    return slots_grow(build, err);
}

static inline uint64_t hash_of(RecordForm form, const uint8_t *record)
{
    return form == RECORD_PACKED ? key_hash_int(packed_key(record)) : record_hash(record);
}

// `form` is the block's, a constant where this is called.
static inline bool read_entities_of(RecordForm form, PlainBuild *build, const RecordBlock *block, size_t first,
                                    Error *err)
{
    size_t step = record_size(build->layout, form);

    for (size_t i = 0; i < block->record_count; i++) {
        uint64_t hash = hash_of(form, block->bytes + i * step);
        size_t slot = slot_of(build, hash);
        if (build->rows->slots[slot] == 0) {
            build->rows->entities[first + i] = (uint32_t)build->entity_count;
            TRY(entity_add(build, hash, slot, err));
        } else {
            build->rows->entities[first + i] = build->rows->slots[slot] - 1;
        }
    }
    return true;
}

static bool read_entities(PlainBuild *build, const RecordBlock *block, size_t first, Error *err)
{
    return block->form == RECORD_PACKED ? read_entities_of(RECORD_PACKED, build, block, first, err)
                                        : read_entities_of(RECORD_WIDE, build, block, first, err);
}

static inline void read_times_of(RecordForm form, PlainBuild *build, const RecordBlock *block, int64_t *out)
{
    size_t step = record_size(build->layout, form);
    int64_t least = build->least;
    int64_t greatest = build->greatest;

    for (size_t i = 0; i < block->record_count; i++) {
        const uint8_t *record = block->bytes + i * step;
        int64_t time = form == RECORD_PACKED ? packed_time(record, build->base) : record_instant(record, RECORD_TIME);
        out[i] = time;
        least = time < least ? time : least;
        greatest = time > greatest ? time : greatest;
    }
    build->least = least;
    build->greatest = greatest;
}

static void read_times(PlainBuild *build, const RecordBlock *block, int64_t *out)
{
    if (block->form == RECORD_PACKED) {
        read_times_of(RECORD_PACKED, build, block, out);
    } else {
        read_times_of(RECORD_WIDE, build, block, out);
    }
}

#define READ(Value)                                                                                                    \
    for (size_t i = 0; i < block->record_count; i++) memcpy(to + i * sizeof(Value), from + i * step, sizeof(Value))

static void read_column(const PlainBuild *build, const RecordBlock *block, const RecordField *field, uint8_t *to)
{
    bool packed = block->form == RECORD_PACKED;
    size_t step = record_size(build->layout, block->form);
    const uint8_t *from = block->bytes + (packed ? field->packed : field->offset);

    switch (storage_size(field->storage)) {
    case sizeof(uint8_t):
        READ(uint8_t);
        return;
    case sizeof(uint64_t):
        READ(uint64_t);
        return;
    default:
        READ(Int128);
        return;
    }
}

static void read_nulls(PlainBuild *build, const RecordBlock *block, size_t first)
{
    size_t step = record_size(build->layout, block->form);
    const uint8_t *from =
        block->bytes + (block->form == RECORD_PACKED ? build->layout->packed_nulls : build->layout->nulls);
    uint8_t *to = build->rows->nulls + first * build->null_bytes;

    for (size_t byte = 0; byte < build->null_bytes; byte++) {
        uint8_t any = 0;
        for (size_t i = 0; i < block->record_count; i++) {
            uint8_t nulls = from[i * step + byte];
            to[i * build->null_bytes + byte] = nulls;
            any |= nulls;
        }
        build->nulls[byte] |= any;
    }
}

// Column after column, each for all rows.
static bool read_block(PlainBuild *build, const RecordBlock *block, size_t first, Error *err)
{
    const RecordLayout *layout = build->layout;
    uint8_t *values = build->rows->values;

    TRY(read_entities(build, block, first, err));
    read_times(build, block, build->rows->times + first);
    for (uint32_t i = layout->key_count; i < layout->field_count; i++) {
        size_t size = storage_size(layout->fields[i].storage);
        read_column(build, block, &layout->fields[i], values + first * size);
        values += build->count * size;
    }
    read_nulls(build, block, first);
    return true;
}

static bool read_blocks(PlainBuild *build, const PartitionRecords *input, Error *err)
{
    size_t first = 0;

    TRY(slots_grow(build, err));
    for (size_t list = 0; list < input->blocks.count; list++) {
        for (const RecordBlock *block = input->blocks.lists[list]; block != NULL; block = block->next) {
            TRY(read_block(build, block, first, err));
            first += block->record_count;
        }
    }
    return true;
}

static uint32_t bits_of(uint64_t value)
{
    return value == 0 ? 0 : 64 - (uint32_t)__builtin_clzll(value);
}

/// How many bits entities, instants and indices take in a code.
typedef struct CodeBits {
    uint32_t entity, time, index;
} CodeBits;

static CodeBits code_bits(const PlainBuild *build)
{
    return (CodeBits){bits_of(build->entity_count - 1), bits_of((uint64_t)build->greatest - (uint64_t)build->least),
                      bits_of(build->count - 1)};
}

static bool order_by_codes(PlainBuild *build, CodeBits bits, Error *err)
{
    PlainRows *rows = build->rows;
    const uint64_t *sorted = NULL;
    uint32_t total = bits.entity + bits.time + bits.index;

    TRY(code_sorter_reserve(&rows->sorter, build->count, err));
    for (size_t i = 0; i < build->count; i++) {
        uint64_t time = (uint64_t)rows->times[i] - (uint64_t)build->least;
        rows->sorter.codes[i] = (((uint64_t)rows->entities[i] << bits.time | time) << bits.index) | i;
    }
    TRY(code_sorter_sort(&rows->sorter, build->count, total == 0 ? 1 : total, &sorted, err));
    for (size_t i = 0; i < build->count; i++)
        rows->order[i] = (uint32_t)(sorted[i] & ((UINT64_C(1) << bits.index) - 1));
    return true;
}

static bool order_by_items(PlainBuild *build, EntitySorter *sorter, Error *err)
{
    PlainRows *rows = build->rows;
    EntityItem *sorted = NULL;

    TRY(entity_sorter_reserve(sorter, build->count, err));
    for (size_t i = 0; i < build->count; i++)
        sorter->items[i] = (EntityItem){rows->times[i], rows->entities[i], (uint32_t)i};
    TRY(entity_sorter_sort(sorter, build->count, build->entity_count, &sorted, err));
    for (size_t i = 0; i < build->count; i++) rows->order[i] = sorted[i].index;
    return true;
}

static bool same_place(const PlainRows *rows, uint32_t left, uint32_t right)
{
    return rows->times[left] == rows->times[right] && rows->entities[left] == rows->entities[right];
}

static bool same_floats(const uint8_t *left, const uint8_t *right)
{
    double values[2];
    memcpy(&values[0], left, sizeof(double));
    memcpy(&values[1], right, sizeof(double));
    return float_bits(float_canonical(values[0])) == float_bits(float_canonical(values[1]));
}

static bool same_values(const PlainBuild *build, uint32_t left, uint32_t right)
{
    const RecordLayout *layout = build->layout;
    const PlainRows *rows = build->rows;
    const uint8_t *values = rows->values;
    size_t null_bytes = build->null_bytes;

    if (memcmp(rows->nulls + left * null_bytes, rows->nulls + right * null_bytes, null_bytes) != 0) return false;
    for (uint32_t i = layout->key_count; i < layout->field_count; i++) {
        size_t size = storage_size(layout->fields[i].storage);
        bool floats = layout->fields[i].storage == STORAGE_FLOAT;
        const uint8_t *one = values + left * size;
        const uint8_t *other = values + right * size;
        if (floats ? !same_floats(one, other) : memcmp(one, other, size) != 0) return false;
        values += build->count * size;
    }
    return true;
}

// Repeats may stand in any order, others must not.
static bool rows_are_tied(const PlainBuild *build)
{
    const uint32_t *order = build->rows->order;

    for (size_t i = 1; i < build->count; i++) {
        if (same_place(build->rows, order[i - 1], order[i]) && !same_values(build, order[i - 1], order[i])) return true;
    }
    return false;
}

static void fill_entities(const PlainBuild *build, GroupPartition *out)
{
    const PlainRows *rows = build->rows;

    memcpy(out->entity_hash, rows->hashes, build->entity_count * sizeof(*rows->hashes));
    memcpy(out->slots, rows->slots, build->slot_count * sizeof(*rows->slots));
    for (size_t i = 0; i < build->entity_count; i++)
        key_from_hash(rows->hashes[i], build->layout->fields[0].type, out->keys[0].values, i);
    for (size_t i = 0; i < build->count; i++) out->entity_begin[rows->entities[rows->order[i]] + 1] = (uint32_t)i + 1;
    out->entity_begin[0] = 0;
}

static void fill_times(const PlainBuild *build, const FactTable *out)
{
    union {
        const int64_t *read;
        int64_t *write;
    } time = {.read = out->time}; // this partition's own

    for (size_t i = 0; i < build->count; i++) time.write[i] = build->rows->times[build->rows->order[i]];
}

#define GATHER(Value)                                                                                                  \
    for (size_t i = 0; i < build->count; i++)                                                                          \
    memcpy((uint8_t *)out->values.any + i * sizeof(Value), values + order[i] * sizeof(Value), sizeof(Value))

static void fill_values(const PlainBuild *build, Storage storage, const uint8_t *values, const Vector *out)
{
    const uint32_t *order = build->rows->order;

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
    for (size_t i = 0; storage == STORAGE_FLOAT && i < build->count; i++)
        out->values.floats[i] = float_canonical(out->values.floats[i]);
}

static void fill_valid(const PlainBuild *build, size_t column, const Vector *out)
{
    union {
        const uint8_t *read;
        uint8_t *write;
    } valid = {.read = out->valid}; // this partition's own

    for (size_t i = 0; valid.write != NULL && i < build->count; i++) {
        const uint8_t *nulls = build->rows->nulls + build->rows->order[i] * build->null_bytes;
        valid.write[i] = (nulls[column / 8] >> (column % 8) & 1) == 0;
    }
}

static void fill_facts(const PlainBuild *build, GroupPartition *out)
{
    const RecordLayout *layout = build->layout;
    const uint8_t *values = build->rows->values;

    fill_times(build, &out->facts);
    for (size_t i = 0; i < build->column_count; i++) {
        Storage storage = layout->fields[layout->key_count + i].storage;
        fill_values(build, storage, values, &out->facts.columns[i]);
        fill_valid(build, i, &out->facts.columns[i]);
        values += build->count * storage_size(storage);
    }
}

bool partition_build_plain(const PartitionRecords *input, BuildScratch *scratch, GroupPartition *out, bool *tied,
                           Error *err)
{
    PlainBuild build = {0};
    PartitionDraft draft = {0};

    TRY(build_init(input, scratch, &build, err));
    TRY(read_blocks(&build, input, err));
    CodeBits bits = code_bits(&build);
    TRY(bits.entity + bits.time + bits.index <= 64 ? order_by_codes(&build, bits, err)
                                                   : order_by_items(&build, &scratch->sorter, err));
    *tied = rows_are_tied(&build);
    if (*tied) return true;
    PartitionShape shape = {.fact_count = build.count,
                            .entity_count = build.entity_count,
                            .slot_count = build.slot_count,
                            .nulls = build.nulls};
    TRY(partition_alloc(build.layout, &shape, scratch, &draft, err));
    fill_entities(&build, &draft.partition);
    fill_facts(&build, &draft.partition);
    return partition_keep(build.layout, &shape, scratch, &draft, out, err);
}
