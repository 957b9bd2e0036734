/// What the compiler is given: the sources with their schemas, and views with all their columns.
#include "config/config_internal.h"

/// Whether a column of a source is there to say when a row happened, or whose it is.
static bool column_is_role(const SourceDefinition *source, const ViewDefinition *view, Str column)
{
    bool role = str_equal(column, source->time) || str_equal(column, source->known);
    for (size_t i = 0; i < source->column_known_count; i++)
        role = role || str_equal(column, source->columns_known[i].known);
    for (size_t i = 0; i < view->by_count; i++)
        role = role || str_equal(column, view->by[i].expression.text) || str_equal(column, view->by[i].name);
    return role;
}

static bool take_columns(const SourceDefinition *source, Arena *arena, ViewDefinition *view, NamedExpression *columns,
                         Error *err)
{
    for (size_t i = 0; i < source->schema.count; i++) {
        Str name = source->schema.fields[i].name;
        bool taken = column_is_role(source, view, name);
        for (size_t k = 0; k < view->column_count; k++) taken = taken || str_equal(columns[k].name, name);
        if (taken) continue;
        NamedExpression *column = &columns[view->column_count++];
        *column = (NamedExpression){.name = name, .expression.position = view->position};
        TRY(arena_format(arena, &column->expression.text, err, "latest(%.*s)", STR_ARG(name)));
    }
    return true;
}

static bool view_has_source(const ViewDefinition *view, Str name)
{
    bool has = str_equal(view->from, name);
    for (size_t i = 0; i < view->with_count; i++) has = has || str_equal(view->with[i], name);
    return has;
}

/// `columns: all`, with the schemas there.
static bool expand_view(const Definition *definition, Arena *arena, ViewDefinition *view, Error *err)
{
    size_t room = 0;
    for (size_t i = 0; i < definition->source_count; i++) room += definition->sources[i].schema.count;
    NamedExpression *columns = arena_alloc_array(arena, room + 1, sizeof(NamedExpression), err);
    TRY(columns != NULL);
    for (size_t i = 0; i < definition->source_count; i++) {
        if (!view_has_source(view, definition->sources[i].name)) continue;
        TRY(take_columns(&definition->sources[i], arena, view, columns, err));
    }
    view->columns = columns;
    return true;
}

static bool expand_views(const Config *config, Arena *arena, Definition *definition, Error *err)
{
    ViewDefinition *views = arena_alloc_array(arena, config->view_count + 1, sizeof(ViewDefinition), err);
    TRY(views != NULL);
    for (size_t i = 0; i < config->view_count; i++) {
        views[i] = config->views[i];
        if (views[i].columns_all) TRY(expand_view(definition, arena, &views[i], err));
    }
    definition->views = views;
    return true;
}

bool config_definition(const Config *config, Arena *arena, Definition *out, Error *err)
{
    SourceDefinition *sources = arena_alloc_array(arena, config->source_count + 1, sizeof(SourceDefinition), err);
    TRY(sources != NULL);
    for (size_t i = 0; i < config->source_count; i++) sources[i] = config->sources[i].definition;
    *out = (Definition){
        .document = config->document,
        .sources = sources,
        .source_count = config->source_count,
        .view_count = config->view_count,
        .dataset = config->has_dataset ? &config->dataset : NULL,
    };
    return expand_views(config, arena, out, err);
}
