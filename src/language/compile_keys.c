/// What a view is keyed by, read twice: over the rows of its source, and over the request. Both sides are one expression, or the key
/// is linked: the request's side is an expression of its own, which may read features of other views - a driver's city, whose weather
/// is looked up.
#include "language/compile_internal.h"

static bool formula_reads_features(const Formula *formula)
{
    for (uint32_t i = 0; i < formula->tree.node_count; i++) {
        const TreeNode *node = &formula->tree.nodes[i];
        if (node->kind == TREE_NAME && node->view.size > 0) return true;
    }
    return false;
}

static bool has_request(const ViewDefinition *definition, size_t key)
{
    return definition->by_request != NULL && definition->by_request[key].text.size > 0;
}

/// `city: driver.home_city`: what was written is the request's side, the name is the rows'.
static bool key_turn(Compiler *compiler, CompilerView *view, size_t key, Str what, Error *err)
{
    const NamedExpression *by = &view->definition->by[key];
    Expression rows = {by->name, by->expression.position};
    if (str_equal(by->name, by->expression.text)) {
        return place_error(
            &view->keys[key].place, 0, err,
            "'by' reads features, and so needs the rows' column that they are matched with: by: {column: %.*s}",
            STR_ARG(by->expression.text));
    }
    view->request_keys[key] = view->keys[key];
    return formula_read(compiler, rows, what, &view->keys[key], err);
}

static bool read_key(Compiler *compiler, CompilerView *view, size_t key, Str what, Error *err)
{
    const ViewDefinition *definition = view->definition;
    TRY(formula_read(compiler, definition->by[key].expression, what, &view->keys[key], err));
    view->linked[key] = true;
    if (has_request(definition, key))
        return formula_read(compiler, definition->by_request[key], what, &view->request_keys[key], err);
    if (formula_reads_features(&view->keys[key])) return key_turn(compiler, view, key, what, err);
    view->linked[key] = false;
    return formula_share(compiler, &view->keys[key], &view->request_keys[key], err);
}

bool compiler_read_keys(Compiler *compiler, CompilerView *view, Error *err)
{
    const ViewDefinition *definition = view->definition;
    Str what = {0};
    view->keys = arena_alloc_array(&compiler->arena, definition->by_count, sizeof(Formula), err);
    view->request_keys = arena_alloc_array(&compiler->arena, definition->by_count, sizeof(Formula), err);
    view->linked = arena_alloc_array(&compiler->arena, definition->by_count, sizeof(bool), err);
    if (view->keys == NULL || view->request_keys == NULL || view->linked == NULL) return false;
    TRY(arena_format(&compiler->arena, &what, err, "%.*s.by", STR_ARG(definition->name)));
    for (size_t key = 0; key < definition->by_count; key++) TRY(read_key(compiler, view, key, what, err));
    return true;
}

bool compiler_resolve_row_keys(Compiler *compiler, Error *err)
{
    for (uint32_t i = 0; i < compiler->definition->view_count; i++) {
        CompilerView *view = &compiler->views[i];
        for (size_t key = 0; key < view->definition->by_count; key++) {
            if (view->linked[key]) {
                TRY(scope_resolve_link(compiler, i, true, &view->keys[key], err));
            } else {
                TRY(scope_resolve_rows(compiler, view->source, "'by'", &view->keys[key], err));
            }
        }
    }
    return true;
}

bool compiler_resolve_request_keys(Compiler *compiler, Error *err)
{
    for (uint32_t i = 0; i < compiler->definition->view_count; i++) {
        CompilerView *view = &compiler->views[i];
        for (size_t key = 0; key < view->definition->by_count; key++) {
            if (view->linked[key]) {
                TRY(scope_resolve_link(compiler, i, false, &view->request_keys[key], err));
            } else {
                scope_resolve_request_key(compiler, view->source, &view->keys[key], &view->request_keys[key]);
            }
        }
    }
    return true;
}

const Formula *view_key_formula(const CompilerView *view, size_t i)
{
    size_t count = view->definition->by_count;
    if (i < count) return &view->keys[i];
    return i < 2 * count ? &view->request_keys[i - count] : NULL;
}
