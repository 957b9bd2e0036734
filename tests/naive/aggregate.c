/// The rows that an aggregate looks at, and what it says of them.
#include <stdlib.h>
#include <string.h>

#include "language/aggregation.h"
#include "naive/aggregates.h"
#include "naive/naive_internal.h"
#include "naive/window.h"

typedef struct Retraction {
    Naive *naive;
} Retraction;

static bool is_deleted(void *context, const SourceRows *rows, const RowVersion *version)
{
    const Retraction *retraction = context;
    Scope scope = {.rows = rows, .version = version};
    Value value = {0};
    if (rows->deleted.node_count == 0) return false;
    CHECK(naive_evaluate(retraction->naive, &scope, &rows->deleted, rows->deleted.node_count - 1, &value, NULL));
    return value_is_true(value);
}

static bool find_visible(Naive *naive, size_t source, int64_t t, Error *err)
{
    const SourceRows *rows = &naive->sources[source];
    Retraction retraction = {naive};
    if (naive->visible != NULL && naive->visible_source == source && naive->visible_at == t) return true;
    free(naive->visible);
    naive->visible = calloc(rows->table->row_count + 1, sizeof(*naive->visible));
    if (naive->visible == NULL) return error_set(err, ERROR_MEMORY, "naive");
    naive->visible_count = rows_visible(rows, t, is_deleted, &retraction, naive->visible);
    naive->visible_source = source;
    naive->visible_at = t;
    return true;
}

static bool same_key(Value left, Value right)
{
    Value pair[2] = {left, right};
    Type type = value_join(pair, 2);
    left = value_widen(left, type);
    right = value_widen(right, type);
    return left.there && right.there && value_compare(left, right) == 0;
}

/// The entity that is asked for.
static bool asked_entity(Naive *naive, size_t view, const Scope *request, Value **out, Error *err)
{
    const ViewDefinition *definition = &naive->definition->views[view];
    *out = arena_alloc_array(&naive->scratch, definition->by_count + 1, sizeof(**out), err);
    TRY(*out != NULL);
    for (size_t i = 0; i < definition->by_count; i++) {
        const Tree *tree = &naive->request_keys[view][i];
        TRY(naive_evaluate(naive, request, tree, tree->node_count - 1, &(*out)[i], err));
    }
    return true;
}

/// Whether the row belongs to it. A null part belongs to none.
static bool row_is_of_entity(Naive *naive, size_t view, const Value *asked, const Scope *row, bool *out, Error *err)
{
    *out = true;
    for (size_t i = 0; *out && i < naive->definition->views[view].by_count; i++) {
        const Tree *tree = &naive->keys[view][i];
        Value had = {0};
        TRY(naive_evaluate(naive, row, tree, tree->node_count - 1, &had, err));
        *out = same_key(asked[i], had);
    }
    return true;
}

/// What `over` says; a view's ttl where it says nothing.
static Window window_of(const Scope *scope, const TreeNode *node)
{
    if (node->window_count > 0) return node->windows[node->window_count > 1 ? scope->series : 0];
    Window window = {.kind = WINDOW_TIME, .length_us = scope->view->ttl_us};
    return scope->view->ttl_us > 0 ? window : (Window){.kind = WINDOW_LIFETIME};
}

/// Those of one source, in its total order, appended. Features inside of an argument look at other instants, so they are a copy.
static bool add_source_rows(Naive *naive, const Scope *scope, const Window *window, int64_t t, size_t source,
                            const Value *asked, RowVersion **rows, size_t *count, Error *err)
{
    size_t view = naive_view(naive->definition, scope->view->name);
    TRY(find_visible(naive, source, window_seen(window, t), err));
    size_t visible_count = naive->visible_count;
    RowVersion *visible = arena_alloc_array(&naive->scratch, visible_count + 1, sizeof(*visible), err);
    TRY(visible != NULL);
    RowVersion *all = arena_alloc_array(&naive->scratch, *count + visible_count + 1, sizeof(*all), err);
    TRY(all != NULL);
    memcpy(visible, naive->visible, visible_count * sizeof(*visible));
    if (*count > 0) memcpy(all, *rows, *count * sizeof(*all));
    for (size_t i = 0; i < visible_count; i++) {
        Scope row = {.view = scope->view, .rows = &naive->sources[source], .version = &visible[i]};
        bool belongs = false;
        if (!window_holds(window, t, visible[i].time)) continue;
        TRY(row_is_of_entity(naive, view, asked, &row, &belongs, err));
        if (belongs) all[(*count)++] = visible[i];
    }
    *rows = all;
    return true;
}

