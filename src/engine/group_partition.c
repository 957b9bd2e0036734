#include "base/array.h"
#include "base/memory.h"
#include "engine/group_internal.h"
#include "engine/key.h"

enum { ENTITY_SLOTS_MIN = 16 };

static bool entity_is(const GroupPartition *partition, size_t entity, uint64_t hash, const Vector *keys,
                      size_t key_count, size_t row)
{
    if (partition->entity_hash[entity] != hash) return false;
    return key_hash_is_exact(keys, key_count) || key_same(partition->keys, entity, keys, row, key_count);
}

// Partitions share a hash's top bits, so the low ones choose the slot.
size_t group_find(const GroupPartition *partition, uint64_t hash, const Vector *keys, size_t key_count, size_t row)
{
    size_t mask = partition->slot_count - 1;

    if (partition->entity_count == 0) return SIZE_MAX;
    for (size_t slot = (size_t)hash & mask; partition->slots[slot] != 0; slot = (slot + 1) & mask) {
        size_t entity = partition->slots[slot] - 1;
        if (entity_is(partition, entity, hash, keys, key_count, row)) return entity;
    }
    return SIZE_MAX;
}

void build_scratch_deinit(BuildScratch *scratch)
{
    entity_sorter_deinit(&scratch->sorter);
    memory_free(scratch->records);
    memory_free(scratch->slots);
    memory_free(scratch->ties);
    memory_free(scratch->entities);
    memory_free(scratch->nulls);
    if (scratch->has_tie_sorter) tie_sorter_deinit(&scratch->tie_sorter);
    memory_free(scratch->records_read.bytes);
    memory_free(scratch->image.bytes);
    plain_rows_deinit(&scratch->plain);
    memory_free(scratch->tied.items);
    slab_deinit(&scratch->slab);
    *scratch = (BuildScratch){0};
}

static size_t record_text_bytes(const RecordLayout *layout, const uint8_t *record)
{
    size_t bytes = 0;
    for (uint32_t i = layout->keys_are_hashed ? layout->key_count : 0; i < layout->field_count; i++) {
        if (layout->fields[i].storage == STORAGE_STRING) bytes += record_text(record, layout->fields[i].offset).size;
    }
    return bytes;
}

static bool layout_has_text(const RecordLayout *layout)
{
    for (uint32_t i = 0; i < layout->field_count; i++) {
        if (layout->fields[i].storage == STORAGE_STRING) return true;
    }
    return false;
}

/// Numbers entities in the order of their first records.
typedef struct EntityNumbers {
    const RecordLayout *layout;
    BuildScratch *scratch;
    size_t entity_count;
    size_t slot_count;
    size_t null_bytes; ///< in a record
    bool has_text;
} EntityNumbers;

static size_t numbers_find(const EntityNumbers *numbers, const uint8_t *record)
{
    const BuildScratch *scratch = numbers->scratch;
    uint64_t hash = record_hash(record);
    size_t mask = numbers->slot_count - 1;
    size_t slot = (size_t)hash & mask;

    for (; scratch->slots[slot] != 0; slot = (slot + 1) & mask) {
        const uint8_t *first = scratch->entities[scratch->slots[slot] - 1];
        if (record_hash(first) == hash && record_same_key(numbers->layout, first, record)) break;
    }
    return slot;
}

// At most half of the slots are used.
static bool numbers_grow(EntityNumbers *numbers, Error *err)
{
    BuildScratch *scratch = numbers->scratch;

    if (2 * numbers->entity_count < numbers->slot_count) return true;
    numbers->slot_count = numbers->slot_count == 0 ? ENTITY_SLOTS_MIN : 2 * numbers->slot_count;
    TRY(array_reserve(&scratch->slots, &scratch->slot_capacity, numbers->slot_count, sizeof(uint32_t), err));
    memset(scratch->slots, 0, numbers->slot_count * sizeof(uint32_t));
    for (size_t entity = 0; entity < numbers->entity_count; entity++) {
        size_t slot = (size_t)record_hash(scratch->entities[entity]) & (numbers->slot_count - 1);
        while (scratch->slots[slot] != 0) slot = (slot + 1) & (numbers->slot_count - 1);
        scratch->slots[slot] = (uint32_t)entity + 1;
    }
    return true;
}

static bool numbers_add(EntityNumbers *numbers, const uint8_t *record, size_t slot, Error *err)
{
    BuildScratch *scratch = numbers->scratch;
    size_t count = numbers->entity_count + 1;

    TRY(array_reserve(&scratch->entities, &scratch->entity_capacity, count, sizeof(uint8_t *), err));
    scratch->entities[count - 1] = record;
    scratch->slots[slot] = (uint32_t)count;
    numbers->entity_count = count;
    return numbers_grow(numbers, err);
}

