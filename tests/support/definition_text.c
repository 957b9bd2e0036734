#include "support/definition_text.h"

#include "text/yaml.h"

void definition_text_deinit(DefinitionText *text)
{
    arena_deinit(&text->arena);
}

static Expression read_expression(const Node *node)
{
    return (Expression){node->text, node_position_at(node, 0)};
}

static bool read_strs(Arena *arena, const Node *list, const Str **out, size_t *out_count, Error *err)
{
    size_t count = node_count(list);
    Str *items = arena_alloc_array(arena, count, sizeof(Str), err);
    if (items == NULL) return false;
    for (size_t i = 0; i < count; i++) items[i] = node_at(list, i)->text;
    *out = items;
    *out_count = count;
    return true;
}

static bool read_fields(Arena *arena, const Node *map, Schema *out, Error *err)
{
    size_t count = node_count(map);
    Field *fields = arena_alloc_array(arena, count, sizeof(Field), err);
    if (fields == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        fields[i].name = node_key(map, i);
        TRY(type_parse(node_at(map, i)->text, &fields[i].type, err));
    }
    *out = (Schema){fields, count};
    return true;
}

static bool read_columns_known(Arena *arena, const Node *map, SourceDefinition *out, Error *err)
{
    ColumnKnown *known = arena_alloc_array(arena, node_count(map), sizeof(ColumnKnown), err);
    if (known == NULL) return false;
    for (size_t i = 0; i < node_count(map); i++) known[i] = (ColumnKnown){node_key(map, i), node_at(map, i)->text};
    out->columns_known = known;
    out->column_known_count = node_count(map);
    return true;
}

static bool read_source(Arena *arena, const Node *map, SourceDefinition *out, Error *err)
{
    TRY(read_fields(arena, node_get(map, STR("columns")), &out->schema, err));
    TRY(read_columns_known(arena, node_get(map, STR("columns_known")), out, err));
    TRY(read_strs(arena, node_get(map, STR("key")), &out->key, &out->key_count, err));
    TRY(node_get_text(map, STR("time"), &out->time, err));
    TRY(node_get_text(map, STR("known"), &out->known, err));
    TRY(node_get_text(map, STR("timezone"), &out->timezone, err));
    const Node *deleted = node_get(map, STR("deleted"));
    if (deleted != NULL) out->deleted = read_expression(deleted);
    return true;
}

static bool read_sources(DefinitionText *text, const Node *map, Error *err)
{
    SourceDefinition *sources = arena_alloc_array(&text->arena, node_count(map), sizeof(SourceDefinition), err);
    if (sources == NULL) return false;
    for (size_t i = 0; i < node_count(map); i++) {
        sources[i].name = node_key(map, i);
        sources[i].position = node_key_at(map, i)->position;
        TRY(read_source(&text->arena, node_at(map, i), &sources[i], err));
    }
    text->definition.sources = sources;
    text->definition.source_count = node_count(map);
    return true;
}

/// A list of expressions, each named as its text, or a map.
static bool read_named(Arena *arena, const Node *node, NamedExpression **out, size_t *out_count, Error *err)
{
    size_t count = node_count(node);
    NamedExpression *items = arena_alloc_array(arena, count, sizeof(NamedExpression), err);
    if (items == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        items[i].expression = read_expression(node_at(node, i));
        items[i].name = node->kind == NODE_MAP ? node_key(node, i) : items[i].expression.text;
    }
    *out = items;
    *out_count = count;
    return true;
}

/// Of a map of keys: those that are {rows: expression, request: expression}.
static bool read_requests(Arena *arena, const Node *map, NamedExpression *by, ViewDefinition *out, Error *err)
{
    Expression *requests = arena_alloc_array(arena, out->by_count, sizeof(Expression), err);
    if (requests == NULL) return false;
    for (size_t i = 0; map != NULL && map->kind == NODE_MAP && i < out->by_count; i++) {
        if (node_at(map, i)->kind != NODE_MAP) continue;
        by[i].expression = read_expression(node_get(node_at(map, i), STR("rows")));
        requests[i] = read_expression(node_get(node_at(map, i), STR("request")));
    }
    out->by_request = requests;
    return true;
}

