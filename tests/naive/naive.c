#include "naive/naive.h"

#include <stdlib.h>

#include "naive/naive_internal.h"
#include "naive/window.h"

size_t naive_view(const Definition *definition, Str name)
{
    for (size_t i = 0; i < definition->view_count; i++) {
        if (str_equal(definition->views[i].name, name)) return i;
    }
    CHECK(false);
}

size_t naive_source(const Definition *definition, Str name)
{
    for (size_t i = 0; i < definition->source_count; i++) {
        if (str_equal(definition->sources[i].name, name)) return i;
    }
    CHECK(false);
}

static void naive_deinit(Naive *naive)
{
    for (size_t i = 0; naive->sources != NULL && i < naive->definition->source_count; i++)
        source_rows_deinit(&naive->sources[i]);
    free(naive->visible);
    arena_deinit(&naive->scratch);
    arena_deinit(&naive->arena);
}

static bool parse_all(Naive *naive, const NamedExpression *expressions, size_t count, Tree **out, Error *err)
{
    *out = arena_alloc_array(&naive->arena, count, sizeof(**out), err);
    TRY(*out != NULL);
    for (size_t i = 0; i < count; i++) {
        Place place = {naive->definition->document, expressions[i].name, expressions[i].expression};
        TRY(tree_parse(&place, &naive->arena, &(*out)[i], err));
    }
    return true;
}

static bool reads_features(const Tree *tree)
{
    for (uint32_t i = 0; i < tree->node_count; i++) {
        if (tree->nodes[i].kind == TREE_NAME && tree->nodes[i].view.size > 0) return true;
    }
    return false;
}

/// `rows: ..., request: ...`, or `column: view.feature`, or one expression for both.
static bool parse_key(Naive *naive, size_t view, size_t part, Error *err)
{
    const ViewDefinition *definition = &naive->definition->views[view];
    const NamedExpression *by = &definition->by[part];
    Tree *rows = &naive->keys[view][part];
    Tree *request = &naive->request_keys[view][part];
    Place place = {naive->definition->document, by->name, by->expression};
    *request = *rows;
    if (definition->by_request != NULL && definition->by_request[part].text.size > 0) {
        place.expression = definition->by_request[part];
        TRY(tree_parse(&place, &naive->arena, request, err));
        naive->linked[view][part] = true;
    } else if (reads_features(rows)) {
        place.expression.text = by->name;
        TRY(tree_parse(&place, &naive->arena, rows, err));
        naive->linked[view][part] = true;
    }
    return true;
}

static bool parse_keys(Naive *naive, size_t view, Error *err)
{
    size_t count = naive->definition->views[view].by_count;
    naive->request_keys[view] = arena_alloc_array(&naive->arena, count, sizeof(Tree), err);
    TRY(naive->request_keys[view] != NULL);
    naive->linked[view] = arena_alloc_array(&naive->arena, count, sizeof(bool), err);
    TRY(naive->linked[view] != NULL);
    for (size_t i = 0; i < count; i++) TRY(parse_key(naive, view, i, err));
    return true;
}

static bool naive_init(Naive *naive, const Frame *tables, Error *err)
{
    const Definition *definition = naive->definition;
    naive->columns = arena_alloc_array(&naive->arena, definition->view_count, sizeof(*naive->columns), err);
    TRY(naive->columns != NULL);
    naive->keys = arena_alloc_array(&naive->arena, definition->view_count, sizeof(*naive->keys), err);
    TRY(naive->keys != NULL);
    naive->request_keys = arena_alloc_array(&naive->arena, definition->view_count, sizeof(*naive->request_keys), err);
    TRY(naive->request_keys != NULL);
    naive->linked = arena_alloc_array(&naive->arena, definition->view_count, sizeof(*naive->linked), err);
    TRY(naive->linked != NULL);
    naive->sources = arena_alloc_array(&naive->arena, definition->source_count, sizeof(*naive->sources), err);
    TRY(naive->sources != NULL);
    for (size_t i = 0; i < definition->view_count; i++) {
        const ViewDefinition *view = &definition->views[i];
        TRY(parse_all(naive, view->columns, view->column_count, &naive->columns[i], err));
        TRY(parse_all(naive, view->by, view->by_count, &naive->keys[i], err));
        TRY(parse_keys(naive, i, err));
    }
    for (size_t i = 0; i < definition->source_count; i++)
        TRY(source_rows_init(definition, i, &tables[i], &naive->sources[i], err));
    return true;
}