/// A look at every record: its entity, its instant, and what all of them need room for.
static bool list_block(EntityNumbers *numbers, const RecordBlock *block, size_t first, PartitionShape *shape,
                       Error *err)
{
    const RecordLayout *layout = numbers->layout;
    BuildScratch *scratch = numbers->scratch;

    for (uint32_t i = 0; i < block->record_count; i++) {
        const uint8_t *record = block->bytes + (size_t)i * layout->size;
        size_t slot = numbers_find(numbers, record);
        uint32_t found = scratch->slots[slot];
        uint32_t entity = found == 0 ? (uint32_t)numbers->entity_count : found - 1;
        if (found == 0) TRY(numbers_add(numbers, record, slot, err));
        scratch->records[first + i] = record;
        scratch->sorter.items[first + i] =
            (EntityItem){record_instant(record, RECORD_TIME), entity, (uint32_t)(first + i)};
        for (size_t byte = 0; byte < numbers->null_bytes; byte++) scratch->nulls[byte] |= record[layout->nulls + byte];
        if (layout->has_superseded) shape->has_superseded |= record_instant(record, layout->superseded) != INT64_MAX;
        if (numbers->has_text) shape->text_bytes += record_text_bytes(layout, record);
    }
    return true;
}

static bool list_records(EntityNumbers *numbers, const PartitionRecords *input, PartitionShape *out, Error *err)
{
    PartitionShape shape = {.nulls = numbers->scratch->nulls};

    TRY(numbers_grow(numbers, err));
    for (size_t i = 0; i < input->blocks.count; i++) {
        for (const RecordBlock *block = input->blocks.lists[i]; block != NULL; block = block->next) {
            TRY(list_block(numbers, block, shape.fact_count, &shape, err));
            shape.fact_count += block->record_count;
        }
    }
    shape.entity_count = numbers->entity_count;
    shape.slot_count = numbers->slot_count;
    *out = shape;
    return true;
}

static bool numbers_init(const RecordLayout *layout, BuildScratch *scratch, size_t record_count, EntityNumbers *out,
                         Error *err)
{
    size_t null_bytes = (layout->field_count - layout->key_count + 7) / 8;

    TRY(array_reserve(&scratch->records, &scratch->record_capacity, record_count, sizeof(*scratch->records), err));
    TRY(entity_sorter_reserve(&scratch->sorter, record_count, err));
    TRY(array_reserve(&scratch->nulls, &scratch->null_capacity, null_bytes, 1, err));
    if (null_bytes > 0) memset(scratch->nulls, 0, null_bytes);
    *out = (EntityNumbers){
        .layout = layout, .scratch = scratch, .null_bytes = null_bytes, .has_text = layout_has_text(layout)};
    return true;
}

static bool fill_partition(const RecordLayout *layout, BuildScratch *scratch, const PartitionShape *shape,
                           const EntityItem *items, GroupPartition *out, Error *err)
{
    PartitionFill fill = {.layout = layout, .records = scratch->records, .items = items, .count = shape->fact_count};
    PartitionDraft draft = {0};

    TRY(partition_alloc(layout, shape, scratch, &draft, err));
    fill.text = draft.text;
    partition_fill_entities(&fill, scratch->entities, scratch->slots, &draft.partition);
    partition_fill_facts(&fill, &draft.partition);
    return partition_keep(layout, shape, scratch, &draft, out, err);
}

bool partition_build(const PartitionRecords *input, BuildScratch *scratch, GroupPartition *out, bool *tied, Error *err)
{
    size_t count = record_blocks_count(&input->blocks);
    EntityNumbers numbers = {0};
    PartitionShape shape = {0};
    EntityItem *items = NULL;

    if (input->runs != NULL) return partition_build_runs(input, scratch, out, tied, err);
    if (count == 0) return true;
    if (count > VERSIONS_MAX)
        return error_set(err, ERROR_MEMORY, "%zu rows in one part; at most %zu", count, VERSIONS_MAX);
    if (input->layout->is_plain) return partition_build_plain(input, scratch, out, tied, err);
    TRY(numbers_init(input->layout, scratch, count, &numbers, err));
    TRY(list_records(&numbers, input, &shape, err));
    TRY(entity_sorter_sort(&scratch->sorter, count, shape.entity_count, &items, err));
    TRY(partition_order_ties(input, scratch, items, count, tied, err));
    return *tied || fill_partition(input->layout, scratch, &shape, items, out, err);
}
