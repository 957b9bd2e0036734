/// Aggregates of lists: vectors element by element, and lists one after the other.
#include <string.h>

#include "engine/aggregate_call.h"
#include "engine/kernel_internal.h"
#include "number/exact_stats.h"

/// The vectors of the rows, as float64: element e of row i is values[i * length + e].
typedef struct VectorRows {
    size_t length;
    double *values;
    uint8_t *valid;
} VectorRows;

static double item_number(const Vector *items, size_t i)
{
    if (items->type.id == TYPE_FLOAT64) return items->values.floats[i];
    if (items->type.id == TYPE_INT64) return (double)items->values.ints[i];
    return decimal_to_double(items->values.decimals[i], items->type.scale);
}

static bool read_row(const AggregateCall *call, size_t i, const VectorRows *rows, Error *err)
{
    Str bytes = call->input.argument->values.strings[call->rows[i]];
    ListItems list = {0};
    TRY(list_unpack(call->input.argument->type, bytes, &call->scratch->arena, &list, err));
    for (size_t element = 0; element < rows->length; element++) {
        size_t place = i * rows->length + element;
        rows->valid[place] = vector_is_valid(&list.items, element);
        if (rows->valid[place]) rows->values[place] = item_number(&list.items, element);
    }
    return true;
}

// False in `same`: the lists have several lengths, which no vectors of one space have.
static bool read_rows(const AggregateCall *call, VectorRows *out, bool *same, Error *err)
{
    const Str *lists = call->input.argument->values.strings;
    out->length = list_count(lists[call->rows[0]]);
    *same = true;
    for (size_t i = 1; i < call->count; i++) *same = *same && list_count(lists[call->rows[i]]) == out->length;
    if (!*same) return true;
    size_t count = call->count * out->length;
    out->values = arena_alloc_array(&call->scratch->arena, count, sizeof(*out->values), err);
    TRY(out->values != NULL);
    out->valid = arena_alloc(&call->scratch->arena, count, err);
    TRY(out->valid != NULL);
    for (size_t i = 0; i < call->count; i++) TRY(read_row(call, i, out, err));
    return true;
}

/// What an element's numbers come to; `sum` is scratch. `count` is 1 at least.
typedef double ElementFunction(const double *numbers, size_t count, ExactSum *sum);

static void add_numbers(const double *numbers, size_t count, ExactSum *sum)
{
    exact_sum_reset(sum);
    for (size_t i = 0; i < count; i++) exact_sum_add(sum, numbers[i]);
}

static double element_sum(const double *numbers, size_t count, ExactSum *sum)
{
    add_numbers(numbers, count, sum);
    return exact_sum_round(sum);
}

static double element_mean(const double *numbers, size_t count, ExactSum *sum)
{
    add_numbers(numbers, count, sum);
    return exact_mean(sum, count);
}

static double element_extreme(const double *numbers, size_t count, int sign)
{
    double best = numbers[0];
    for (size_t i = 1; i < count; i++) best = sign * float_compare(numbers[i], best) < 0 ? numbers[i] : best;
    return best;
}

static double element_min(const double *numbers, size_t count, ExactSum *sum)
{
    UNUSED(sum);
    return element_extreme(numbers, count, 1);
}

static double element_max(const double *numbers, size_t count, ExactSum *sum)
{
    UNUSED(sum);
    return element_extreme(numbers, count, -1);
}

/// Memory for the elements' numbers and results.
typedef struct Elements {
    double *numbers;
    double *results;
    uint8_t *valid;
    ExactSum *sum;
} Elements;

static bool alloc_elements(const AggregateCall *call, size_t length, Elements *out, Error *err)
{
    Arena *arena = &call->scratch->arena;
    out->numbers = arena_alloc_array(arena, call->count, sizeof(*out->numbers), err);
    TRY(out->numbers != NULL);
    out->results = arena_alloc_array(arena, length, sizeof(*out->results), err);
    TRY(out->results != NULL);
    out->valid = arena_alloc(arena, length, err);
    TRY(out->valid != NULL);
    out->sum = arena_alloc(arena, sizeof(*out->sum), err);
    return out->sum != NULL;
}

static bool put_elements(const AggregateCall *call, ElementFunction *function, Error *err)
{
    VectorRows rows = {0};
    Elements elements = {0};
    bool same = false;
    TRY(read_rows(call, &rows, &same, err));
    if (!same) return true;
    TRY(alloc_elements(call, rows.length, &elements, err));
    for (size_t element = 0; element < rows.length; element++) {
        size_t count = 0;
        for (size_t place = element; place < call->count * rows.length; place += rows.length) {
            if (rows.valid[place]) elements.numbers[count++] = rows.values[place];
        }
        elements.valid[element] = count > 0;
        if (count > 0) elements.results[element] = function(elements.numbers, count, elements.sum);
    }
    return call_put_floats(call, elements.results, elements.valid, rows.length, err);
}

bool aggregate_sum_list(const AggregateCall *call, Error *err)
{
    return put_elements(call, element_sum, err);
}

bool aggregate_mean_list(const AggregateCall *call, Error *err)
{
    return put_elements(call, element_mean, err);
}

bool aggregate_min_list(const AggregateCall *call, Error *err)
{
    return put_elements(call, element_min, err);
}

bool aggregate_max_list(const AggregateCall *call, Error *err)
{
    return put_elements(call, element_max, err);
}

bool aggregate_concat_lists(const AggregateCall *call, Error *err)
{
    const Vector *argument = call->input.argument;
    ListWriter *list = &call->scratch->list;
    Str bytes = {0};
    TRY(list_writer_begin(list, call->type, err));
    for (size_t i = 0; i < call->count; i++) {
        ListItems items = {0};
        TRY(list_unpack(argument->type, argument->values.strings[call->rows[i]], &call->scratch->arena, &items, err));
        for (size_t item = 0; item < items.items.count; item++) TRY(list_writer_push(list, &items.items, item, err));
    }
    TRY(list_writer_finish(list, call->scratch->text, &bytes, err));
    call_put_string(call, bytes);
    return true;
}