/// By time, known and the name of the source; those of one source stay as they are.
static int compare_rows(const void *left_item, const void *right_item)
{
    const RowVersion *left = left_item;
    const RowVersion *right = right_item;
    if (left->time != right->time) return left->time < right->time ? -1 : 1;
    if (left->known != right->known) return left->known < right->known ? -1 : 1;
    if (left->source != right->source)
        return str_compare(left->source->definition->name, right->source->definition->name);
    return (left->place > right->place) - (left->place < right->place);
}

/// The entity's visible rows in the window, in total order.
static bool window_rows(Naive *naive, const Scope *scope, const Window *window, int64_t t, RowVersion **out,
                        size_t *out_count, Error *err)
{
    const ViewDefinition *view = scope->view;
    RowVersion *rows = NULL;
    size_t count = 0;
    Value *asked = NULL;
    TRY(asked_entity(naive, naive_view(naive->definition, view->name), scope, &asked, err));
    for (size_t i = 0; i < 1 + view->with_count; i++) {
        size_t source = naive_source(naive->definition, i == 0 ? view->from : view->with[i - 1]);
        TRY(add_source_rows(naive, scope, window, t, source, asked, &rows, &count, err));
    }
    for (size_t i = 0; i < count; i++) rows[i].place = i;
    if (view->with_count > 0) qsort(rows, count, sizeof(*rows), compare_rows);
    *out = rows;
    *out_count = window_keep(window, t, rows, count);
    return true;
}

bool naive_entity_is_known(Naive *naive, const Scope *scope, bool *out, Error *err)
{
    const Window lifetime = {.kind = WINDOW_LIFETIME};
    int64_t t = scope->asker->at;
    RowVersion *rows = NULL;
    size_t count = 0;
    if (scope->view->inclusive && t < INT64_MAX) t++;
    TRY(window_rows(naive, scope, &lifetime, t, &rows, &count, err));
    *out = count > 0;
    return true;
}

bool naive_row_field(const Naive *naive, const ViewDefinition *view, const SourceRows *rows, const RowVersion *version,
                     Str name, Value *out)
{
    size_t field = schema_find(rows->definition->schema, name);
    if (field != SIZE_MAX) {
        *out = row_value(rows, version, field);
        return true;
    }
    if (view == NULL || view->with_count == 0) return false;
    if (str_equal(name, STR("source_name"))) {
        *out = (Value){.type = TYPE_OF(TYPE_STRING), .there = true, .string = rows->definition->name};
        return true;
    }
    for (size_t i = 0; i < 1 + view->with_count; i++) {
        size_t source = naive_source(naive->definition, i == 0 ? view->from : view->with[i - 1]);
        Schema schema = naive->definition->sources[source].schema;
        field = schema_find(schema, name);
        if (field == SIZE_MAX) continue;
        *out = value_null(type_computed(schema.fields[field].type));
        return true;
    }
    return false;
}

/// An aggregate as it is written, and what is known of its name.
typedef struct Written {
    const Tree *tree;
    const TreeNode *node;
    const NaiveAggregation *aggregation;
    size_t argument_count;
} Written;

// Numbers of bools are 0 and 1; what computes in doubles gets doubles.
static Value as_counted(const Written *written, Value value)
{
    bool number = written->aggregation->numbers || written->aggregation->floats;
    if (number && value.type.id == TYPE_BOOL)
        value = value.there ? value_int(value.boolean) : value_null(TYPE_OF(TYPE_INT64));
    return written->aggregation->floats ? value_widen(value, TYPE_OF(TYPE_FLOAT64)) : value;
}

static bool argument_of(Naive *naive, const Scope *row, const Written *written, size_t argument, Value *out, Error *err)
{
    *out = value_bool(true);
    if (argument >= written->argument_count) return true;
    TRY(naive_evaluate(naive, row, written->tree, written->node->items[argument], out, err));
    *out = as_counted(written, *out);
    return true;
}

static bool count_row(Naive *naive, const Scope *row, const Written *written, Counted *counted, Error *err)
{
    const TreeNode *node = written->node;
    Value condition = value_bool(true);
    Value category = value_bool(true);
    Value values[2] = {0};
    if (node->condition != TREE_NONE) TRY(naive_evaluate(naive, row, written->tree, node->condition, &condition, err));
    if (node->category != TREE_NONE) TRY(naive_evaluate(naive, row, written->tree, node->category, &category, err));
    for (size_t i = 0; i < COUNT_OF(values); i++) TRY(argument_of(naive, row, written, i, &values[i], err));
    bool there = (values[0].there || written->aggregation->counts_nulls) && values[1].there;
    if (!value_is_true(condition) || !category.there || !there) return true;
    counted->values[counted->count] = values[0];
    counted->seconds[counted->count] = values[1];
    counted->categories[counted->count] = category;
    counted->times[counted->count++] = row->version->time;
    return true;
}

