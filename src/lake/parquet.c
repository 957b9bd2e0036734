#include "lake/parquet_internal.h"

#include "lake/hive_internal.h"
#include "lake/sql_internal.h"
#include "lake/table_reader_internal.h"

static bool paths_sql(const Str *paths, size_t count, Schema hive, Bytes *sql, Error *err)
{
    TRY(bytes_append_str(sql, STR("SELECT * FROM read_parquet("), err));
    TRY(sql_literal_list(sql, paths, count, err));
    TRY(bytes_append_str(sql, STR(", union_by_name=false"), err));
    TRY(hive_sql(hive, sql, err));
    return bytes_append_byte(sql, ')', err);
}

bool parquet_sql(const SourceFiles *files, Bytes *sql, Error *err)
{
    return paths_sql(files->paths, files->count, files->hive, sql, err);
}

static bool file_schema(Lake *lake, Str path, Schema hive, Arena *arena, Schema *out, Error *err)
{
    AUTO(bytes_deinit) Bytes sql = {0};
    TRY(paths_sql(&path, 1, hive, &sql, err));
    return table_schema(lake, bytes_str(&sql), arena, out, err);
}

/// A folder's column that the file has too would be two values under one name.
static bool hive_columns_check(Lake *lake, Str path, Schema hive, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Schema own = {0};
    if (hive.count == 0) return true;
    TRY(file_schema(lake, path, (Schema){0}, &arena, &own, err));
    for (size_t i = 0; i < hive.count; i++) {
        if (schema_find(own, hive.fields[i].name) == SIZE_MAX) continue;
        return error_set(err, ERROR_DATA, "column '%.*s' is in the file, and `hive` takes it from the folder",
                         STR_ARG(hive.fields[i].name));
    }
    return true;
}

/// DuckDB would cast the columns of later files to the first one's types and drop columns that are new.
static bool file_check(Lake *lake, const SourceFiles *files, size_t i, Schema first, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Schema schema = {0};
    TRY(file_schema(lake, files->paths[i], files->hive, &arena, &schema, err));
    TRY_OR(schema_check_equal(first, schema, err), err, "differs from '%.*s'", STR_ARG(files->shown[0]));
    return true;
}

bool parquet_schema(Lake *lake, const SourceFiles *files, Arena *arena, Schema *out, Error *err)
{
    Schema first = {0};
    TRY_OR(file_schema(lake, files->paths[0], files->hive, arena, &first, err), err, "%.*s", STR_ARG(files->shown[0]));
    for (size_t i = 0; i < files->count; i++) {
        TRY_OR(hive_columns_check(lake, files->paths[i], files->hive, err), err, "%.*s", STR_ARG(files->shown[i]));
    }
    for (size_t i = 1; i < files->count; i++) {
        TRY_OR(file_check(lake, files, i, first, err), err, "%.*s", STR_ARG(files->shown[i]));
    }
    *out = first;
    return true;
}

bool parquet_table_read(Lake *lake, const SourceFiles *files, Frame *out, Error *err)
{
    AUTO(bytes_deinit) Bytes sql = {0};
    TRY(parquet_sql(files, &sql, err));
    return table_read(lake, bytes_str(&sql), out, err);
}

bool parquet_read(Lake *lake, const SourceFiles *files, Frame *out, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Schema schema = {0};
    TRY(parquet_schema(lake, files, &arena, &schema, err));
    TRY_OR(parquet_table_read(lake, files, out, err), err, "%.*s%s", STR_ARG(files->shown[0]),
           files->count > 1 ? " and others" : "");
    return true;
}

bool parquet_visit(Lake *lake, const SourceFiles *files, const RowVisitor *visitor, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(bytes_deinit) Bytes sql = {0};
    Schema schema = {0};
    TRY(parquet_schema(lake, files, &arena, &schema, err));
    TRY(visitor->begin(visitor->context, schema, err));
    TRY(parquet_sql(files, &sql, err));
    TRY_OR(table_visit(lake, bytes_str(&sql), visitor, err), err, "%.*s%s", STR_ARG(files->shown[0]),
           files->count > 1 ? " and others" : "");
    return true;
}
