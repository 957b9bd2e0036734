#include "config/config_internal.h"

static bool read_inputs(Arena *arena, ViewDefinition *view, const Node *map, Error *err)
{
    TRY(node_expect(map, NODE_MAP, err));
    InputDefinition *inputs = arena_alloc_array(arena, node_count(map) + 1, sizeof(InputDefinition), err);
    TRY(inputs != NULL);
    for (size_t i = 0; i < node_count(map); i++) {
        Str text = {0};
        Error inner = {0};
        TRY(config_check_name(node_key_at(map, i), node_key(map, i), "an input", err));
        TRY(node_text(node_at(map, i), &text, err));
        inputs[i] = (InputDefinition){.name = node_key(map, i), .position = node_key_at(map, i)->position};
        if (!type_parse(text, &inputs[i].type, &inner)) return node_error(node_at(map, i), err, "%s", inner.text);
    }
    view->inputs = inputs;
    view->input_count = node_count(map);
    return true;
}

/// name: expression, or name: {rows: expression, request: expression}.
static bool read_named_key(const Node *map, size_t i, NamedExpression *out, Expression *out_request, Error *err)
{
    const Node *item = node_at(map, i);
    const Node *rows = item;
    const Node *request = NULL;
    out->name = node_key(map, i);
    if (item->kind == NODE_MAP) {
        TRY(NODE_CHECK_KEYS(item, err, "rows", "request"));
        TRY(node_need(item, STR("rows"), &rows, err));
        TRY(node_need(item, STR("request"), &request, err));
        TRY(config_read_expression(request, out_request, err));
    }
    return config_read_expression(rows, &out->expression, err);
}

static bool read_named_by(Arena *arena, ViewDefinition *view, const Node *map, Error *err)
{
    size_t count = node_count(map);
    NamedExpression *by = arena_alloc_array(arena, count + 1, sizeof(NamedExpression), err);
    TRY(by != NULL);
    Expression *request = arena_alloc_array(arena, count + 1, sizeof(Expression), err);
    TRY(request != NULL);
    for (size_t i = 0; i < count; i++) TRY(read_named_key(map, i, &by[i], &request[i], err));
    view->by = by;
    view->by_request = request;
    view->by_count = count;
    return true;
}

/// A column, a list of expressions, or a map of named ones. An expression without a name is called by its text.
static bool read_by(Arena *arena, ViewDefinition *view, const Node *node, Error *err)
{
    if (node->kind == NODE_MAP) return read_named_by(arena, view, node, err);
    size_t count = node->kind == NODE_LIST ? node_count(node) : 1;
    NamedExpression *by = arena_alloc_array(arena, count + 1, sizeof(NamedExpression), err);
    TRY(by != NULL);
    for (size_t i = 0; i < count; i++) {
        const Node *item = node->kind == NODE_LIST ? node_at(node, i) : node;
        TRY(config_read_expression(item, &by[i].expression, err));
        by[i].name = by[i].expression.text;
    }
    view->by = by;
    view->by_count = count;
    return true;
}

/// A column of the source as its latest row has it.
static bool read_taken(Arena *arena, const Node *node, NamedExpression *out, Error *err)
{
    TRY(node_text(node, &out->name, err));
    TRY(config_check_name(node, out->name, "a column", err));
    out->expression.position = node->position;
    return arena_format(arena, &out->expression.text, err, "latest(%.*s)", STR_ARG(out->name));
}

/// name: expression; or a list of columns taken as they are; or `all` of them.
static bool read_columns(Arena *arena, ViewDefinition *view, const Node *node, Error *err)
{
    if (node->kind == NODE_MAP) return config_read_named(arena, node, &view->columns, &view->column_count, err);
    if (view->from.size == 0)
        return node_error(node, err, "a view without 'from' has no rows to take columns of; write name: expression");
    if (node->kind != NODE_LIST) {
        view->columns_all = str_equal(node->text, STR("all"));
        return view->columns_all ||
               node_error(node, err, "'columns' is name: expression, a list of the source's columns, or 'all'");
    }
    NamedExpression *columns = arena_alloc_array(arena, node_count(node) + 1, sizeof(NamedExpression), err);
    TRY(columns != NULL);
    for (size_t i = 0; i < node_count(node); i++) TRY(read_taken(arena, node_at(node, i), &columns[i], err));
    view->columns = columns;
    view->column_count = node_count(node);
    return true;
}

/// A source, or a list of sources.
static bool read_from(Arena *arena, ViewDefinition *view, const Node *node, Error *err)
{
    if (node->kind != NODE_LIST) return node_str(node, &view->from, err);
    size_t count = node_count(node);
    if (count == 0) return node_error(node, err, "'from' needs a source, or a list of sources");
    Str *sources = arena_alloc_array(arena, count, sizeof(Str), err);
    TRY(sources != NULL);
    for (size_t i = 0; i < count; i++) TRY(node_str(node_at(node, i), &sources[i], err));
    view->from = sources[0];
    view->with = sources + 1;
    view->with_count = count - 1;
    return true;
}

static bool read_view(Arena *arena, ViewDefinition *view, Str name, const Node *node, Error *err)
{
    const Node *columns = NULL;
    const Node *from = node_get(node, STR("from"));
    const Node *by = node_get(node, STR("by"));
    const Node *inputs = node_get(node, STR("inputs"));
    TRY(NODE_CHECK_KEYS(node, err, "from", "by", "inputs", "columns", "ttl", "inclusive"));
    view->name = name;
    view->position = node->position;
    if (from != NULL) TRY(read_from(arena, view, from, err));
    if (by != NULL) TRY(read_by(arena, view, by, err));
    if (view->from.size > 0 && view->by_count == 0)
        return node_error(node, err, "'by' is missing: the columns or expressions whose values name the entity");
    if (view->from.size == 0 && by != NULL)
        return node_error(by, err,
                          "'by' needs a 'from': without a source the view is computed from the request's inputs");
    if (inputs != NULL) TRY(read_inputs(arena, view, inputs, err));
    TRY(node_need(node, STR("columns"), &columns, err));
    TRY(read_columns(arena, view, columns, err));
    TRY(node_get_duration(node, STR("ttl"), &view->ttl_us, err));
    return node_get_bool(node, STR("inclusive"), &view->inclusive, err);
}

bool config_read_views(Config *config, const Node *node, Error *err)
{
    TRY(node_expect(node, NODE_MAP, err));
    size_t count = node_count(node);
    config->views = arena_alloc_array(&config->arena, count + 1, sizeof(ViewDefinition), err);
    TRY(config->views != NULL);
    for (size_t i = 0; i < count; i++) {
        TRY(config_check_name(node_key_at(node, i), node_key(node, i), "a view", err));
        TRY(read_view(&config->arena, &config->views[i], node_key(node, i), node_at(node, i), err));
    }
    config->view_count = count;
    return true;
}
