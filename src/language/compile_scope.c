/// What a name stands for, by where it stands: inside an aggregate it is a column of the rows (or a feature as of each row's
/// time); outside it is an input, a column of `by`, or a feature as of the request.
#include <stdio.h>

#include "language/compile_internal.h"

typedef struct Scope {
    const Compiler *compiler;
    const Formula *formula;
    uint32_t view;    ///< PLAN_NONE: rows only
    uint32_t source;  ///< of the rows; PLAN_NONE: none
    const char *what; ///< rows only: "a label"
    bool over_rows;   ///< all of it, not only what is inside of aggregates
    bool is_key;
    bool is_label; ///< reads features too
} Scope;

typedef ARRAY_OF(Str) NameArray;

static void name_array_deinit(NameArray *names)
{
    memory_free(names->items);
}

uint32_t compiler_find_view(const Compiler *compiler, Str name)
{
    const Definition *definition = compiler->definition;
    for (size_t i = 0; i < definition->view_count; i++) {
        if (str_equal(name, definition->views[i].name)) return (uint32_t)i;
    }
    return PLAN_NONE;
}

uint32_t compiler_find_column(const Compiler *compiler, uint32_t view, Str name)
{
    uint64_t found = 0;
    return map_get(&compiler->views[view].columns, name, &found) ? (uint32_t)found : PLAN_NONE;
}

uint32_t compiler_find_input(const Compiler *compiler, Str name)
{
    for (size_t i = 0; i < compiler->inputs.count; i++) {
        if (str_equal(name, compiler->inputs.items[i].name)) return (uint32_t)i;
    }
    return PLAN_NONE;
}

static bool scope_error(const Scope *scope, const TreeNode *node, Error *err, const char *message)
{
    return place_error(&scope->formula->place, node->offset, err, "%s", message);
}

/// A name that is known nowhere; the nearest of `candidates` is offered.
static bool scope_unknown(const Scope *scope, const TreeNode *node, const char *looked_for, const NameArray *candidates,
                          Error *err)
{
    NameHint hint = name_hint(node->name, candidates->items, candidates->count);
    return place_error(&scope->formula->place, node->offset, err, "there is no %s '%.*s'%s", looked_for,
                       STR_ARG(node->name), hint.text);
}

static bool add_field_names(const Scope *scope, NameArray *names, Error *err)
{
    if (scope->source == PLAN_NONE) return true;
    Schema schema = compiler_schema(scope->compiler, scope->source);
    for (size_t i = 0; i < schema.count; i++) TRY(ARRAY_PUSH(names, schema.fields[i].name, err));
    return true;
}

static bool add_column_names(const Scope *scope, uint32_t view, NameArray *names, Error *err)
{
    const Compiler *compiler = scope->compiler;
    const CompilerView *in = &compiler->views[view];
    for (uint32_t i = 0; i < in->column_count; i++)
        TRY(ARRAY_PUSH(names, compiler->columns[in->first_column + i].name, err));
    return true;
}

/// Whether the view may read the input: declared by it, or a column of its `by`.
static bool view_has_input(const Scope *scope, uint32_t index, Str name)
{
    const CompilerView *view = &scope->compiler->views[index];
    for (size_t i = 0; i < view->definition->input_count; i++) {
        if (str_equal(name, view->definition->inputs[i].name)) return true;
    }
    for (size_t i = 0; i < view->definition->by_count; i++) {
        const Formula *key = &view->keys[i];
        if (view->linked[i]) continue;
        for (uint32_t node = 0; node < key->tree.node_count; node++) {
            bool is_name = key->tree.nodes[node].kind == TREE_NAME && key->references[node].kind == REFERENCE_FIELD;
            if (is_name && str_equal(name, key->tree.nodes[node].name)) return true;
        }
    }
    return false;
}

static bool add_input_names(const Scope *scope, NameArray *names, Error *err)
{
    for (size_t i = 0; i < scope->compiler->inputs.count; i++) {
        Str name = scope->compiler->inputs.items[i].name;
        if (view_has_input(scope, scope->view, name)) TRY(ARRAY_PUSH(names, name, err));
    }
    return true;
}

static bool scope_unknown_row_name(const Scope *scope, const TreeNode *node, Error *err)
{
    AUTO(name_array_deinit) NameArray names = {0};
    TRY(add_field_names(scope, &names, err));
    if (scope->view != PLAN_NONE) TRY(add_column_names(scope, scope->view, &names, err));

    char looked_for[128];
    Str source = compiler_source_name(scope->compiler, scope->source);
    snprintf(looked_for, sizeof(looked_for), "column in the rows of '%.*s' called", STR_ARG(source));
    if (scope->view != PLAN_NONE && view_has_input(scope, scope->view, node->name)) {
        return place_error(&scope->formula->place, node->offset, err,
                           "'%.*s' is an input of the request; inside an aggregate only the rows of '%.*s' can be read",
                           STR_ARG(node->name), STR_ARG(source));
    }
    return scope_unknown(scope, node, looked_for, &names, err);
}

