#include "lake/lake.h"

#include <stdio.h>

#include "base/memory.h"
#include "lake/csv_internal.h"
#include "lake/json_internal.h"
#include "lake/parquet_internal.h"
#include "lake/query_internal.h"
#include "lake/sql_internal.h"
#include "lake/table_reader_internal.h"

enum { SETTING_BYTES_MAX = 32 };

void lake_close(Lake **lake)
{
    Lake *closed = *lake;
    if (closed == NULL) return;
    if (closed->connection != NULL) closed->api.disconnect(&closed->connection);
    if (closed->database != NULL) closed->api.close(&closed->database);
    temporary_directory_deinit(&closed->spill);
    arena_deinit(&closed->arena);
    memory_free(closed);
    *lake = NULL;
}

typedef struct Setting {
    const char *name;
    const char *value; ///< NULL: DuckDB's own
} Setting;

static bool config_set(Lake *lake, duckdb_config config, const Setting *settings, size_t count, Error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (settings[i].value == NULL) continue;
        if (lake->api.set_config(config, settings[i].name, settings[i].value) == DuckDBSuccess) continue;
        return error_set(err, ERROR_ENVIRONMENT, "DuckDB refuses %s = %s", settings[i].name, settings[i].value);
    }
    return true;
}

/// Nothing is fetched from the network, nothing is left in the current directory, order is kept.
static bool config_fill(Lake *lake, const LakeOptions *options, duckdb_config config, Error *err)
{
    char threads[SETTING_BYTES_MAX];
    char memory[SETTING_BYTES_MAX];
    snprintf(threads, sizeof(threads), "%u", options->threads);
    snprintf(memory, sizeof(memory), "%lluB", (unsigned long long)options->memory_bytes);
    const Setting settings[] = {
        {"autoinstall_known_extensions", "false"},
        {"autoload_known_extensions", "false"},
        {"allow_community_extensions", "false"},
        {"preserve_insertion_order", "true"},
        {"temp_directory", lake->spill.path},
        {"threads", options->threads == 0 ? NULL : threads},
        {"memory_limit", options->memory_bytes == 0 ? NULL : memory},
    };
    return config_set(lake, config, settings, COUNT_OF(settings), err);
}

static bool database_open(Lake *lake, duckdb_config config, Error *err)
{
    char *message = NULL;
    bool opened = lake->api.open_ext(NULL, &lake->database, config, &message) == DuckDBSuccess;
    if (!opened) error_set(err, ERROR_ENVIRONMENT, "DuckDB: %s", message == NULL ? "cannot open" : message);
    lake->api.free(message);
    if (!opened) return false;
    if (lake->api.connect(lake->database, &lake->connection) == DuckDBSuccess) return true;
    return error_set(err, ERROR_ENVIRONMENT, "DuckDB: cannot connect");
}

static bool database_configure(Lake *lake, const LakeOptions *options, Error *err)
{
    duckdb_config config = NULL;
    if (lake->api.create_config(&config) != DuckDBSuccess) {
        return error_set(err, ERROR_ENVIRONMENT, "DuckDB: cannot make a configuration");
    }
    bool opened = config_fill(lake, options, config, err) && database_open(lake, config, err);
    lake->api.destroy_config(&config);
    return opened;
}

/// Casts of timestamps never depend on the host's zone; relative paths in SQL start at the lake's directory.
static bool session_configure(Lake *lake, Error *err)
{
    AUTO(bytes_deinit) Bytes sql = {0};
    TRY(lake_execute(lake, STR("SET TimeZone = 'UTC'"), err));
    if (lake->directory.size == 0) return true;
    TRY(bytes_append_str(&sql, STR("SET file_search_path = "), err));
    TRY(sql_literal(&sql, lake->directory, err));
    return lake_execute(lake, bytes_str(&sql), err);
}

static bool lake_init(Lake *lake, const LakeOptions *options, Error *err)
{
    TRY(duckdb_api_load(&lake->api, err));
    TRY(arena_copy(&lake->arena, options->directory, &lake->directory, err));
    TRY(temporary_directory_init(&lake->spill, disk_system(), STR(""), err));
    TRY(database_configure(lake, options, err));
    return session_configure(lake, err);
}

