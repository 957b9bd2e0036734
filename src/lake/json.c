#include "lake/json_internal.h"

#include "lake/csv_lines_internal.h"
#include "lake/duckdb_type_internal.h"
#include "lake/query_internal.h"
#include "lake/sql_internal.h"
#include "lake/table_reader_internal.h"
#include "lake/text_value_internal.h"

#define JSON_OBJECT_BYTES_MAX "268435456"

/// What the texts of a member can be, by what DuckDB found: a number in quotes stays a text.
static const struct {
    duckdb_type type;
    uint32_t kinds;
} json_kinds[] = {
    {DUCKDB_TYPE_BOOLEAN, TEXT_BOOL},
    {DUCKDB_TYPE_BIGINT, TEXT_NUMBERS},
    {DUCKDB_TYPE_UBIGINT, TEXT_NUMBERS},
    {DUCKDB_TYPE_HUGEINT, TEXT_NUMBERS},
    {DUCKDB_TYPE_UHUGEINT, TEXT_NUMBERS},
    {DUCKDB_TYPE_DOUBLE, TEXT_NUMBERS},
    {DUCKDB_TYPE_VARCHAR, TEXT_TIMES},
    {DUCKDB_TYPE_DATE, TEXT_TIMES},
    {DUCKDB_TYPE_TIMESTAMP, TEXT_TIMES},
    {DUCKDB_TYPE_TIMESTAMP_TZ, TEXT_TIMES},
    {DUCKDB_TYPE_TIME, 0},
    {DUCKDB_TYPE_UUID, 0},
};

static bool read_json_sql(Bytes *sql, const Str *paths, size_t count, SourceFormat format, Error *err)
{
    TRY(bytes_append_str(sql, STR("SELECT * FROM read_json("), err));
    TRY(sql_literal_list(sql, paths, count, err));
    return bytes_append_format(sql, err, ", format='%s', maximum_object_size=" JSON_OBJECT_BYTES_MAX,
                               format == SOURCE_JSON_LINES ? "newline_delimited" : "auto");
}

static bool find_sql(Bytes *sql, const SourceFiles *files, Error *err)
{
    TRY(read_json_sql(sql, files->paths, files->count, files->format, err));
    return bytes_append_str(sql,
                            STR(", sample_size=-1, maximum_sample_files=2147483647, maximum_depth=3, "
                                "union_by_name=true, map_inference_threshold=-1, field_appearance_threshold=0)"),
                            err);
}

/// A type that JSON of any kind can be read into, or be told that it cannot.
static bool is_locked_text(Schema types, Str name)
{
    size_t i = schema_find(types, name);
    return i != SIZE_MAX && type_storage(types.fields[i].type) == STORAGE_STRING;
}

/// What items are, by what DuckDB found; of numbers the texts say which.
static const struct {
    duckdb_type duckdb;
    TypeId type;
} json_items[] = {
    {DUCKDB_TYPE_BOOLEAN, TYPE_BOOL},     {DUCKDB_TYPE_VARCHAR, TYPE_STRING},      {DUCKDB_TYPE_DATE, TYPE_STRING},
    {DUCKDB_TYPE_TIMESTAMP, TYPE_STRING}, {DUCKDB_TYPE_TIMESTAMP_TZ, TYPE_STRING}, {DUCKDB_TYPE_TIME, TYPE_STRING},
    {DUCKDB_TYPE_UUID, TYPE_STRING},      {DUCKDB_TYPE_BIGINT, TYPE_INT64},        {DUCKDB_TYPE_UBIGINT, TYPE_INT64},
    {DUCKDB_TYPE_HUGEINT, TYPE_INT64},    {DUCKDB_TYPE_UHUGEINT, TYPE_INT64},      {DUCKDB_TYPE_DOUBLE, TYPE_INT64},
};

/// A member that is null everywhere, or a text here and a number there, is JSON to DuckDB: a VARCHAR with an alias.
static bool logical_is_json(const DuckdbApi *api, duckdb_logical_type logical)
{
    char *alias = api->logical_type_get_alias(logical);
    bool is_json = alias != NULL && str_equal(str_from(alias), STR("JSON"));
    api->free(alias);
    return is_json;
}

static bool item_type(const DuckdbApi *api, duckdb_logical_type item, Type *out)
{
    if (logical_is_json(api, item)) return false;
    for (size_t i = 0; i < COUNT_OF(json_items); i++) {
        if (json_items[i].duckdb != api->get_type_id(item)) continue;
        *out = TYPE_OF(json_items[i].type);
        return true;
    }
    return false;
}

static bool column_set_list(const DuckdbApi *api, duckdb_logical_type logical, TextColumn *column, Error *err)
{
    Type type = {0};
    duckdb_logical_type item = duckdb_part_type(api, logical, NESTED_ITEMS);
    bool is_known = item_type(api, item, &type);
    api->destroy_logical_type(&item);
    if (!is_known) {
        return error_set(err, ERROR_DATA,
                         "column '%.*s' has lists whose items are not all numbers, all texts or all booleans: under "
                         "`types:`, give it a type such as list(string), or string for its JSON",
                         STR_ARG(column->name));
    }
    if (type.id == TYPE_INT64) {
        column->kinds = TEXT_LISTS;
    } else {
        column->is_locked = true;
        column->type = type_list(type);
    }
    return true;
}