static bool scope_row_name(const Scope *scope, const TreeNode *node, Reference *out, Error *err)
{
    Schema schema = compiler_schema(scope->compiler, scope->source);
    size_t field = schema_find(schema, node->name);
    if (field != SIZE_MAX) {
        *out = (Reference){REFERENCE_FIELD, (uint32_t)field, type_computed(schema.fields[field].type)};
        return true;
    }
    uint32_t column =
        scope->view == PLAN_NONE ? PLAN_NONE : compiler_find_column(scope->compiler, scope->view, node->name);
    if (column == PLAN_NONE) return scope_unknown_row_name(scope, node, err);
    *out = (Reference){.kind = REFERENCE_FEATURE, .index = column};
    return true;
}

static uint32_t view_find_key(const CompilerView *view, Str name)
{
    for (size_t i = 0; i < view->definition->by_count; i++) {
        if (str_equal(name, view->definition->by[i].name)) return (uint32_t)i;
    }
    return PLAN_NONE;
}

static bool scope_unknown_request_name(const Scope *scope, const TreeNode *node, Error *err)
{
    const Compiler *compiler = scope->compiler;
    AUTO(name_array_deinit) NameArray names = {0};
    uint32_t input = compiler_find_input(compiler, node->name);
    bool is_field =
        scope->source != PLAN_NONE && schema_find(compiler_schema(compiler, scope->source), node->name) != SIZE_MAX;
    if (is_field) {
        return place_error(
            &scope->formula->place, node->offset, err,
            "column '%.*s' belongs to the rows of '%.*s'; put it inside an aggregate, or declare it under "
            "'inputs'",
            STR_ARG(node->name), STR_ARG(compiler_source_name(compiler, scope->source)));
    }
    if (input != PLAN_NONE) {
        return place_error(&scope->formula->place, node->offset, err,
                           "'%.*s' is an input of view '%.*s'; declare it under this view's 'inputs' too",
                           STR_ARG(node->name),
                           STR_ARG(compiler->definition->views[compiler->inputs.items[input].view].name));
    }
    TRY(add_input_names(scope, &names, err));
    TRY(add_column_names(scope, scope->view, &names, err));
    return scope_unknown(scope, node, "input or column", &names, err);
}

static bool scope_request_name(const Scope *scope, const TreeNode *node, Reference *out, Error *err)
{
    const Compiler *compiler = scope->compiler;
    if (view_has_input(scope, scope->view, node->name)) {
        uint32_t input = compiler_find_input(compiler, node->name);
        *out = (Reference){REFERENCE_INPUT, input, compiler->inputs.items[input].type};
        return true;
    }
    uint32_t column = compiler_find_column(compiler, scope->view, node->name);
    if (column != PLAN_NONE) {
        *out = (Reference){.kind = REFERENCE_FEATURE, .index = column};
        return true;
    }
    uint32_t key = scope->is_key ? PLAN_NONE : view_find_key(&compiler->views[scope->view], node->name);
    if (key == PLAN_NONE) return scope_unknown_request_name(scope, node, err);
    *out = (Reference){.kind = REFERENCE_KEY, .index = key};
    return true;
}

static bool scope_unknown_view(const Scope *scope, const TreeNode *node, Error *err)
{
    AUTO(name_array_deinit) NameArray names = {0};
    const Definition *definition = scope->compiler->definition;
    if (compiler_find_source(scope->compiler, node->view) != PLAN_NONE) {
        return place_error(&scope->formula->place, node->offset, err,
                           "'%.*s' is a source; inside an aggregate over its rows write '%.*s' alone",
                           STR_ARG(node->view), STR_ARG(node->name));
    }
    for (size_t i = 0; i < definition->view_count; i++) TRY(ARRAY_PUSH(&names, definition->views[i].name, err));
    NameHint hint = name_hint(node->view, names.items, names.count);
    return place_error(&scope->formula->place, node->offset, err, "there is no view '%.*s'%s", STR_ARG(node->view),
                       hint.text);
}