/// Types, from a row of nulls; parameters, which are constants.
static bool read_types(Naive *naive, const Scope *scope, const Written *written, Counted *counted, Error *err)
{
    const TreeNode *node = written->node;
    size_t source = naive_source(naive->definition, scope->view->from);
    RowVersion nothing = {.row = SIZE_MAX};
    Scope row = {.view = scope->view, .rows = &naive->sources[source], .version = &nothing};
    Value first = {0};
    Value second = {0};
    Value category = value_null(TYPE_OF(TYPE_COUNT));
    TRY(argument_of(naive, &row, written, 0, &first, err));
    TRY(argument_of(naive, &row, written, 1, &second, err));
    if (node->category != TREE_NONE) TRY(naive_evaluate(naive, &row, written->tree, node->category, &category, err));
    counted->type = first.type;
    counted->second_type = second.type;
    counted->category_type = category.type;

    counted->parameter_count = node->argument_count - written->argument_count;
    Value *parameters = counted_array(counted, counted->parameter_count);
    for (size_t i = 0; i < counted->parameter_count; i++)
        TRY(naive_evaluate(naive, &row, written->tree, node->items[written->argument_count + i], &parameters[i], err));
    counted->parameters = parameters;
    return true;
}

static bool count_rows(Naive *naive, const Scope *scope, const Written *written, Counted *counted, Error *err)
{
    const ViewDefinition *definition = scope->view;
    Window window = window_of(scope, written->node);
    RowVersion *rows = NULL;
    size_t count = 0;
    counted->at = scope->asker->at;
    counted->window_us = window.length_us;
    if (definition->inclusive && counted->at < INT64_MAX) counted->at++;

    TRY(read_types(naive, scope, written, counted, err));
    TRY(window_rows(naive, scope, &window, counted->at, &rows, &count, err));
    counted->values = counted_array(counted, count);
    counted->seconds = counted_array(counted, count);
    counted->categories = counted_array(counted, count);
    counted->times = arena_alloc_array(&naive->scratch, count + 1, sizeof(*counted->times), err);
    TRY(counted->times != NULL);
    for (size_t i = 0; i < count; i++) {
        Scope row = {.view = definition, .rows = rows[i].source, .version = &rows[i]};
        TRY(count_row(naive, &row, written, counted, err));
    }
    return true;
}

/// The rows of one category.
static Counted category_of(const Counted *counted, Value category)
{
    Counted part = *counted;
    part.count = 0;
    part.values = counted_array(counted, counted->count);
    part.seconds = counted_array(counted, counted->count);
    part.times = arena_alloc_array(counted->arena, counted->count + 1, sizeof(*part.times), NULL);
    CHECK(part.times != NULL);
    for (size_t i = 0; i < counted->count; i++) {
        if (value_compare(counted->categories[i], category) != 0) continue;
        part.values[part.count] = counted->values[i];
        part.seconds[part.count] = counted->seconds[i];
        part.times[part.count++] = counted->times[i];
    }
    return part;
}

static Value by_category(const Counted *counted, const NaiveAggregation *aggregation)
{
    Counted categories = *counted;
    Counted empty = *counted;
    Value *keys = counted_array(counted, counted->count);
    Value *items = counted_array(counted, counted->count);
    categories.values = counted->categories;
    empty.count = 0;
    size_t count = counted_distinct(&categories, keys, NULL);
    for (size_t i = 0; i < count; i++) {
        Counted part = category_of(counted, keys[i]);
        items[i] = aggregation->compute(&part);
    }
    Type item = aggregation->compute(&empty).type;
    return value_map(counted->category_type, item, keys, items, count, counted->arena);
}

bool naive_aggregate(Naive *naive, const Scope *scope, const Tree *tree, const TreeNode *node, Value *out, Error *err)
{
    const char *name = aggregation_name(node->aggregation);
    Written written = {tree, node, naive_aggregation(str_from(name)), node->argument_count};
    Counted counted = {.arena = &naive->scratch};
    if (written.aggregation == NULL) return error_set(err, ERROR_CONFIG, "naive: no aggregation '%s'", name);
    if (written.argument_count > written.aggregation->arguments)
        written.argument_count = written.aggregation->arguments;
    TRY(count_rows(naive, scope, &written, &counted, err));
    bool categories = node->category != TREE_NONE;
    *out = categories ? by_category(&counted, written.aggregation) : written.aggregation->compute(&counted);
    return true;
}
