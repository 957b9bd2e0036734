#include "text/node_tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "number/parse.h"

const char *node_kind_name(NodeKind kind)
{
    static const char *const NAMES[] = {"null", "a boolean", "an integer", "a number", "a text", "a list", "a map"};
    return NAMES[kind];
}

const Node *node_get(const Node *map, Str key)
{
    if (!map || map->kind != NODE_MAP) return NULL;
    for (size_t i = 0; i < map->count; i++) {
        if (str_equal(map->keys[i]->text, key)) return map->items[i];
    }
    return NULL;
}

const Node *node_at(const Node *node, size_t i)
{
    CHECK(i < node->count);
    return node->items[i];
}

Str node_key(const Node *map, size_t i)
{
    return node_key_at(map, i)->text;
}

const Node *node_key_at(const Node *map, size_t i)
{
    CHECK(map->kind == NODE_MAP && i < map->count);
    return map->keys[i];
}

size_t node_count(const Node *node)
{
    return node ? node->count : 0;
}

bool node_is_scalar(const Node *node)
{
    return node->kind < NODE_LIST;
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/// What may stand in the source without standing in the text: white space of folding and indentation, the header
/// and the quotes of a scalar, and escapes.
static bool may_be_skipped(const Node *node, char byte)
{
    return is_space(byte) || (node->quoted && strchr("'\"\\|>+-", byte) != NULL);
}

Position node_position_at(const Node *node, size_t offset)
{
    if (!node->document || node->position.line == 0) return node->position;
    Str source = node->document->text;
    size_t at = document_offset(node->document, node->position);
    for (size_t i = 0; i <= offset && i < node->text.size; i++) {
        char wanted = node->text.data[i];
        while (at < source.size && source.data[at] != wanted && may_be_skipped(node, source.data[at])) at++;
        bool found = at < source.size && source.data[at] == wanted;
        if (!found && !is_space(wanted)) return node->position;
        at += found;
    }
    bool inside = offset < node->text.size && at > 0;
    return document_position(node->document, inside ? at - 1 : at);
}

bool node_new(Arena *arena, NodeKind kind, Node **out, Error *err)
{
    Node *node = arena_alloc(arena, sizeof(Node), err);
    if (!node) return false;
    node->kind = kind;
    *out = node;
    return true;
}

bool node_new_str(Arena *arena, Str text, Node **out, Error *err)
{
    Node *node = NULL;
    TRY(node_new(arena, NODE_STRING, &node, err));
    TRY(arena_copy(arena, text, &node->text, err));
    node->quoted = true;
    *out = node;
    return true;
}

static bool node_new_scalar(Arena *arena, NodeKind kind, Str text, Node **out, Error *err)
{
    TRY(node_new_str(arena, text, out, err));
    (*out)->kind = kind;
    (*out)->quoted = false;
    return true;
}

bool node_new_int(Arena *arena, int64_t value, Node **out, Error *err)
{
    char text[NUMBER_TEXT_BYTES_MAX];
    TRY(node_new_scalar(arena, NODE_INT, (Str){text, number_format_int64(value, text)}, out, err));
    (*out)->integer = value;
    return true;
}

bool node_new_double(Arena *arena, double value, Node **out, Error *err)
{
    char text[NUMBER_TEXT_BYTES_MAX];
    TRY(node_new_scalar(arena, NODE_FLOAT, (Str){text, number_format_double(value, text)}, out, err));
    (*out)->number = value;
    return true;
}

bool node_new_bool(Arena *arena, bool value, Node **out, Error *err)
{
    TRY(node_new_scalar(arena, NODE_BOOL, value ? STR("true") : STR("false"), out, err));
    (*out)->boolean = value;
    return true;
}

enum { CHILDREN_FIRST = 4 };

/// Room for one more child. The capacity is not kept: arrays grow at powers of two.
static bool children_reserve(Arena *arena, Node ***children, size_t count, Error *err)
{
    bool full = count == 0 || (count >= CHILDREN_FIRST && (count & (count - 1)) == 0);
    if (!full) return true;
    Node **grown = arena_alloc_array(arena, count == 0 ? CHILDREN_FIRST : count * 2, sizeof(Node *), err);
    if (!grown) return false;
    if (count > 0) memcpy(grown, *children, count * sizeof(Node *));
    *children = grown;
    return true;
}

bool node_append(Arena *arena, Node *list, Node *item, Error *err)
{
    CHECK(list->kind == NODE_LIST);
    TRY(children_reserve(arena, &list->items, list->count, err));
    list->items[list->count++] = item;
    return true;
}

bool node_put(Arena *arena, Node *map, Node *key, Node *value, Error *err)
{
    CHECK(map->kind == NODE_MAP && node_is_scalar(key));
    TRY(children_reserve(arena, &map->keys, map->count, err));
    TRY(children_reserve(arena, &map->items, map->count, err));
    map->keys[map->count] = key;
    map->items[map->count++] = value;
    return true;
}

typedef struct KeyPlace {
    Str key;
    size_t i;
} KeyPlace;

static int key_place_compare(const void *left, const void *right)
{
    const KeyPlace *a = left;
    const KeyPlace *b = right;
    int order = str_compare(a->key, b->key);
    return order != 0 ? order : (a->i > b->i) - (a->i < b->i);
}

enum { KEYS_FEW = 16 };

/// The same without memory, for the maps that are met most.
static const Node *duplicate_among_few(const Node *map)
{
    for (size_t i = 1; i < map->count; i++) {
        for (size_t before = 0; before < i; before++) {
            if (str_equal(map->keys[before]->text, map->keys[i]->text)) return map->keys[i];
        }
    }
    return NULL;
}

bool node_duplicate_key(const Node *map, const Node **out, Error *err)
{
    *out = NULL;
    if (map->count <= KEYS_FEW) {
        *out = duplicate_among_few(map);
        return true;
    }
    KeyPlace *places = memory_alloc_array(map->count, sizeof(KeyPlace), err);
    if (!places) return false;
    for (size_t i = 0; i < map->count; i++) places[i] = (KeyPlace){map->keys[i]->text, i};
    qsort(places, map->count, sizeof(KeyPlace), key_place_compare);

    size_t first = map->count;
    for (size_t i = 1; i < map->count; i++) {
        bool same = str_equal(places[i - 1].key, places[i].key);
        if (same && places[i].i < first) first = places[i].i;
    }
    if (first < map->count) *out = map->keys[first];
    memory_free(places);
    return true;
}
