#include "frame/type.h"

#include <stdio.h>

#include "number/int_sum.h"

typedef struct TypeRow {
    const char *name;
    Storage storage;
    TypeId computed;
} TypeRow;

static const TypeRow type_rows[TYPE_COUNT] = {
    [TYPE_BOOL] = {"bool", STORAGE_BOOL, TYPE_BOOL},
    [TYPE_INT8] = {"int8", STORAGE_INT, TYPE_INT64},
    [TYPE_INT16] = {"int16", STORAGE_INT, TYPE_INT64},
    [TYPE_INT32] = {"int32", STORAGE_INT, TYPE_INT64},
    [TYPE_INT64] = {"int64", STORAGE_INT, TYPE_INT64},
    [TYPE_UINT8] = {"uint8", STORAGE_INT, TYPE_INT64},
    [TYPE_UINT16] = {"uint16", STORAGE_INT, TYPE_INT64},
    [TYPE_UINT32] = {"uint32", STORAGE_INT, TYPE_INT64},
    [TYPE_UINT64] = {"uint64", STORAGE_INT, TYPE_INT64},
    [TYPE_FLOAT32] = {"float32", STORAGE_FLOAT, TYPE_FLOAT64},
    [TYPE_FLOAT64] = {"float64", STORAGE_FLOAT, TYPE_FLOAT64},
    [TYPE_DECIMAL] = {"decimal", STORAGE_DECIMAL, TYPE_DECIMAL},
    [TYPE_STRING] = {"string", STORAGE_STRING, TYPE_STRING},
    [TYPE_DATE] = {"date", STORAGE_INT, TYPE_TIMESTAMP_US},
    [TYPE_TIMESTAMP_S] = {"timestamp_s", STORAGE_INT, TYPE_TIMESTAMP_US},
    [TYPE_TIMESTAMP_MS] = {"timestamp_ms", STORAGE_INT, TYPE_TIMESTAMP_US},
    [TYPE_TIMESTAMP_US] = {"timestamp_us", STORAGE_INT, TYPE_TIMESTAMP_US},
    [TYPE_TIMESTAMP_NS] = {"timestamp_ns", STORAGE_INT, TYPE_TIMESTAMP_US},
    [TYPE_LIST] = {"list", STORAGE_STRING, TYPE_LIST},
    [TYPE_MAP] = {"map", STORAGE_STRING, TYPE_MAP},
};

#define ZONE_SUFFIX " with time zone"

Storage type_storage(Type type)
{
    CHECK(type.id < TYPE_COUNT);
    return type_rows[type.id].storage;
}

size_t storage_size(Storage storage)
{
    static const size_t sizes[] = {
        [STORAGE_BOOL] = sizeof(uint8_t),   [STORAGE_INT] = sizeof(int64_t), [STORAGE_FLOAT] = sizeof(double),
        [STORAGE_DECIMAL] = sizeof(Int128), [STORAGE_STRING] = sizeof(Str),
    };
    return sizes[storage];
}

bool type_equal(Type left, Type right)
{
    bool nested = type_is_nested(left);
    if (left.id != right.id) return false;
    if (nested && (left.item != right.item || (left.id == TYPE_MAP && left.key != right.key))) return false;
    if (left.id == TYPE_DECIMAL || (nested && left.item == TYPE_DECIMAL))
        return left.precision == right.precision && left.scale == right.scale;
    return !type_is_timestamp(left) || left.zoned == right.zoned;
}

bool type_is_integer(Type type)
{
    return type.id >= TYPE_INT8 && type.id <= TYPE_UINT64;
}

bool type_is_number(Type type)
{
    return type.id >= TYPE_INT8 && type.id <= TYPE_DECIMAL;
}

bool type_is_timestamp(Type type)
{
    return type.id >= TYPE_TIMESTAMP_S && type.id <= TYPE_TIMESTAMP_NS;
}

bool type_is_nested(Type type)
{
    return type.id == TYPE_LIST || type.id == TYPE_MAP;
}

// Of computed types only a decimal says more than its id.
static Type type_part(uint8_t id, Type whole)
{
    Type part = {.id = (TypeId)id, .zoned = id == TYPE_TIMESTAMP_US};
    if (id == TYPE_DECIMAL) part = (Type){.id = TYPE_DECIMAL, .precision = whole.precision, .scale = whole.scale};
    return part;
}

Type type_item(Type type)
{
    CHECK(type_is_nested(type));
    return type_part(type.item, type);
}

Type type_key(Type type)
{
    CHECK(type.id == TYPE_MAP);
    return type_part(type.key, type);
}

Type type_list(Type item)
{
    CHECK(!type_is_nested(item) && type_equal(item, type_computed(item)));
    return (Type){.id = TYPE_LIST, .precision = item.precision, .scale = item.scale, .item = (uint8_t)item.id};
}

Type type_map(Type key, Type item)
{
    Type type = type_list(item);
    CHECK(key.id == TYPE_BOOL || key.id == TYPE_INT64 || key.id == TYPE_STRING || key.id == TYPE_TIMESTAMP_US);
    type.id = TYPE_MAP;
    type.key = (uint8_t)key.id;
    return type;
}

static void nested_name(Type type, char *out)
{
    char item[TYPE_NAME_BYTES_MAX / 3];
    Type part = type_item(type);
    const char *zoned = part.zoned ? ZONE_SUFFIX : "";
    if (part.id == TYPE_DECIMAL) {
        snprintf(item, sizeof(item), "%s(%u,%u)", type_rows[part.id].name, part.precision, part.scale);
    } else {
        snprintf(item, sizeof(item), "%s%s", type_rows[part.id].name, zoned);
    }
    if (type.id == TYPE_LIST) {
        snprintf(out, TYPE_NAME_BYTES_MAX, "list(%s)", item);
    } else {
        const char *key_zoned = type_key(type).zoned ? ZONE_SUFFIX : "";
        snprintf(out, TYPE_NAME_BYTES_MAX, "map(%s%s,%s)", type_rows[type.key].name, key_zoned, item);
    }
}

