/// A table from text to a number, for names, entities and dictionaries. Keys are borrowed and must outlive the map.
#ifndef PAWL_BASE_MAP_H
#define PAWL_BASE_MAP_H

#include "base/error.h"
#include "base/str.h"

typedef struct MapSlot MapSlot;

/// The zero value is empty.
typedef struct Map {
    MapSlot *slots;
    size_t capacity;
    size_t count;
} Map;

void map_deinit(Map *map);

/// True when the key is there.
bool map_get(const Map *map, Str key, uint64_t *out);

/// Adds or replaces.
MUST_CHECK bool map_put(Map *map, Str key, uint64_t value, Error *err);

/// Gives the key's value, adding `value` when it is new (`*out_new` tells).
MUST_CHECK bool map_get_or_put(Map *map, Str key, uint64_t value, uint64_t *out, bool *out_new, Error *err);

#endif
