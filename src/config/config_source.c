#include "config/config_internal.h"

static bool read_known_row(SourceDefinition *definition, const Node *node, Error *err)
{
    Str name = {0};
    TRY(node_text(node, &name, err));
    definition->known = str_equal(name, STR("time")) ? definition->time : name;
    return true;
}

static bool read_known_columns(Arena *arena, SourceDefinition *definition, const Node *map, Error *err)
{
    ColumnKnown *items = arena_alloc_array(arena, node_count(map), sizeof(ColumnKnown), err);
    TRY(items != NULL);
    const Node *row = node_get(map, STR("row"));
    if (row == NULL)
        return node_error(map, err,
                          "'known' has no 'row': say when the row itself could first be read (a column, or 'time')");
    TRY(read_known_row(definition, row, err));
    for (size_t i = 0; i < node_count(map); i++) {
        if (str_equal(node_key(map, i), STR("row"))) continue;
        ColumnKnown *item = &items[definition->column_known_count++];
        item->column = node_key(map, i);
        TRY(node_text(node_at(map, i), &item->known, err));
    }
    definition->columns_known = items;
    return true;
}

static bool read_known(Arena *arena, SourceDefinition *definition, const Node *source, Error *err)
{
    const Node *node = node_get(source, STR("known"));
    if (node == NULL)
        return node_error(
            source, err,
            "'known' is missing: name the column with the moment at which a row could first be read, or state 'known: "
            "time' if that is the event time itself; it is never assumed, because a wrong one lets features see the "
            "future");
    if (node->kind == NODE_MAP) return read_known_columns(arena, definition, node, err);
    return read_known_row(definition, node, err);
}

static bool read_types(Arena *arena, const Node *node, Schema *out, Error *err)
{
    TRY(node_expect(node, NODE_MAP, err));
    Field *fields = arena_alloc_array(arena, node_count(node) + 1, sizeof(Field), err);
    TRY(fields != NULL);
    for (size_t i = 0; i < node_count(node); i++) {
        Str text = {0};
        fields[i].name = node_key(node, i);
        TRY(node_text(node_at(node, i), &text, err));
        Error inner = {0};
        if (!type_parse(text, &fields[i].type, &inner)) return node_error(node_at(node, i), err, "%s", inner.text);
    }
    *out = (Schema){.fields = fields, .count = node_count(node)};
    return true;
}

/// `step: clean.table`.
static bool read_step_output(ConfigSource *source, const Node *node, Error *err)
{
    Str rest = {0};
    TRY(node_text(node, &rest, err));
    if (!str_split(&rest, '.', &source->step) || rest.size == 0 || source->step.size == 0)
        return node_error(node, err, "'step' names a step and one of its outputs, as in 'clean.table'");
    source->output = rest;
    return true;
}

static bool read_origin(Arena *arena, ConfigSource *source, const Node *node, Error *err)
{
    const Node *files = node_get(node, STR("files"));
    const Node *sql = node_get(node, STR("sql"));
    const Node *step = node_get(node, STR("step"));
    if ((sql != NULL || files != NULL) == (step != NULL))
        return node_error(
            node, err,
            "a source reads either 'files', or 'sql' (with the 'files' that it reads), or the output of a 'step'");
    if (files != NULL && !(files->kind == NODE_LIST && node_count(files) == 0))
        TRY(config_read_names(arena, files, &source->query.files, &source->query.file_count, err));
    source->has_files = files != NULL;
    if (files != NULL && source->query.file_count == 0 && sql == NULL)
        return node_error(files, err, "'files' names no file");
    if (sql != NULL) TRY(config_read_text(node, STR("sql"), &source->query.sql, err));
    if (step != NULL) TRY(read_step_output(source, step, err));
    return true;
}

static bool read_optional(Arena *arena, ConfigSource *source, const Node *node, Error *err)
{
    SourceDefinition *definition = &source->definition;
    const Node *key = node_get(node, STR("key"));
    const Node *deleted = node_get(node, STR("deleted"));
    const Node *types = node_get(node, STR("types"));
    const Node *expect = node_get(node, STR("expect"));
    const Node *hive = node_get(node, STR("hive"));
    if (key != NULL) TRY(config_read_names(arena, key, &definition->key, &definition->key_count, err));
    if (deleted != NULL) TRY(config_read_expression(deleted, &definition->deleted, err));
    if (types != NULL) TRY(read_types(arena, types, &source->query.types, err));
    if (hive != NULL) TRY(read_types(arena, hive, &source->query.hive, err));
    if (expect != NULL) TRY(config_read_expectations(arena, expect, &source->expectations, err));
    return node_get_str(node, STR("timezone"), &definition->timezone, err);
}

/// Tells the reader which columns must hold times, so that a bad one is an error with its line.
static bool list_times(Arena *arena, ConfigSource *source, Error *err)
{
    const SourceDefinition *definition = &source->definition;
    Str *times = arena_alloc_array(arena, definition->column_known_count + 2, sizeof(Str), err);
    TRY(times != NULL);
    times[0] = definition->time;
    times[1] = definition->known;
    for (size_t i = 0; i < definition->column_known_count; i++) times[2 + i] = definition->columns_known[i].known;
    source->query.times = times;
    source->query.time_count = definition->column_known_count + 2;
    return true;
}

static bool read_source(Arena *arena, ConfigSource *source, Str name, const Node *node, Error *err)
{
    const Node *time = NULL;
    TRY(NODE_CHECK_KEYS(node, err, "files", "sql", "step", "time", "known", "key", "deleted", "timezone", "types",
                        "hive", "expect"));
    source->definition.name = name;
    source->definition.position = node->position;
    TRY(read_origin(arena, source, node, err));
    TRY(node_need(node, STR("time"), &time, err));
    TRY(node_text(time, &source->definition.time, err));
    TRY(read_known(arena, &source->definition, node, err));
    TRY(list_times(arena, source, err));
    return read_optional(arena, source, node, err);
}

bool config_read_sources(Config *config, const Node *node, Error *err)
{
    TRY(node_expect(node, NODE_MAP, err));
    size_t count = node_count(node);
    if (count == 0) return node_error(node, err, "'sources' is empty: a pipeline reads at least one source");
    config->sources = arena_alloc_array(&config->arena, count, sizeof(ConfigSource), err);
    TRY(config->sources != NULL);
    for (size_t i = 0; i < count; i++) {
        TRY(config_check_name(node_key_at(node, i), node_key(node, i), "a source", err));
        TRY(read_source(&config->arena, &config->sources[i], node_key(node, i), node_at(node, i), err));
    }
    config->source_count = count;
    return true;
}
