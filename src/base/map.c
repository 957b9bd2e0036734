#include "base/map.h"

#include "base/hash.h"
#include "base/memory.h"

enum { MAP_CAPACITY_MIN = 16 };

/// A table with linear probing; its capacity is a power of two and at most half is used.
struct MapSlot {
    Str key;
    uint64_t value;
    uint64_t hash;
    bool used;
};

void map_deinit(Map *map)
{
    memory_free(map->slots);
    *map = (Map){0};
}

/// The key's slot, or the free one where it belongs.
static MapSlot *map_slot(MapSlot *slots, size_t capacity, Str key, uint64_t hash)
{
    size_t mask = capacity - 1;
    size_t at = (size_t)hash & mask;
    while (slots[at].used && (slots[at].hash != hash || !str_equal(slots[at].key, key))) {
        at = (at + 1) & mask;
    }
    return &slots[at];
}

static uint64_t map_hash(Str key)
{
    return hash64(key.data, key.size, 0);
}

bool map_get(const Map *map, Str key, uint64_t *out)
{
    if (map->count == 0) return false;

    const MapSlot *slot = map_slot(map->slots, map->capacity, key, map_hash(key));
    if (!slot->used) return false;
    *out = slot->value;
    return true;
}

static void map_move_slots(const Map *map, MapSlot *slots, size_t capacity)
{
    for (size_t i = 0; i < map->capacity; i++) {
        const MapSlot *old = &map->slots[i];
        if (old->used) *map_slot(slots, capacity, old->key, old->hash) = *old;
    }
}

/// Room for one more key.
static bool map_grow(Map *map, Error *err)
{
    if (map->count < map->capacity / 2) return true;

    size_t capacity = map->capacity == 0 ? MAP_CAPACITY_MIN : map->capacity * 2;
    MapSlot *slots = memory_alloc_array(capacity, sizeof(MapSlot), err);
    if (slots == NULL) return false;

    map_move_slots(map, slots, capacity);
    memory_free(map->slots);
    map->slots = slots;
    map->capacity = capacity;
    return true;
}

/// The key's slot, added with `value` when it is new.
static bool map_ensure(Map *map, Str key, uint64_t value, MapSlot **out, bool *out_new, Error *err)
{
    TRY(map_grow(map, err));

    uint64_t hash = map_hash(key);
    MapSlot *slot = map_slot(map->slots, map->capacity, key, hash);
    *out_new = !slot->used;
    if (!slot->used) {
        *slot = (MapSlot){.key = key, .value = value, .hash = hash, .used = true};
        map->count++;
    }
    *out = slot;
    return true;
}

bool map_put(Map *map, Str key, uint64_t value, Error *err)
{
    MapSlot *slot = NULL;
    bool is_new = false;
    TRY(map_ensure(map, key, value, &slot, &is_new, err));
    slot->value = value;
    return true;
}

bool map_get_or_put(Map *map, Str key, uint64_t value, uint64_t *out, bool *out_new, Error *err)
{
    MapSlot *slot = NULL;
    TRY(map_ensure(map, key, value, &slot, out_new, err));
    *out = slot->value;
    return true;
}
