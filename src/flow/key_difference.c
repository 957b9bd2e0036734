#include "base/array.h"
#include "flow/key_internal.h"
#include "text/json.h"

enum {
    DIFFERENCES_MAX = 3, ///< more than these are not told
    VALUE_CHARS_MAX = 60,
    DIGEST_CHARS = 12,
};

/// Two values at one place of the documents; NULL where only the other has one.
typedef struct KeyPair {
    Str path;
    const Node *before;
    const Node *after;
} KeyPair;

/// Pairs still to compare, first in first out, and the text so far.
typedef struct KeyWalk {
    Arena *arena;
    ARRAY_OF(KeyPair) pairs;
    Bytes text;
    size_t found;
} KeyWalk;

static void walk_deinit(KeyWalk *walk)
{
    memory_free(walk->pairs.items);
    bytes_deinit(&walk->text);
}

/// What a person sees of a value: digests short, long texts cut.
static Str value_text(const Node *node)
{
    if (node == NULL) return STR("(nothing)");
    if (node->kind == NODE_NULL) return STR("(unset)");
    if (!node_is_scalar(node)) return STR("(other)");
    if (node->text.size == DIGEST_HEX_CHARS) return str_slice(node->text, 0, DIGEST_CHARS);
    return str_slice(node->text, 0, VALUE_CHARS_MAX);
}

static bool walk_tell(KeyWalk *walk, const KeyPair *pair, Error *err)
{
    Str before = value_text(pair->before);
    Str after = value_text(pair->after);
    walk->found++;
    if (walk->found == DIFFERENCES_MAX + 1) return bytes_append_str(&walk->text, STR(", ..."), err);
    if (walk->found > DIFFERENCES_MAX) return true;
    return bytes_append_format(&walk->text, err, "%s%.*s: %.*s -> %.*s", walk->found == 1 ? "" : ", ",
                               STR_ARG(pair->path), STR_ARG(before), STR_ARG(after));
}

static bool walk_push(KeyWalk *walk, Str parent, Str name, const Node *before, const Node *after, Error *err)
{
    KeyPair pair = {.path = name, .before = before, .after = after};
    if (parent.size > 0) {
        TRY(arena_format(walk->arena, &pair.path, err, "%.*s.%.*s", STR_ARG(parent), STR_ARG(name)));
    }
    return ARRAY_PUSH(&walk->pairs, pair, err);
}

static bool walk_maps(KeyWalk *walk, KeyPair pair, Error *err)
{
    for (size_t i = 0; i < node_count(pair.before); i++) {
        Str key = node_key(pair.before, i);
        TRY(walk_push(walk, pair.path, key, node_at(pair.before, i), node_get(pair.after, key), err));
    }
    for (size_t i = 0; i < node_count(pair.after); i++) {
        Str key = node_key(pair.after, i);
        if (node_get(pair.before, key) != NULL) continue;
        TRY(walk_push(walk, pair.path, key, NULL, node_at(pair.after, i), err));
    }
    return true;
}

static bool walk_lists(KeyWalk *walk, KeyPair pair, Error *err)
{
    size_t before = node_count(pair.before);
    size_t after = node_count(pair.after);
    for (size_t i = 0; i < before || i < after; i++) {
        Str name = {0};
        TRY(arena_format(walk->arena, &name, err, "%zu", i));
        TRY(walk_push(walk, pair.path, name, i < before ? node_at(pair.before, i) : NULL,
                      i < after ? node_at(pair.after, i) : NULL, err));
    }
    return true;
}

static bool walk_pair(KeyWalk *walk, KeyPair pair, Error *err)
{
    bool both = pair.before != NULL && pair.after != NULL && pair.before->kind == pair.after->kind;
    if (!both) return walk_tell(walk, &pair, err);
    if (pair.before->kind == NODE_MAP) return walk_maps(walk, pair, err);
    if (pair.before->kind == NODE_LIST) return walk_lists(walk, pair, err);
    return str_equal(pair.before->text, pair.after->text) || walk_tell(walk, &pair, err);
}

bool key_difference(Str before, Str after, Arena *arena, Str *out, Error *err)
{
    AUTO(walk_deinit) KeyWalk walk = {.arena = arena};
    Document old = {0};
    Document new = {0};
    TRY(json_parse(STR("key before"), before, arena, &old, err));
    TRY(json_parse(STR("key"), after, arena, &new, err));

    TRY(walk_push(&walk, (Str){0}, (Str){0}, old.root, new.root, err));
    for (size_t i = 0; i < walk.pairs.count; i++) TRY(walk_pair(&walk, walk.pairs.items[i], err));
    return arena_copy(arena, bytes_str(&walk.text), out, err);
}
