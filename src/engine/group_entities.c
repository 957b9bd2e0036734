#include "base/array.h"
#include "base/memory.h"
#include "engine/group_internal.h"
#include "engine/key.h"

enum { ENTITY_SLOTS_MIN = 16 };

void group_partition_deinit(GroupPartition *partition)
{
    memory_free(partition->entity_begin);
    memory_free(partition->entity_version);
    memory_free(partition->entity_hash);
    memory_free(partition->slots);
    arena_deinit(&partition->text);
    *partition = (GroupPartition){0};
}

static bool entity_is(const Group *group, const GroupPartition *partition, size_t entity, uint64_t hash,
                      const Vector *keys, size_t row)
{
    if (partition->entity_hash[entity] != hash) return false;
    const Vector *own = group->rows.vectors;
    size_t count = group->plan->key_count;
    return key_hash_is_exact(own, count) || key_same(own, partition->entity_version[entity], keys, row, count);
}

// The slot of the key, or the free one where it belongs. Partitions share a hash's top bits, so the low ones choose.
static size_t find_slot(const Group *group, const GroupPartition *partition, uint64_t hash, const Vector *keys,
                        size_t row)
{
    size_t mask = partition->slot_count - 1;
    size_t slot = (size_t)hash & mask;
    while (partition->slots[slot] != 0 && !entity_is(group, partition, partition->slots[slot] - 1, hash, keys, row))
        slot = (slot + 1) & mask;
    return slot;
}

size_t group_find(const Group *group, const GroupPartition *partition, uint64_t hash, const Vector *keys, size_t row)
{
    if (partition->entity_count == 0) return SIZE_MAX;
    uint32_t found = partition->slots[find_slot(group, partition, hash, keys, row)];
    return found == 0 ? SIZE_MAX : found - 1;
}

static void refill_slots(GroupPartition *partition)
{
    size_t mask = partition->slot_count - 1;
    for (size_t entity = 0; entity < partition->entity_count; entity++) {
        size_t slot = (size_t)partition->entity_hash[entity] & mask;
        while (partition->slots[slot] != 0) slot = (slot + 1) & mask;
        partition->slots[slot] = (uint32_t)entity + 1;
    }
}

// At most half of the slots are used.
static bool grow_slots(GroupPartition *partition, Error *err)
{
    if (2 * partition->entity_count < partition->slot_count) return true;
    size_t count = partition->slot_count == 0 ? ENTITY_SLOTS_MIN : 2 * partition->slot_count;
    uint32_t *slots = memory_alloc_array(count, sizeof(*slots), err);
    TRY(slots != NULL);
    memory_free(partition->slots);
    partition->slots = slots;
    partition->slot_count = count;
    refill_slots(partition);
    return true;
}

typedef struct EntityCapacity {
    size_t versions;
    size_t hashes;
} EntityCapacity;

static bool add_entity(GroupPartition *partition, const EntityItem *item, size_t slot, EntityCapacity *capacity,
                       Error *err)
{
    size_t count = partition->entity_count + 1;

    TRY(array_reserve(&partition->entity_version, &capacity->versions, count, sizeof(uint32_t), err));
    TRY(array_reserve(&partition->entity_hash, &capacity->hashes, count, sizeof(uint64_t), err));
    partition->entity_version[count - 1] = item->index;
    partition->entity_hash[count - 1] = item->hash;
    partition->slots[slot] = (uint32_t)count;
    partition->entity_count = count;
    return grow_slots(partition, err);
}

bool partition_number_entities(const Group *group, EntityItem *items, size_t count, GroupPartition *out, Error *err)
{
    AUTO(group_partition_deinit) GroupPartition partition = {0};
    EntityCapacity capacity = {0};
    const Vector *keys = group->rows.vectors;

    TRY(grow_slots(&partition, err));
    for (size_t i = 0; i < count; i++) {
        size_t slot = find_slot(group, &partition, items[i].hash, keys, items[i].index);
        uint32_t found = partition.slots[slot];
        items[i].entity = found == 0 ? (uint32_t)partition.entity_count : found - 1;
        if (found == 0) TRY(add_entity(&partition, &items[i], slot, &capacity, err));
    }

    *out = partition;
    partition = (GroupPartition){0};
    return true;
}
