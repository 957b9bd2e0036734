/// Items of lists and values of maps: finding, taking, ordering.
#include <string.h>

#include "engine/kernel_list_internal.h"

static bool rows_run(ListFunction *function, ListRow *row, Error *err)
{
    for (row->row = 0; row->row < row->out->count; row->row++) {
        if (row->out->valid[row->row] == 0) continue;
        arena_reset(&row->scratch);
        TRY(function(row, err));
    }
    return true;
}

bool list_rows(ListFunction *function, const KernelContext *context, const Vector *arguments, Block *out, Error *err)
{
    ListRow row = {.context = context, .arguments = arguments, .out = out};
    bool done = rows_run(function, &row, err);
    arena_deinit(&row.scratch);
    list_writer_deinit(&row.writer);
    return done;
}

bool list_argument(ListRow *row, size_t i, ListItems *out, Error *err)
{
    const Vector *argument = &row->arguments[i];
    return list_unpack(argument->type, argument->values.strings[row->row], &row->scratch, out, err);
}

void list_give(ListRow *row, const Vector *vector, size_t i)
{
    size_t size = storage_size(type_storage(vector->type));
    row->out->valid[row->row] = vector_is_valid(vector, i);
    memcpy((uint8_t *)row->out->values.any + row->row * size, (const uint8_t *)vector->values.any + i * size, size);
}

bool list_push_text(ListWriter *writer, Str text, Error *err)
{
    Vector vector = {.type = TYPE_OF(TYPE_STRING), .count = 1, .values.strings = &text};
    return list_writer_push(writer, &vector, 0, err);
}

bool list_give_null(ListRow *row)
{
    row->out->valid[row->row] = 0;
    return true;
}

bool list_give_written(ListRow *row, Error *err)
{
    return list_writer_finish(&row->writer, row->context->text, &row->out->values.strings[row->row], err);
}

bool list_give_all(ListRow *row, const Vector *items, Error *err)
{
    return list_from_vector(items, row->context->text, &row->out->values.strings[row->row], err);
}

bool list_give_ordered(ListRow *row, const Vector *items, const uint32_t *order, size_t count, Error *err)
{
    TRY(list_writer_begin(&row->writer, type_list(items->type), err));
    for (size_t i = 0; i < count; i++) TRY(list_writer_push(&row->writer, items, order[i], err));
    return list_give_written(row, err);
}

static bool row_size(ListRow *row, Error *err)
{
    UNUSED(err);
    row->out->values.ints[row->row] = list_count(row->arguments[0].values.strings[row->row]);
    return true;
}

/// Where an index that may count from the end points; past the end or below 0 when there is nothing.
static int64_t index_from_start(int64_t index, size_t count)
{
    return index < 0 ? index + (int64_t)count : index;
}

static bool row_get(ListRow *row, Error *err)
{
    ListItems list = {0};
    TRY(list_argument(row, 0, &list, err));
    int64_t index = index_from_start(row->arguments[1].values.ints[row->row], list.items.count);
    if (index < 0 || index >= (int64_t)list.items.count) return list_give_null(row);
    list_give(row, &list.items, (size_t)index);
    return true;
}

/// The first place of the row's second argument among `values`, or SIZE_MAX.
static size_t row_find(const ListRow *row, const Vector *values)
{
    for (size_t i = 0; i < values->count; i++) {
        if (vector_compare(values, i, &row->arguments[1], row->row) == 0) return i;
    }
    return SIZE_MAX;
}

/// The same among ascending keys.
static size_t row_find_key(const ListRow *row, const Vector *keys)
{
    size_t begin = 0;
    size_t end = keys->count;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        int order = vector_compare(keys, middle, &row->arguments[1], row->row);
        if (order == 0) return middle;
        if (order < 0) begin = middle + 1;
        if (order > 0) end = middle;
    }
    return SIZE_MAX;
}

static bool row_get_key(ListRow *row, Error *err)
{
    ListItems map = {0};
    TRY(list_argument(row, 0, &map, err));
    size_t place = row_find_key(row, &map.keys);
    if (place == SIZE_MAX) return list_give_null(row);
    list_give(row, &map.items, place);
    return true;
}

static bool row_contains(ListRow *row, Error *err)
{
    ListItems list = {0};
    TRY(list_argument(row, 0, &list, err));
    row->out->values.bools[row->row] = row_find(row, &list.items) != SIZE_MAX;
    return true;
}

static bool row_contains_key(ListRow *row, Error *err)
{
    ListItems map = {0};
    TRY(list_argument(row, 0, &map, err));
    row->out->values.bools[row->row] = row_find_key(row, &map.keys) != SIZE_MAX;
    return true;
}

static bool row_position(ListRow *row, Error *err)
{
    ListItems list = {0};
    TRY(list_argument(row, 0, &list, err));
    size_t place = row_find(row, &list.items);
    if (place == SIZE_MAX) return list_give_null(row);
    row->out->values.ints[row->row] = (int64_t)place;
    return true;
}

static size_t slice_end(int64_t index, size_t count)
{
    int64_t end = index_from_start(index, count);
    return end < 0 ? 0 : end > (int64_t)count ? count : (size_t)end;
}

static bool row_slice(ListRow *row, Error *err)
{
    ListItems list = {0};
    TRY(list_argument(row, 0, &list, err));
    size_t begin = slice_end(row->arguments[1].values.ints[row->row], list.items.count);
    size_t end = slice_end(row->arguments[2].values.ints[row->row], list.items.count);
    Vector slice = vector_slice(&list.items, begin, end < begin ? begin : end);
    return list_give_all(row, &slice, err);
}