static bool column_set_kinds(const DuckdbApi *api, duckdb_logical_type logical, Schema types, TextColumn *column,
                             Error *err)
{
    Type type = {0};
    duckdb_type id = api->get_type_id(logical);
    if (is_locked_text(types, column->name) || logical_is_json(api, logical)) return true;
    if (id == DUCKDB_TYPE_LIST) return column_set_list(api, logical, column, err);
    for (size_t i = 0; i < COUNT_OF(json_kinds); i++) {
        if (json_kinds[i].type != id) continue;
        column->kinds = json_kinds[i].kinds;
        return true;
    }
    return type_from_duckdb(api, logical, column->name, &type, err);
}

static bool columns_find(const Query *query, Schema types, TextTable *table, Error *err)
{
    const DuckdbApi *api = &query->lake->api;
    table->columns = arena_alloc_array(&table->arena, query->column_count + types.count, sizeof(TextColumn), err);
    if (table->columns == NULL) return false;
    for (size_t i = 0; i < query->column_count; i++) {
        TRY(query_column_name(query, i, &table->arena, &table->columns[i].name, err));
        duckdb_logical_type logical = api->prepared_statement_column_logical_type(query->statement, i);
        bool done = column_set_kinds(api, logical, types, &table->columns[i], err);
        api->destroy_logical_type(&logical);
        if (!done) return false;
    }
    table->column_count = query->column_count;
    return true;
}

/// A locked member that no object has this time is null everywhere.
static bool columns_add_locked(Schema types, TextTable *table, Error *err)
{
    for (size_t i = 0; i < types.count; i++) {
        if (text_table_find(table, types.fields[i].name) != SIZE_MAX) continue;
        TextColumn *column = &table->columns[table->column_count];
        TRY(arena_copy(&table->arena, types.fields[i].name, &column->name, err));
        table->column_count++;
    }
    return true;
}

static bool file_sql(const TextTable *table, Str path, SourceFormat format, Bytes *sql, Error *err)
{
    TRY(read_json_sql(sql, &path, 1, format, err));
    TRY(bytes_append_str(sql, STR(", columns={"), err));
    for (size_t i = 0; i < table->column_count; i++) {
        if (i > 0) TRY(bytes_append_str(sql, STR(", "), err));
        TRY(sql_literal(sql, table->columns[i].name, err));
        TRY(bytes_append_str(sql, STR(": 'VARCHAR'"), err));
    }
    return bytes_append_str(sql, STR("})"), err);
}

/// Every file gives all columns in the table's order.
static bool file_open(TextTable *table, TextFile *file, SourceFormat format, Error *err)
{
    AUTO(bytes_deinit) Bytes sql = {0};
    file->column_count = table->column_count;
    file->places = arena_alloc_array(&table->arena, table->column_count, sizeof(size_t), err);
    if (file->places == NULL) return false;
    for (size_t i = 0; i < table->column_count; i++) file->places[i] = i;
    TRY(file_sql(table, file->path, format, &sql, err));
    return arena_copy(&table->arena, bytes_str(&sql), &file->sql, err);
}

static bool json_locate(Lake *lake, const TextFile *file, size_t row, Bytes *out, Error *err)
{
    UNUSED(lake);
    UNUSED(file);
    return bytes_append_format(out, err, "record %zu", row + 1);
}

static bool columns_open(Lake *lake, const SourceFiles *files, Schema types, TextTable *table, Error *err)
{
    AUTO(bytes_deinit) Bytes sql = {0};
    AUTO(query_deinit) Query query = {0};
    TRY(find_sql(&sql, files, err));
    TRY(query_prepare(&query, lake, bytes_str(&sql), err));
    TRY(columns_find(&query, types, table, err));
    return columns_add_locked(types, table, err);
}

/// The number of the first line that is no JSON, 0 when there is none.
static bool bad_line_find(Lake *lake, Str path, int64_t *out, Error *err)
{
    AUTO(bytes_deinit) Bytes sql = {0};
    AUTO(frame_deinit) Frame frame = {0};
    TRY(bytes_append_str(&sql, STR("SELECT number FROM (SELECT row_number() OVER () AS number, line FROM ("), err));
    TRY(csv_lines_sql(&sql, path, err));
    TRY(bytes_append_str(&sql, STR(")) WHERE NOT json_valid(line) ORDER BY number LIMIT 1"), err));
    TRY(table_read(lake, bytes_str(&sql), &frame, err));
    *out = frame.row_count == 0 ? 0 : frame.columns[0].values.ints[0];
    return true;
}

/// Puts the file before an error, and the line where it can be told.
static bool json_error_prefix(Lake *lake, const SourceFiles *files, Error *err)
{
    int64_t line = 0;
    for (size_t i = 0; files->format == SOURCE_JSON_LINES && i < files->count; i++) {
        if (!bad_line_find(lake, files->paths[i], &line, NULL) || line == 0) continue;
        return error_prefix(err, "%.*s: line %lld", STR_ARG(files->shown[i]), (long long)line);
    }
    return error_prefix(err, "%.*s%s", STR_ARG(files->shown[0]), files->count > 1 ? " and others" : "");
}

bool json_open(Lake *lake, const SourceFiles *files, Schema types, TextTable *out, Error *err)
{
    AUTO(text_table_deinit) TextTable table = {.locate = json_locate};
    TRY(text_table_add_files(&table, files, err));
    if (!columns_open(lake, files, types, &table, err)) return json_error_prefix(lake, files, err);
    for (size_t i = 0; i < table.file_count; i++) TRY(file_open(&table, &table.files[i], files->format, err));
    *out = table;
    table = (TextTable){0};
    return true;
}