bool naive_column(Naive *naive, ColumnPlace place, const Asker *asker, Value *out, Error *err)
{
    const Tree *tree = &naive->columns[place.view][place.column];
    Scope scope = {.view = &naive->definition->views[place.view], .asker = asker, .series = place.series};
    return naive_evaluate(naive, &scope, tree, tree->node_count - 1, out, err);
}

/// The first series of windows in the column; NULL: none.
static const TreeNode *find_series(const Naive *naive, ColumnPlace place)
{
    const Tree *tree = &naive->columns[place.view][place.column];
    for (uint32_t i = 0; i < tree->node_count; i++) {
        const TreeNode *node = &tree->nodes[i];
        if (node->kind == TREE_AGGREGATE && node->window_count > 1) return node;
    }
    return NULL;
}

size_t naive_series_count(const Naive *naive, ColumnPlace place)
{
    const TreeNode *series = find_series(naive, place);
    return series == NULL ? 1 : series->window_count;
}

void naive_series_suffix(const Naive *naive, ColumnPlace place, Bytes *out)
{
    const TreeNode *series = find_series(naive, place);
    if (series == NULL) return;
    size_t begin = out->size;
    CHECK(bytes_append_byte(out, '_', NULL));
    window_append_text(&series->windows[place.series], out);
    for (size_t i = begin; i < out->size; i++) {
        if (out->data[i] == ' ') out->data[i] = '_';
    }
}

/// "trips" or "trips_1h".
static void column_name(const Naive *naive, ColumnPlace place, Bytes *out)
{
    CHECK(bytes_append_str(out, naive->definition->views[place.view].columns[place.column].name, NULL));
    naive_series_suffix(naive, place, out);
}

bool naive_find_column(const Naive *naive, size_t view, Str name, ColumnPlace *out)
{
    for (size_t column = 0; column < naive->definition->views[view].column_count; column++) {
        ColumnPlace place = {view, column, 0};
        for (; place.series < naive_series_count(naive, place); place.series++) {
            AUTO(bytes_deinit) Bytes text = {0};
            column_name(naive, place, &text);
            *out = place;
            if (str_equal(bytes_str(&text), name)) return true;
        }
    }
    return false;
}

/// Whether it has a window that looks ahead, or reads, by its full name, a column that has.
// NOLINTNEXTLINE(misc-no-recursion): features read each other in no circle
static bool looks_ahead(const Naive *naive, ColumnPlace place)
{
    const Tree *tree = &naive->columns[place.view][place.column];
    for (uint32_t i = 0; i < tree->node_count; i++) {
        const TreeNode *node = &tree->nodes[i];
        ColumnPlace read;
        bool windowed = node->kind == TREE_AGGREGATE && node->window_count > 0;
        if (windowed && node->windows[node->window_count > 1 ? place.series : 0].kind == WINDOW_NEXT) return true;
        if (node->kind != TREE_NAME || node->view.size == 0) continue;
        CHECK(naive_find_column(naive, naive_view(naive->definition, node->view), node->name, &read));
        if (looks_ahead(naive, read)) return true;
    }
    return false;
}

