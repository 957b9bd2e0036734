// Writes a whole tree, level by level on a stack of its own.
#include <stdlib.h>

#include "base/memory.h"
#include "text/json_writer.h"

typedef struct NodeLevel {
    const Node *node;
    size_t next;
    size_t *order; ///< a map's entries in canonical order; NULL: as they stand
} NodeLevel;

typedef struct NodeWalk {
    size_t depth;
    NodeLevel levels[NODE_DEPTH_MAX];
} NodeWalk;

static void node_walk_deinit(NodeWalk *walk)
{
    for (size_t i = 0; i < walk->depth; i++) memory_free(walk->levels[i].order);
}

typedef struct EntryPlace {
    Str key;
    size_t i;
} EntryPlace;

static int entry_place_compare(const void *left, const void *right)
{
    return str_compare(((const EntryPlace *)left)->key, ((const EntryPlace *)right)->key);
}

/// The map's entries by key; NULL when memory is short.
static size_t *entries_order(const Node *map, Error *err)
{
    EntryPlace *places = memory_alloc_array(map->count, sizeof(EntryPlace), err);
    size_t *order = places ? memory_alloc_array(map->count, sizeof(size_t), err) : NULL;
    if (order) {
        for (size_t i = 0; i < map->count; i++) places[i] = (EntryPlace){map->keys[i]->text, i};
        qsort(places, map->count, sizeof(EntryPlace), entry_place_compare);
        for (size_t i = 0; i < map->count; i++) order[i] = places[i].i;
    }
    memory_free(places);
    return order;
}

static bool scalar_write(JsonWriter *json, const Node *node, Error *err)
{
    switch (node->kind) {
    case NODE_NULL:
        return json_null(json, err);
    case NODE_BOOL:
        return json_bool(json, node->boolean, err);
    case NODE_INT:
        return json_int(json, node->integer, err);
    case NODE_FLOAT:
        return json_double(json, node->number, err);
    case NODE_STRING:
        return json_str(json, node->text, err);
    case NODE_LIST:
    case NODE_MAP:
        break;
    }
    return true;
}

static bool level_open(JsonWriter *json, NodeWalk *walk, const Node *node, Error *err)
{
    if (walk->depth == NODE_DEPTH_MAX) return error_set(err, ERROR_DATA, "nested too deeply (NODE_DEPTH_MAX)");
    NodeLevel level = {.node = node};
    bool is_map = node->kind == NODE_MAP;
    TRY(is_map ? json_object_begin(json, err) : json_array_begin(json, err));
    if (is_map && json->style == JSON_CANONICAL) {
        level.order = entries_order(node, err);
        if (!level.order) return false;
    }
    walk->levels[walk->depth++] = level;
    return true;
}

static bool level_close(JsonWriter *json, NodeWalk *walk, Error *err)
{
    NodeLevel *level = &walk->levels[--walk->depth];
    memory_free(level->order);
    return level->node->kind == NODE_MAP ? json_object_end(json, err) : json_array_end(json, err);
}

static bool node_begin(JsonWriter *json, NodeWalk *walk, const Node *node, Error *err)
{
    return node_is_scalar(node) ? scalar_write(json, node, err) : level_open(json, walk, node, err);
}

/// Writes the next child of the innermost level, or closes it.
static bool level_step(JsonWriter *json, NodeWalk *walk, Error *err)
{
    NodeLevel *level = &walk->levels[walk->depth - 1];
    const Node *node = level->node;
    if (level->next == node->count) return level_close(json, walk, err);
    size_t i = level->order ? level->order[level->next] : level->next;
    level->next++;
    if (node->kind == NODE_MAP) TRY(json_key(json, node->keys[i]->text, err));
    return node_begin(json, walk, node->items[i], err);
}

bool json_node(JsonWriter *json, const Node *node, Error *err)
{
    AUTO(node_walk_deinit) NodeWalk walk = {0};
    TRY(node_begin(json, &walk, node, err));
    while (walk.depth > 0) TRY(level_step(json, &walk, err));
    return true;
}
