#include "lake/parquet_internal.h"

#include "lake/sql_internal.h"
#include "lake/table_reader_internal.h"

static bool paths_sql(const Str *paths, size_t count, Bytes *sql, Error *err)
{
    TRY(bytes_append_str(sql, STR("SELECT * FROM read_parquet("), err));
    TRY(sql_literal_list(sql, paths, count, err));
    return bytes_append_str(sql, STR(", union_by_name=false, hive_partitioning=false)"), err);
}

bool parquet_sql(const SourceFiles *files, Bytes *sql, Error *err)
{
    return paths_sql(files->paths, files->count, sql, err);
}

static bool file_schema(Lake *lake, Str path, Arena *arena, Schema *out, Error *err)
{
    AUTO(bytes_deinit) Bytes sql = {0};
    TRY(paths_sql(&path, 1, &sql, err));
    return table_schema(lake, bytes_str(&sql), arena, out, err);
}

/// DuckDB would cast the columns of later files to the first one's types and drop columns that are new.
static bool file_check(Lake *lake, const SourceFiles *files, size_t i, Schema first, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Schema schema = {0};
    TRY(file_schema(lake, files->paths[i], &arena, &schema, err));
    TRY_OR(schema_check_equal(first, schema, err), err, "differs from '%.*s'", STR_ARG(files->shown[0]));
    return true;
}

bool parquet_schema(Lake *lake, const SourceFiles *files, Arena *arena, Schema *out, Error *err)
{
    Schema first = {0};
    TRY_OR(file_schema(lake, files->paths[0], arena, &first, err), err, "%.*s", STR_ARG(files->shown[0]));
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
