#include "lake/duckdb_type_internal.h"

typedef struct TypePair {
    duckdb_type duckdb;
    Type type;
} TypePair;

static const TypePair type_pairs[] = {
    {DUCKDB_TYPE_BOOLEAN, {.id = TYPE_BOOL}},
    {DUCKDB_TYPE_TINYINT, {.id = TYPE_INT8}},
    {DUCKDB_TYPE_SMALLINT, {.id = TYPE_INT16}},
    {DUCKDB_TYPE_INTEGER, {.id = TYPE_INT32}},
    {DUCKDB_TYPE_BIGINT, {.id = TYPE_INT64}},
    {DUCKDB_TYPE_UTINYINT, {.id = TYPE_UINT8}},
    {DUCKDB_TYPE_USMALLINT, {.id = TYPE_UINT16}},
    {DUCKDB_TYPE_UINTEGER, {.id = TYPE_UINT32}},
    {DUCKDB_TYPE_UBIGINT, {.id = TYPE_UINT64}},
    {DUCKDB_TYPE_FLOAT, {.id = TYPE_FLOAT32}},
    {DUCKDB_TYPE_DOUBLE, {.id = TYPE_FLOAT64}},
    {DUCKDB_TYPE_VARCHAR, {.id = TYPE_STRING}},
    {DUCKDB_TYPE_DATE, {.id = TYPE_DATE}},
    {DUCKDB_TYPE_TIMESTAMP_S, {.id = TYPE_TIMESTAMP_S}},
    {DUCKDB_TYPE_TIMESTAMP_MS, {.id = TYPE_TIMESTAMP_MS}},
    {DUCKDB_TYPE_TIMESTAMP, {.id = TYPE_TIMESTAMP_US}},
    {DUCKDB_TYPE_TIMESTAMP_NS, {.id = TYPE_TIMESTAMP_NS}},
    {DUCKDB_TYPE_TIMESTAMP_TZ, {.id = TYPE_TIMESTAMP_US, .zoned = true}},
    {DUCKDB_TYPE_ENUM, {.id = TYPE_STRING}},
    {DUCKDB_TYPE_DECIMAL, {.id = TYPE_DECIMAL}},
};

/// Types that have to be cast, and to what.
static const struct {
    duckdb_type duckdb;
    const char *name;
    const char *cast;
} refused_types[] = {
    {DUCKDB_TYPE_HUGEINT, "HUGEINT", "BIGINT or DECIMAL(38,0)"},
    {DUCKDB_TYPE_UHUGEINT, "UHUGEINT", "BIGINT or DECIMAL(38,0)"},
    {DUCKDB_TYPE_TIME, "TIME", "VARCHAR, or add it to a date"},
    {DUCKDB_TYPE_TIME_TZ, "TIME WITH TIME ZONE", "VARCHAR, or add it to a date"},
    {DUCKDB_TYPE_TIME_NS, "TIME_NS", "VARCHAR, or add it to a date"},
    {DUCKDB_TYPE_INTERVAL, "INTERVAL", "a number of seconds with epoch()"},
    {DUCKDB_TYPE_BLOB, "BLOB", "VARCHAR with hex()"},
    {DUCKDB_TYPE_BIT, "BIT", "VARCHAR"},
    {DUCKDB_TYPE_UUID, "UUID", "VARCHAR"},
    {DUCKDB_TYPE_LIST, "LIST", "one list with flatten(), or VARCHAR"},
    {DUCKDB_TYPE_ARRAY, "ARRAY", "one list with flatten(), or VARCHAR"},
    {DUCKDB_TYPE_STRUCT, "STRUCT", "its members, as in column.member"},
    {DUCKDB_TYPE_MAP, "MAP", "its values, as in map['key'], or VARCHAR"},
    {DUCKDB_TYPE_UNION, "UNION", "one of its members"},
    {DUCKDB_TYPE_BIGNUM, "BIGNUM", "DECIMAL(38,0) or VARCHAR"},
    {DUCKDB_TYPE_SQLNULL, "NULL", "the type that its values should have, as in NULL::DOUBLE"},
};