static bool writer_push_all(ListWriter *writer, const Vector *items, Error *err)
{
    for (size_t i = 0; i < items->count; i++) TRY(list_writer_push(writer, items, i, err));
    return true;
}

static bool row_concat(ListRow *row, Error *err)
{
    ListItems lists[2] = {0};
    for (size_t i = 0; i < 2; i++) TRY(list_argument(row, i, &lists[i], err));
    TRY(list_writer_begin(&row->writer, row->context->type, err));
    for (size_t i = 0; i < 2; i++) TRY(writer_push_all(&row->writer, &lists[i].items, err));
    return list_give_written(row, err);
}

static bool row_push(ListRow *row, Error *err)
{
    ListItems list = {0};
    if (!vector_is_valid(&row->arguments[0], row->row)) return list_give_null(row);
    TRY(list_argument(row, 0, &list, err));
    TRY(list_writer_begin(&row->writer, row->context->type, err));
    TRY(writer_push_all(&row->writer, &list.items, err));
    TRY(list_writer_push(&row->writer, &row->arguments[1], row->row, err));
    return list_give_written(row, err);
}

static bool row_sort(ListRow *row, Error *err)
{
    ListItems list = {0};
    uint32_t *order = NULL;
    TRY(list_argument(row, 0, &list, err));
    TRY(vector_order(&list.items, &row->scratch, &order, err));
    return list_give_ordered(row, &list.items, order, list.items.count, err);
}

static bool row_reverse(ListRow *row, Error *err)
{
    ListItems list = {0};
    TRY(list_argument(row, 0, &list, err));
    TRY(list_writer_begin(&row->writer, row->context->type, err));
    for (size_t i = list.items.count; i > 0; i--) TRY(list_writer_push(&row->writer, &list.items, i - 1, err));
    return list_give_written(row, err);
}

/// Marks (1) the places that are not the first of their value.
static bool repeats_mark(const Vector *items, Arena *arena, uint8_t **out, Error *err)
{
    uint32_t *order = NULL;
    uint8_t *repeats = arena_alloc(arena, items->count + 1, err);
    if (repeats == NULL) return false;
    TRY(vector_order(items, arena, &order, err));
    for (size_t i = 1; i < items->count; i++) {
        repeats[order[i]] = vector_compare(items, order[i - 1], items, order[i]) == 0;
    }
    *out = repeats;
    return true;
}

static bool row_distinct(ListRow *row, Error *err)
{
    ListItems list = {0};
    uint8_t *repeats = NULL;
    TRY(list_argument(row, 0, &list, err));
    TRY(repeats_mark(&list.items, &row->scratch, &repeats, err));
    TRY(list_writer_begin(&row->writer, row->context->type, err));
    for (size_t i = 0; i < list.items.count; i++) {
        if (!repeats[i]) TRY(list_writer_push(&row->writer, &list.items, i, err));
    }
    return list_give_written(row, err);
}

static bool row_map_keys(ListRow *row, Error *err)
{
    ListItems map = {0};
    TRY(list_argument(row, 0, &map, err));
    return list_give_all(row, &map.keys, err);
}

static bool row_map_values(ListRow *row, Error *err)
{
    ListItems map = {0};
    TRY(list_argument(row, 0, &map, err));
    return list_give_all(row, &map.items, err);
}

/// The last of equal keys, ascending, without null.
static bool row_zip(ListRow *row, Error *err)
{
    ListItems keys = {0};
    ListItems values = {0};
    uint32_t *order = NULL;
    TRY(list_argument(row, 0, &keys, err));
    TRY(list_argument(row, 1, &values, err));
    if (keys.items.count != values.items.count) return list_give_null(row);
    TRY(vector_order(&keys.items, &row->scratch, &order, err));
    TRY(list_writer_begin(&row->writer, row->context->type, err));
    for (size_t i = 0; i < keys.items.count; i++) {
        size_t next = i + 1;
        bool is_last = next == keys.items.count || vector_compare(&keys.items, order[i], &keys.items, order[next]) != 0;
        if (!is_last || !vector_is_valid(&keys.items, order[i])) continue;
        TRY(list_writer_push(&row->writer, &keys.items, order[i], err));
        TRY(list_writer_push(&row->writer, &values.items, order[i], err));
    }
    return list_give_written(row, err);
}

KERNEL_LIST(SIZE, row_size)
KERNEL_LIST(GET_LIST, row_get)
KERNEL_LIST(GET_MAP, row_get_key)
KERNEL_LIST(CONTAINS_LIST, row_contains)
KERNEL_LIST(CONTAINS_MAP, row_contains_key)
KERNEL_LIST(POSITION_LIST, row_position)
KERNEL_LIST(SLICE_LIST, row_slice)
KERNEL_LIST(CONCAT_LIST, row_concat)
KERNEL_LIST(LIST_PUSH, row_push)
KERNEL_LIST(LIST_SORT, row_sort)
KERNEL_LIST(LIST_DISTINCT, row_distinct)
KERNEL_LIST(LIST_REVERSE, row_reverse)
KERNEL_LIST(MAP_KEYS, row_map_keys)
KERNEL_LIST(MAP_VALUES, row_map_values)
KERNEL_LIST(ZIP, row_zip)