static bool read_inputs(Arena *arena, const Node *map, ViewDefinition *out, Error *err)
{
    InputDefinition *inputs = arena_alloc_array(arena, node_count(map), sizeof(InputDefinition), err);
    if (inputs == NULL) return false;
    for (size_t i = 0; i < node_count(map); i++) {
        inputs[i] = (InputDefinition){.name = node_key(map, i), .position = node_key_at(map, i)->position};
        TRY(type_parse(node_at(map, i)->text, &inputs[i].type, err));
    }
    out->inputs = inputs;
    out->input_count = node_count(map);
    return true;
}

static bool read_from(Arena *arena, const Node *from, ViewDefinition *out, Error *err)
{
    const Str *sources = NULL;
    size_t count = 0;
    if (from == NULL) return true;
    out->from = from->text;
    if (from->kind != NODE_LIST) return true;
    TRY(read_strs(arena, from, &sources, &count, err));
    out->from = sources[0];
    out->with = sources + 1;
    out->with_count = count - 1;
    return true;
}

static bool read_view(Arena *arena, const Node *map, ViewDefinition *out, Error *err)
{
    NamedExpression *by = NULL;
    NamedExpression *columns = NULL;
    TRY(read_named(arena, node_get(map, STR("by")), &by, &out->by_count, err));
    TRY(read_requests(arena, node_get(map, STR("by")), by, out, err));
    TRY(read_named(arena, node_get(map, STR("columns")), &columns, &out->column_count, err));
    out->by = by;
    out->columns = columns;
    TRY(read_inputs(arena, node_get(map, STR("inputs")), out, err));
    TRY(read_from(arena, node_get(map, STR("from")), out, err));
    TRY(node_get_duration(map, STR("ttl"), &out->ttl_us, err));
    return node_get_bool(map, STR("inclusive"), &out->inclusive, err);
}

static bool read_views(DefinitionText *text, const Node *map, Error *err)
{
    ViewDefinition *views = arena_alloc_array(&text->arena, node_count(map), sizeof(ViewDefinition), err);
    if (views == NULL) return false;
    for (size_t i = 0; i < node_count(map); i++) {
        views[i].name = node_key(map, i);
        views[i].position = node_key_at(map, i)->position;
        TRY(read_view(&text->arena, node_at(map, i), &views[i], err));
    }
    text->definition.views = views;
    text->definition.view_count = node_count(map);
    return true;
}

static bool read_dataset(DefinitionText *text, const Node *map, Error *err)
{
    DatasetDefinition *dataset = &text->dataset;
    if (map == NULL) return true;
    dataset->position = map->position;
    TRY(node_get_text(map, STR("from"), &dataset->from, err));
    TRY(node_get_text(map, STR("at"), &dataset->at, err));
    TRY(node_get_text(map, STR("label_known"), &dataset->label_known, err));
    TRY(read_strs(&text->arena, node_get(map, STR("features")), &dataset->features, &dataset->feature_count, err));
    const Node *label = node_get(map, STR("label"));
    if (label != NULL) dataset->label = read_expression(label);
    text->definition.dataset = dataset;
    return true;
}

bool definition_text_read(const char *name, Str yaml, DefinitionText *out, Error *err)
{
    *out = (DefinitionText){0};
    TRY(yaml_parse(str_from(name), yaml, &out->arena, &out->document, err));
    out->definition.document = &out->document;
    TRY(read_sources(out, node_get(out->document.root, STR("sources")), err));
    TRY(read_views(out, node_get(out->document.root, STR("views")), err));
    return read_dataset(out, node_get(out->document.root, STR("dataset")), err);
}
