/// A column whose aggregates have series of windows stands for several: `trips: count() over [1h, 7d]` is trips_1h and trips_7d.
#include "language/compile_internal.h"

static bool is_series(const TreeNode *node)
{
    return node->kind == TREE_AGGREGATE && node->window_count > 1;
}

/// The first aggregate with a series; TREE_NONE: no series.
static uint32_t series_node(const Tree *tree)
{
    for (uint32_t i = 0; i < tree->node_count; i++) {
        if (is_series(&tree->nodes[i])) return i;
    }
    return TREE_NONE;
}

bool series_length(const Formula *formula, uint32_t *out, Error *err)
{
    const Tree *tree = &formula->tree;
    uint32_t first = series_node(tree);
    *out = first == TREE_NONE ? 1 : tree->nodes[first].window_count;
    for (uint32_t i = 0; i < tree->node_count; i++) {
        const TreeNode *node = &tree->nodes[i];
        if (!is_series(node) || node->window_count == *out) continue;
        return place_error(&formula->place, node->offset, err,
                           "series of one formula go in step, and this one has %u windows where the first has %u",
                           node->window_count, *out);
    }
    return true;
}

static bool byte_is_plain(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
}

bool series_name(Arena *arena, Str column, const Formula *formula, uint32_t i, Str *out, Error *err)
{
    AUTO(bytes_deinit) Bytes name = {0};
    uint32_t node = series_node(&formula->tree);
    if (node == TREE_NONE) {
        *out = column;
        return true;
    }
    Str text = formula->tree.nodes[node].window_texts[i];
    TRY(bytes_append_format(&name, err, "%.*s", STR_ARG(column)));
    bool gap = true;
    for (size_t k = 0; k < text.size; k++) {
        if (byte_is_plain(text.data[k]) && gap) TRY(bytes_append_byte(&name, '_', err));
        gap = !byte_is_plain(text.data[k]);
        if (!gap) TRY(bytes_append_byte(&name, (uint8_t)text.data[k], err));
    }
    return arena_copy(arena, bytes_str(&name), out, err);
}
