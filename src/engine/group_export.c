#include "engine/group_export.h"

#include <stdlib.h>

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

static bool list_entities(const Group *group, Arena *arena, ExportItem *items, Error *err)
{
    AUTO(bytes_deinit) Bytes key = {0};
    size_t count = 0;

    for (size_t i = 0; i < (size_t)1 << group->bits; i++) {
        const GroupPartition *partition = &group->partitions[i];
        for (size_t entity = 0; entity < partition->entity_count; entity++) {
            ExportItem *item = &items[count++];
            bytes_clear(&key);
            TRY(key_encode(partition->keys, group->plan->key_count, entity, &key, err));
            TRY(arena_copy(arena, bytes_str(&key), &item->key, err));
            item->facts = &partition->facts;
            item->begin = partition->entity_begin[entity];
            item->end = partition->entity_begin[entity + 1];
        }
    }
    return true;
}

bool group_export(const Group *group, uint32_t number, FactSink sink, void *context, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes facts = {0};
    size_t count = 0;

    for (size_t i = 0; i < (size_t)1 << group->bits; i++) count += group->partitions[i].entity_count;
    ExportItem *items = arena_alloc_array(&arena, count, sizeof(*items), err);
    TRY(items != NULL);
    TRY(list_entities(group, &arena, items, err));
    qsort(items, count, sizeof(*items), compare_items);
    for (size_t i = 0; i < count; i++) {
        bytes_clear(&facts);
        TRY(facts_encode(items[i].facts, group->column_count, items[i].begin, items[i].end, &facts, err));
        TRY(sink(context, number, items[i].key, bytes_str(&facts), err));
    }
    return true;
}