void type_name(Type type, char *out)
{
    CHECK(type.id < TYPE_COUNT);
    const char *name = type_rows[type.id].name;
    if (type_is_nested(type)) {
        nested_name(type, out);
        return;
    }
    if (type.id == TYPE_DECIMAL) {
        snprintf(out, TYPE_NAME_BYTES_MAX, "%s(%u,%u)", name, type.precision, type.scale);
    } else {
        snprintf(out, TYPE_NAME_BYTES_MAX, "%s%s", name, type_is_timestamp(type) && type.zoned ? ZONE_SUFFIX : "");
    }
}

static bool digits_parse(Str text, uint8_t *out)
{
    unsigned value = 0;
    if (text.size == 0 || text.size > 2) return false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') return false;
        value = value * 10 + (unsigned)(text.data[i] - '0');
    }
    *out = (uint8_t)value;
    return true;
}

static bool decimal_parse(Str name, Type *out)
{
    const Str open = STR("decimal(");
    if (!str_starts(name, open) || !str_ends(name, STR(")"))) return false;
    Str inside = str_slice(name, open.size, name.size - 1);
    size_t comma = str_find(inside, ',');
    if (comma == inside.size) return false;

    Type type = TYPE_OF(TYPE_DECIMAL);
    if (!digits_parse(str_trim(str_slice(inside, 0, comma)), &type.precision)) return false;
    if (!digits_parse(str_trim(str_slice(inside, comma + 1, inside.size)), &type.scale)) return false;
    if (type.precision < 1 || type.precision > DECIMAL_DIGITS_MAX || type.scale > type.precision) return false;
    *out = type;
    return true;
}

static bool plain_parse(Str name, Type *out)
{
    if (str_equal(name, STR("timestamp"))) name = STR("timestamp_us");
    for (size_t id = 0; id < TYPE_COUNT; id++) {
        if (id != TYPE_DECIMAL && id != TYPE_LIST && id != TYPE_MAP && str_equal(name, str_from(type_rows[id].name))) {
            *out = TYPE_OF((TypeId)id);
            return true;
        }
    }
    return false;
}

static bool zoned_parse(Str name, Type *out);

/// "timestamp" is an instant there, as in the language: nothing could say the zone of a local time.
static bool item_parse(Str name, Type *out)
{
    Type type = {0};
    if (str_equal(name, STR("timestamp"))) {
        *out = TYPE_INSTANT;
        return true;
    }
    if (!plain_parse(name, &type) && !decimal_parse(name, &type) && !zoned_parse(name, &type)) return false;
    if (type_is_nested(type) || !type_equal(type, type_computed(type))) return false;
    *out = type;
    return true;
}

static bool list_parse(Str name, Type *out)
{
    const Str open = STR("list(");
    Type item = {0};
    if (!str_starts(name, open) || !str_ends(name, STR(")"))) return false;
    if (!item_parse(str_trim(str_slice(name, open.size, name.size - 1)), &item)) return false;
    *out = type_list(item);
    return true;
}

static bool map_parse(Str name, Type *out)
{
    const Str open = STR("map(");
    Type key = {0};
    Type item = {0};
    if (!str_starts(name, open) || !str_ends(name, STR(")"))) return false;
    Str inside = str_slice(name, open.size, name.size - 1);
    size_t comma = str_find(inside, ',');
    if (comma == inside.size) return false;
    if (!item_parse(str_trim(str_slice(inside, 0, comma)), &key)) return false;
    if (!item_parse(str_trim(str_slice(inside, comma + 1, inside.size)), &item)) return false;
    if (key.id == TYPE_FLOAT64 || key.id == TYPE_DECIMAL) return false;
    *out = type_map(key, item);
    return true;
}

static bool zoned_parse(Str name, Type *out)
{
    const Str suffix = STR(ZONE_SUFFIX);
    if (!str_ends(name, suffix)) return false;
    Type type = {0};
    if (!plain_parse(str_slice(name, 0, name.size - suffix.size), &type) || !type_is_timestamp(type)) return false;
    type.zoned = true;
    *out = type;
    return true;
}

bool type_parse(Str name, Type *out, Error *err)
{
    if (plain_parse(name, out) || decimal_parse(name, out) || zoned_parse(name, out)) return true;
    if (list_parse(name, out) || map_parse(name, out)) return true;

    Str names[TYPE_COUNT];
    for (size_t id = 0; id < TYPE_COUNT; id++) names[id] = str_from(type_rows[id].name);
    Str nearest = str_nearest(name, names, TYPE_COUNT);
    if (nearest.size == 0) return error_set(err, ERROR_CONFIG, "unknown type '%.*s'", STR_ARG(name));
    return error_set(err, ERROR_CONFIG, "unknown type '%.*s'; did you mean '%.*s'?", STR_ARG(name), STR_ARG(nearest));
}

Type type_computed(Type type)
{
    CHECK(type.id < TYPE_COUNT);
    if (type_is_nested(type)) return type;
    Type computed = TYPE_OF(type_rows[type.id].computed);
    if (computed.id == TYPE_DECIMAL) {
        computed.precision = DECIMAL_DIGITS_MAX;
        computed.scale = type.scale;
    }
    computed.zoned = computed.id == TYPE_TIMESTAMP_US;
    return computed;
}
