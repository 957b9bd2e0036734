#include "base/array.h"
#include "flow/key_internal.h"
#include "text/json.h"

enum {
    DIFFERENCES_MAX = 3, ///< more than these are not told
    VALUE_CHARS_MAX = 60,
    VALUE_CHARS_BEFORE = 20,
    DIGEST_CHARS = 12,
};

/// Two values at one place of the documents; NULL where only the other has one.
typedef struct KeyPair {
    Str path;
    const Node *before;
    const Node *after;
} KeyPair;

/// Pairs still to compare, first in first out, and those that differ.
typedef struct KeyWalk {
    Arena *arena;
    ARRAY_OF(KeyPair) pairs;
    ARRAY_OF(FlowDifference) found;
} KeyWalk;

static void walk_deinit(KeyWalk *walk)
{
    memory_free(walk->pairs.items);
    memory_free(walk->found.items);
}

static Str value_text(const Node *node)
{
    if (node == NULL) return STR("(nothing)");
    if (node->kind == NODE_NULL) return STR("(unset)");
    return node_is_scalar(node) ? node->text : STR("(other)");
}

/// Where two texts begin to differ, and a little before.
static size_t difference_begin(Str before, Str after)
{
    size_t begin = 0;
    while (begin < before.size && begin < after.size && before.data[begin] == after.data[begin]) begin++;
    begin = begin > VALUE_CHARS_BEFORE ? begin - VALUE_CHARS_BEFORE : 0;
    while (begin > 0 && begin < before.size && (before.data[begin] & 0xC0) == 0x80) begin--;
    return begin;
}

/// What a person sees of a value: digests short, of long texts the part where they differ, on one line.
static bool value_append(Bytes *out, Str text, size_t begin, Error *err)
{
    if (text.size == DIGEST_HEX_CHARS) return bytes_append_str(out, str_slice(text, 0, DIGEST_CHARS), err);
    if (text.size <= VALUE_CHARS_MAX) begin = 0;
    if (begin > 0) TRY(bytes_append_str(out, STR("..."), err));
    Str shown = str_slice(text, begin, begin + VALUE_CHARS_MAX);
    for (size_t i = 0; i < shown.size; i++)
        TRY(bytes_append_byte(out, shown.data[i] == '\n' ? ' ' : (uint8_t)shown.data[i], err));
    return true;
}

static bool walk_tell(KeyWalk *walk, const KeyPair *pair, Error *err)
{
    FlowDifference difference = {
        .path = pair->path, .before = value_text(pair->before), .after = value_text(pair->after)};
    return ARRAY_PUSH(&walk->found, difference, err);
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

static bool walk_documents(KeyWalk *walk, Str before, Str after, Error *err)
{
    Document *documents = arena_alloc_array(walk->arena, 2, sizeof(Document), err);
    if (documents == NULL) return false;
    TRY(json_parse(STR("key before"), before, walk->arena, &documents[0], err));
    TRY(json_parse(STR("key"), after, walk->arena, &documents[1], err));
    TRY(walk_push(walk, (Str){0}, (Str){0}, documents[0].root, documents[1].root, err));
    for (size_t i = 0; i < walk->pairs.count; i++) TRY(walk_pair(walk, walk->pairs.items[i], err));
    return true;
}

bool key_differences(Str before, Str after, Arena *arena, FlowDifference **out, size_t *out_count, Error *err)
{
    AUTO(walk_deinit) KeyWalk walk = {.arena = arena};
    TRY(walk_documents(&walk, before, after, err));
    FlowDifference *kept = arena_alloc_array(arena, walk.found.count + 1, sizeof(FlowDifference), err);
    if (kept == NULL) return false;
    for (size_t i = 0; i < walk.found.count; i++) kept[i] = walk.found.items[i];
    *out = kept;
    *out_count = walk.found.count;
    return true;
}

bool key_difference(Str before, Str after, Arena *arena, Str *out, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    FlowDifference *found = NULL;
    size_t count = 0;
    TRY(key_differences(before, after, arena, &found, &count, err));
    for (size_t i = 0; i < count && i < DIFFERENCES_MAX; i++) {
        size_t begin = difference_begin(found[i].before, found[i].after);
        TRY(bytes_append_format(&text, err, "%s%.*s: ", i == 0 ? "" : ", ", STR_ARG(found[i].path)));
        TRY(value_append(&text, found[i].before, begin, err));
        TRY(bytes_append_str(&text, STR(" -> "), err));
        TRY(value_append(&text, found[i].after, begin, err));
    }
    if (count > DIFFERENCES_MAX) TRY(bytes_append_str(&text, STR(", ..."), err));
    return arena_copy(arena, bytes_str(&text), out, err);
}
