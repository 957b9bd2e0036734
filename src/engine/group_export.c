#include "engine/group_export.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/facts.h"
#include "engine/key.h"

typedef struct ExportItem {
    Str key;
    const FactTable *facts;
    size_t begin, end; ///< among them
} ExportItem;

static int compare_items(const void *left, const void *right)
{
    return str_compare(((const ExportItem *)left)->key, ((const ExportItem *)right)->key);
}

/// The partitions of a group, all of them in memory.
typedef struct ExportPartitions {
    GroupPartition *partitions;
    RecordBuffer *images; ///< of those that were in the file
    size_t count;
} ExportPartitions;

static void partitions_deinit(ExportPartitions *partitions)
{
    for (size_t i = 0; partitions->images != NULL && i < partitions->count; i++)
        memory_free(partitions->images[i].bytes);
    memory_free(partitions->images);
    memory_free(partitions->partitions);
}

static bool partitions_init(const Group *group, ExportPartitions *out, Error *err)
{
    out->count = (size_t)1 << group->bits;
    out->images = memory_alloc_array(out->count, sizeof(*out->images), err);
    TRY(out->images != NULL);
    out->partitions = memory_alloc_array(out->count, sizeof(*out->partitions), err);
    TRY(out->partitions != NULL);
    for (size_t i = 0; i < out->count; i++)
        TRY(group_partition_read(group, i, &out->images[i], &out->partitions[i], err));
    return true;
}

static bool list_entities(const Group *group, const ExportPartitions *partitions, Arena *arena, ExportItem *items,
                          Error *err)
{
    AUTO(bytes_deinit) Bytes key = {0};
    size_t count = 0;

    for (size_t i = 0; i < partitions->count; i++) {
        const GroupPartition *partition = &partitions->partitions[i];
        for (size_t entity = 0; entity < partition->entity_count; entity++) {
            ExportItem *item = &items[count++];
            bytes_clear(&key);
            TRY(key_encode(partition->keys, group->plan->key_count, entity, &key, err));
            TRY(arena_copy(arena, bytes_str(&key), &item->key, err));
            item->facts = &partition->facts;
            item->begin = partition->entity_begin[entity];
            item->end = partition->entity_end[entity];
        }
    }
    return true;
}

bool group_export(const Group *group, uint32_t number, FactSink sink, void *context, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes facts = {0};
    AUTO(partitions_deinit) ExportPartitions partitions = {0};
    size_t count = 0;

    TRY(partitions_init(group, &partitions, err));
    for (size_t i = 0; i < partitions.count; i++) count += partitions.partitions[i].entity_count;
    ExportItem *items = arena_alloc_array(&arena, count, sizeof(*items), err);
    TRY(items != NULL);
    TRY(list_entities(group, &partitions, &arena, items, err));
    qsort(items, count, sizeof(*items), compare_items);
    for (size_t i = 0; i < count; i++) {
        bytes_clear(&facts);
        TRY(facts_encode(items[i].facts, group->column_count, items[i].begin, items[i].end, &facts, err));
        TRY(sink(context, number, items[i].key, bytes_str(&facts), err));
    }
    return true;
}