static bool scope_feature(const Scope *scope, const TreeNode *node, Reference *out, Error *err)
{
    if (scope->view == PLAN_NONE && !scope->is_label) {
        return place_error(&scope->formula->place, node->offset, err,
                           "%s cannot read features, only columns of its rows", scope->what);
    }
    uint32_t view = compiler_find_view(scope->compiler, node->view);
    if (view == PLAN_NONE) return scope_unknown_view(scope, node, err);
    uint32_t column = compiler_find_column(scope->compiler, view, node->name);
    if (column == PLAN_NONE) {
        AUTO(name_array_deinit) NameArray names = {0};
        char looked_for[128];
        snprintf(looked_for, sizeof(looked_for), "column in view '%.*s' called", STR_ARG(node->view));
        TRY(add_column_names(scope, view, &names, err));
        return scope_unknown(scope, node, looked_for, &names, err);
    }
    *out = (Reference){.kind = REFERENCE_FEATURE, .index = column};
    return true;
}

static bool scope_at(const Scope *scope, const TreeNode *node, bool over_rows, Reference *out, Error *err)
{
    if (over_rows) {
        const Definition *definition = scope->compiler->definition;
        bool is_union = scope->source >= definition->source_count;
        Str time = is_union ? STR("a column of its source") : definition->sources[scope->source].time;
        return place_error(&scope->formula->place, node->offset, err,
                           "'at' is the request's instant, and here each row of '%.*s' is read; its time is %s%.*s%s",
                           STR_ARG(compiler_source_name(scope->compiler, scope->source)), is_union ? "" : "'",
                           STR_ARG(time), is_union ? "" : "'");
    }
    *out = (Reference){.kind = REFERENCE_AT};
    return true;
}

static bool scope_aggregate(const Scope *scope, const TreeNode *node, Error *err)
{
    if (scope->view == PLAN_NONE) {
        return place_error(&scope->formula->place, node->offset, err, "%s cannot aggregate; it reads one row%s",
                           scope->what, scope->is_label ? ", and columns of views, which may: view.column" : "");
    }
    if (scope->is_key) {
        return scope_error(
            scope, node, err,
            "'by' cannot aggregate; give the aggregate a column of a view, and read that as view.column");
    }
    if (scope->source != PLAN_NONE) return true;
    return scope_error(scope, node, err,
                       "an aggregate needs rows, and this view has none; name their source under 'from'");
}

static bool scope_node(const Scope *scope, uint32_t i, Error *err)
{
    const TreeNode *node = &scope->formula->tree.nodes[i];
    Reference *out = &scope->formula->references[i];
    bool over_rows = scope->over_rows || scope->formula->owners[i] != TREE_NONE;
    if (node->kind == TREE_AT) return scope_at(scope, node, over_rows, out, err);
    if (node->kind != TREE_NAME) return true;
    if (node->view.size > 0) return scope_feature(scope, node, out, err);
    return over_rows ? scope_row_name(scope, node, out, err) : scope_request_name(scope, node, out, err);
}

static bool scope_resolve(const Scope *scope, Error *err)
{
    // Aggregates come after what is inside of them, and whether there are rows at all is theirs to say.
    for (uint32_t i = 0; i < scope->formula->tree.node_count; i++) {
        const TreeNode *node = &scope->formula->tree.nodes[i];
        if (node->kind == TREE_AGGREGATE) TRY(scope_aggregate(scope, node, err));
    }
    for (uint32_t i = 0; i < scope->formula->tree.node_count; i++) TRY(scope_node(scope, i, err));
    return true;
}

bool scope_resolve_rows(const Compiler *compiler, uint32_t source, const char *what, Formula *formula, Error *err)
{
    Scope scope = {compiler, formula, PLAN_NONE, source, what, true, false, false};
    return scope_resolve(&scope, err);
}

bool scope_resolve_label(const Compiler *compiler, uint32_t source, Formula *formula, Error *err)
{
    Scope scope = {compiler, formula, PLAN_NONE, source, "a label", true, false, true};
    return scope_resolve(&scope, err);
}

bool scope_resolve_column(const Compiler *compiler, CompilerColumn *column, Error *err)
{
    Scope scope = {compiler, &column->formula, column->view, compiler->views[column->view].source, NULL, false, false,
                   false};
    return scope_resolve(&scope, err);
}

bool scope_resolve_link(const Compiler *compiler, uint32_t view, bool over_rows, Formula *formula, Error *err)
{
    Scope scope = {compiler, formula, view, compiler->views[view].source, NULL, over_rows, true, false};
    return scope_resolve(&scope, err);
}

void scope_resolve_request_key(const Compiler *compiler, uint32_t source, const Formula *rows, Formula *request)
{
    Schema schema = compiler_schema(compiler, source);
    for (uint32_t i = 0; i < rows->tree.node_count; i++) {
        if (rows->references[i].kind != REFERENCE_FIELD) continue;
        uint32_t input = compiler_find_input(compiler, schema.fields[rows->references[i].index].name);
        CHECK(input != PLAN_NONE);
        request->references[i] = (Reference){REFERENCE_INPUT, input, compiler->inputs.items[input].type};
    }
}
