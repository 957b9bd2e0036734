#include "lake/csv_lines_internal.h"

#include "lake/query_internal.h"
#include "lake/sql_internal.h"

bool csv_lines_sql(Bytes *sql, Str path, Error *err)
{
    TRY(bytes_append_str(sql, STR("SELECT line FROM read_csv("), err));
    TRY(sql_literal(sql, path, err));
    return bytes_append_str(
        sql,
        STR(", auto_detect=false, header=false, delim='\x01', quote='', escape='', nullstr='', "
            "strict_mode=false, max_line_size=16777216, buffer_size=16777216, columns={'line': 'VARCHAR'})"),
        err);
}

/// Finds a record while lines pass by.
typedef struct LineFinder {
    size_t records_left; ///< before the record begins; the header is one
    bool is_quoted;      ///< the line passed last ends inside of quotes
    bool blanks_count;   ///< a blank line is a record of one column
    size_t line;         ///< lines passed
    bool is_found;
} LineFinder;

static void finder_pass(LineFinder *finder, Str line)
{
    bool is_begin = !finder->is_quoted && (line.size > 0 || finder->blanks_count);
    finder->line++;
    if (is_begin && finder->records_left == 0) {
        finder->is_found = true;
        return;
    }
    finder->records_left -= is_begin;
    for (size_t i = 0; i < line.size; i++) {
        if (line.data[i] == '"') finder->is_quoted = !finder->is_quoted;
    }
}

static void finder_pass_chunk(LineFinder *finder, const Query *query)
{
    duckdb_vector vector = query->lake->api.data_chunk_get_vector(query->chunk, 0);
    const duckdb_string_t *lines = query->lake->api.vector_get_data(vector);
    const uint64_t *validity = query->lake->api.vector_get_validity(vector);
    for (size_t i = 0; i < query->chunk_rows && !finder->is_found; i++) {
        finder_pass(finder, validity_has(validity, i) ? duckdb_text(&lines[i]) : (Str){0});
    }
}

bool csv_locate(Lake *lake, const TextFile *file, size_t row, Bytes *out, Error *err)
{
    AUTO(bytes_deinit) Bytes sql = {0};
    AUTO(query_deinit) Query query = {0};
    LineFinder finder = {.records_left = row + 1, .blanks_count = file->column_count == 1};
    TRY(csv_lines_sql(&sql, file->path, err));
    TRY(query_prepare(&query, lake, bytes_str(&sql), err));
    TRY(query_start(&query, err));
    TRY(query_next(&query, err));
    while (query.chunk_rows > 0 && !finder.is_found) {
        finder_pass_chunk(&finder, &query);
        TRY(query_next(&query, err));
    }
    if (!finder.is_found) return error_set(err, ERROR_DATA, "no row %zu", row + 1);
    return bytes_append_format(out, err, "line %zu", finder.line);
}