bool lake_open(const LakeOptions *options, Lake **out, Error *err)
{
    Lake *lake = memory_alloc(sizeof(Lake), err);
    if (lake == NULL) return false;
    if (!lake_init(lake, options, err)) {
        lake_close(&lake);
        return false;
    }
    *out = lake;
    return true;
}

Str lake_version(const Lake *lake)
{
    const char *version = lake->api.library_version();
    return str_from(version[0] == 'v' ? version + 1 : version);
}

/// Headers, locks and, where types are left open, a pass over all rows.
static bool text_open(Lake *lake, const SourceFiles *files, const LakeQuery *query, TextTable *out, Error *err)
{
    bool is_csv = files->format == SOURCE_CSV || files->format == SOURCE_TSV;
    TRY(is_csv ? csv_open(lake, files, out, err) : json_open(lake, files, query->types, out, err));
    TRY_OR(text_table_lock(out, query->types, err), err, "%.*s", STR_ARG(files->shown[0]));
    text_table_require_times(out, query->times, query->time_count);
    return text_table_detect(lake, out, err);
}

static bool text_schema(Lake *lake, const SourceFiles *files, const LakeQuery *query, Arena *arena, Schema *out,
                        Error *err)
{
    AUTO(text_table_deinit) TextTable table = {0};
    TRY(text_open(lake, files, query, &table, err));
    return text_table_schema(&table, arena, out, err);
}

static bool text_read(Lake *lake, const SourceFiles *files, const LakeQuery *query, Frame *out, Error *err)
{
    AUTO(text_table_deinit) TextTable table = {0};
    TRY(text_open(lake, files, query, &table, err));
    return text_table_read(lake, &table, out, err);
}

bool lake_schema(Lake *lake, const LakeQuery *query, Arena *arena, Schema *out, Error *err)
{
    AUTO(arena_deinit) Arena scratch = {0};
    SourceFiles files = {0};
    if (query->sql.size > 0) {
        TRY_OR(table_schema(lake, query->sql, arena, out, err), err, "sql");
        return true;
    }
    TRY(source_files_find(query, lake->directory, &scratch, &files, err));
    if (files.format == SOURCE_PARQUET) return parquet_schema(lake, &files, arena, out, err);
    return text_schema(lake, &files, query, arena, out, err);
}

bool lake_read(Lake *lake, const LakeQuery *query, Frame *out, Error *err)
{
    AUTO(arena_deinit) Arena scratch = {0};
    SourceFiles files = {0};
    if (query->sql.size > 0) {
        TRY_OR(table_read(lake, query->sql, out, err), err, "sql");
        return true;
    }
    TRY(source_files_find(query, lake->directory, &scratch, &files, err));
    if (files.format == SOURCE_PARQUET) return parquet_read(lake, &files, out, err);
    return text_read(lake, &files, query, out, err);
}

static bool sql_visit(Lake *lake, Str sql, const RowVisitor *visitor, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    Schema schema = {0};
    TRY_OR(table_schema(lake, sql, &arena, &schema, err), err, "sql");
    TRY(visitor->begin(visitor->context, schema, err));
    TRY_OR(table_visit(lake, sql, visitor, err), err, "sql");
    return true;
}

static bool text_visit(Lake *lake, const SourceFiles *files, const LakeQuery *query, const RowVisitor *visitor,
                       Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    AUTO(text_table_deinit) TextTable table = {0};
    Schema schema = {0};
    TRY(text_open(lake, files, query, &table, err));
    TRY(text_table_schema(&table, &arena, &schema, err));
    TRY(visitor->begin(visitor->context, schema, err));
    return text_table_visit(lake, &table, visitor, err);
}

bool lake_visit(Lake *lake, const LakeQuery *query, const RowVisitor *visitor, Error *err)
{
    AUTO(arena_deinit) Arena scratch = {0};
    SourceFiles files = {0};
    if (query->sql.size > 0) return sql_visit(lake, query->sql, visitor, err);
    TRY(source_files_find(query, lake->directory, &scratch, &files, err));
    if (files.format == SOURCE_PARQUET) return parquet_visit(lake, &files, visitor, err);
    return text_visit(lake, &files, query, visitor, err);
}
