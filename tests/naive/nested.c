/// Lists and maps as values: the bytes that frame/list.h tells, written and read once more.
#include <string.h>

#include "naive/value.h"
#include "number/float_order.h"

static void append(Bytes *out, const void *data, size_t size)
{
    CHECK(bytes_append(out, data, size, NULL));
}

static void append_string(Bytes *out, Str string)
{
    uint64_t size = string.size;
    append(out, &size, sizeof(size));
    append(out, string.data, string.size);
}

static void append_value(Bytes *out, Value value)
{
    double number = float_canonical(value.number);
    append(out, value.there ? "\1" : "\0", 1);
    if (!value.there) return;
    switch (type_storage(value.type)) {
    case STORAGE_BOOL:
        append(out, value.boolean ? "\1" : "\0", 1);
        break;
    case STORAGE_INT:
        append(out, &value.integer, sizeof(value.integer));
        break;
    case STORAGE_FLOAT:
        append(out, &number, sizeof(number));
        break;
    case STORAGE_DECIMAL:
        append(out, &value.decimal, sizeof(value.decimal));
        break;
    case STORAGE_STRING:
        append_string(out, value.string);
        break;
    }
}

static Value nested(Type type, const Value *keys, const Value *items, size_t count, Arena *arena)
{
    AUTO(bytes_deinit) Bytes bytes = {0};
    Value out = {.type = type, .there = true};
    uint32_t length = (uint32_t)count;
    append(&bytes, &length, sizeof(length));
    for (size_t i = 0; i < count; i++) {
        if (keys != NULL) append_value(&bytes, keys[i]);
        append_value(&bytes, items[i]);
    }
    CHECK(arena_copy(arena, bytes_str(&bytes), &out.string, NULL));
    return out;
}

Value value_list(Type item, const Value *items, size_t count, Arena *arena)
{
    return nested(type_list(item), NULL, items, count, arena);
}

Value value_map(Type key, Type item, const Value *keys, const Value *items, size_t count, Arena *arena)
{
    return nested(type_map(key, item), keys, items, count, arena);
}

static void take(Str *bytes, void *out, size_t size)
{
    CHECK(bytes->size >= size);
    memcpy(out, bytes->data, size);
    *bytes = str_slice(*bytes, size, bytes->size);
}

static Str take_string(Str *bytes)
{
    uint64_t size = 0;
    take(bytes, &size, sizeof(size));
    CHECK(bytes->size >= size);
    Str string = str_slice(*bytes, 0, (size_t)size);
    *bytes = str_slice(*bytes, (size_t)size, bytes->size);
    return string;
}

static Value take_value(Str *bytes, Type type)
{
    Value value = {.type = type};
    uint8_t flag = 0;
    take(bytes, &flag, 1);
    value.there = flag != 0;
    if (!value.there) return value;
    switch (type_storage(type)) {
    case STORAGE_BOOL:
        take(bytes, &flag, 1);
        value.boolean = flag != 0;
        break;
    case STORAGE_INT:
        take(bytes, &value.integer, sizeof(value.integer));
        break;
    case STORAGE_FLOAT:
        take(bytes, &value.number, sizeof(value.number));
        break;
    case STORAGE_DECIMAL:
        take(bytes, &value.decimal, sizeof(value.decimal));
        break;
    case STORAGE_STRING:
        value.string = take_string(bytes);
        break;
    }
    return value;
}

size_t value_items(Value value, Arena *arena, Value **keys, Value **items)
{
    uint32_t count = 0;
    Str bytes = value.string;
    bool map = value.type.id == TYPE_MAP;
    CHECK(value.there && type_is_nested(value.type));
    take(&bytes, &count, sizeof(count));
    *keys = arena_alloc_array(arena, (size_t)count + 1, sizeof(**keys), NULL);
    *items = arena_alloc_array(arena, (size_t)count + 1, sizeof(**items), NULL);
    CHECK(*keys != NULL && *items != NULL);
    for (uint32_t i = 0; i < count; i++) {
        if (map) (*keys)[i] = take_value(&bytes, type_key(value.type));
        (*items)[i] = take_value(&bytes, type_item(value.type));
    }
    CHECK(bytes.size == 0);
    return count;
}

static int compare_items(Value left, Value right)
{
    if (!left.there || !right.there) return (int)left.there - (int)right.there;
    return value_compare(left, right);
}

int value_compare_nested(Value left, Value right)
{
    AUTO(arena_deinit) Arena arena = {0};
    Value *keys[2];
    Value *items[2];
    size_t left_count = value_items(left, &arena, &keys[0], &items[0]);
    size_t right_count = value_items(right, &arena, &keys[1], &items[1]);
    for (size_t i = 0; i < left_count && i < right_count; i++) {
        int order = left.type.id == TYPE_MAP ? compare_items(keys[0][i], keys[1][i]) : 0;
        if (order == 0) order = compare_items(items[0][i], items[1][i]);
        if (order != 0) return order;
    }
    return (left_count > right_count) - (left_count < right_count);
}
