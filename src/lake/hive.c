#include "lake/hive_internal.h"

#include "lake/sql_internal.h"
#include "sys/path.h"

/// What a folder's text can be read as, and how DuckDB calls it.
static const struct {
    TypeId type;
    const char *sql;
} hive_types[] = {
    {TYPE_STRING, "VARCHAR"},         {TYPE_DATE, "DATE"},    {TYPE_INT64, "BIGINT"},   {TYPE_INT32, "INTEGER"},
    {TYPE_TIMESTAMP_US, "TIMESTAMP"}, {TYPE_BOOL, "BOOLEAN"}, {TYPE_FLOAT64, "DOUBLE"},
};

static const char *hive_type(Type type)
{
    for (size_t i = 0; i < COUNT_OF(hive_types); i++) {
        if (hive_types[i].type == type.id) return hive_types[i].sql;
    }
    return NULL;
}

static bool types_check(Schema hive, Error *err)
{
    for (size_t i = 0; i < hive.count; i++) {
        char name[TYPE_NAME_BYTES_MAX];
        if (hive_type(hive.fields[i].type) != NULL) continue;
        type_name(hive.fields[i].type, name);
        return error_set(
            err, ERROR_CONFIG,
            "`hive`: '%.*s' cannot be %s; a folder's column is a string, date, int64, int32, timestamp_us, "
            "bool or float64",
            STR_ARG(hive.fields[i].name), name);
    }
    return true;
}

static bool folder_undeclared(Str file, Str name, Schema hive, Error *err)
{
    const char *hint = hive.count == 0 ? "" : "; declare it under `hive`, as string or date";
    return error_set(err, ERROR_CONFIG, "'%.*s' stands below a folder of '%.*s', which `hive` does not declare%s",
                     STR_ARG(file), STR_ARG(name), hint);
}

/// How often each declared column names a folder above the file.
static bool folders_count(Str file, Schema hive, uint32_t *counts, Error *err)
{
    Str rest = path_directory(file);
    for (size_t i = 0; i < hive.count; i++) counts[i] = 0;
    while (rest.size > 0) {
        Str part = {0};
        if (!str_split(&rest, '/', &part)) {
            part = rest;
            rest = (Str){0};
        }
        size_t equals = str_find(part, '=');
        if (equals == part.size) continue;
        size_t field = schema_find(hive, str_slice(part, 0, equals));
        if (field == SIZE_MAX) return folder_undeclared(file, str_slice(part, 0, equals), hive, err);
        counts[field]++;
    }
    return true;
}

static bool file_check(Str file, Schema hive, uint32_t *counts, Error *err)
{
    TRY(folders_count(file, hive, counts, err));
    for (size_t i = 0; i < hive.count; i++) {
        if (counts[i] == 1) continue;
        return error_set(err, ERROR_CONFIG, "'%.*s' stands below %s of '%.*s', and `hive` needs one for each file",
                         STR_ARG(file), counts[i] == 0 ? "no folder" : "several folders", STR_ARG(hive.fields[i].name));
    }
    return true;
}

bool hive_check(const SourceFiles *files, Error *err)
{
    AUTO(arena_deinit) Arena arena = {0};
    if (files->hive.count == 0) return true;
    if (files->format != SOURCE_PARQUET)
        return error_set(err, ERROR_CONFIG,
                         "`hive` makes columns of the folders of Parquet files; read '%.*s' with `sql:`",
                         STR_ARG(files->shown[0]));
    TRY(types_check(files->hive, err));
    uint32_t *counts = arena_alloc_array(&arena, files->hive.count, sizeof(*counts), err);
    TRY(counts != NULL);
    for (size_t i = 0; i < files->count; i++) TRY(file_check(files->shown[i], files->hive, counts, err));
    return true;
}

bool hive_sql(Schema hive, Bytes *sql, Error *err)
{
    if (hive.count == 0) return bytes_append_str(sql, STR(", hive_partitioning=false"), err);
    TRY(bytes_append_str(sql, STR(", hive_partitioning=true, hive_types_autocast=false, hive_types={"), err));
    for (size_t i = 0; i < hive.count; i++) {
        if (i > 0) TRY(bytes_append_str(sql, STR(", "), err));
        TRY(sql_literal(sql, hive.fields[i].name, err));
        TRY(bytes_append_format(sql, err, ": %s", hive_type(hive.fields[i].type)));
    }
    return bytes_append_byte(sql, '}', err);
}
