#include "frame/list.h"

#include <string.h>

#include "number/float_order.h"
#include "number/int_sum.h"

enum { LIST_HEAD_BYTES = sizeof(uint32_t) };

void list_writer_deinit(ListWriter *writer)
{
    bytes_deinit(&writer->bytes);
    *writer = (ListWriter){0};
}

bool list_writer_begin(ListWriter *writer, Type type, Error *err)
{
    CHECK(type_is_nested(type));
    bytes_clear(&writer->bytes);
    writer->type = type;
    writer->count = 0;
    writer->at_item = false;
    writer->key = 0;
    return bytes_append_u32(&writer->bytes, 0, err);
}

/// One value of any type, with the vector that shows it.
typedef struct ListValue {
    union {
        uint8_t bools[1];
        int64_t ints[1];
        double floats[1];
        Int128 decimals[1];
        Str strings[1];
    } room;
    uint8_t valid;
} ListValue;

static Vector value_vector(ListValue *value, Type type)
{
    return (Vector){.type = type, .count = 1, .valid = &value->valid, .values.any = &value->room};
}

static bool float_read(ByteReader *reader, double *out, Error *err)
{
    uint64_t bits = 0;
    TRY(reader_u64(reader, &bits, err));
    double value = float_from_bits(bits);
    if (float_is_nan(value) && bits != FLOAT_NAN_BITS) return error_set(err, ERROR_DATA, "NaN of other bits");
    *out = value;
    return true;
}

static bool decimal_read(ByteReader *reader, Int128 *out, Error *err)
{
    const uint8_t *data = NULL;
    Int128 value = 0;
    TRY(reader_bytes(reader, sizeof(value), &data, err));
    memcpy(&value, data, sizeof(value));
    if (!decimal_in_range(value)) return error_set(err, ERROR_DATA, "decimal of over %d digits", DECIMAL_DIGITS_MAX);
    *out = value;
    return true;
}

static bool flag_read(ByteReader *reader, uint8_t *out, Error *err)
{
    uint8_t flag = 0;
    TRY(reader_u8(reader, &flag, err));
    if (flag > 1) return error_set(err, ERROR_DATA, "%u where 0 or 1 belongs", flag);
    *out = flag;
    return true;
}

static bool string_read(ByteReader *reader, Str *out, Error *err)
{
    uint64_t size = 0;
    const uint8_t *data = NULL;
    TRY(reader_u64(reader, &size, err));
    TRY(reader_bytes(reader, size, &data, err));
    *out = size == 0 ? (Str){0} : (Str){(const char *)data, size};
    return true;
}

static bool value_read(ByteReader *reader, Storage storage, Values out, size_t i, Error *err)
{
    switch (storage) {
    case STORAGE_BOOL:
        return flag_read(reader, &out.bools[i], err);
    case STORAGE_INT: {
        uint64_t bits = 0;
        TRY(reader_u64(reader, &bits, err));
        out.ints[i] = (int64_t)bits;
        return true;
    }
    case STORAGE_FLOAT:
        return float_read(reader, &out.floats[i], err);
    case STORAGE_DECIMAL:
        return decimal_read(reader, &out.decimals[i], err);
    case STORAGE_STRING:
        return string_read(reader, &out.strings[i], err);
    }
    CHECK(false);
}

/// Reads one value into place `i`, which holds zero bits.
static bool item_read(ByteReader *reader, Storage storage, Values out, uint8_t *valid, size_t i, Error *err)
{
    TRY(flag_read(reader, &valid[i], err));
    return valid[i] == 0 ? true : value_read(reader, storage, out, i, err);
}

static bool value_next(ByteReader *reader, Type type, ListValue *out, Error *err)
{
    *out = (ListValue){0};
    return item_read(reader, type_storage(type), (Values){.any = &out->room}, &out->valid, 0, err);
}

static bool key_check(Type type, ListValue *before, bool has_before, ListValue *key, Error *err)
{
    if (key->valid == 0) return error_set(err, ERROR_DATA, "a map's key is null");
    if (!has_before) return true;
    Vector left = value_vector(before, type);
    Vector right = value_vector(key, type);
    if (vector_compare(&left, 0, &right, 0) < 0) return true;
    return error_set(err, ERROR_DATA, "a map's key is not over the one before");
}