static bool type_refuse(duckdb_type id, Str column, Error *err)
{
    for (size_t i = 0; i < COUNT_OF(refused_types); i++) {
        if (refused_types[i].duckdb != id) continue;
        return error_set(err, ERROR_DATA,
                         "column '%.*s' has the type %s, which cannot be held: in `sql:`, cast it to %s",
                         STR_ARG(column), refused_types[i].name, refused_types[i].cast);
    }
    return error_set(err, ERROR_DATA,
                     "column '%.*s' has a type that cannot be held (DuckDB's number %d): cast it in `sql:`",
                     STR_ARG(column), (int)id);
}

static bool scalar_from_duckdb(const DuckdbApi *api, duckdb_logical_type logical, Str column, Type *out, Error *err)
{
    duckdb_type id = api->get_type_id(logical);
    for (size_t i = 0; i < COUNT_OF(type_pairs); i++) {
        if (type_pairs[i].duckdb != id) continue;
        *out = type_pairs[i].type;
        if (id == DUCKDB_TYPE_DECIMAL) {
            out->precision = api->decimal_width(logical);
            out->scale = api->decimal_scale(logical);
        }
        return true;
    }
    return type_refuse(id, column, err);
}

duckdb_logical_type duckdb_part_type(const DuckdbApi *api, duckdb_logical_type logical, NestedPart part)
{
    duckdb_type id = api->get_type_id(logical);
    if (id == DUCKDB_TYPE_MAP) {
        return part == NESTED_KEYS ? api->map_type_key_type(logical) : api->map_type_value_type(logical);
    }
    return id == DUCKDB_TYPE_ARRAY ? api->array_type_child_type(logical) : api->list_type_child_type(logical);
}

/// A zone-less time is read in the zone of its source, which nobody says of an item.
static bool item_check_zone(Type type, Str column, Error *err)
{
    if (type.id != TYPE_DATE && (!type_is_timestamp(type) || type.zoned)) return true;
    return error_set(err, ERROR_DATA,
                     "column '%.*s' has times without a zone as items, which cannot be held: in `sql:`, cast them to "
                     "TIMESTAMPTZ or VARCHAR",
                     STR_ARG(column));
}

/// The computed type of a list's or map's items or keys.
static bool part_from_duckdb(const DuckdbApi *api, duckdb_logical_type logical, NestedPart part, Str column, Type *out,
                             Error *err)
{
    Type type = {0};
    duckdb_logical_type part_type = duckdb_part_type(api, logical, part);
    bool done = scalar_from_duckdb(api, part_type, column, &type, err);
    api->destroy_logical_type(&part_type);
    if (!done) return error_prefix(err, "items");
    TRY(item_check_zone(type, column, err));
    *out = type_computed(type);
    return true;
}

static bool nested_from_duckdb(const DuckdbApi *api, duckdb_logical_type logical, Str column, Type *out, Error *err)
{
    Type item = {0};
    Type key = {0};
    TRY(part_from_duckdb(api, logical, NESTED_ITEMS, column, &item, err));
    if (api->get_type_id(logical) != DUCKDB_TYPE_MAP) {
        *out = type_list(item);
        return true;
    }
    TRY(part_from_duckdb(api, logical, NESTED_KEYS, column, &key, err));
    if (key.id == TYPE_FLOAT64 || key.id == TYPE_DECIMAL) {
        return error_set(err, ERROR_DATA,
                         "column '%.*s' is a map whose keys are floats or decimals: in `sql:`, cast them to BIGINT or "
                         "VARCHAR",
                         STR_ARG(column));
    }
    *out = type_map(key, item);
    return true;
}

bool type_from_duckdb(const DuckdbApi *api, duckdb_logical_type logical, Str column, Type *out, Error *err)
{
    duckdb_type id = api->get_type_id(logical);
    bool is_nested = id == DUCKDB_TYPE_LIST || id == DUCKDB_TYPE_ARRAY || id == DUCKDB_TYPE_MAP;
    return is_nested ? nested_from_duckdb(api, logical, column, out, err)
                     : scalar_from_duckdb(api, logical, column, out, err);
}

bool part_exact_type(const DuckdbApi *api, duckdb_logical_type part, Str column, Type *out, Error *err)
{
    return scalar_from_duckdb(api, part, column, out, err);
}