static bool add_feature(Naive *naive, ColumnPlace place, const Frame *inputs, const int64_t *at, Frame *frame,
                        Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Column *out = NULL;
    Str name = {0};
    column_name(naive, place, &text);
    TRY(arena_format(&naive->arena, &name, err, "%.*s.%.*s", STR_ARG(naive->definition->views[place.view].name),
                     STR_ARG(bytes_str(&text))));
    for (size_t row = 0; row < inputs->row_count; row++) {
        Asker asker = {.at = at[row], .inputs = inputs, .row = row};
        Value value = {0};
        TRY(naive_column(naive, place, &asker, &value, err));
        if (row == 0) TRY(frame_add_column(frame, name, value.type, &out, err));
        CHECK(type_equal(out->type, value.type));
        TRY(value_push(out, value, err));
        arena_reset(&naive->scratch);
    }
    return true;
}

/// Whether the dataset wants the column: named, or by "view.*", which what looks ahead is not in.
static bool selection_takes(const Naive *naive, Str selection, ColumnPlace place)
{
    const ViewDefinition *view = &naive->definition->views[place.view];
    AUTO(bytes_deinit) Bytes name = {0};
    column_name(naive, place, &name);
    if (!str_starts(selection, view->name) || selection.size <= view->name.size) return false;
    Str rest = str_slice(selection, view->name.size, selection.size);
    if (rest.data[0] != '.') return false;
    rest = str_slice(rest, 1, rest.size);
    if (str_equal(rest, STR("*"))) return !looks_ahead(naive, place);
    return str_equal(rest, bytes_str(&name));
}

static bool add_selected_column(Naive *naive, const Str *selection, size_t view, size_t column, const Frame *inputs,
                                const int64_t *at, Frame *frame, Error *err)
{
    ColumnPlace place = {view, column, 0};
    size_t count = naive_series_count(naive, place);
    for (; place.series < count; place.series++) {
        if (selection == NULL ? !looks_ahead(naive, place) : selection_takes(naive, *selection, place))
            TRY(add_feature(naive, place, inputs, at, frame, err));
    }
    return true;
}

static bool add_selection(Naive *naive, const Str *selection, const Frame *inputs, const int64_t *at, Frame *frame,
                          Error *err)
{
    for (size_t view = 0; view < naive->definition->view_count; view++) {
        for (size_t column = 0; column < naive->definition->views[view].column_count; column++)
            TRY(add_selected_column(naive, selection, view, column, inputs, at, frame, err));
    }
    return true;
}

static bool find_known(Naive *naive, const Frame *inputs, const int64_t *at, bool *known, Error *err)
{
    for (size_t view = 0; view < naive->definition->view_count; view++) {
        for (size_t row = 0; row < inputs->row_count; row++) {
            Asker asker = {.at = at[row], .inputs = inputs, .row = row};
            Scope scope = {.view = &naive->definition->views[view], .asker = &asker};
            bool *out = &known[view * inputs->row_count + row];
            *out = false;
            if (scope.view->from.size > 0) TRY(naive_entity_is_known(naive, &scope, out, err));
            arena_reset(&naive->scratch);
        }
    }
    return true;
}

bool naive_features(const Definition *definition, const Frame *tables, const Frame *inputs, const int64_t *at,
                    bool *known, Frame *out, Error *err)
{
    AUTO(naive_deinit) Naive naive = {.definition = definition};
    AUTO(frame_deinit) Frame frame = {0};
    const DatasetDefinition *dataset = definition->dataset;
    size_t selected = dataset == NULL ? 0 : dataset->feature_count;

    CHECK(inputs->row_count > 0);
    TRY(naive_init(&naive, tables, err));
    for (size_t i = 0; i < selected; i++) TRY(add_selection(&naive, &dataset->features[i], inputs, at, &frame, err));
    if (selected == 0) TRY(add_selection(&naive, NULL, inputs, at, &frame, err));
    frame_finish(&frame);
    if (known != NULL) TRY(find_known(&naive, inputs, at, known, err));

    *out = frame_take(&frame);
    return true;
}