/// What was pushed last, as it will be read.
static bool written_key_read(const ListWriter *writer, size_t begin, ListValue *out, Error *err)
{
    ByteReader reader = {.data = writer->bytes.data, .size = writer->bytes.size, .offset = begin};
    return value_next(&reader, type_key(writer->type), out, err);
}

static bool writer_check_key(ListWriter *writer, size_t begin, Error *err)
{
    ListValue before = {0};
    ListValue key = {0};
    if (writer->count > 0) TRY(written_key_read(writer, writer->key, &before, err));
    TRY(written_key_read(writer, begin, &key, err));
    return key_check(type_key(writer->type), &before, writer->count > 0, &key, err);
}

/// A map's key or a list's item begins an entry; a map's item ends one.
bool list_writer_push(ListWriter *writer, const Vector *vector, size_t i, Error *err)
{
    bool is_key = writer->type.id == TYPE_MAP && !writer->at_item;
    bool is_new = !writer->at_item;
    size_t begin = writer->bytes.size;
    CHECK(type_equal(vector->type, is_key ? type_key(writer->type) : type_item(writer->type)));
    if (is_new && writer->count == LIST_ITEMS_MAX) {
        return error_set(err, ERROR_DATA, "a list or map of over %d items", LIST_ITEMS_MAX);
    }
    TRY(vector_encode(vector, i, &writer->bytes, err));
    if (is_key) TRY(writer_check_key(writer, begin, err));
    if (is_key) writer->key = begin;
    writer->count += is_new;
    writer->at_item = is_key;
    return true;
}

bool list_writer_finish(ListWriter *writer, Arena *arena, Str *out, Error *err)
{
    CHECK(writer->bytes.size >= LIST_HEAD_BYTES && !writer->at_item);
    memcpy(writer->bytes.data, &writer->count, sizeof(writer->count));
    return arena_copy(arena, bytes_str(&writer->bytes), out, err);
}

/// Every item takes a byte at least, so that a count never asks for more memory than the bytes themselves took.
static bool count_read(Type type, ByteReader *reader, uint32_t *out, Error *err)
{
    uint32_t count = 0;
    TRY(reader_u32(reader, &count, err));
    size_t item_bytes = type.id == TYPE_MAP ? 2 : 1;
    if (count > LIST_ITEMS_MAX || count > (reader->size - reader->offset) / item_bytes) {
        return error_set(err, ERROR_DATA, "%u items in %zu bytes", count, reader->size);
    }
    *out = count;
    return true;
}

static bool reader_check_end(const ByteReader *reader, Error *err)
{
    if (reader->offset == reader->size) return true;
    return error_set(err, ERROR_DATA, "%zu bytes after the end", reader->size - reader->offset);
}

static ByteReader str_reader(Str bytes)
{
    return (ByteReader){.data = (const uint8_t *)bytes.data, .size = bytes.size};
}

static bool entries_check(Type type, ByteReader *reader, Error *err)
{
    uint32_t count = 0;
    ListValue before = {0};
    ListValue key = {0};
    ListValue item = {0};
    TRY(count_read(type, reader, &count, err));
    for (uint32_t i = 0; i < count; i++) {
        if (type.id == TYPE_MAP) {
            TRY(value_next(reader, type_key(type), &key, err));
            TRY(key_check(type_key(type), &before, i > 0, &key, err));
            before = key;
        }
        TRY(value_next(reader, type_item(type), &item, err));
    }
    return reader_check_end(reader, err);
}

bool list_check(Type type, Str bytes, Error *err)
{
    CHECK(type_is_nested(type));
    ByteReader reader = str_reader(bytes);
    TRY_OR(entries_check(type, &reader, err), err, "bytes of a list or map");
    return true;
}

/// Room for `count` values of a type, zero bits.
static bool values_alloc(Type type, uint32_t count, Arena *arena, Vector *out, uint8_t **out_valid, Error *err)
{
    void *values = arena_alloc_array(arena, count == 0 ? 1 : count, storage_size(type_storage(type)), err);
    if (values == NULL) return false;
    *out_valid = arena_alloc(arena, count == 0 ? 1 : count, err);
    if (*out_valid == NULL) return false;
    *out = (Vector){.type = type, .count = count, .values.any = values};
    return true;
}

