#include <stdlib.h>

#include "base/memory.h"
#include "evaluate/evaluation_slice_internal.h"

void slice_column_deinit(SliceColumn *column)
{
    arena_deinit(&column->arena);
    map_deinit(&column->places);
    memory_free(column->values.items);
}

static bool slice_unknown_error(const Frame *frame, Str name, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Str *names = arena_alloc_array(&arena, frame->column_count + 1, sizeof(Str), err);
    TRY(names != NULL);
    for (size_t i = 0; i < frame->column_count; i++) {
        names[i] = frame->fields[i].name;
        if (str_starts(names[i], STR("input."))) names[i] = str_slice(names[i], sizeof("input.") - 1, SIZE_MAX);
    }
    Str nearest = str_nearest(name, names, frame->column_count);
    if (nearest.size == 0)
        return error_set(err, ERROR_CONFIG, "evaluate: slice '%.*s' is neither an input nor a feature", STR_ARG(name));
    return error_set(err, ERROR_CONFIG,
                     "evaluate: slice '%.*s' is neither an input nor a feature; did you mean '%.*s'?", STR_ARG(name),
                     STR_ARG(nearest));
}

static bool slice_vector(const EvaluationBuilder *builder, Str name, Vector *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    const Frame *frame = &builder->snapshot->frame;
    Str input = {0};
    TRY(arena_format(&arena, &input, err, "input.%.*s", STR_ARG(name)));
    size_t place = schema_find(frame_schema(frame), input);
    if (place == SIZE_MAX) place = schema_find(frame_schema(frame), name);
    if (place == SIZE_MAX) return slice_unknown_error(frame, name, err);
    *out = frame_vector(frame, place);
    return true;
}

static bool value_count(SliceColumn *column, Str text, size_t row, Error *err)
{
    uint64_t place = 0;
    if (!map_get(&column->places, text, &place)) {
        SliceValue value = {.place = column->values.count};
        TRY(arena_copy(&column->arena, text, &value.text, err));
        TRY(map_put(&column->places, value.text, value.place, err));
        TRY(ARRAY_PUSH(&column->values, value, err));
        place = value.place;
    }
    column->values.items[place].count++;
    column->of_row[row] = place;
    return true;
}

static bool values_count(const EvaluationBuilder *builder, SliceColumn *column, Error *err)
{
    AUTO(bytes_deinit) Bytes text = {0};
    Vector vector = {0};
    TRY(slice_vector(builder, column->name, &vector, err));
    column->row_count = builder->count;
    column->of_row = arena_alloc_array(&column->arena, builder->count + 1, sizeof(size_t), err);
    TRY(column->of_row != NULL);
    for (size_t i = 0; i < builder->count; i++) {
        bytes_clear(&text);
        TRY(vector_format(&vector, builder->rows[i], STR("null"), &text, err));
        TRY(value_count(column, bytes_str(&text), i, err));
    }
    return true;
}

static int slice_value_compare(const void *left, const void *right)
{
    const SliceValue *one = left;
    const SliceValue *other = right;
    if (one->count != other->count) return one->count > other->count ? -1 : 1;
    return str_compare(one->text, other->text);
}

static bool values_sort(SliceColumn *column, Error *err)
{
    size_t count = column->values.count;
    column->ranks = arena_alloc_array(&column->arena, count + 1, sizeof(size_t), err);
    TRY(column->ranks != NULL);
    if (count > 0) qsort(column->values.items, count, sizeof(SliceValue), slice_value_compare);
    for (size_t i = 0; i < count; i++) column->ranks[column->values.items[i].place] = i;
    column->slice_count = count <= SLICE_VALUES_MAX ? count : SLICE_VALUES_MAX + 1;
    return true;
}

bool slice_column_init(const EvaluationBuilder *builder, Str name, SliceColumn *out, Error *err)
{
    out->name = name;
    TRY(values_count(builder, out, err));
    return values_sort(out, err);
}

static bool name_write(SliceColumn *column, size_t rank, Str *out, Error *err)
{
    if (rank == SLICE_VALUES_MAX) return arena_format(&column->arena, out, err, "%.*s: others", STR_ARG(column->name));
    return arena_format(&column->arena, out, err, "%.*s = %.*s", STR_ARG(column->name),
                        STR_ARG(column->values.items[rank].text));
}

bool slice_column_rows(SliceColumn *column, size_t rank, SliceRows *out, Error *err)
{
    size_t *rows = arena_alloc_array(&column->arena, column->row_count + 1, sizeof(size_t), err);
    TRY(rows != NULL);
    for (size_t i = 0; i < column->row_count; i++) {
        size_t of_row = column->ranks[column->of_row[i]];
        if (of_row == rank || (rank == SLICE_VALUES_MAX && of_row > rank)) rows[out->count++] = i;
    }
    out->rows = rows;
    return name_write(column, rank, &out->name, err);
}
