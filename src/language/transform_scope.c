/// What a name in a transform stands for: a feature of the dataset.
#include "language/transform_internal.h"

static bool name_unknown(const Transform *transform, const Formula *formula, const TreeNode *node, Str name, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str *names = arena_alloc_array(&arena, transform->input_count, sizeof(Str), err);
    if (names == NULL) return false;
    for (uint32_t k = 0; k < transform->input_count; k++) names[k] = transform->inputs[k].name;
    NameHint hint = name_hint(name, names, transform->input_count);
    return place_error(&formula->place, node->offset, err, "the dataset has no feature '%.*s'%s", STR_ARG(name),
                       hint.text);
}

/// A column alone would do where its view is clear, but then a new view could change what it means.
static bool name_without_view(const Transform *transform, const Formula *formula, const TreeNode *node, Error *err)
{
    for (uint32_t k = 0; k < transform->input_count; k++) {
        Str name = transform->inputs[k].name;
        size_t dot = str_find(name, '.');
        if (!str_equal(str_slice(name, dot + 1, name.size), node->name)) continue;
        return place_error(&formula->place, node->offset, err,
                           "a transform reads features as view.column; did you mean '%.*s'?", STR_ARG(name));
    }
    return place_error(&formula->place, node->offset, err,
                       "a transform reads features as view.column, and '%.*s' is none", STR_ARG(node->name));
}

static bool resolve_name(const Transform *transform, const Formula *formula, uint32_t i, Error *err)
{
    AUTO(bytes_deinit) Bytes name = {0};
    const TreeNode *node = &formula->tree.nodes[i];
    if (node->view.size == 0) return name_without_view(transform, formula, node, err);
    TRY(bytes_append_str(&name, node->view, err));
    TRY(bytes_append_byte(&name, '.', err));
    TRY(bytes_append_str(&name, node->name, err));
    size_t index = schema_find((Schema){transform->inputs, transform->input_count}, bytes_str(&name));
    if (index == SIZE_MAX) return name_unknown(transform, formula, node, bytes_str(&name), err);
    formula->references[i] = (Reference){.kind = REFERENCE_FEATURE, .index = (uint32_t)index};
    return true;
}

bool transform_resolve(const Transform *transform, Formula *formula, Error *err)
{
    for (uint32_t i = 0; i < formula->tree.node_count; i++) {
        const TreeNode *node = &formula->tree.nodes[i];
        if (node->kind != TREE_AGGREGATE) continue;
        return place_error(&formula->place, node->offset, err,
                           "a transform reads the features of one example and cannot aggregate rows; give the "
                           "aggregate a column under 'features'");
    }
    for (uint32_t i = 0; i < formula->tree.node_count; i++) {
        const TreeNode *node = &formula->tree.nodes[i];
        if (node->kind == TREE_AT) {
            return place_error(&formula->place, node->offset, err,
                               "a transform does not see 'at'; give what you need of it a column under 'features'");
        }
        if (node->kind == TREE_NAME) TRY(resolve_name(transform, formula, i, err));
    }
    return true;
}
