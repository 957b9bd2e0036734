#include "lake/csv_internal.h"

#include "lake/csv_header_internal.h"
#include "lake/csv_lines_internal.h"
#include "lake/sql_internal.h"
#include "lake/text_value_internal.h"

static bool file_sql(Bytes *sql, Str path, char delimiter, size_t column_count, Error *err)
{
    TRY(bytes_append_str(sql, STR("SELECT * FROM read_csv("), err));
    TRY(sql_literal(sql, path, err));
    TRY(bytes_append_format(sql, err,
                            ", auto_detect=false, header=true, delim='%c', quote='\"', escape='\"', nullstr='', "
                            "allow_quoted_nulls=false, null_padding=false, strict_mode=true, columns={",
                            delimiter));
    for (size_t i = 0; i < column_count; i++) {
        TRY(bytes_append_format(sql, err, "%s'c%zu': 'VARCHAR'", i == 0 ? "" : ", ", i));
    }
    return bytes_append_str(sql, STR("})"), err);
}

static bool columns_set(TextTable *table, const CsvHeader *header, Error *err)
{
    table->columns = arena_alloc_array(&table->arena, header->count, sizeof(TextColumn), err);
    if (table->columns == NULL) return false;
    for (size_t i = 0; i < header->count; i++) {
        table->columns[i] = (TextColumn){.name = header->items[i], .kinds = TEXT_ANY};
    }
    table->column_count = header->count;
    return true;
}

/// Names a column of the table that the header lacks.
static bool missing_error(const TextTable *table, const CsvHeader *header, Error *err)
{
    for (size_t i = 0; i < table->column_count; i++) {
        Str name = table->columns[i].name;
        bool is_there = false;
        for (size_t j = 0; j < header->count; j++) is_there = is_there || str_equal(header->items[j], name);
        if (is_there) continue;
        return error_set(err, ERROR_DATA, "column '%.*s' of '%.*s' is missing", STR_ARG(name),
                         STR_ARG(table->files[0].shown));
    }
    return true;
}

/// Each name's place in the table, whose columns the first file has set. The names are unique.
static bool places_set(const TextTable *table, const CsvHeader *header, size_t *places, Error *err)
{
    for (size_t i = 0; i < header->count; i++) {
        places[i] = text_table_find(table, header->items[i]);
        if (places[i] != SIZE_MAX) continue;
        return error_set(err, ERROR_DATA, "column '%.*s' is not in '%.*s'", STR_ARG(header->items[i]),
                         STR_ARG(table->files[0].shown));
    }
    return header->count == table->column_count || missing_error(table, header, err);
}

static bool file_open(Lake *lake, TextTable *table, TextFile *file, char delimiter, Error *err)
{
    AUTO(bytes_deinit) Bytes sql = {0};
    AUTO(csv_header_deinit) CsvHeader header = {0};
    TRY(csv_header_read(lake, file->path, delimiter, &table->arena, &header, err));
    if (table->column_count == 0) TRY(columns_set(table, &header, err));

    file->column_count = header.count;
    file->places = arena_alloc_array(&table->arena, header.count, sizeof(size_t), err);
    if (file->places == NULL) return false;
    TRY(places_set(table, &header, file->places, err));
    TRY(file_sql(&sql, file->path, delimiter, header.count, err));
    return arena_copy(&table->arena, bytes_str(&sql), &file->sql, err);
}

static bool files_open(Lake *lake, const SourceFiles *files, TextTable *table, Error *err)
{
    char delimiter = files->format == SOURCE_TSV ? '\t' : ',';
    TRY(text_table_add_files(table, files, err));
    for (size_t i = 0; i < table->file_count; i++) {
        TextFile *file = &table->files[i];
        TRY_OR(file_open(lake, table, file, delimiter, err), err, "%.*s", STR_ARG(file->shown));
    }
    return true;
}

bool csv_open(Lake *lake, const SourceFiles *files, TextTable *out, Error *err)
{
    AUTO(text_table_deinit) TextTable table = {.locate = csv_locate};
    TRY(files_open(lake, files, &table, err));
    *out = table;
    table = (TextTable){0};
    return true;
}
