#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "naive/naive_internal.h"
#include "naive/wide.h"

/// The values that count, in total order.
typedef struct Counted {
    Value *values;
    size_t count;
    Type type;
} Counted;

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
    return left.there && right.there && value_compare(left, right) == 0;
}

/// The entity that is asked for.
static bool asked_entity(Naive *naive, size_t view, const Scope *request, Value **out, Error *err)
{
    const ViewDefinition *definition = &naive->definition->views[view];
    *out = arena_alloc_array(&naive->scratch, definition->by_count + 1, sizeof(**out), err);
    TRY(*out != NULL);
    for (size_t i = 0; i < definition->by_count; i++) {
        const Tree *tree = &naive->keys[view][i];
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

static bool in_window(int64_t time, int64_t t, int64_t window)
{
    return time < t && (window == 0 || (Int128)time >= (Int128)t - window);
}

static bool count_row(Naive *naive, const Scope *scope, const Tree *tree, const TreeNode *node, Counted *counted,
                      Error *err)
{
    Value value = value_bool(true);
    Value condition = value_bool(true);
    if (node->condition != TREE_NONE) TRY(naive_evaluate(naive, scope, tree, node->condition, &condition, err));
    if (node->argument_count > 0) TRY(naive_evaluate(naive, scope, tree, node->items[0], &value, err));
    counted->type = value.type;
    if (value_is_true(condition) && value.there) counted->values[counted->count++] = value;
    return true;
}

/// Features inside of the argument look at other instants, so the list of the visible is copied first.
static bool count_rows(Naive *naive, const Scope *scope, const Tree *tree, const TreeNode *node, Counted *counted,
                       Error *err)
{
    const ViewDefinition *definition = scope->view;
    size_t view = naive_view(naive->definition, definition->name);
    size_t source = naive_source(naive->definition, definition->from);
    int64_t window = node->window_count > 0 ? node->windows[0].length_us : definition->ttl_us;
    int64_t t = scope->asker->at;
    Value *asked = NULL;
    if (definition->inclusive && t < INT64_MAX) t++;

    TRY(find_visible(naive, source, t, err));
    size_t visible_count = naive->visible_count;
    RowVersion *visible = arena_alloc_array(&naive->scratch, visible_count + 1, sizeof(*visible), err);
    TRY(visible != NULL);
    memcpy(visible, naive->visible, visible_count * sizeof(*visible));
    counted->values = arena_alloc_array(&naive->scratch, visible_count + 1, sizeof(*counted->values), err);
    TRY(counted->values != NULL);
    TRY(asked_entity(naive, view, scope, &asked, err));
    for (size_t i = 0; i < visible_count; i++) {
        Scope row = {definition, NULL, &naive->sources[source], &visible[i]};
        bool belongs = false;
        if (!in_window(visible[i].time, t, window)) continue;
        TRY(row_is_of_entity(naive, view, asked, &row, &belongs, err));
        if (belongs) TRY(count_row(naive, &row, tree, node, counted, err));
    }
    return true;
}

/// The type of the argument, from a row of nulls.
static bool argument_type(Naive *naive, const Scope *scope, const Tree *tree, const TreeNode *node, Type *out,
                          Error *err)
{
    size_t source = naive_source(naive->definition, scope->view->from);
    RowVersion nothing = {.row = SIZE_MAX};
    Scope row = {scope->view, NULL, &naive->sources[source], &nothing};
    Value value = value_bool(true);
    if (node->argument_count > 0) TRY(naive_evaluate(naive, &row, tree, node->items[0], &value, err));
    *out = value.type;
    return true;
}

static double special_sum(const Counted *counted, bool *out_special)
{
    double sum = 0;
    *out_special = false;
    for (size_t i = 0; i < counted->count; i++) {
        if (isfinite(counted->values[i].number)) continue;
        sum += counted->values[i].number;
        *out_special = true;
    }
    return sum;
}

static Sample sample_of(Naive *naive, const Counted *counted)
{
    double *numbers = arena_alloc_array(&naive->scratch, counted->count + 1, sizeof(*numbers), NULL);
    Int128 *integers = arena_alloc_array(&naive->scratch, counted->count + 1, sizeof(*integers), NULL);
    CHECK(numbers != NULL && integers != NULL);
    for (size_t i = 0; i < counted->count; i++) {
        numbers[i] = counted->values[i].number;
        integers[i] = counted->type.id == TYPE_DECIMAL ? counted->values[i].decimal : counted->values[i].integer;
    }
    bool floats = counted->type.id == TYPE_FLOAT64;
    return (Sample){counted->count, floats ? numbers : NULL, floats ? NULL : integers};
}

/// Integers' sums by halves of 10^19, which cannot overflow here.
static bool integer_sum(const Sample *sample, Int128 *out)
{
    Int128 half = power_of_ten(19);
    Int128 high = 0;
    Int128 low = 0;
    for (size_t i = 0; i < sample->count; i++) {
        high += sample->integers[i] / half;
        low += sample->integers[i] % half;
    }
    high += low / half;
    low %= half;
    Int128 product = 0;
    return !__builtin_mul_overflow(high, half, &product) && !__builtin_add_overflow(product, low, out);
}

static Value sum_of(Naive *naive, const Counted *counted)
{
    Sample sample = sample_of(naive, counted);
    bool special = false;
    double specials = special_sum(counted, &special);
    Int128 sum = 0;
    if (counted->type.id == TYPE_FLOAT64) return value_float(special ? specials : sample_sum(&sample));
    bool fits = integer_sum(&sample, &sum);
    if (counted->type.id == TYPE_DECIMAL)
        return fits ? value_decimal(sum, counted->type.scale) : value_null(counted->type);
    return fits && sum >= INT64_MIN && sum <= INT64_MAX ? value_int((int64_t)sum) : value_null(counted->type);
}

static Value mean_of(Naive *naive, const Counted *counted)
{
    Sample sample = sample_of(naive, counted);
    bool special = false;
    double specials = special_sum(counted, &special);
    if (counted->type.id == TYPE_FLOAT64 && special) return value_float(specials);
    double divisor = (double)counted->count;
    if (counted->type.id == TYPE_DECIMAL) divisor = wide_product(power_of_ten(counted->type.scale), counted->count);
    return value_float(sample_mean(&sample, divisor));
}

static Value stddev_of(Naive *naive, const Counted *counted)
{
    Sample sample = sample_of(naive, counted);
    bool special = false;
    special_sum(counted, &special);
    if (counted->count < 2) return value_null(TYPE_OF(TYPE_FLOAT64));
    if (counted->type.id == TYPE_FLOAT64 && special) return value_float((double)NAN);
    double units = sample_stddev(&sample);
    return value_float(counted->type.id == TYPE_DECIMAL ? units / wide_product(power_of_ten(counted->type.scale), 1)
                                                        : units);
}

static Value extreme_of(const Counted *counted, int sign)
{
    Value best = counted->values[0];
    for (size_t i = 1; i < counted->count; i++) {
        if (value_compare(counted->values[i], best) * sign > 0) best = counted->values[i];
    }
    return best;
}

static Value aggregate_values(Naive *naive, Aggregation aggregation, const Counted *counted)
{
    if (aggregation == AGGREGATION_COUNT) return value_int((int64_t)counted->count);
    bool to_float = aggregation == AGGREGATION_MEAN || aggregation == AGGREGATION_STDDEV;
    if (counted->count == 0) return value_null(to_float ? TYPE_OF(TYPE_FLOAT64) : counted->type);
    switch (aggregation) {
    case AGGREGATION_SUM:
        return sum_of(naive, counted);
    case AGGREGATION_MEAN:
        return mean_of(naive, counted);
    case AGGREGATION_STDDEV:
        return stddev_of(naive, counted);
    case AGGREGATION_MIN:
        return extreme_of(counted, -1);
    case AGGREGATION_MAX:
        return extreme_of(counted, 1);
    case AGGREGATION_FIRST:
        return counted->values[0];
    default:
        return counted->values[counted->count - 1];
    }
}

// Numbers of bools are 0 and 1.
static void count_bools(Aggregation aggregation, Counted *counted)
{
    bool number =
        aggregation == AGGREGATION_SUM || aggregation == AGGREGATION_MEAN || aggregation == AGGREGATION_STDDEV;
    if (!number || counted->type.id != TYPE_BOOL) return;
    counted->type = TYPE_OF(TYPE_INT64);
    for (size_t i = 0; i < counted->count; i++) counted->values[i] = value_int(counted->values[i].boolean);
}

bool naive_aggregate(Naive *naive, const Scope *scope, const Tree *tree, const TreeNode *node, Value *out, Error *err)
{
    Counted counted = {0};
    TRY(count_rows(naive, scope, tree, node, &counted, err));
    TRY(argument_type(naive, scope, tree, node, &counted.type, err));
    count_bools(node->aggregation, &counted);
    *out = aggregate_values(naive, node->aggregation, &counted);
    return true;
}
