/// Lists and maps out of Arrow's layout.
#include <string.h>

#include "frame/arrow_import_internal.h"
#include "frame/list.h"
#include "number/parse.h"

/// The computed type of a child; a local time has no zone there that could be stated.
static bool part_type(const struct ArrowSchema *field, Type *out)
{
    Type type = {0};
    if (!arrow_scalar_type(field, &type)) return false;
    if (type.id == TYPE_DATE || (type_is_timestamp(type) && (!type.zoned || type.id != TYPE_TIMESTAMP_US)))
        return false;
    *out = type_computed(type);
    return true;
}

static bool map_type(const struct ArrowSchema *field, Type *out)
{
    Type key = {0};
    Type item = {0};
    const struct ArrowSchema *entries = field->children[0];
    if (strcmp(entries->format, "+s") != 0 || entries->n_children != 2) return false;
    if (!part_type(entries->children[0], &key) || !part_type(entries->children[1], &item)) return false;
    if (key.id == TYPE_FLOAT64 || key.id == TYPE_DECIMAL) return false;
    *out = type_map(key, item);
    return true;
}

bool arrow_nested_type(const struct ArrowSchema *field, Type *out)
{
    Type item = {0};
    Str format = str_from(field->format);
    if (field->n_children != 1 || field->dictionary != NULL) return false;
    if (str_equal(format, STR("+m"))) return map_type(field, out);
    bool is_list = str_equal(format, STR("+l")) || str_equal(format, STR("+L")) || str_starts(format, STR("+w:"));
    if (!is_list || !part_type(field->children[0], &item)) return false;
    *out = type_list(item);
    return true;
}

/// Where the items of row `i` begin; of the last row's end, `i` is the count.
static int64_t part_offset(const ArrowPart *part, size_t i)
{
    int64_t size = 0;
    Str format = str_from(part->field->format);
    if (str_starts(format, STR("+w:"))) {
        bool is_size = number_parse_int64(str_slice(format, 3, format.size), &size, NULL);
        return is_size && size >= 0 && size <= LIST_ITEMS_MAX ? (int64_t)(part->offset + i) * size : -1;
    }
    if (str_equal(format, STR("+L"))) return ((const int64_t *)part->array->buffers[1])[part->offset + i];
    return ((const int32_t *)part->array->buffers[1])[part->offset + i];
}

static bool part_error(const ArrowPart *part, const char *what, Error *err)
{
    return error_set(err, ERROR_DATA, "column '%.*s': %s", STR_ARG(part->name), what);
}

static bool part_check(const ArrowPart *part, Error *err)
{
    const struct ArrowArray *array = part->array;
    bool is_fixed = str_starts(str_from(part->field->format), STR("+w:"));
    bool whole = array->offset >= 0 && array->n_buffers >= (is_fixed ? 1 : 2) && array->n_children == 1 &&
                 array->length >= (int64_t)(part->offset - (size_t)array->offset + part->count);
    if (!whole) return part_error(part, "it is shorter than its table", err);
    for (size_t i = 0; i <= part->count; i++) {
        if (part_offset(part, i) < (i == 0 ? 0 : part_offset(part, i - 1))) {
            return part_error(part, "the offsets of the items do not ascend", err);
        }
    }
    return true;
}

/// The items (or keys) of all rows. Widening to the computed type changes no value, only how it is called.
static bool items_import(const ArrowPart *part, const struct ArrowSchema *field, const struct ArrowArray *array,
                         size_t offset, Column *out, Error *err)
{
    size_t begin = (size_t)part_offset(part, 0);
    const ArrowPart items = {.name = part->name,
                             .field = field,
                             .array = array,
                             .offset = (size_t)array->offset + offset + begin,
                             .count = (size_t)part_offset(part, part->count) - begin};
    CHECK(arrow_scalar_type(field, &out->type));
    TRY(arrow_import_scalars(&items, out, err));
    out->type = type_computed(out->type);
    return true;
}

/// The rows' items, and a map's keys.
typedef struct Parts {
    Column keys;
    Column items;
    Arena scratch;
} Parts;

static void parts_deinit(Parts *parts)
{
    column_deinit(&parts->keys);
    column_deinit(&parts->items);
    arena_deinit(&parts->scratch);
}

static bool parts_import(const ArrowPart *part, bool is_map, Parts *out, Error *err)
{
    const struct ArrowSchema *field = part->field->children[0];
    const struct ArrowArray *child = part->array->children[0];
    if (!is_map) return items_import(part, field, child, 0, &out->items, err);
    bool whole = child->n_children == 2 && child->offset >= 0 && child->length >= part_offset(part, part->count);
    if (!whole) return part_error(part, "it is shorter than its table", err);
    TRY(items_import(part, field->children[0], child->children[0], (size_t)child->offset, &out->keys, err));
    return items_import(part, field->children[1], child->children[1], (size_t)child->offset, &out->items, err);
}

static bool row_push(const ArrowPart *part, Parts *parts, size_t i, Column *column, Error *err)
{
    Str bytes = {0};
    size_t first = (size_t)part_offset(part, 0);
    size_t begin = (size_t)part_offset(part, i) - first;
    size_t end = (size_t)part_offset(part, i + 1) - first;
    Vector items = column_slice(&parts->items, begin, end);
    arena_reset(&parts->scratch);
    if (column->type.id == TYPE_MAP) {
        Vector keys = column_slice(&parts->keys, begin, end);
        TRY(map_from_vectors(&keys, &items, &parts->scratch, &bytes, err));
    } else {
        TRY(list_from_vector(&items, &parts->scratch, &bytes, err));
    }
    return column_push_string(column, bytes, err);
}

bool arrow_import_nested(const ArrowPart *part, Column *column, Error *err)
{
    AUTO(parts_deinit) Parts parts = {0};
    const uint8_t *bits = arrow_part_bits(part);
    if (part->count == 0) return true;
    TRY(part_check(part, err));
    TRY(parts_import(part, column->type.id == TYPE_MAP, &parts, err));
    for (size_t i = 0; i < part->count; i++) {
        size_t place = part->offset + i;
        if (bits != NULL && (bits[place / 8] >> (place % 8) & 1) == 0) {
            TRY(column_push_null(column, err));
        } else {
            TRY_OR(row_push(part, &parts, i, column, err), err, "column '%.*s': row %zu", STR_ARG(part->name),
                   column->count + 1);
        }
    }
    return true;
}
