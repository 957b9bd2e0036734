#include "engine/aggregate_call.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "number/float_order.h"

void aggregate_scratch_deinit(AggregateScratch *scratch)
{
    arena_deinit(&scratch->arena);
    list_writer_deinit(&scratch->list);
    list_writer_deinit(&scratch->map);
    memory_free(scratch->state);
    memory_free(scratch->counted);
    *scratch = (AggregateScratch){0};
}

void call_put_int(const AggregateCall *call, int64_t value)
{
    call->out->valid[call->row] = 1;
    call->out->values.ints[call->row] = value;
}

void call_put_float(const AggregateCall *call, double value)
{
    call->out->valid[call->row] = 1;
    call->out->values.floats[call->row] = float_canonical(value);
}

void call_put_string(const AggregateCall *call, Str value)
{
    call->out->valid[call->row] = 1;
    call->out->values.strings[call->row] = value;
}

void call_put_value(const AggregateCall *call, const Vector *vector, size_t position)
{
    size_t size = storage_size(type_storage(vector->type));
    if (!vector_is_valid(vector, position)) return;
    call->out->valid[call->row] = 1;
    memcpy((uint8_t *)call->out->values.any + call->row * size, (const uint8_t *)vector->values.any + position * size,
           size);
}

static bool put_written(const AggregateCall *call, Error *err)
{
    Str bytes = {0};
    TRY(list_writer_finish(&call->scratch->list, call->scratch->text, &bytes, err));
    call_put_string(call, bytes);
    return true;
}

bool call_put_list(const AggregateCall *call, const uint32_t *positions, size_t count, Error *err)
{
    ListWriter *list = &call->scratch->list;
    TRY(list_writer_begin(list, call->type, err));
    for (size_t i = 0; i < count; i++) TRY(list_writer_push(list, call->input.argument, positions[i], err));
    return put_written(call, err);
}

bool call_put_floats(const AggregateCall *call, const double *values, const uint8_t *valid, size_t count, Error *err)
{
    union {
        const double *read;
        void *any;
    } borrowed = {.read = values};
    Vector vector = {.type = TYPE_OF(TYPE_FLOAT64), .count = count, .valid = valid, .values = {.any = borrowed.any}};
    ListWriter *list = &call->scratch->list;
    TRY(list_writer_begin(list, call->type, err));
    for (size_t i = 0; i < count; i++) TRY(list_writer_push(list, &vector, i, err));
    return put_written(call, err);
}

bool call_floats(const AggregateCall *call, const Vector *vector, double **out, Error *err)
{
    double *values = arena_alloc_array(&call->scratch->arena, call->count, sizeof(*values), err);
    TRY(values != NULL);
    for (size_t i = 0; i < call->count; i++) values[i] = vector->values.floats[call->rows[i]];
    *out = values;
    return true;
}

static int compare_rows(const void *left, const void *right, void *context)
{
    const Vector *vector = context;
    uint32_t i = *(const uint32_t *)left;
    uint32_t j = *(const uint32_t *)right;
    int order = vector_compare(vector, i, vector, j);
    return order != 0 ? order : (i > j) - (i < j);
}

bool call_sort(const AggregateCall *call, uint32_t **out, Error *err)
{
    union {
        const Vector *read;
        void *any;
    } borrowed = {.read = call->input.argument};
    uint32_t *rows = arena_alloc_array(&call->scratch->arena, call->count, sizeof(*rows), err);
    TRY(rows != NULL);
    memcpy(rows, call->rows, call->count * sizeof(*rows));
    qsort_r(rows, call->count, sizeof(*rows), compare_rows, borrowed.any);
    *out = rows;
    return true;
}

bool call_runs(const AggregateCall *call, const uint32_t *sorted, ValueRun **out, size_t *out_count, Error *err)
{
    const Vector *argument = call->input.argument;
    ValueRun *runs = arena_alloc_array(&call->scratch->arena, call->count, sizeof(*runs), err);
    size_t count = 0;
    TRY(runs != NULL);
    for (size_t i = 0; i < call->count; i++) {
        bool same = i > 0 && vector_compare(argument, sorted[i - 1], argument, sorted[i]) == 0;
        if (!same) runs[count++] = (ValueRun){.begin = i};
        runs[count - 1].count++;
    }
    *out = runs;
    *out_count = count;
    return true;
}