/// A vector without nulls has no `valid`.
static void values_end(Vector *vector, const uint8_t *valid)
{
    bool all = vector->count == 0 || memchr(valid, 0, vector->count) == NULL;
    vector->valid = all ? NULL : valid;
}

/// Of checked bytes.
static bool map_read(Type type, ByteReader *reader, Arena *arena, ListItems *out, Error *err)
{
    uint32_t count = 0;
    uint8_t *key_valid = NULL;
    uint8_t *item_valid = NULL;
    TRY(count_read(type, reader, &count, err));
    TRY(values_alloc(type_key(type), count, arena, &out->keys, &key_valid, err));
    TRY(values_alloc(type_item(type), count, arena, &out->items, &item_valid, err));
    Storage key = type_storage(out->keys.type);
    Storage item = type_storage(out->items.type);
    for (uint32_t i = 0; i < count; i++) {
        TRY(item_read(reader, key, out->keys.values, key_valid, i, err));
        TRY(item_read(reader, item, out->items.values, item_valid, i, err));
    }
    values_end(&out->items, item_valid);
    return true;
}

/// Checks as it reads.
static bool list_read(Type type, ByteReader *reader, Arena *arena, ListItems *out, Error *err)
{
    uint32_t count = 0;
    uint8_t *valid = NULL;
    TRY(count_read(type, reader, &count, err));
    TRY(values_alloc(type_item(type), count, arena, &out->items, &valid, err));
    Storage storage = type_storage(out->items.type);
    for (uint32_t i = 0; i < count; i++) TRY(item_read(reader, storage, out->items.values, valid, i, err));
    values_end(&out->items, valid);
    return reader_check_end(reader, err);
}

bool list_unpack(Type type, Str bytes, Arena *arena, ListItems *out, Error *err)
{
    CHECK(type_is_nested(type));
    ByteReader reader = str_reader(bytes);
    ListItems items = {0};
    if (type.id == TYPE_MAP) {
        TRY(list_check(type, bytes, err));
        TRY(map_read(type, &reader, arena, &items, err));
    } else {
        TRY_OR(list_read(type, &reader, arena, &items, err), err, "bytes of a list or map");
    }
    *out = items;
    return true;
}

uint32_t list_count(Str bytes)
{
    uint32_t count = 0;
    CHECK(bytes.size >= sizeof(count));
    memcpy(&count, bytes.data, sizeof(count));
    return count;
}

static bool next_compare(Type type, ByteReader *left, ByteReader *right, int *out)
{
    ListValue left_value = {0};
    ListValue right_value = {0};
    TRY(value_next(left, type, &left_value, NULL));
    TRY(value_next(right, type, &right_value, NULL));
    Vector left_vector = value_vector(&left_value, type);
    Vector right_vector = value_vector(&right_value, type);
    *out = vector_compare(&left_vector, 0, &right_vector, 0);
    return true;
}

static bool entries_compare(Type type, ByteReader *left, ByteReader *right, int *out)
{
    uint32_t left_count = 0;
    uint32_t right_count = 0;
    int order = 0;
    TRY(reader_u32(left, &left_count, NULL));
    TRY(reader_u32(right, &right_count, NULL));
    for (uint32_t i = 0; i < left_count && i < right_count && order == 0; i++) {
        if (type.id == TYPE_MAP) TRY(next_compare(type_key(type), left, right, &order));
        if (order == 0) TRY(next_compare(type_item(type), left, right, &order));
    }
    *out = order != 0 ? order : (left_count > right_count) - (left_count < right_count);
    return true;
}

int list_compare(Type type, Str left, Str right)
{
    ByteReader left_reader = str_reader(left);
    ByteReader right_reader = str_reader(right);
    int order = 0;
    if (str_equal(left, right)) return 0;
    bool done = entries_compare(type, &left_reader, &right_reader, &order);
    CHECK(done);
    return order;
}
