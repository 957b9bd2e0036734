#include "base/array.h"
#include "engine/key.h"
#include "engine/plain_rows_internal.h"
#include "number/float_order.h"

enum { ENTITY_SLOTS_MIN = 16, TIES_MAX = 10000 };

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

bool plain_build_init(const PartitionRecords *input, BuildScratch *scratch, size_t capacity, PlainBuild *out,
                      Error *err)
{
    const RecordLayout *layout = input->layout;
    PlainRows *rows = &scratch->plain;
    PlainBuild build = {.layout = layout,
                        .rows = rows,
                        .base = input->base,
                        .capacity = capacity,
                        .column_count = layout->field_count - layout->key_count,
                        .least = INT64_MAX,
                        .greatest = INT64_MIN};
    size_t row_size = layout->packed_size - PACKED_VALUES; // and 1 below: never empty

    build.null_bytes = (build.column_count + 7) / 8;
    TRY(array_reserve(&rows->entities, &rows->entities_capacity, build.capacity, sizeof(*rows->entities), err));
    TRY(array_reserve(&rows->times, &rows->time_capacity, build.capacity, sizeof(*rows->times), err));
    TRY(array_reserve(&rows->values, &rows->value_capacity, build.capacity * row_size + 1, 1, err));
    TRY(array_reserve(&rows->nulls, &rows->null_capacity, build.capacity * build.null_bytes + 1, 1, err));
    TRY(array_reserve(&rows->order, &rows->order_capacity, build.capacity, sizeof(*rows->order), err));
    TRY(array_reserve(&scratch->nulls, &scratch->null_capacity, build.null_bytes + 1, 1, err));
    memset(scratch->nulls, 0, build.null_bytes);
    build.nulls = scratch->nulls;
    TRY(slots_grow(&build, err));

    *out = build;
    return true;
}

bool plain_build_add(PlainBuild *build, uint64_t hash, Error *err)
{
    return entity_add(build, hash, slot_of(build, hash), err);
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
        values += build->capacity * size;
    }
    read_nulls(build, block, first);
    return true;
}

bool plain_build_read(PlainBuild *build, const RecordBlocks *blocks, Error *err)
{
    for (size_t list = 0; list < blocks->count; list++) {
        for (const RecordBlock *block = blocks->lists[list]; block != NULL; block = block->next) {
            TRY(read_block(build, block, build->count, err));
            build->count += block->record_count;
        }
    }
    return true;
}

static bool find_entity(PlainBuild *build, uint64_t hash, uint32_t *out, Error *err)
{
    size_t slot = slot_of(build, hash);
    uint32_t found = build->rows->slots[slot];

    *out = found == 0 ? (uint32_t)build->entity_count : found - 1;
    return found != 0 || entity_add(build, hash, slot, err);
}

bool plain_build_read_run(PlainBuild *build, const EntityRun *run, const RunTable *table, Error *err)
{
    PlainRows *rows = build->rows;
    uint8_t *values = rows->values;
    uint32_t entity = 0;
    const int64_t *times = table->time + run->begin;

    TRY(find_entity(build, run->hash, &entity, err));
    for (size_t i = 0; i < run->count; i++) rows->entities[build->count + i] = entity;
    memcpy(rows->times + build->count, times, run->count * sizeof(*times));
    build->least = times[0] < build->least ? times[0] : build->least;
    build->greatest = times[run->count - 1] > build->greatest ? times[run->count - 1] : build->greatest;
    for (size_t i = 0; i < build->column_count; i++) {
        size_t size = storage_size(type_storage(table->columns[i].type));
        const uint8_t *from = (const uint8_t *)table->columns[i].values.any + run->begin * size;
        memcpy(values + build->count * size, from, run->count * size);
        values += build->capacity * size;
    }
    memset(rows->nulls + build->count * build->null_bytes, 0, run->count * build->null_bytes);
    build->count += run->count;
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
        values += build->capacity * size;
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

bool plain_build_order(PlainBuild *build, EntitySorter *sorter, bool *tied, Error *err)
{
    CodeBits bits = {0};

    if (build->count == 0) return true;
    bits = code_bits(build);
    TRY(bits.entity + bits.time + bits.index <= 64 ? order_by_codes(build, bits, err)
                                                   : order_by_items(build, sorter, err));
    *tied = rows_are_tied(build);
    return true;
}

static size_t place_end(const PlainBuild *build, size_t begin)
{
    const uint32_t *order = build->rows->order;
    size_t end = begin + 1;
    while (end < build->count && same_place(build->rows, order[begin], order[end])) end++;
    return end;
}

static bool place_is_tied(const PlainBuild *build, size_t begin, size_t end)
{
    const uint32_t *order = build->rows->order;
    for (size_t i = begin + 1; i < end; i++) {
        if (!same_values(build, order[begin], order[i])) return true;
    }
    return false;
}

bool plain_build_note_ties(const PlainBuild *build, const PartitionRecords *input, size_t begin, BuildScratch *scratch,
                           bool *tied, Error *err)
{
    const PlainRows *rows = build->rows;

    if (!*tied || scratch->memory->limit != 0) return true;
    for (size_t i = 0, end = 0; i < build->count; i = end) {
        end = place_end(build, i);
        if (!place_is_tied(build, i, end)) continue;
        if (scratch->tied.count + end - i > TIES_MAX) return true;
        uint32_t first = rows->order[i];
        TiedRows run = {rows->hashes[rows->entities[first]], rows->times[first], (uint32_t)input->index,
                        (uint32_t)(begin + i), (uint32_t)(end - i)};
        TRY(ARRAY_PUSH(&scratch->tied, run, err));
    }
    *tied = false;
    return true;
}
